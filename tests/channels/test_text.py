"""Lengths as each platform counts, and the links and hashtags in a text."""

import random
import time
from itertools import accumulate

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels import text
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Counting
from tests.channels.judge_counting import BLUESKY, MASTODON, THREADS, X, listed, platform

FAMILY = "👩‍👩‍👧"


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
    pick = random.Random(20261122)
    anything = [chr(code) for code in (*range(0x3400), *range(0xA000, 0xD800), *range(0xE000, 0x20000))]
    joining = [each for each in anything if regex.match(r"[^\p{GCB=Other}]", each)] + ["\U000e0067", "\r\n"]
    for _ in range(10_000):
        kinds = ("a1ŷ€–日 \n", [FAMILY, "🏴", "🇬🇧", "각", "🏽"], anything, joining, joining)
        words = "".join(pick.choice(pick.choice(kinds)) for _ in range(pick.randrange(14)))
        expected = len(regex.findall(r"\X", words))
        assert text.graphemes(words) == expected, ascii(words)
        assert text.length(BLUESKY, words) == expected, ascii(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a" * 476 + " http://" + "b" * 30 + ".com/example", 500),
        ("a" * 476 + "http://" + "b" * 30 + ".com/example", 476 + 7 + 30 + 12),  # no link behind a letter
        ("http://example.com/valid?" + "#foo?" * 1_000, 25 + 5_000),  # too long for a link
        ("a" * 475 + " @alice@" + "b" * 30 + ".com", 482),
        ("@alice@" + "b" * 500 + ".com", 511),  # too long for a server
        ("✨" * 500, 500),
        ("🏳️‍⚧️" * 500, 500),
        ("gov.uk", 6),  # without https:// it is no link
        ("https://gov.uk, https://gov.uk.", 23 + 2 + 23 + 1),
        ("https://example.org/tŷ-🎉?q=ŵ! a", 23 + 3),
        ("(https://example.org/a_(b))", 25),
        ("see @pcc@mastodon.wales and @pcc", 4 + 4 + 5 + 4),
        ("mail pcc@example.org", 20),
        ("https://mastodon.wales/@pcc@example.org", 23),
        ("gopher://example.org magnet:?xt=urn", 23 + 15),
    ],
)
def test_mastodon_counts_links_and_servers_short(words: str, expected: int) -> None:
    # Cases and rules: StatusLengthValidator in Mastodon's source, with its own tests.
    assert text.length(MASTODON, words) == expected


def test_a_link_on_a_mastodon_compatible_server_counts_what_the_server_says() -> None:
    words = "https://example.org/a https://example.org/b"
    lengths = text.lengths([platform(Counting.LINKS_SHORT, link_length=size) for size in (23, 25, None)], words)
    assert lengths == (47, 51, 47)


def test_a_line_counts_the_same_alone_and_among_others() -> None:
    pick = random.Random(20261122)
    words = listed(
        "tŷ e\u0302 gov.uk https://t.co/abc, #tag @a@b.wales 👩‍👩‍👧 中文 \u0600 \u0301 🏽 \r\n \n \xa0 ! “a” "
    )
    for _ in range(2_000):
        line = "".join(pick.choice(words) + pick.choice(("", " ", " ")) for _ in range(pick.randrange(60)))
        for one in (X, BLUESKY, MASTODON, THREADS):
            # What stands before a first character or behind a last one matters little but not nothing, so it is plain.
            alone = text.length(one, f"a {line} a")
            assert text.length(one, f"a {line} a\n" * 3) == 3 * (alone + 1), ascii(line)


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


@pytest.mark.parametrize(
    ("words", "everywhere", "on_x", "on_mastodon"),
    [
        ("gov.uk/budget", ["gov.uk/budget"], ["gov.uk/budget"], []),
        ("ymweld.rugby", [], ["ymweld.rugby"], []),
        ("example.com中国語", ["example.com"], ["example.com"], []),
        ("中国語example.com", [], ["example.com"], []),
        ("https://x", ["https://x"], [], []),
        ("https://x.com/tŷ/🎉", ["https://x.com/tŷ/🎉"], ["https://x.com/tŷ/"], ["https://x.com/tŷ/🎉"]),
    ],
)
def test_each_platform_has_its_own_idea_of_a_link(
    words: str, everywhere: list[str], on_x: list[str], on_mastodon: list[str]
) -> None:
    for one, expected in ((None, everywhere), (BLUESKY, everywhere), (X, on_x), (MASTODON, on_mastodon)):
        assert [words[span.start : span.end] for span in text.spans(words, one)] == expected


def test_a_bare_address_leads_to_the_secure_one() -> None:
    assert [span.target for span in text.spans("gov.uk", X)] == ["https://gov.uk"]
    assert [span.target for span in text.spans("a HTTP://gov.uk", X)] == ["HTTP://gov.uk"]


def test_hashtags_are_counted_on_the_safe_side() -> None:
    assert text.Reading("#tŷ #2026 a#b ＃日本 # #! &#38; example.org/#part").tags == 4


HARD_WORDS = st.lists(
    st.sampled_from(
        listed("ŷ ŵ e\u0302 👩‍👩‍👧 🇬🇧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 1️⃣ שלום مرحبا \u200f \u2067 中文 नमस्ते \n . , ! ( ) “ ” a   ")
        + listed("#tŷ #e\u0302 #🎉 #שלום gov.uk https://example.org/tŷ (https://example.org) @ann.example.org")
        + [" ", " "]
    ),
    max_size=30,
).map("".join)


@given(HARD_WORDS)
def test_facets_by_bytes_cut_out_whole_characters_in_order(words: str) -> None:
    written = words.encode()
    edges = {0, *accumulate(len(each.encode()) for each in regex.findall(r"\X", words))}
    end = 0
    for span in text.spans(words):
        first, last = text.utf8_range(words, span.start, span.end)
        assert end <= first < last <= len(written)
        assert written[first:last].decode() == words[span.start : span.end]
        assert first in edges
        end = last
        if span.kind is SpanKind.TAG:
            assert written[first:last].decode()[1:] == span.target
        else:
            assert span.target.endswith(written[first:last].decode())


def test_byte_ranges_cut_the_same_words_out_of_the_utf8_text() -> None:
    words = f"ŷ {FAMILY} #tŷ https://example.org"
    for span in text.spans(words):
        first, last = text.utf8_range(words, span.start, span.end)
        assert words.encode()[first:last].decode() == words[span.start : span.end]


def test_half_a_megabyte_of_hostile_text_is_read_in_reasonable_time() -> None:
    # Reading it twice as often as its length squared would take hours.
    started = time.perf_counter()
    hostile = ("a.", "#", "https://", "(", "@a.", "a.com_.", "a.com中", "é_", "👩\u200d", "🇬", "e\u0301", "@a@b.")
    for words in (part * (40_000 // len(part)) for part in hostile):
        for one in (None, X, MASTODON):
            text.spans(words, one)
        text.lengths((X, BLUESKY, MASTODON, THREADS), words)
        text.mentions(words)
    assert time.perf_counter() - started < 120
