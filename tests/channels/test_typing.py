"""What a text shares with the one before it is not read again, and that changes no count and no link."""

import random
from itertools import pairwise

import pytest

from pcc_desk.channels import weighing
from pcc_desk.channels.weighing import Weighed
from pcc_desk.model.announcement import Span
from pcc_desk.model.channel import Counting, Limits

BITS = [
    *(
        "a",
        "b ",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        ".",
        ". ",
        "#",
        "@",
        ":",
        "/",
        "é",
        "e\u0301",
        "\u0301",
        "\u200d",
    ),
    *(
        "👩‍👩‍👧",
        "👩",
        "🏴\U000e0067\U000e0062",
        "\U000e007f",
        "🇬",
        "🇧",
        "1\ufe0f\u20e3",
        "\u00a0",
        "\u3000",
        "中文",
        "ŵŷ",
        "\u202e",
    ),
    *(
        "https://example.org/plan ",
        "gov.uk",
        "example.org/a(b)",
        "#Budget",
        "@name@server.example ",
        "plain words and more of them ",
    ),
]


def told(weighed: Weighed) -> tuple[tuple[int, ...], tuple[tuple[Span, ...], ...], int]:
    """Give every count, and what is found by every rule."""
    lengths = tuple(weighed.length(Limits(500, counting)) for counting in Counting)
    rules = (None, Counting.WEIGHTED, Counting.LINKS_SHORT)
    return lengths, tuple(weighed.spans(rule) for rule in rules), weighed.tags


def edited(text: str, dice: random.Random) -> str:
    """Type, paste or take away: mostly at the end, sometimes anywhere."""
    place = len(text) if dice.random() < 0.8 else dice.randint(0, len(text))
    act = dice.random()
    if act < 0.7:
        return text[:place] + dice.choice(BITS) + text[place:]
    if act < 0.8:
        return text[:place] + "".join(dice.choices(BITS, k=40)) + text[place:]
    return text[: max(0, place - dice.choice((1, 1, 1, 5, 200)))] + text[place:]


@pytest.mark.parametrize("seed", range(12))
def test_a_text_read_after_another_is_counted_as_one_read_by_itself(seed: int) -> None:
    dice, text, before = random.Random(seed), "", Weighed("")
    for _ in range(250):
        text = edited(text, dice)
        before = Weighed(text, before)
        assert told(before) == told(Weighed(text)), repr(text)


def test_what_stands_still_is_neither_counted_nor_placed_again() -> None:
    text = "".join(f"Line {number} says #Budget on gov.uk/page{number} today.\n" for number in range(60))
    first = Weighed(text)
    first.spans(Counting.WEIGHTED)
    second = Weighed(f"{text}x", first)
    third = Weighed(f"{text}xy", second)
    shared = [
        sum(one is other for one, other in zip(a.spans(Counting.WEIGHTED), b.spans(Counting.WEIGHTED), strict=False))
        for a, b in pairwise((second, third))
    ]
    assert shared[0] >= 118
    assert third._run._head is second._run._head and len(third._run._pieces) < 8


def typed_in_short_lines(lines: int) -> tuple[str, Weighed]:
    """Type many lines of one letter, counted by one rule only."""
    text, weighed = "", Weighed("")
    for _ in range(lines):
        text += "a\n"
        weighed = Weighed(text, weighed)
        assert weighed.length(Limits(500, Counting.GRAPHEMES)) == len(text)
    return text, weighed


def test_thousands_of_short_lines_are_counted_by_rules_nobody_asked_for_while_they_were_typed() -> None:
    text, weighed = typed_in_short_lines(12_000)
    assert told(weighed) == told(Weighed(text))


def test_control_runs_that_all_wait_for_one_another_would_be_too_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "_DEEPEST", 1_000_000)
    _, weighed = typed_in_short_lines(12_000)
    with pytest.raises(RecursionError):
        told(weighed)


def test_no_text_ever_typed_is_kept_for_the_sake_of_the_next() -> None:
    weighed = Weighed("")
    for number in range(400):
        weighed = Weighed(f"{'word ' * number}", weighed)
        told(weighed)
    assert weighed._before is None


def test_control_a_beginning_that_is_not_the_same_would_be_seen() -> None:
    text = "".join(f"Line {number} is here.\n" for number in range(60))
    other = f"👩‍👩‍👧 #Tag {text}"
    head = Weighed(text)._run._settled
    wrong = weighing._Run(head, [weighing._piece(other[head.end :])], other)
    right = Weighed(other)._run
    assert wrong.graphemes != right.graphemes and wrong.spans("reader") != right.spans("reader")
    assert Weighed(text)._run.head_of(other).end == 0
