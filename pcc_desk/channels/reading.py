"""The one border where a platform's bytes become values: JSON with every known trap closed, read field by field."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

MAX_DEPTH = 64
_FIRST_AT = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_LONGEST_NUMBER = 18  # digits; a longer one does not fit the database and is kept as text
_NAME = re.compile(r"[\w-](?:[\w.:$=+/~-]{0,398}[\w=-])?", re.ASCII)
_TROUBLE = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)|\x00")
_STEPS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


class Malformed(Exception):
    """Bytes or a field that are not what the platform promises; `piece` is what was read, where it is known."""

    def __init__(self, why: str, piece: object = None) -> None:
        super().__init__(why)
        self.piece = piece


def parse(content: bytes) -> object:
    """Read JSON: no NaN or infinity (None instead), no half surrogates or NULs (U+FFFD instead).

    What is nested deeper than 64 levels is None, so that one bottomless piece costs no other of its page.

    Raises:
        Malformed: it is not JSON.
    """
    try:
        value = _read(content)
        deep = content.count(b"[") + content.count(b"{") > MAX_DEPTH and _is_deep(value)
    except RecursionError:
        deep = True
    try:
        value = _read(_shallow(content)) if deep else value
    except RecursionError:
        raise Malformed("not JSON, and nested too deeply") from None
    return _cleaned(value) if _TROUBLE.search(content) else value


def _read(content: bytes) -> object:
    try:
        value: object = json.loads(
            content.decode("utf-8-sig", "replace"),
            parse_constant=lambda _: None,
            parse_float=_read_float,
            parse_int=_read_int,
            strict=False,  # a careless server sends line ends inside words as they are
        )
    except ValueError as error:
        raise Malformed(f"not JSON ({type(error).__name__})") from None
    return value


def _read_float(written: str) -> float | None:
    number = float(written)
    return number if math.isfinite(number) else None


def _read_int(written: str) -> int | str:
    return int(written) if len(written) <= _LONGEST_NUMBER else written


def _is_deep(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        # Exact types, as the parser makes no others: this runs over every value of every page.
        around = [whole.values() if type(whole) is dict else whole for whole in level if type(whole) in (dict, list)]
        level = [child for whole in around for child in whole if type(child) is dict or type(child) is list]
        if not level:
            return False
    return True


def _shallow(content: bytes) -> bytes:
    """Put null in the place of whatever is nested too deeply; the parser itself gives up on it, page and all."""
    kept, depth, end = list[bytes](), 0, 0
    for found in _STEPS.finditer(content):
        sign = found[0]
        if sign in b"[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept += (content[end : found.start()], b"null")
        elif sign in b"]}":
            if depth == MAX_DEPTH + 1:
                end = found.end()
            depth -= 1
    return b"".join((*kept, content[end:])) if depth <= MAX_DEPTH else content


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_cleaned(child) for child in value]
    if isinstance(value, dict):
        return {cast(str, _cleaned(key)): _cleaned(child) for key, child in value.items()}
    return value


def dig(value: object, *path: str) -> object:
    """Follow field names into nested objects; None when one is missing."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """Give a text field. Raises: Malformed."""
    found = dig(value, *path)
    if not isinstance(found, str):
        raise Malformed(f"no text at {'.'.join(path)}", value)
    return found


def text_or_none(value: object, *path: str) -> str:
    """Give a text field, or "" when it is missing or no text."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def name(value: object, *path: str) -> str:
    """Give a text field that names something and can be an id somewhere. Raises: Malformed."""
    found = text(value, *path)
    if _NAME.fullmatch(found) is None:
        raise Malformed(f"no id at {'.'.join(path)}")
    return found


def number(value: object, *path: str) -> int:
    """Give a whole number field of at most 18 digits. Raises: Malformed."""
    found = dig(value, *path)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Malformed(f"no number at {'.'.join(path)}", value)
    return found


def pieces(value: object, *path: str) -> list[object]:
    """Give a list field. Raises: Malformed."""
    found = dig(value, *path)
    if not isinstance(found, list):
        raise Malformed(f"no list at {'.'.join(path) or 'the top'}", value)
    return found


def moment(value: object, *path: str) -> datetime:
    """Give a time field as aware UTC; a time without zone is taken as UTC. Raises: Malformed."""
    written = text(value, *path)
    try:
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(f"no time at {'.'.join(path)}", value) from None


def is_believable(at: datetime, now: datetime) -> bool:
    """Tell whether something can have been written then: one spoiled time must never move a reading past the others."""
    return _FIRST_AT <= at <= now + _AHEAD


def raw(value: object) -> bytes:
    """Give back the bytes of a piece, to keep one that could not be read."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
