"""Keys are valid on every platform and sort as their times do."""

import re

from hypothesis import given
from hypothesis import strategies as some

from pcc_desk.model.key import CLOCKS, make_key, moment_of

TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")  # atproto.com/specs/tid
MOMENTS = some.integers(0, 2**53 - 1)


@given(MOMENTS, some.integers(0, CLOCKS - 1))
def test_every_key_is_a_valid_tid_and_gives_its_moment_back(moment: int, clock: int) -> None:
    key = make_key(moment, clock)
    assert TID.fullmatch(key)
    assert moment_of(key) == moment


@given(MOMENTS, MOMENTS, some.integers(0, CLOCKS - 1))
def test_keys_sort_as_their_moments_do(one: int, other: int, clock: int) -> None:
    assert (make_key(one, clock) < make_key(other, clock)) == (one < other)


def test_a_known_moment_gives_a_known_key() -> None:
    assert make_key(1_700_000_000_000_000, 0) == "3ke6kg3wk2222"
