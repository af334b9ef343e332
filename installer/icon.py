"""The program's icon for Windows: one drawing in four sizes."""

import struct
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 32, 48, 256)


def write_icon(drawing: Path, target: Path) -> str:
    """Draw an SVG file in every size Windows shows, into one .ico file."""
    target.write_bytes(pack({size: _draw(drawing, size) for size in SIZES}))
    return f"{len(SIZES)} sizes, {target.stat().st_size} bytes"


def pack(pictures: Mapping[int, bytes]) -> bytes:
    """Put PNG pictures, by their side in pixels (256 at most), into one .ico file."""
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(directory) + 16 * len(pictures)
    for side, picture in pictures.items():
        # 256 does not fit into the one byte for a side, so 0 stands for it; 32 bits a pixel.
        directory += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return directory + b"".join(pictures.values())


def sizes_in(icon: bytes) -> tuple[int, ...]:
    """Read which sizes an .ico file holds."""
    count = struct.unpack_from("<HHH", icon)[2]
    return tuple(icon[6 + 16 * number] or 256 for number in range(count))


def _draw(drawing: Path, size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.read_bytes())).render(painter, QRectF(image.rect()))
    painter.end()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(kept, QByteArray(b"png")).write(image)
    return bytes(kept.data().data())
