"""Pictures: decoded in a child process with limits, cleaned and fitted."""
