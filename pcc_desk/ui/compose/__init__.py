"""Where announcements are written."""
