"""Every rule of counting in use, on ten thousand seeded texts each, against a judge that knows nothing of our tables.

X's rule is judged in test_counting_x.py, and Mastodon's in test_counting_built.py.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import pytest
import regex

from pcc_desk.channels import text
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.channel import Counting, Platform
from pcc_desk.model.message import MessageKind
from pcc_desk.services.answer_limits import Answering, measure
from tests.channels.judge_counting import BLUESKY, THREADS, icu_clusters, listed, oracle

TEXTS, SEED = 10_000, 20_261_127
PLATFORMS = [adapter.platform for adapter in ADAPTERS.values()]
WORDS = listed(
    "Cyllideb Dŵr tŷ ŵyth W\u0302 e\u0301te\u0301 中文 日本語 𠮷野家 한국어 각 שלום مرحبا สวัสดี 𝔘𝔫𝔦 £1,000 50% “so” … — "
    "#Budget #tŷ @pcc @pcc.example.org @pcc@mastodon.wales gov.uk https://example.org/tŷ?q=ŵ#a 7 # * "
    "\u200b \u200f \u2067 \n \t"
)
# The scripts of today, as far as Python knows them, which ICU does too: but not what Unicode has changed between its
# versions, as what joins across a virama (15.1), and which symbols that are no emoji would join like one (17).
VIRAMAS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
SCRIPTS = [
    chr(code)
    for code in (*range(0x2300), *range(0x2C00, 0x3400), *range(0xA000, 0xD800), *range(0xE000, 0x10000))
    if chr(code) not in VIRAMAS and unicodedata.category(chr(code)) != "Cn"
]


def units_of_utf16(words: str) -> int:
    """Count as RFC 2781 says: two units for each character above U+FFFF."""
    return sum(2 if ord(sign) > 0xFFFF else 1 for sign in words)


def bytes_of_utf8(words: str) -> int:
    """Count as RFC 3629 says: by how large each character's number is."""
    return sum(1 + (ord(sign) > 0x7F) + (ord(sign) > 0x7FF) + (ord(sign) > 0xFFFF) for sign in words)


def points(words: str) -> int:
    """Count the characters as UTF-32 has them: four bytes each."""
    return len(words.encode("utf-32-le")) // 4


# Rules that count each character by itself, whatever stands beside it.
PLAIN: Mapping[Counting, Callable[[str], int]] = {
    Counting.UTF16: units_of_utf16,
    Counting.UTF8_BYTES: bytes_of_utf8,
    Counting.CODE_POINTS: points,
}
ELSEWHERE = {Counting.WEIGHTED, Counting.LINKS_SHORT}  # see above
IN_USE = sorted({each.limits.counting for each in PLATFORMS}, key=lambda each: each.name)


def texts(seed: int) -> Iterator[list[str]]:
    """Give texts in parts: words, whole emoji of the vendor's list, torn ones, and characters of any script."""
    pick, emoji = random.Random(seed), oracle().emoji
    for _ in range(TEXTS):
        parts = []
        for _ in range(pick.randrange(1, 12)):
            whole = pick.choice(emoji)
            torn = whole[: pick.randrange(1, len(whole) + 1)]
            parts.append(pick.choice((pick.choice(WORDS), whole, torn, pick.choice(SCRIPTS), " ")))
        yield parts


def rule(counting: Counting) -> Platform:
    """Give a platform that counts so."""
    return next(each for each in PLATFORMS if each.limits.counting is counting)


def test_every_rule_in_use_has_its_judge() -> None:
    assert set(IN_USE) == {*PLAIN, *ELSEWHERE, Counting.GRAPHEMES, Counting.EMOJI_BYTES}


