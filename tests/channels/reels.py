"""Films for the benches: bytes that tell where they come from, and how often they were read."""

import random
from dataclasses import replace
from typing import Any

from pcc_desk.model.film import PieceVideo


class Reel:
    """A film in memory; `read_from` are the places it was read from."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read_from: list[int] = []

    def read(self, start: int, length: int) -> bytes:
        """Give a stretch of it."""
        self.read_from.append(start)
        return self.content[start : start + length]


def make_film(size: int = 3_000_000, **more: Any) -> tuple[PieceVideo, Reel]:
    """Give a film of so many bytes with every value in it, and its reel."""
    reel = Reel(random.Random(size).randbytes(size))
    film = PieceVideo("talk.mp4", "video/mp4", size, 30.0, 720, 1280, reel)
    return replace(film, **more), reel
