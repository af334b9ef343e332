"""The first minutes of a desk on a PC."""
