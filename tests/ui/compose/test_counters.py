"""The counters of the tabs: what each says, and that every figure of it is painted."""

from math import ceil

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Fit
from pcc_desk.ui import theme
from pcc_desk.ui.compose.counters import Counter, Counters, cell_width
from tests.ui.screen import dress

ONE = AccountId(1)


def said(counter: Counter) -> str:
    """Give what a counter shows, number and limit."""
    return counter.number + counter.rest


def test_a_counter_says_how_much_is_written_of_how_much_there_may_be() -> None:
    counter = Counter()
    assert counter.take(Fit(ONE, 7, 300)) and said(counter) == "  7/300"
    assert not counter.take(Fit(ONE, 120, 300)) and said(counter) == "120/300"


@pytest.mark.parametrize(
    ("fit", "words", "over"),
    [
        (Fit(ONE, 301, 300), "301/300", True),
        (Fit(ONE, 1_000, 300), "1000/300", True),
        (Fit(ONE, 900, 300, threaded=True), "thread", False),
        (Fit(ONE, 12, None), "", False),
        (Fit(ONE, 12, 500), " 12/500", False),
    ],
)
def test_a_counter_that_needs_other_room_or_colour_says_so(fit: Fit, words: str, over: bool) -> None:
    counter = Counter()
    counter.take(Fit(ONE, 7, 300))
    assert counter.take(fit)
    assert (said(counter), counter.over) == (words, over)
    assert not counter.take(fit)


def test_a_wording_of_its_own_is_marked_and_one_that_is_out_of_date_too() -> None:
    counter = Counter()
    marks = []
    for own, stale in ((False, False), (True, False), (True, True), (True, False)):
        assert counter.take(Fit(ONE, 7, 300, own, stale))
        marks.append(counter.mark)
    assert marks == ["", "own", "changed", "own"]


class Row:
    """Two counters beside one another, painted."""

    def __init__(self, qtbot: QtBot, scale: float = 1.0) -> None:
        dress(scale=scale)
        self.row, self.counters = QWidget(), (Counter(), Counter())
        self.row.resize(400, 60)
        qtbot.addWidget(self.row)
        self.painted = Counters(self.row)
        self.row.show()

    def say(self, *lengths: int) -> list[QImage]:
        """Count, and give what is painted in the middle of each cell."""
        wide = cell_width()
        for counter, length in zip(self.counters, lengths, strict=True):
            counter.take(Fit(ONE, length, 3_000))
        rooms = [QRect(10 + 150 * number, 5, ceil(each.cells * wide), 40) for number, each in enumerate(self.counters)]
        self.painted.place(zip(self.counters, rooms, strict=True))
        return [
            self.row.grab(QRect(ceil(room.right() + 1 - cell * wide), room.y(), int(wide) - 1, room.height())).toImage()
            for counter, room in zip(self.counters, rooms, strict=True)
            for cell in range(counter.cells, 0, -1)
        ]


def inks(image: QImage) -> set[str]:
    """Give every colour of a picture."""
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in places}


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_figure_stands_in_a_cell_of_its_own_whatever_stands_beside_it(qtbot: QtBot, scale: float) -> None:
    row = Row(qtbot, scale)
    ones, twos, mixed = row.say(1_111, 1_111), row.say(2_222, 2_222), row.say(1_212, 21)
    assert all(one != two for one, two in zip(ones, twos, strict=True))
    assert mixed[:4] == [ones[0], twos[1], ones[2], twos[3]]
    assert mixed[6:] == [twos[6], ones[7]]
    ground = QColor(theme.tokens().panel).name()
    assert all(inks(cell) == {ground} for cell in mixed[4:6])
    assert all(len(inks(cell)) > 1 for cell in (*mixed[:4], *mixed[6:]))


def test_what_is_too_long_is_counted_in_red(qtbot: QtBot) -> None:
    row = Row(qtbot)
    calm = row.say(2_999, 2_999)
    mixed = row.say(2_999, 3_333)
    assert mixed[:4] == calm[:4]
    reddest = max((QColor(ink) for ink in inks(mixed[4])), key=lambda ink: ink.red() - ink.green())
    assert reddest.red() - reddest.green() > 80
