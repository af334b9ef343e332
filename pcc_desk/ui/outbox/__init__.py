"""What goes out, and where it stands."""
