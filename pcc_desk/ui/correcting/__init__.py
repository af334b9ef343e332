"""Putting right, or taking down, what was posted."""