@pytest.mark.parametrize("counting", PLAIN, ids=lambda each: each.name)
def test_ten_thousand_texts_are_counted_as_the_standards_count_them(counting: Counting) -> None:
    platform, wrong, by_length = rule(counting), [], 0
    for parts in texts(SEED):
        words = "".join(parts)
        expected = PLAIN[counting](words)
        by_length += expected != len(words)
        if {text.length(platform, words), text.lengths(PLATFORMS, words)[PLATFORMS.index(platform)]} != {expected}:
            wrong.append((ascii(words), expected))
    assert not wrong, wrong[:3]
    assert counting is Counting.CODE_POINTS or by_length > TEXTS / 2  # the control: plain length would be wrong


def test_bluesky_s_bytes_of_ten_thousand_texts_are_the_standard_s() -> None:
    wrong = [words for words in map("".join, texts(SEED)) if text.Reading(words).utf8_bytes != bytes_of_utf8(words)]
    assert not wrong, wrong[:3]


def test_bluesky_s_graphemes_of_ten_thousand_texts_are_the_ones_icu_finds() -> None:
    clusters, wrong, joined = icu_clusters(), [], 0
    for parts in texts(SEED):
        words = "".join(parts)
        expected = len(clusters(words))
        joined += expected != len(words)
        if text.length(BLUESKY, words) != expected:
            wrong.append((ascii(words), expected, text.length(BLUESKY, words)))
    assert not wrong, wrong[:3]
    assert joined > TEXTS / 2


def test_threads_counts_ten_thousand_texts_by_what_they_are_put_together_from() -> None:
    # "Emojis are counted as the number of UTF-8 bytes": which they are is X's list, of more than 3,800, not ours.
    pick, emoji, wrong, by_length = random.Random(SEED), oracle().emoji, [], 0
    for _ in range(TEXTS):
        parts = [(pick.choice(WORDS), False) if pick.random() < 0.5 else (pick.choice(emoji), True) for _ in range(9)]
        words = "".join(part for part, _ in parts)
        expected = sum(bytes_of_utf8(part) if is_emoji else len(part) for part, is_emoji in parts)
        by_length += expected != len(words)
        if text.length(THREADS, words) != expected:
            wrong.append((ascii(words), expected, text.length(THREADS, words)))
    assert not wrong, wrong[:3]
    assert by_length > TEXTS / 2


# What Unicode itself takes for an emoji (UTS #51, 1.4.9), but digits, # and * alone.
UNICODES = regex.compile(
    r"\p{RI}\p{RI}|(?:(?![0-9#*])\p{Emoji}|[0-9#*](?=\ufe0f?\u20e3))"
    r"(?:\p{EMod}|\ufe0f?\u20e3|\ufe0f|[\U000e0020-\U000e007e]+\U000e007f)?"
    r"(?:\u200d(?:\p{RI}\p{RI}|(?![0-9#*])\p{Emoji}(?:\p{EMod}|\ufe0f)?))*"
)


def test_threads_counts_no_torn_emoji_shorter_than_unicode_s_own_pattern_and_none_longer_than_its_bytes() -> None:
    wrong = []
    for words in map("".join, texts(SEED + 1)):
        least = len(words) + sum(bytes_of_utf8(found) - len(found) for found in UNICODES.findall(words))
        if not least <= text.length(THREADS, words) <= bytes_of_utf8(words):
            wrong.append((ascii(words), least, text.length(THREADS, words)))
    assert not wrong, wrong[:3]


@pytest.mark.parametrize("name", ["instagram", "facebook", "x", "youtube"])
def test_what_is_said_in_private_or_live_is_counted_as_its_platform_counts_there(name: str) -> None:
    platform = ADAPTERS[name].platform
    told, live = platform.private_rule, platform.live_length
    private, said_live = Answering(MessageKind.DIRECT, private=True), Answering(MessageKind.LIVE)
    for words in map("".join, texts(SEED + 2)):
        if told is not None:
            count = bytes_of_utf8 if told.in_bytes else points
            assert measure(platform, words, private) == (count(words), told.length)
        if live:
            assert measure(platform, words, said_live) == (points(words), live)
