"""The colours of links and hashtags in a page of text, kept line by line."""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout

Range = tuple[int, int]  # start and end in UTF-16 units


def colour_lines(page: QTextDocument, ranges: Sequence[Range], ink: str) -> None:
    """Give `ranges` of a page, in order, the colour `ink`, and all else none; no range goes beyond its line.

    A line's colours are kept with the line and drawn when it is, so a key press in one line costs the others nothing.
    Qt hands them on as it likes when lines are joined, cut or replaced: so each line is asked which it has.
    """
    place, line = 0, page.begin()
    while line.isValid():
        start, length = line.position(), line.length()
        mine: list[Range] = []
        while place < len(ranges) and ranges[place][0] < start + length:
            mine.append((ranges[place][0] - start, ranges[place][1] - start))
            place += 1
        layout, wanted = line.layout(), _formats(ink, tuple(mine))
        if layout.formats() != wanted and not layout.preeditAreaText():  # what is being composed has marks of its own
            layout.setFormats(wanted)
            page.markContentsDirty(start, length)
        line = line.next()


@lru_cache(maxsize=1_024)
def _formats(ink: str, ranges: tuple[Range, ...]) -> list[QTextLayout.FormatRange]:
    coloured = QTextCharFormat()
    coloured.setForeground(QColor(ink))
    formats = []
    for start, end in ranges:
        stretch = QTextLayout.FormatRange()
        stretch.start, stretch.length, stretch.format = start, end - start, coloured
        formats.append(stretch)
    return formats
