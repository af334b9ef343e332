"""The calendar: everything dated, in a month, a week or a list."""
