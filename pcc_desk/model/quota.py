"""What a platform rations by the day."""

from dataclasses import dataclass

SEARCHES = "searches"  # for a hashtag, as the adapters book them where a platform counts them apart


@dataclass(frozen=True, slots=True)
class Quota:
    """What a platform lets an office's app do in a day: `daily` of a `unit`, anew at midnight in `zone`.

    Reading what is said during a live video once costs `live_read`. The desk reads by itself until `reserve` is left,
    which is for what a person asks. `searches` is how often a hashtag may be looked for, which is counted apart; 0
    where that is counted with the rest.
    """

    unit: str
    daily: int
    zone: str
    live_read: int
    reserve: int = 500
    searches: int = 0
