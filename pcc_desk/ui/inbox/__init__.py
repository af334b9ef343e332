"""Everything the public wrote, to be read and answered."""
