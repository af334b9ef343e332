"""The settings: the office, its accounts, its key and copies, and how the desk looks."""
