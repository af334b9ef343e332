"""Our own drawings, tiles and chips."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.paths import resource
from pcc_desk.ui.widgets.chip import Tile, initials
from pcc_desk.ui.widgets.frames import Drawing
from pcc_desk.ui.widgets.icons import drawing
from pcc_desk.ui.widgets.wrap import Wrap
from tests.ui.screen import dress

ICONS = sorted(resource("icons").glob("*.svg"))


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_a_drawing_is_small_ours_and_reaches_nowhere(path: Path) -> None:
    text = path.read_text("utf-8")
    side = 64 if path.stem == "pcc-desk" else 24  # the program's own icon is drawn for the taskbar
    assert f'viewBox="0 0 {side} {side}"' in text
    assert len(text) < 900
    assert not re.search(r"href|url\(|<script|<image|<!", text)


def test_a_drawing_takes_the_colour_asked_for(qtbot: QtBot) -> None:
    dress()
    image = drawing("pause", "#ff0000", 240).toImage()
    colours = {image.pixelColor(x, 120).name() for x in range(240) if image.pixelColor(x, 120).alpha() == 255}
    assert colours == {"#ff0000"}


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mill Lane Kev", "MK"), ("Al", "A"), ("", "?"), ("🎉 party", "P"), ("élan vital", "ÉV"), ("<b>", "?")],
)
def test_initials_come_from_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_tile_writes_dark_on_light_and_light_on_dark(qtbot: QtBot) -> None:
    dress()
    for ground, ink in (("#ffe000", "#14181f"), ("#111111", "#ffffff")):
        tile = Tile("B", ground, "Bluesky")
        qtbot.addWidget(tile)
        tile.resize(36, 36)
        image = tile.grab().toImage()
        seen = {image.pixelColor(x, y).name() for x in range(8, 28) for y in range(8, 28)}
        assert QColor(ink).name() in seen
        assert tile.accessibleName() == "Bluesky"


def test_a_row_goes_on_below_when_the_room_is_short(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    row = Wrap(owner, gap=10)
    for _ in range(4):
        cell = QLabel()
        cell.setFixedSize(100, 20)
        row.addWidget(cell)
    assert row.heightForWidth(1_000) == 20
    assert row.heightForWidth(220) == 50
    assert row.heightForWidth(90) == 110
    row.empty()
    assert row.count() == 0


def test_a_drawing_follows_the_theme(qtbot: QtBot) -> None:
    dress()
    mark = Drawing("pause", "ink", 40)
    qtbot.addWidget(mark)
    mark.show()
    light = mark.pixmap().toImage()
    dress(dark=True)
    qtbot.waitUntil(lambda: mark.pixmap().toImage() != light)
    dress()
    qtbot.waitUntil(lambda: mark.pixmap().toImage() == light)
