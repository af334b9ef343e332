"""The reports place: figures counted from the desk's own record."""
