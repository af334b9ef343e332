"""The look: colours, sizes and the one style sheet, light and dark."""

import re
import sys
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from pcc_desk.paths import resource

BODY = 13  # pixels at 100 % text size
SCALES = (1.0, 1.25, 1.5)
# Qt's one style that takes our colours everywhere; asking for it later, from Python, costs 10 ms before the first paint
ARGUMENTS = ("-style", "fusion")


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours by use; each `_soft` is the ground its namesake is written on."""

    ink: str
    muted: str
    line: str
    edge: str  # the border of a control, 3:1 against the ground it stands on
    ground: str
    panel: str
    rail: str
    rail_ink: str
    rail_chosen: str
    accent: str
    on_accent: str
    soft: str
    red: str
    red_soft: str
    amber: str
    amber_soft: str
    green: str
    green_soft: str
    violet: str
    violet_soft: str


LIGHT = Theme(
    ink="#14181f",
    muted="#566070",
    line="#dde1e7",
    edge="#838d9c",
    ground="#f3f4f6",
    panel="#ffffff",
    rail="#17233d",
    rail_ink="#dbe3f2",
    rail_chosen="#2b3c63",
    accent="#1f4fbf",
    on_accent="#ffffff",
    soft="#e8eefb",
    red="#b3261e",
    red_soft="#fdecea",
    amber="#7a4f00",
    amber_soft="#fff3d6",
    green="#176b3a",
    green_soft="#e5f4ea",
    violet="#5b3fa8",
    violet_soft="#efeafb",
)
DARK = Theme(
    ink="#e8ebf0",
    muted="#a9b2c0",
    line="#353d4a",
    edge="#6f7b8d",
    ground="#14181f",
    panel="#1d232d",
    rail="#0e1524",
    rail_ink="#d3dcec",
    rail_chosen="#2b3c63",
    accent="#92b2ff",
    on_accent="#0e1524",
    soft="#24324f",
    red="#ffa59c",
    red_soft="#46221f",
    amber="#f3c873",
    amber_soft="#40331a",
    green="#86d6a2",
    green_soft="#1d3828",
    violet="#c7b6f8",
    violet_soft="#352c55",
)


def tokens() -> Theme:
    """Give the colours in force; painters ask each time they paint."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def px(pixels: float) -> int:
    """Scale a length at 100 % text size to the text size in force, in pixels."""
    return round(pixels * QApplication.font().pixelSize() / BODY)


def system_is_dark() -> bool:
    """Tell whether the person's system asks for dark windows."""
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def apply(app: QApplication, dark: bool, scale: float = 1.0) -> None:
    """Dress the whole application; `scale` is the text size, 1.0 to 1.5. Start it with `ARGUMENTS`."""
    theme = DARK if dark else LIGHT
    app.setFont(_font(scale))
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme, scale))


def style_sheet(theme: Theme, scale: float) -> str:
    """Write the style sheet in a theme's colours; lengths over 2 px grow with the text."""
    icons = resource("icons").as_posix()
    shade = "dark" if theme is DARK else "light"  # of the drawings a style sheet cannot colour
    sheet = Template(resource("style", "desk.qss").read_text("utf-8"))
    text = sheet.substitute(asdict(theme), icons=icons, shade=shade)
    if scale == 1:
        return text
    return re.sub(r"\b(\d+)px", lambda found: f"{_grow(int(found[1]), scale)}px", text)


def _grow(pixels: int, scale: float) -> int:
    return pixels if pixels <= 2 else round(pixels * scale)


def _font(scale: float) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if sys.platform == "win32" and QFontDatabase.hasFamily("Segoe UI Variable Text"):
        font.setFamily("Segoe UI Variable Text")
    font.setPixelSize(round(BODY * scale))
    return font


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.ground,
        role.WindowText: theme.ink,
        role.Base: theme.panel,
        role.AlternateBase: theme.ground,
        role.Text: theme.ink,
        role.PlaceholderText: theme.muted,
        role.Button: theme.panel,
        role.ButtonText: theme.ink,
        role.BrightText: theme.red,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.ink,
        role.Mid: theme.line,
    }
    palette = QPalette()
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return palette
