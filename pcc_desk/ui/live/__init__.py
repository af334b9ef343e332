"""The live place: what is on now and next."""
