"""Spoils what platforms answer: real answers of the rehearsal servers with every trap that is known put into them."""

import contextlib
import copy
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

HALF = "\ud83d"  # one half of an emoji, as a platform that cuts words by its own counting sends it
BROKEN_BYTES = b"\xff\xfe\xed\xa0\x80\xc3"  # no UTF-8
_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
_HERE = "put broken bytes here"
_DEEP = {f"put {depth} levels here": b'[{"in":' * depth + b"1" + b"}]" * depth for depth in (3, 40, 400, 20_000)}
DATES = (
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "0000-00-00",
    "1969-12-31T23:59:59+23:59",
    "2026-02-30T10:00:00Z",
    "+292278994-08-17T07:12:55Z",
    "2026-11-26T25:61:61",
    "yesterday",
)
STRINGS = (
    "",
    "\0",
    HALF,
    f"{HALF}{HALF}words\udc00",
    _HERE,
    "\u202eright to left\u2066",
    "e" + "\u0301" * 3_000,
    "\ufffe\uffff\ufdd0",
    "' OR 1=1; --",
    "<script>alert(1)</script>",
    "did:",
    "at://",
    "http://[",
    "urn:li:",
    "%00%ff%",
    "../../..",
    "x" * 3_000,
)
NUMBERS = (0, -1, 10**18, -(10**30), 10**400, 1e308, float("nan"), float("inf"), 0.1, 2**63, True, False)
_NO_PIECES: tuple[Any, ...] = (None, "words", 7, [], {}, [[]], True, float("nan"))

Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An answer with traps in it: the pieces that stayed whole, by their place, and those that nobody can read."""

    content: bytes
    whole: frozenset[int]
    beyond_use: frozenset[int]


def places(value: Any, path: Place = ()) -> list[Place]:
    """Give the path of every value inside a value, and of the value itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, child in inner for place in places(child, (*path, name)))]


def put(body: Any, path: Place, new: Any) -> None:
    """Put another value at a path."""
    for name in path[:-1]:
        body = body[name]
    body[path[-1]] = new


def written(body: Any) -> bytes:
    """Write an answer as a careless server does, NaN, half emoji, broken bytes, bottomless lists and all."""
    raw = json.dumps(body).encode().replace(_HERE.encode(), BROKEN_BYTES)
    for mark, deep in _DEEP.items():
        raw = raw.replace(f'"{mark}"'.encode(), deep)
    return raw


def spoil_pieces(chance: random.Random, good: Any, find: Callable[[Any], list[Any]], needed: str) -> Spoilt:
    """Spoil some pieces of an answer and leave at least one whole."""
    body = copy.deepcopy(good)
    pieces = find(body)
    count = len(pieces)
    chosen = chance.sample(range(count), chance.randint(1, count - 1))
    beyond_use = set[int]()
    for number in chosen:
        if chance.random() < 0.3:
            beyond_use.add(number)
            _ruin(chance, body, pieces[number], needed)
        else:
            for _ in range(chance.randint(1, 3)):
                _tamper(chance, pieces[number], pieces)
    whole = [number for number in chosen if number not in beyond_use]
    if whole and chance.random() < 0.3:
        _forge_place(chance, pieces[chance.choice(whole)])
    return Spoilt(written(body), frozenset(range(count)) - frozenset(chosen), frozenset(beyond_use))


def spoil_answer(chance: random.Random, good: Any) -> bytes:
    """Spoil an answer anywhere at all, or give what is no answer."""
    if chance.random() < 0.15:
        whole = written(good)
        cut = chance.randrange(len(whole))
        return chance.choice((b"", b"null", b"[]", b"{}", b"[" * 100_000, BROKEN_BYTES, whole[:cut], whole + whole))
    body = copy.deepcopy(good)
    for _ in range(chance.randint(1, 3)):
        known = places(body)[1:]
        if known:
            put(body, chance.choice(known), trap(chance))
    return written(body)


def forged(value: Any) -> list[Any]:
    """Give other places for one: far ahead, a little ahead and long ago; none for what is no place."""
    match value:
        case str() if _TIME.match(value):
            with contextlib.suppress(ValueError, OverflowError):
                near = (datetime.fromisoformat(value) + timedelta(hours=30)).isoformat()
                return ["9999-12-31T23:59:59Z", near, "2001-01-01T00:00:00Z"]
        case str() if value.isdecimal() and len(value) < 30:
            return [str(10**18), str(int(value) + 4_000_000), "1"]
        case int() if value > 1 and not isinstance(value, bool):
            return [10**18, value + 4_000_000, 1]
    return []


def _forge_place(chance: random.Random, piece: Any) -> None:
    """Give one time or number of a piece another value that looks right; no more than one piece of an answer has it."""
    known = [(path, others) for path in places(piece)[1:] if (others := forged(_at(piece, path)))]
    if known:
        path, others = chance.choice(known)
        put(piece, path, chance.choice(others))


def trap(chance: random.Random) -> Any:
    """Give a value that something somewhere is not made for."""
    match chance.randrange(12):
        case 0:
            return None
        case 1 | 2:
            return chance.choice(NUMBERS)
        case 3 | 4:
            return chance.choice(STRINGS)
        case 5 | 6:
            return chance.choice(DATES)
        case 7:
            return "".join(chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(40)))
        case 8:
            return chance.choice(tuple(_DEEP))
        case 9:
            return {"id": chance.choice(STRINGS), "": [None]}
        case 10:
            return [chance.choice(NUMBERS) for _ in range(chance.randrange(4))]
        case _:
            return "long " * chance.choice((10, 10, 10, 60_000))


def _ruin(chance: random.Random, body: Any, piece: Any, needed: str) -> None:
    """Take from a piece what no piece can be without, or all of it."""
    if chance.random() < 0.5 and needed in piece:
        del piece[needed]
    else:
        (path,) = [path for path in places(body) if _at(body, path) is piece]
        put(body, path, chance.choice(_NO_PIECES))


def _tamper(chance: random.Random, piece: Any, others: Sequence[Any]) -> None:
    """Change one place of a piece: another value, none, or what another piece has there."""
    known = places(piece)[1:]
    if not known:
        return
    path = chance.choice(known)
    kind = chance.random()
    if kind < 0.15:
        around = _at(piece, path[:-1])
        del around[path[-1]]
    elif kind < 0.3:
        other = chance.choice(others)
        if isinstance(other, dict) and path[0] in other and other is not piece:
            piece[path[0]] = copy.deepcopy(other[path[0]])
    else:
        put(piece, path, trap(chance))


def _at(body: Any, path: Place) -> Any:
    for name in path:
        body = body[name]
    return body
