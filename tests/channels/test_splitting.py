"""A long text becomes a thread: whole sentences where it can, whole links, tags, names and characters always."""

import re
import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pcc_desk.channels import text
from pcc_desk.model.channel import Counting, Platform
from tests.channels.judge_counting import BLUESKY, MASTODON, THREADS, X, listed, platform

SMALL = platform(Counting.CODE_POINTS, 30)
FAMILY = "👩‍👩‍👧"
NUMBER = re.compile(r" (\d+)/(\d+)$")
PIECES = [
    *listed("The Commissioner asks. What do you think? Yes! Mae'r tŷ e\u0302 ŵyth. Mr. St. 4.30 pm (so) “Why?” he"),
    *(
        f" {each} "
        for each in listed("#Ein #tŷ. @pcc @ann.example.org @bob@mastodon.wales gov.uk/a https://a.org/a?b=c")
    ),
    *listed(f"{FAMILY} 🇬🇧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 1️⃣ 中文。 これは日本語です。 שלום \u0600 \u0301"),
    *("10\xa0000", f" {'x' * 400} ", " ", " ", " ", "\n", "\n\n", "\r\n"),
]
PARTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=150).map("".join)


def without_number(parts: list[str]) -> list[str]:
    return [NUMBER.sub("", part) for part in parts] if len(parts) > 1 else parts


@pytest.mark.parametrize("one", [X, BLUESKY, MASTODON, THREADS, SMALL])
def test_a_text_that_fits_stays_as_it_is(one: Platform) -> None:
    assert text.split(one, "Mae'r Comisiynydd yn gofyn. ") == ["Mae'r Comisiynydd yn gofyn. "]
    assert text.split(one, "") == [""]


def test_blanks_of_any_kind_at_a_break_make_no_part_too_long() -> None:
    words = ("Sentence that goes on a little.\u00a0 " * 40).strip()
    parts = text.split(X, words)
    assert len(parts) > 3 and max(text.length(X, part) for part in parts) <= 280


def test_a_platform_without_a_limit_needs_no_thread() -> None:
    assert text.split(platform(Counting.CODE_POINTS, None), "word " * 10_000) == ["word " * 10_000]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We listen. You speak. All of it counts here.", ["We listen. You speak. 1/2", "All of it counts here. 2/2"]),
        ("One line here\nanother line there now", ["One line here 1/2", "another line there now 2/2"]),
        ("Ask Mr. Jones now. No. 10 has said so.", ["Ask Mr. Jones now. 1/2", "No. 10 has said so. 2/2"]),
        ("“Is it so?” he said. Then he went home again.", ["“Is it so?” he said. 1/2", "Then he went home again. 2/2"]),
        ("It is 4.30 now. We meet at gov.uk/a then.", ["It is 4.30 now. 1/2", "We meet at gov.uk/a then. 2/2"]),
        (
            "これは日本語です。" * 4,
            ["これは日本語です。これは日本語です。 1/2", "これは日本語です。これは日本語です。 2/2"],
        ),
    ],
)
def test_a_thread_is_split_between_sentences(words: str, expected: list[str]) -> None:
    assert text.split(SMALL, words) == expected


def test_a_sentence_too_long_for_one_part_is_split_between_words_and_begins_where_there_is_room() -> None:
    assert text.split(SMALL, "Yes. This sentence goes on and on for longer than one part.") == [
        "Yes. This sentence goes on 1/3",
        "and on for longer than one 2/3",
        "part. 3/3",
    ]


def test_a_word_too_long_for_one_part_is_split_between_characters() -> None:
    assert text.split(SMALL, FAMILY * 12) == [f"{FAMILY * 5} 1/3", f"{FAMILY * 5} 2/3", f"{FAMILY * 2} 3/3"]


def test_words_held_together_by_a_space_stay_together() -> None:
    assert text.split(SMALL, "It costs the force around £10\xa0000\xa0000 now.")[0] == "It costs the force around 1/2"


def test_a_link_too_long_for_any_part_stays_whole_and_alone() -> None:
    link = "https://example.org/" + "x" * 30
    assert text.split(SMALL, f"Read it here: {link} and tell us.") == [
        "Read it here: 1/3",
        f"{link} 2/3",
        "and tell us. 3/3",
    ]


def test_parts_are_numbered_in_the_length_they_need() -> None:
    parts = text.split(SMALL, "word " * 600)
    assert len(parts) > 99
    assert parts[0].endswith(f" 1/{len(parts)}")
    assert all(len(part) <= 30 for part in parts)
    # A number of one digit leaves more room than one of three: both are used to the full.
    assert len(text.split(SMALL, "abcde " * 30)[0]) > 25


def test_a_part_keeps_to_the_bytes_a_platform_takes_too() -> None:
    parts = text.split(BLUESKY, (FAMILY * 3 + " ") * 200)
    assert all(text.utf8_bytes(part) <= 3_000 for part in parts)
    assert max(text.length(BLUESKY, part) for part in parts) < 300  # here the bytes are the narrower limit


@settings(max_examples=200, deadline=None)
@given(PARTS, st.sampled_from([X, BLUESKY, MASTODON, THREADS, platform(Counting.UTF16, 90)]))
def test_every_part_fits_and_nothing_is_lost_or_torn(words: str, one: Platform) -> None:
    parts = text.split(one, words)
    limit = one.limits.length or 0
    assert all(text.length(one, part) <= limit for part in parts)
    if len(parts) > 1:
        numbers = [NUMBER.search(part) for part in parts]
        assert [found and (found[1], found[2]) for found in numbers] == [
            (str(number), str(len(parts))) for number in range(1, len(parts) + 1)
        ]
    bare = without_number(parts)
    assert "".join("".join(bare).split()) == "".join(words.split())
    whole = [each for each in regex.findall(r"\X", words) if not each.isspace()]
    assert [each.strip() for part in bare for each in regex.findall(r"\X", part) if not each.isspace()] == [
        each.strip() for each in whole
    ]


SPACED = st.lists(
    st.sampled_from(
        listed(f"Yes. Mae'r tŷ word #EinCynllun #tŷ @pcc @bob@mastodon.wales gov.uk/budget {FAMILY} Why? #a pcc.wales,")
        + listed("https://example.org/a?b=c (https://example.org/a_(b)).")
    ),
    min_size=1,
    max_size=200,
).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(SPACED, st.sampled_from([X, BLUESKY, MASTODON, THREADS, platform(Counting.UTF16, 90)]))
def test_a_thread_has_the_links_tags_and_names_of_the_whole_text(words: str, one: Platform) -> None:
    bare = without_number(text.split(one, words))
    assert [span.target for part in bare for span in text.spans(part, one)] == [
        span.target for span in text.spans(words, one)
    ]
    names = re.compile(r"@[\w.@]+")
    assert [name for part in bare for name in names.findall(part)] == names.findall(words)


@pytest.mark.parametrize("one", [X, BLUESKY, MASTODON, THREADS])
def test_the_longest_text_of_all_is_split_in_reasonable_time(one: Platform) -> None:
    started = time.perf_counter()
    for words in (
        "We ask what you think of gov.uk/budget. ",
        "x",
        "日本語",
        "🇬🇧",
        "https://a.wales/ ",
        "a.",
        "e\u0301",
        " ",
        "@a",
    ):
        text.split(one, words * (63_000 // len(words)))
    assert time.perf_counter() - started < 240
