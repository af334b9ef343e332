"""What the boxes of an MP4 file say of its film, read with strict bounds; nothing is decoded (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from pcc_desk.errors import BadFilm
from pcc_desk.media.values import FilmFacts, Stretch

MOST_BOXES = 10_000
MOST_SECONDS = 86_400.0
MOST_SIDE = 16_384  # pixels
BRANDS = frozenset({b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"})
_FILMED, _HEARD = (b"avc1", b"avc3"), (b"mp4a",)
_NOTES = (b"udta", b"meta", b"uuid")  # what cameras and editors write beside the film
_PLACES = (b"\xa9xyz", b"loci", b"location", b"GPS")
_SEARCHED = 4_194_304  # bytes of one box of notes; all of it is taken out anyway
_HARMLESS = (b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"tmcd", b"hint")
_EXPORT = "Export it as MP4 (H.264 picture, AAC sound), then add that."


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind, and where it, its content and the next box begin."""

    kind: bytes
    start: int
    inside: int
    end: int


@dataclass(slots=True)
class _Found:
    """What has been found so far."""

    seconds: float = 0.0
    width: int = 0
    height: int = 0
    codecs: list[str] = field(default_factory=list)
    notes: list[Stretch] = field(default_factory=list)
    told_place: bool = False


def inspect(file: BinaryIO, size: int) -> FilmFacts:
    """Say what a film of `size` bytes is, and which stretches of it hold notes that must not leave.

    Raises:
        BadFilm: it is no MP4, is damaged, or is of a kind that networks do not take.
    """
    return _Inspector(file, size).inspect()


class _Inspector:
    """Walks through the boxes of one file; each is read at most once."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._seen = file, size, 0
        self._found = _Found()

    def inspect(self) -> FilmFacts:
        """Read what the film is. Raises: BadFilm."""
        if self._size < 16 or self._read(4, 4) != b"ftyp":
            raise BadFilm("This file is not an MP4 film.", _EXPORT)
        top = list(self._boxes(0, self._size))
        self._brand(top[0])
        kinds = [box.kind for box in top]
        if b"moof" in kinds:
            raise BadFilm("This film is in fragments, as for a web player.", _EXPORT)
        if kinds.count(b"moov") != 1 or b"mdat" not in kinds:
            raise _damaged("its index or its picture is missing")
        self._index(top[kinds.index(b"moov")])
        self._take_notes(top)
        return self._facts()

    def _facts(self) -> FilmFacts:
        found = self._found
        if not found.width:
            raise BadFilm("This file has no moving picture in it.", "Choose a film.")
        if not 0 < found.seconds <= MOST_SECONDS:
            raise _damaged("its length makes no sense")
        return FilmFacts(
            self._size,
            found.seconds,
            found.width,
            found.height,
            tuple(found.codecs),
            tuple(found.notes),
            found.told_place,
        )

    def _brand(self, box: Box) -> None:
        if not 8 <= box.end - box.inside <= 1_024:
            raise _damaged("its first box has a strange size")
        told = self._read(box.inside, box.end - box.inside)
        brands = {told[:4], *(told[place : place + 4] for place in range(8, len(told), 4))}
        if not brands & BRANDS:
            raise BadFilm("This is a film, but not an MP4 film that networks take.", _EXPORT, repr(told[:4]))

    def _index(self, moov: Box) -> None:
        boxes = list(self._boxes(moov.inside, moov.end))
        if any(box.kind == b"mvex" for box in boxes):
            raise BadFilm("This film is in fragments, as for a web player.", _EXPORT)
        head = _only(boxes, b"mvhd")
        wide = self._version(head)
        form, place = (">IQ", 20) if wide else (">II", 12)
        scale, length = struct.unpack(form, self._read(head.inside + place, struct.calcsize(form)))
        self._found.seconds = round(length / scale, 3) if scale else 0.0
        self._take_notes(boxes)
        for box in boxes:
            if box.kind == b"trak":
                self._track(box)

    def _track(self, trak: Box) -> None:
        boxes = list(self._boxes(trak.inside, trak.end))
        self._take_notes(boxes)
        media = _only(boxes, b"mdia")
        inside = list(self._boxes(media.inside, media.end))
        kind = self._read(_only(inside, b"hdlr").inside + 8, 4)
        if kind not in _HARMLESS:
            raise BadFilm("This film has a hidden track that may tell where it was filmed.", _EXPORT, repr(kind))
        if kind not in (b"vide", b"soun"):
            return
        codec = self._codec(_only(inside, b"minf"))
        if codec not in (_FILMED if kind == b"vide" else _HEARD):
            what = "picture" if kind == b"vide" else "sound"
            raise BadFilm(f"The {what} of this film is of a kind that not every network takes.", _EXPORT, repr(codec))
        self._found.codecs.append(codec.decode("ascii"))
        if kind == b"vide" and not self._found.width:
            self._sides(_only(boxes, b"tkhd"))

    def _codec(self, minf: Box) -> bytes:
        table = _only(list(self._boxes(minf.inside, minf.end)), b"stbl")
        kinds = _only(list(self._boxes(table.inside, table.end)), b"stsd")
        codecs = {box.kind for box in self._boxes(kinds.inside + 8, kinds.end)}
        if len(codecs) != 1:
            raise _damaged("a track has no kind, or several")
        return codecs.pop()

    def _sides(self, head: Box) -> None:
        told = self._read(head.inside + (52 if self._version(head) else 40), 44)
        matrix, (width, height) = struct.unpack(">9i", told[:36]), struct.unpack(">II", told[36:])
        width, height = width >> 16, height >> 16  # fixed point, 16 bits each
        if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
            raise _damaged("its picture has no size")
        lies = matrix[0] == 0 and matrix[4] == 0  # the camera was turned by a quarter
        self._found.width, self._found.height = (height, width) if lies else (width, height)

    def _take_notes(self, boxes: list[Box]) -> None:
        for box in boxes:
            if box.kind in _NOTES:
                told = self._read(box.inside, min(box.end - box.inside, _SEARCHED))
                self._found.told_place |= any(place in told for place in _PLACES)
                self._found.notes.append(Stretch(box.start, box.inside, box.end))

    def _version(self, box: Box) -> bool:
        """Tell whether a box has its times in 64 bits."""
        version = self._read(box.inside, 1)[0]
        if version > 1:
            raise _damaged("a box is of an unknown version")
        return version == 1

    def _boxes(self, start: int, end: int) -> Iterator[Box]:
        while start < end:
            self._seen += 1
            if self._seen > MOST_BOXES:
                raise _damaged("it has too many boxes")
            size, kind = struct.unpack(">I4s", self._read(start, 8))
            inside = start + 8
            if size == 1:
                (size,), inside = struct.unpack(">Q", self._read(inside, 8)), inside + 8
            elif size == 0 and end == self._size:
                size = end - start
            if start + size < inside or start + size > end:
                raise _damaged("a box is longer than what it stands in")
            yield Box(kind, start, inside, start + size)
            start += size

    def _read(self, start: int, length: int) -> bytes:
        self._file.seek(start)
        told = self._file.read(length) if start + length <= self._size else b""
        if len(told) != length:
            raise _damaged("it ends too early")
        return told


def _only(boxes: list[Box], kind: bytes) -> Box:
    found = [box for box in boxes if box.kind == kind]
    if len(found) != 1:
        raise _damaged(f"{len(found)} boxes {kind!r}")
    return found[0]


def _damaged(detail: str) -> BadFilm:
    return BadFilm("This film is damaged, or only a part of it is here.", "Choose another copy of it.", detail)
