"""The developer's commands, in the standard library only: they run before anything is installed."""
