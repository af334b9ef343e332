"""Where in a text links may be: only between two spaces, so each such token is looked at by itself and remembered."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

# Every link has a dot or a colon in it, with something behind it.
_TOKEN = re.compile(r"(?<![^ \n\t\r])(?:[^ \n\t\r.:]*+[.:])+(?=[^ \n\t\r])[^ \n\t\r]*+")
_REMEMBERED, _LONGEST_REMEMBERED = 1_024, 300  # tokens; characters of one

T = TypeVar("T")
Token = tuple[int, str]  # where it begins, and what it says


def tokens(text: str) -> list[Token]:
    """Give where the tokens begin that may hold a link, and what they say."""
    return [(match.start(), match[0]) for match in _TOKEN.finditer(text)]


def has_tokens(text: str) -> bool:
    """Tell whether a text has a token that may hold a link."""
    return _TOKEN.search(text) is not None


def remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    """Make `read` answer at once for a token it has read lately: at each key press nearly all are the same."""
    remembered = lru_cache(maxsize=_REMEMBERED)(read)
    return lambda token: remembered(token) if len(token) <= _LONGEST_REMEMBERED else read(token)
