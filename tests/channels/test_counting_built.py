"""Mastodon's count of texts whose parts are known: 10,000 of them, each counted by what it was put together from."""

import random

import regex

from pcc_desk.channels import text
from tests.channels.judge_counting import MASTODON

SEED, STRINGS = 20_261_126, 10_000
LINK = 23  # whatever its length
PLAIN = (
    *("meeting", "Dewch", "i’r", "cyfarfod", "ŵyn", "tŷ", "e\u0301te\u0301", "中文字", "한글"),
    *("ދިވެހި", "नमस्ते", "עברית", "العربية", "#Budget", "#tŷ", "£1,000", "50%", "a-b", "(so)", "“quoted”", "…", "…and"),
    *("👩\u200d👩\u200d👧", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧", "👍🏽", "1\ufe0f\u20e3", "❤\ufe0f", "✓"),
)
HOSTS = ("example.org", "www.gwent.pcc.police.uk", "xn--nxasmq6b.example.com", "a.b.c.wales", "münchen.de", "例え.jp")
PATHS = ("", "/", "/plan", "/a/b-c_d", "/plan.pdf", "/wiki/Gwent_(police)", "/%C5%B5", "/ŵyl", "/a,b;c")
QUERIES = ("", "?q=1", "?q=1&x=a_b", "?q=ŵ")
SERVERS = ("mastodon.wales", "social.example.org", "a.b.co.uk")
BETWEEN = (" ", "\n", "\n\n", " \n", "  ", "\t")


def seen(words: str) -> int:
    """Count what a reader sees as one character each, as another library does."""
    return len(regex.findall(r"\X", words))


def part(dice: random.Random) -> tuple[str, int]:
    """Give one part of a text, and what Mastodon counts for it."""
    kind = dice.random()
    if kind < 0.25:
        scheme = dice.choice(("https://", "http://"))
        path = dice.choice(PATHS)
        return scheme + dice.choice(HOSTS) + path + (dice.choice(QUERIES) if path else ""), LINK
    if kind < 0.4:
        name = dice.choice(("pcc", "gwent_pcc", "a.b", "x-y", "N9"))
        return f"@{name}@{dice.choice(SERVERS)}", len(name) + 1
    if kind < 0.45:
        return "@pcc", 4
    words = dice.choice(PLAIN)
    return words, seen(words)


def built(dice: random.Random) -> tuple[str, int]:
    """Put a text together, and count it."""
    words, counted = "", 0
    for _ in range(dice.randint(1, 14)):
        piece, length = part(dice)
        between = dice.choice(BETWEEN) if words else ""
        words, counted = words + between + piece, counted + len(between) + length
    return words, counted


def test_ten_thousand_texts_are_counted_by_what_they_are_put_together_from() -> None:
    dice = random.Random(SEED)
    wrong = []
    for _ in range(STRINGS):
        words, counted = built(dice)
        if text.length(MASTODON, words) != counted:
            wrong.append((words, counted, text.length(MASTODON, words)))
    assert not wrong, wrong[:3]


def test_control_a_link_counted_whole_or_a_server_counted_along_would_be_seen() -> None:
    dice, whole = random.Random(SEED), 0
    for _ in range(200):
        words, counted = built(dice)
        whole += seen(words) != counted
    assert whole > 100
