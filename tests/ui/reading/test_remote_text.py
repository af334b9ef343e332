"""Hidden and turning signs in remote words are seen, and ordinary writing is left alone."""

import pytest

from pcc_desk.ui.reading.remote_text import isolate, show_handle, show_line, show_marks, show_run

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff\u061c\u0007\u2028\u2060\U000e0041"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize("sign", [*TURNING, *HIDDEN])
def test_a_hidden_sign_becomes_a_visible_mark(sign: str) -> None:
    shown = show_marks(f"pay{sign}me")
    assert sign not in shown
    assert shown.startswith("pay⟦") and shown.endswith("⟧me")


@pytest.mark.parametrize(
    "text",
    ["Bore da, sut mae’r tŷ?", "👩‍👩‍👧 and 👨🏽‍🚒", WALES, "❤️‍🔥", "مرحبا", "two\nlines\ttab"],
)
def test_ordinary_writing_and_emoji_stay_as_they_are(text: str) -> None:
    assert show_marks(text) == text


def test_a_remote_run_cannot_leave_its_isolate() -> None:
    shown = show_run("one\u2069\u202etwo\r\nthree")
    assert shown.count("\u2068") == shown.count("\u2069") == 2
    assert all(line.startswith("\u2068") and line.endswith("\u2069") for line in shown.split("\n"))


def test_an_empty_line_needs_no_isolate() -> None:
    assert isolate("a\n\nb") == "\u2068a\u2069\n\n\u2068b\u2069"


def test_a_line_is_one_line_and_not_longer_than_asked() -> None:
    shown = show_line("a\n\n b\t c" + "x" * 1000, 20)
    assert "\n" not in shown
    assert shown.strip("\u2068\u2069").startswith("a b cxx")
    assert len(shown) == 22


def test_a_handle_has_one_at_sign_and_an_absent_handle_none() -> None:
    assert show_handle("@@mlkev.example") == "\u2068@mlkev.example\u2069"
    assert show_handle("mlkev.example") == "\u2068@mlkev.example\u2069"
    assert show_handle(" ") == ""
