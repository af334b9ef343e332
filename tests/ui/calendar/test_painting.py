"""The words of an entry are cut where its box ends, and never in silence."""

from PySide6.QtGui import QFont, QFontMetrics
from pytestqt.qtbot import QtBot

from pcc_desk.ui.calendar.painting import fit_lines


def test_words_too_long_for_their_box_end_in_a_sign_that_there_is_more(qtbot: QtBot) -> None:
    font, words = QFont(), "Public meeting in the town hall of Marlford 😀 with the Commissioner"
    wide = QFontMetrics(font).horizontalAdvance(words) + 10
    assert fit_lines(words, font, wide, 1) == [words]
    lines = fit_lines(words, font, wide / 3, 2)
    assert len(lines) == 2 and lines[1].endswith("…") and words.startswith(lines[0])
    assert all(QFontMetrics(font).horizontalAdvance(line) <= wide / 3 + 1 for line in lines)
    assert fit_lines(words, font, wide / 3, 9)[-1].endswith("Commissioner")
