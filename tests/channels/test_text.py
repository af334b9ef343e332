"""Lengths as each platform counts, and the links and hashtags in a text."""

import random
import time

import pytest
import regex

from pcc_desk.channels import text
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform

FAMILY = "👩‍👩‍👧"


def platform(counting: Counting) -> Platform:
    return Platform("p", "P", "P", "#000", Limits(300, counting), Ability.NONE, Guarantee.A, ())


def targets(words: str, kind: SpanKind) -> list[str]:
    return [span.target for span in text.spans(words) if span.kind is kind]


@pytest.mark.parametrize(
    ("counting", "expected"),
    [
        (Counting.CODE_POINTS, 8),
        (Counting.GRAPHEMES, 4),
        (Counting.UTF16, 11),
        (Counting.UTF8_BYTES, 24),
        (Counting.WEIGHTED, 6),
        (Counting.EMOJI_BYTES, 21),
        (Counting.LINKS_SHORT, 4),
    ],
)
def test_each_unit_counts_the_same_text_in_its_own_way(counting: Counting, expected: int) -> None:
    assert text.length(platform(counting), f"a{FAMILY}ŷ€") == expected


def test_many_platforms_share_one_count_and_keep_their_order() -> None:
    wanted = [platform(unit) for unit in (Counting.UTF16, Counting.GRAPHEMES, Counting.UTF16, Counting.CODE_POINTS)]
    assert text.lengths(wanted, FAMILY) == (8, 1, 8, 5)


def test_graphemes_agree_with_unicode_on_ten_thousand_seeded_texts() -> None:
    joining = ["\u0302", "\u200d", "\ufe0f\u20e3", "\U000e0067", "🏴", "🇬🇧", "각", FAMILY]
    pick = random.Random(20261122)
    for _ in range(10_000):
        words = "".join(pick.choices([*"a1ŷ\r\n€–\u00ad日 ", "\r\n", *joining], k=pick.randrange(12)))
        assert text.graphemes(words) == len(regex.findall(r"\X", words)), ascii(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("See https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        ("(see http://example.org/a_(b))", ["http://example.org/a_(b)"]),
        ("www.dyfed-powys.pcc.wales/ymgynghoriad, diolch", ["https://www.dyfed-powys.pcc.wales/ymgynghoriad"]),
        ("bbc.co.uk and GOV.UK!", ["https://bbc.co.uk", "https://GOV.UK"]),
        ("example.com:8080/x", ["https://example.com:8080/x"]),
        ("“https://example.org/quoted”", ["https://example.org/quoted"]),
        ("pcc@example.org 4.30pm e.g. Mr.Smith end.In other file.txt", []),
        ("https:// is not one", []),
        ("javascript:alert(1) file:///etc ftp://example.org", []),
    ],
)
def test_links_are_found_as_a_reader_would(words: str, expected: list[str]) -> None:
    assert targets(words, SpanKind.LINK) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("#EinCynllun a #tŷ.", ["EinCynllun", "tŷ"]),
        ("#HeddluDyfedPowys, #y\u0302d!", ["HeddluDyfedPowys", "y\u0302d"]),
        ("#1 #2026 #2026Plan", ["2026Plan"]),
        ("a#b # #! ##", []),
        ("#" + "x" * 65, []),
        ("https://example.org/#anchor", []),
    ],
)
def test_hashtags_keep_welsh_letters_and_leave_numbers_alone(words: str, expected: list[str]) -> None:
    assert targets(words, SpanKind.TAG) == expected


def test_mentions_need_a_whole_handle() -> None:
    assert [handle for *_, handle in text.mentions("(@ann.example.org) @bob me@home.org @c.d-e.wales.")] == [
        "ann.example.org",
        "c.d-e.wales",
    ]


def test_byte_ranges_cut_the_same_words_out_of_the_utf8_text() -> None:
    words = f"ŷ {FAMILY} #tŷ https://example.org"
    for span in text.spans(words):
        first, last = text.utf8_range(words, span.start, span.end)
        assert words.encode()[first:last].decode() == words[span.start : span.end]


def test_three_megabytes_of_hostile_text_are_read_in_reasonable_time() -> None:
    started = time.perf_counter()
    for words in ("a." * 1_500_000, "#" * 3_000_000, "https://" * 375_000, "(" * 3_000_000, "@a." * 1_000_000):
        text.spans(words)
        text.mentions(words)
    assert time.perf_counter() - started < 20
