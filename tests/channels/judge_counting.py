"""Judges of counting that know nothing of our tables: twitter-text's own cases, and a library that passes them."""

import ctypes
import ctypes.util
import importlib.resources
import re
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform

FOLDER = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "twitter-text"
ABSENT = "twitter-text's own files are not beside this checkout (../shared/specs/twitter-text), so they judge nothing"


def platform(counting: Counting, length: int | None = 280, **more: Any) -> Platform:
    """Make a platform that counts so."""
    return Platform("p", "P", "P", "#000", Limits(length, counting, **more), Ability.NONE, Guarantee.A, ())


X = platform(Counting.WEIGHTED)
BLUESKY = platform(Counting.GRAPHEMES, 300, utf8_bytes=3_000)
MASTODON = platform(Counting.LINKS_SHORT, 500, link_length=23)
THREADS = platform(Counting.EMOJI_BYTES, 500)


def listed(words: str) -> list[str]:
    """Give the words of a text that lists them."""
    return words.split(" ")


def vendors_cases(file: str, *sections: str) -> list[Any]:
    """Give the cases of some sections of one of twitter-text's files, or one that says the file is absent and skips."""
    path = FOLDER / f"conformance_{file}.yml"
    if not path.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT), id="absent")]
    tests = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
    return [
        pytest.param(case, id=f"{section}: {case['description']}") for section in sections for case in tests[section]
    ]


def sections(file: str) -> list[str]:
    """Name the sections of one of twitter-text's files."""
    if not (FOLDER / f"conformance_{file}.yml").exists():
        pytest.skip(ABSENT)
    return list(yaml.safe_load((FOLDER / f"conformance_{file}.yml").read_text(encoding="utf-8"))["tests"])


def configuration() -> Mapping[str, Any]:
    """Read twitter-text's configuration 3."""
    if not (FOLDER / "config_v3.json").exists():
        pytest.skip(ABSENT)
    read: Mapping[str, Any] = yaml.safe_load((FOLDER / "config_v3.json").read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True)
class Oracle:
    """twitter-text-parser: it weighs a text, finds links (start, end, address), and knows the emoji of 2019."""

    weigh: Callable[[str], int]
    links: Callable[[str], list[tuple[int, int, str]]]
    emoji: tuple[str, ...]


def icu_clusters() -> Callable[[str], list[str]]:
    """Give how ICU, which this PC may have, cuts a text into what a reader sees as one character each."""
    found = ctypes.util.find_library("icuuc")
    if found is None:
        pytest.skip("ICU is not on this PC, so it judges nothing")
    library, suffix = ctypes.CDLL(found), "".join(f"_{number}" for number in re.findall(r"\.(\d+)$", found))
    begin, go_on, end = (getattr(library, f"ubrk_{verb}{suffix}") for verb in ("open", "next", "close"))
    begin.restype = ctypes.c_void_p
    begin.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p)
    go_on.argtypes = end.argtypes = (ctypes.c_void_p,)

    def cut(words: str) -> list[str]:
        units, failed = words.encode("utf-16-le"), ctypes.c_int(0)
        kept = ctypes.create_string_buffer(units)  # ICU reads it until the end
        place = begin(0, b"en", kept, len(units) // 2, ctypes.byref(failed))
        assert failed.value <= 0
        edges = [0, *iter(lambda: go_on(place), -1)]
        end(place)
        return [units[2 * a : 2 * b].decode("utf-16-le") for a, b in pairwise(edges)]

    return cut


@cache
def oracle() -> Oracle:
    """Load the library; it asks for a part of setuptools that there is no more, for one file of its own."""
    stand_in = types.ModuleType("pkg_resources")
    stand_in.__dict__["resource_string"] = lambda module, name: (
        importlib.resources.files(module.rpartition(".")[0]).joinpath(name).read_bytes()
    )
    sys.modules.setdefault("pkg_resources", stand_in)
    try:
        from twitter_text import parse_tweet
        from twitter_text.extract_urls import extract_urls_with_indices
        from twitter_text.regexp.emoji import emoji_list
    finally:
        if sys.modules["pkg_resources"] is stand_in:
            del sys.modules["pkg_resources"]
    return Oracle(
        lambda text: int(parse_tweet(text).weightedLength),
        lambda text: [(*each["indices"], each["url"]) for each in extract_urls_with_indices(text)],
        tuple("".join(chr(int(part, 16)) for part in each.codepoint.split()) for each in emoji_list),
    )
