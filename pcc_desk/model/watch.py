"""A hashtag the office watches on the accounts that can search."""

import re
from dataclasses import dataclass
from datetime import datetime

from pcc_desk.model.account import AccountId

_TAG = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Watch:
    """One hashtag on one account: from when, and until when (None: until a person stops it)."""

    account_id: AccountId
    tag: str  # with its # and as the office writes it
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When to watch: from `from_at` until `until_at`, None meaning from now and until a person stops it."""

    from_at: datetime | None = None
    until_at: datetime | None = None


def word_of(typed: str) -> str:
    """Give a hashtag without its #, or "" when it is not one word of letters and numbers with a letter in it."""
    word = typed.strip().lstrip("#")
    return word if _TAG.fullmatch(word) and not word.replace("_", "").isdigit() and word.strip("_") else ""


def stream_of(typed: str) -> str:
    """Give the name of the stream that brings what is posted with a hashtag; capitals do not matter."""
    return f"tag:{word_of(typed).lower()}"
