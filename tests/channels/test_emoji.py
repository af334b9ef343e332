"""Which characters together are one emoji."""

import random
import re

import pytest
import regex

from pcc_desk.channels import emoji, text
from tests.channels.judge_counting import THREADS, X, oracle


def test_every_emoji_of_the_judges_list_is_one() -> None:
    many = [each for each in oracle().emoji if len(each) > 1]
    assert len(many) > 2_400
    assert [each for each in many if emoji.sequences(emoji.runs(each)) != [each]] == []


def test_torn_and_mended_emoji_are_taken_for_what_they_still_are() -> None:
    # The judge's list as one expression, longest first. Its pieces can make an emoji that came later: left out.
    known = sorted((each for each in oracle().emoji if len(each) > 1 or each in "©®"), key=len, reverse=True)
    judge = re.compile("|".join(map(re.escape, known)))
    pieces = sorted({piece for each in known for piece in each if piece not in "🧑🧒🤝❤👭👫👬💏💑"})
    pick, compared = random.Random(20261122), 0
    for _ in range(10_000):
        whole = pick.choice(known)
        place = pick.randrange(len(whole) + 1)
        words = (
            whole[:place]
            + pick.choice([*pieces, *"\u200d\ufe0f\U0001f3fd" * 40, ""])
            + whole[place + pick.randrange(2) :]
        )
        found, expected = emoji.sequences(emoji.runs(words)), judge.findall(words)
        if all(each in known for each in found):
            compared += 1
            assert found == expected, ascii(words)
    assert compared > 9_000


def test_what_may_be_shown_as_a_picture_is_what_unicode_calls_pictographic() -> None:
    pictographic = regex.compile(r"[\p{Extended_Pictographic}\p{RI}]")
    everything = [chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000))]
    expected = [each for each in everything if pictographic.match(each)]
    assert [each for each in everything if emoji.pictures(emoji.runs(each))] == expected
    assert len(expected) > 2_000


@pytest.mark.parametrize(
    ("words", "on_threads", "on_x"),
    [
        ("Diolch", 6, 6),
        ("tŷ’r", 4, 4),
        ("a🎉b", 6, 4),
        ("👩‍👩‍👧", 18, 2),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 28, 2),
        ("🇬🇧", 8, 2),
        ("🇦🇦", 8, 4),  # no such flag: X counts its letters
        ("1️⃣ 1", 9, 4),
        ("❤️", 6, 2),
        ("中文", 2, 4),
        ("a\u200db", 3, 3),
        ("🏴🏴", 8, 4),
    ],
)
def test_threads_counts_the_bytes_of_an_emoji_and_x_two(words: str, on_threads: int, on_x: int) -> None:
    assert text.length(THREADS, words) == on_threads
    assert text.length(X, words) == on_x
