"""Plain words with coloured stretches."""

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.spanned_text import SpannedText, units
from tests.ui.screen import dress


def open_text(qtbot: QtBot, text: str, *ranges: tuple[int, int]) -> SpannedText:
    """Show a text."""
    dress()
    words = SpannedText()
    qtbot.addWidget(words)
    words.show_text(text, tuple(ranges))
    words.resize(200, words.heightForWidth(200))
    words.show()
    return words


def has_colour(words: SpannedText, colour: str) -> bool:
    """Tell whether a colour is on the screen."""
    image, wanted = words.grab().toImage(), QColor(colour).name()
    return any(image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(image.height()))


def test_links_have_the_colour_of_links(qtbot: QtBot) -> None:
    accent = theme.LIGHT.accent
    assert has_colour(open_text(qtbot, "see MMMM", (4, 8)), accent)
    assert not has_colour(open_text(qtbot, "see MMMM"), accent)


def test_a_stretch_may_go_over_several_lines(qtbot: QtBot) -> None:
    words = open_text(qtbot, "one\ntwo\nthree", (0, 13))
    assert not has_colour(words, theme.LIGHT.ink)


def test_markup_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    words = open_text(qtbot, "<img src='//x.example/y.png'>")
    assert words.accessibleName() == "<img src='//x.example/y.png'>"


def test_a_narrow_text_is_higher(qtbot: QtBot) -> None:
    words = open_text(qtbot, "word " * 40)
    assert words.heightForWidth(100) > words.heightForWidth(400) > words.heightForWidth(4_000)
    assert open_text(qtbot, "a" * 500).heightForWidth(100) > 100


def test_units_are_counted_as_qt_counts_them() -> None:
    assert (units("ab"), units("é"), units("🎉"), units("")) == (2, 1, 2, 0)
