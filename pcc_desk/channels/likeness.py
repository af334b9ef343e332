"""Telling our own publications by what they say, for platforms that know no key of ours."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from pcc_desk.errors import Rejected
from pcc_desk.model.delivery import Receipt

# A platform's clock and this PC's may differ; what was made longer before a piece cannot be it.
TOLERANCE = timedelta(minutes=10)


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts say the same, however a platform set its spaces and accents."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def earliest(made_at: datetime) -> datetime:
    """Give the earliest time a platform can have noted for a piece first sent at `made_at`."""
    return made_at - TOLERANCE


def only(title: str, found: Iterable[Receipt]) -> Receipt | None:
    """Give the one publication found, or None. Raises: Rejected when it cannot be told which is ours."""
    by_id = {receipt.remote_id: receipt for receipt in found}
    if len(by_id) > 1:
        raise Rejected(
            f"{title} has these words more than once, so PCC Desk cannot tell which is this one.",
            f"Look on {title}, then say what you found.",
            f"{len(by_id)} alike",
        )
    return next(iter(by_id.values()), None)
