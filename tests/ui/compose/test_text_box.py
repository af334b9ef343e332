"""The box an announcement is written in."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import Span, SpanKind
from pcc_desk.ui import theme
from pcc_desk.ui.compose.text_box import TextBox, new_page, utf16_ranges, words_of
from tests.ui.screen import dress


@pytest.fixture
def box(qtbot: QtBot) -> TextBox:
    """An empty box in a window."""
    dress()
    box = TextBox("Text")
    qtbot.addWidget(box)
    box.show_page(new_page("", box))
    box.show()
    return box


def coloured(box: TextBox) -> list[str]:
    """Give the stretches that are coloured."""
    return [selection.cursor.selectedText() for selection in box.extraSelections()]


def inks(box: TextBox) -> list[QColor]:
    """Give the colours of those stretches."""
    return [selection.format.foreground().color() for selection in box.extraSelections()]


@pytest.mark.parametrize("text", ["plain", "a\nb\n", "no\u00a0break\u202fspace", "👩‍👩‍👧‍👦 ŵŷ", "tab\there", ""])
def test_words_come_out_exactly_as_they_went_in(box: TextBox, text: str) -> None:
    box.insertPlainText(text)
    assert box.text() == text


def test_half_a_character_is_replaced_because_it_cannot_be_sent(box: TextBox) -> None:
    box.put("before " + "\ud83c" + " after")
    assert box.text().encode("utf-8")
    assert box.text().startswith("before ")


def test_typing_is_told_and_turning_the_page_is_not(box: TextBox, qtbot: QtBot) -> None:
    with qtbot.waitSignal(box.written) as told:
        QTest.keyClicks(box, "a")
    assert told.args == ["a"]
    with qtbot.assertNotEmitted(box.written):
        box.show_page(new_page("another", box))
    assert box.text() == "another"


def test_each_page_keeps_its_own_undo(box: TextBox) -> None:
    first, second = new_page("first", box), new_page("second", box)
    box.show_page(first)
    QTest.keyClicks(box, " one")
    box.show_page(second)
    QTest.keyClicks(box, " two")
    box.show_page(first)
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (words_of(first), words_of(second)) == ("first", "second two")


def test_a_text_put_in_can_be_undone(box: TextBox) -> None:
    QTest.keyClicks(box, "mine")
    box.put("restored")
    box.undo()
    assert box.text() == "mine"


def test_links_are_coloured_behind_emoji_too(box: TextBox) -> None:
    text = "🎉🎉 see gov.uk now"
    box.insertPlainText(text)
    box.colour(text, (Span(7, 13, SpanKind.LINK, "https://gov.uk"),))
    assert coloured(box) == ["gov.uk"]


def test_what_is_typed_after_a_link_is_not_coloured_with_it(box: TextBox) -> None:
    spans = (Span(0, 6, SpanKind.LINK, "https://gov.uk"),)
    box.insertPlainText("gov.uk")
    box.colour("gov.uk", spans)
    QTest.keyClicks(box, " now")
    box.colour("gov.uk now", spans)
    assert coloured(box) == ["gov.uk"]


def test_links_take_the_colours_of_a_new_look(box: TextBox) -> None:
    box.insertPlainText("see gov.uk now")
    box.colour("see gov.uk now", (Span(4, 10, SpanKind.LINK, "https://gov.uk"),))
    for dark, look in ((False, theme.LIGHT), (True, theme.DARK), (False, theme.LIGHT)):
        dress(dark)
        assert inks(box) == [QColor(look.accent)]
        assert coloured(box) == ["gov.uk"]


def test_ranges_are_turned_into_qt_units() -> None:
    span = Span(2, 3, SpanKind.TAG, "x")
    assert utf16_ranges("abc", (span,)) == [(2, 3)]
    assert utf16_ranges("🎉é🎉", (span,)) == [(3, 5)]


def test_pasted_markup_stays_plain_words(box: TextBox) -> None:
    paste = QMimeData()
    paste.setHtml("<b>bold</b><img src='//attacker.example/x.png'>")
    paste.setText("bold")
    box.insertFromMimeData(paste)
    assert box.text() == "bold"


def test_pictures_are_offered_and_never_put_in_the_words(box: TextBox, qtbot: QtBot, tmp_path: Path) -> None:
    files = [tmp_path / "a.png", tmp_path / "b.JPG", tmp_path / "notes.txt"]
    drop, paste = QMimeData(), QMimeData()
    drop.setUrls([QUrl.fromLocalFile(str(each)) for each in files])
    with qtbot.waitSignal(box.pictures_offered) as offered:
        box.insertFromMimeData(drop)
    assert offered.args == [files[:2]]
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    paste.setImageData(image)
    assert box.canInsertFromMimeData(paste)
    with qtbot.waitSignal(box.pictures_offered) as offered:
        box.insertFromMimeData(paste)
    assert [content[:4] for content in (offered.args or [[]])[0]] == [b"\x89PNG"]
    assert box.text() == ""


def test_tab_goes_on_to_the_next_control(box: TextBox) -> None:
    assert box.tabChangesFocus()
    assert isinstance(box, QWidget)
    assert box.accessibleName() == "Text"
