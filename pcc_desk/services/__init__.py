"""What the desk does: blocking, Qt-free; each call returns Changes or values."""
