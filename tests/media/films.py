"""MP4 films for tests, good and bad: only their boxes are real."""

import struct
from dataclasses import dataclass
from pathlib import Path

PLACE = b"+51.5891-002.9985/"


@dataclass(frozen=True)
class Sample:
    """What a film for tests shall be."""

    seconds: float = 20.0
    width: int = 1280
    height: int = 720
    picture: bytes = b"avc1"
    sound: bytes = b"mp4a"
    brand: bytes = b"isom"
    turned: bool = False
    wide: bool = False  # times in 64 bits
    notes: bytes = b""  # boxes beside the tracks
    hidden: bytes = b""  # the kind of one more track
    content: bytes = b"frame" * 2_000


def box(kind: bytes, *inside: bytes) -> bytes:
    """Give one box."""
    content = b"".join(inside)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def located() -> bytes:
    """Give the notes of a camera that says where it was."""
    return box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE), box(b"\xa9mak", b"A MAKER"))


def film(sample: Sample = Sample()) -> bytes:
    """Give a film's bytes."""
    index = box(b"moov", _head(sample), *_tracks(sample), sample.notes)
    return box(b"ftyp", sample.brand, bytes(4), sample.brand) + index + box(b"mdat", sample.content)


def film_file(folder: Path, content: bytes = b"", name: str = "talk.mp4") -> Path:
    """Write a film into a folder."""
    path = folder / name
    path.write_bytes(content or film())
    return path


def large_film(path: Path, size: int) -> Path:
    """Write a film of some `size` bytes whose content is zeros, without holding it."""
    head = film(Sample(content=b""))[:-8]
    with path.open("wb") as file:
        file.write(head + struct.pack(">I4s", size - len(head), b"mdat"))
        file.truncate(size)
    return path


def _head(sample: Sample) -> bytes:
    length = round(sample.seconds * 1_000)
    times = struct.pack(">QQIQ" if sample.wide else ">IIII", 0, 0, 1_000, length)
    return box(b"mvhd", bytes([int(sample.wide), 0, 0, 0]), times, bytes(80))


def _tracks(sample: Sample) -> list[bytes]:
    tracks = [_track(sample, b"vide", sample.picture)]
    if sample.sound:
        tracks.append(_track(sample, b"soun", sample.sound))
    if sample.hidden:
        tracks.append(_track(sample, sample.hidden, b"gpmd"))
    return tracks


def _track(sample: Sample, kind: bytes, codec: bytes) -> bytes:
    turn = (0, 65_536, 0, -65_536, 0) if sample.turned else (65_536, 0, 0, 0, 65_536)
    times = struct.pack(">QQIIQ" if sample.wide else ">IIIII", 0, 0, 1, 0, 0)
    matrix = struct.pack(">9i", *turn, 0, 0, 0, 1 << 30)
    sides = struct.pack(">II", sample.width << 16, sample.height << 16)
    head = box(
        b"tkhd",
        bytes([int(sample.wide), 0, 0, 3]),
        times,
        bytes(16),
        matrix,
        sides,
    )
    kinds = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(78)))
    return box(
        b"trak",
        head,
        box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(13)), box(b"minf", box(b"stbl", kinds))),
    )
