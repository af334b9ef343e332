"""PCC Desk: one announcement out to every channel, every reply in, one calendar of events."""

__version__ = "0.1.0"
