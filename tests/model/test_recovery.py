"""The recovery key can be printed, typed back, and does not let a mistake pass."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.errors import InputError
from pcc_desk.model.recovery import read_recovery, write_recovery

KEY = bytes(range(32))
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(min_size=32, max_size=32))
def test_every_key_comes_back_from_its_written_form(key: bytes) -> None:
    assert read_recovery(write_recovery(key)) == key


def test_a_recovery_key_is_thirteen_groups_of_five() -> None:
    groups = write_recovery(secrets.token_bytes(32)).split(" ")
    assert [len(group) for group in groups] == [5] * 13


@given(st.binary(min_size=32, max_size=32))
def test_small_letters_other_spacing_and_letters_that_look_alike_are_understood(key: bytes) -> None:
    typed = write_recovery(key).lower().replace(" ", " -\n").replace("0", "o").replace("1", "l")
    assert read_recovery(typed) == key


def test_every_wrong_letter_is_found_and_its_group_named() -> None:
    written = write_recovery(KEY)
    missed = 0
    for place, right in enumerate(written):
        if right == " ":
            continue
        for wrong in LETTERS:
            if wrong != right:
                with pytest.raises(InputError, match=f"Group {place // 6 + 1} "):
                    read_recovery(written[:place] + wrong + written[place + 1 :])
                missed += 1
    assert missed == 65 * 31


@given(st.binary(min_size=32, max_size=32), st.integers(0, 63))
def test_two_swapped_letters_in_a_group_are_found(key: bytes, place: int) -> None:
    letters = write_recovery(key).replace(" ", "")
    if place % 5 == 4 or letters[place] == letters[place + 1]:
        return
    swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    with pytest.raises(InputError):
        read_recovery(swapped)


def test_two_swapped_groups_are_found() -> None:
    groups = write_recovery(KEY).split(" ")
    groups[2], groups[7] = groups[7], groups[2]
    with pytest.raises(InputError, match="Group 3 "):
        read_recovery(" ".join(groups))


@pytest.mark.parametrize("typed", ["", "ABCDE", "é" * 65, write_recovery(KEY)[:-1], write_recovery(KEY) + "7"])
def test_an_incomplete_or_foreign_key_is_refused_in_words(typed: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_recovery(typed)
    assert refusal.value.sentence and refusal.value.next_step
