"""Where in a text links may be: only between two spaces, so each such token is looked at by itself and remembered."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

# Every link has one of these with something behind it.
_HINT = re.compile(r"[.:](?=[^ \n\t\r])")
_SPACE_BEFORE = regex.compile(r"(?r)[ \n\t\r]")
_SPACE_AFTER = re.compile(r"[ \n\t\r]|$")
_REMEMBERED, _LONGEST_REMEMBERED = 1_024, 300  # tokens; characters of one

T = TypeVar("T")
Token = tuple[int, str]  # where it begins, and what it says


def tokens(text: str) -> list[Token]:
    """Give where the tokens begin that may hold a link, and what they say."""
    found = []
    end = 0
    for hint in _HINT.finditer(text):
        if hint.end() > end:
            space = _SPACE_BEFORE.search(text, end, hint.start())
            start = space.end() if space else end
            after = _SPACE_AFTER.search(text, hint.end())
            end = after.start() if after else len(text)
            found.append((start, text[start:end]))
    return found


def remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    """Make `read` answer at once for a token it has read lately: at each key press nearly all are the same."""
    remembered = lru_cache(maxsize=_REMEMBERED)(read)
    return lambda token: remembered(token) if len(token) <= _LONGEST_REMEMBERED else read(token)
