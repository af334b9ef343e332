"""What PCC Desk counted over a period."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Figures:
    """One channel's counts; `first_answer` is the median wait of those that were answered, None when none were."""

    channel: str
    posted: int = 0
    received: int = 0
    answered: int = 0
    first_answer: timedelta | None = None
    still_open: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of every channel for [from_at, to_at), and of all together, as they stood at `counted_at`."""

    from_at: datetime
    to_at: datetime
    counted_at: datetime
    channels: tuple[Figures, ...]
    together: Figures
