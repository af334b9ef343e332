"""The platforms: one adapter a file, all speaking the Channel protocol over a Wire."""
