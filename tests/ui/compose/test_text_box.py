"""The box an announcement is written in."""

import random
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QInputMethodEvent, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import Span, SpanKind
from pcc_desk.ui import theme
from pcc_desk.ui.compose.text_box import TextBox, new_page, utf16_ranges, words_of
from pcc_desk.ui.widgets.spanned_text import units
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


def stretches(box: TextBox) -> list[tuple[str, QColor]]:
    """Give the stretches that are coloured, and their colours."""
    found, line = list[tuple[str, QColor]](), box.document().begin()
    while line.isValid():
        words = line.text().encode("utf-16-le", "surrogatepass")  # Qt counts in these units
        for each in line.layout().formats():
            start, length = each.start, each.length
            colour = each.format.foreground().color()
            found.append((words[2 * start : 2 * (start + length)].decode("utf-16-le"), colour))
        line = line.next()
    return found


def coloured(box: TextBox) -> list[str]:
    """Give the stretches that are coloured."""
    return [words for words, _ in stretches(box)]


def inks(box: TextBox) -> list[QColor]:
    """Give the colours of those stretches."""
    return [colour for _, colour in stretches(box)]


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


def found_in(text: str) -> tuple[Span, ...]:
    """Give every "gov.uk" of a text as a link, and every "#Tag" as a hashtag."""
    places = re.finditer(r"gov\.uk|#Tag", text)
    return tuple(Span(each.start(), each.end(), SpanKind.LINK, each[0]) for each in places)


@pytest.fixture
def colouring(box: TextBox) -> TextBox:
    """A box whose links are coloured at each key press, as the editor does: only where the words have changed."""
    seen = [""]

    def colour(text: str) -> None:
        if text != seen[0]:
            seen[0] = text
            box.colour(text, found_in(text))

    box.written.connect(colour)
    return box


def assert_coloured(box: TextBox) -> None:
    """See that the links are coloured, all of them and nothing else."""
    text = box.text()
    assert coloured(box) == [text[span.start : span.end] for span in found_in(text)]


WORDS = ["gov.uk", "#Tag", " ", "\n", "a", "🎉", "ŵ", " gov.uk #Tag\n", "\n\n", "gov.uk\n🎉 #Tag gov.uk\nnow"]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_typed_pasted_taken_away_undone_or_redone_the_links_are_coloured(
    colouring: TextBox, seed: int
) -> None:
    dice = random.Random(seed)
    for _ in range(120):
        text, place = colouring.text(), colouring.textCursor()
        place.setPosition(units(text[: dice.randint(0, len(text))]))
        if dice.random() < 0.4:
            place.setPosition(units(text[: dice.randint(0, len(text))]), QTextCursor.MoveMode.KeepAnchor)
        colouring.setTextCursor(place)
        act = dice.randrange(6)
        if act < 3:
            colouring.insertPlainText(dice.choice(WORDS))
        elif act == 3:
            QTest.keyClick(colouring, dice.choice((Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return)))
        else:
            (colouring.undo if act == 4 else colouring.redo)()
        assert_coloured(colouring)


def test_the_same_words_pasted_over_themselves_keep_their_colours(colouring: TextBox) -> None:
    colouring.insertPlainText("see gov.uk\nand #Tag\nand so on")
    paste = QMimeData()
    paste.setText(colouring.text())
    colouring.selectAll()
    colouring.insertFromMimeData(paste)
    assert coloured(colouring) == ["gov.uk", "#Tag"]
    colouring.undo()
    assert coloured(colouring) == ["gov.uk", "#Tag"]


def compose(box: TextBox, composing: str, made: str = "") -> None:
    """Let the keyboard show letters that are not decided yet, underlined, or put in what was decided."""
    underlined = QTextCharFormat()
    underlined.setFontUnderline(True)
    mark = QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.TextFormat, 0, len(composing), underlined)
    composed = QInputMethodEvent(composing, [mark] if composing else [])
    composed.setCommitString(made)
    QApplication.sendEvent(box, composed)


def test_letters_being_composed_are_underlined_and_leave_the_links_of_their_line_coloured(colouring: TextBox) -> None:
    colouring.insertPlainText("see gov.uk ")
    for composing in ("^", "ŵ"):
        compose(colouring, composing)
        line = colouring.document().begin()
        assert any(each.format.fontUnderline() for each in line.layout().formats())
    compose(colouring, "", "ŵ")
    assert (colouring.text(), coloured(colouring)) == ("see gov.uk ŵ", ["gov.uk"])
    compose(colouring, "^")
    compose(colouring, "")
    assert (colouring.text(), coloured(colouring)) == ("see gov.uk ŵ", ["gov.uk"])


def test_a_page_shown_again_has_its_links_in_the_colours_of_the_look_there_is_now(box: TextBox) -> None:
    pages = [new_page("see gov.uk now", box), new_page("or gov.uk later", box)]
    for dark, look in ((False, theme.LIGHT), (True, theme.DARK)):
        dress(dark)
        for page in pages:
            box.show_page(page)
            box.colour(box.text(), found_in(box.text()))
            assert stretches(box) == [("gov.uk", QColor(look.accent))]


def test_colours_are_no_change_of_the_words(colouring: TextBox, qtbot: QtBot) -> None:
    colouring.insertPlainText("see gov.uk")
    colouring.document().clearUndoRedoStacks()
    with qtbot.assertNotEmitted(colouring.written):
        dress(dark=True)
        dress()
    assert not colouring.document().isUndoAvailable()


def test_a_line_that_stands_as_it_stood_is_not_coloured_again(colouring: TextBox) -> None:
    colouring.insertPlainText("\n".join(["see gov.uk"] * 40))
    touched: list[int] = []
    colouring.document().documentLayout().updateBlock.connect(lambda line: touched.append(line.blockNumber()))
    colouring.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(colouring, "a")
    assert set(touched) == {0}
    assert_coloured(colouring)


def test_ranges_are_turned_into_qt_units() -> None:
    span = Span(2, 3, SpanKind.TAG, "x")
    assert utf16_ranges("abc", (span,)) == [(2, 3)]
    assert utf16_ranges("🎉é🎉", (span,)) == [(3, 5)]
    assert utf16_ranges("🎉é🎉a🎉", (Span(0, 1, SpanKind.TAG, "x"), span, Span(4, 5, SpanKind.TAG, "y"))) == [
        (0, 2),
        (3, 5),
        (6, 8),
    ]


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
