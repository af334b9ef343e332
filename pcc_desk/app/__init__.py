"""Builds store, services and window in the order that paints first; the only floor that may import late."""
