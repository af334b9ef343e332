"""The look can be read by everyone."""

import re
from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pcc_desk.paths import resource
from pcc_desk.ui import theme
from pcc_desk.ui.theme import DARK, LIGHT, Theme
from pcc_desk.ui.widgets.chip import luminance
from tests.ui.screen import dress

THEMES = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
WORDS = 4.5  # WCAG 2.2, 1.4.3: text against its ground
MARKS = 3.0  # WCAG 2.2, 1.4.11: borders and drawings against theirs


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    bright, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def faint_pairs(look: Theme) -> list[tuple[str, str]]:
    """Find words and grounds that meet on screen and cannot be told apart well enough."""
    grounds = ("ground", "panel", "soft")
    tones = ("red", "amber", "green", "violet")
    pairs = [
        *product(("ink", "muted", "accent", "red"), grounds),
        *product(tones, ("ground", "panel")),
        *((tone, f"{tone}_soft") for tone in tones),
        *(("ink", f"{tone}_soft") for tone in tones),
        *(("accent", f"{tone}_soft") for tone in tones),
        ("on_accent", "accent"),
        ("rail_ink", "rail"),
        ("rail_ink", "rail_chosen"),
        ("panel", "violet"),
    ]
    return [(words, on) for words, on in pairs if contrast(getattr(look, words), getattr(look, on)) < WORDS]


@THEMES
def test_every_word_stands_out_from_its_ground(look: Theme) -> None:
    assert faint_pairs(look) == []


def test_a_faint_word_would_be_found() -> None:
    assert ("muted", "panel") in faint_pairs(replace(LIGHT, muted="#8a93a1"))


@THEMES
def test_every_border_of_a_control_stands_out(look: Theme) -> None:
    for edge, ground in product(("edge", "accent"), ("ground", "panel")):
        assert contrast(getattr(look, edge), getattr(look, ground)) >= MARKS, (edge, ground)


@THEMES
def test_the_style_sheet_is_filled_in_whole(look: Theme) -> None:
    sheet = theme.style_sheet(look, 1.5)
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert sheet.count("{") == sheet.count("}")
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert resource("icons", path.rpartition("/")[2]).exists()


def test_lengths_grow_with_the_text_but_lines_do_not() -> None:
    plain, large = theme.style_sheet(LIGHT, 1.0), theme.style_sheet(LIGHT, 1.5)
    assert "font-size: 18px" in plain
    assert "font-size: 27px" in large
    assert "border: 1px" in large
    assert "border: 2px" in large


@pytest.mark.parametrize("scale", theme.SCALES)
def test_the_whole_application_takes_the_text_size(qtbot: QtBot, scale: float) -> None:
    dress(scale=scale)
    assert QApplication.font().pixelSize() == round(13 * scale)
    assert theme.px(8) == pytest.approx(8 * scale, abs=0.6)
    dress()


def test_painters_get_the_colours_in_force(qtbot: QtBot) -> None:
    dress(dark=True)
    assert theme.tokens() is DARK
    dress()
    assert theme.tokens() is LIGHT
