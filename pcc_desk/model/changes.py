"""What a write touched."""

from enum import Flag, auto


class Changes(Flag):
    """The kinds of value a write touched; every screen re-reads what it shows of them."""

    NONE = 0
    OFFICE = auto()
    ACCOUNTS = auto()
    ANNOUNCEMENTS = auto()
    DELIVERIES = auto()
    MESSAGES = auto()
    EVENTS = auto()
