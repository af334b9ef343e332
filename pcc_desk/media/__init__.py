"""Pictures and films: read in a child process with limits, cleaned, and pictures fitted."""
