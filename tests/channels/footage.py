"""A film for the adapters' tests: bytes that can be told apart, read as the desk reads a kept one."""

from typing import Any

from pcc_desk.model.film import PieceVideo

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nBore da – good morning\n"
# The first boxes of an MP4: enough for a server that looks whether it is one.
HEAD = (
    bytes.fromhex("00000018")
    + b"ftypisom"
    + bytes.fromhex("00000200")
    + b"isommp42"
    + bytes.fromhex("0000000866726565")
)


class Footage:
    """A film of so many bytes, none of them held; `lengths` tells of every reading how much was asked for."""

    def __init__(self, size: int) -> None:
        self.size, self.lengths = size, list[int]()

    @property
    def reads(self) -> int:
        """Tell how often it was read."""
        return len(self.lengths)

    def read(self, start: int, length: int) -> bytes:
        """Give a stretch of it."""
        self.lengths.append(length)
        return self.whole()[start : start + length]

    def whole(self) -> bytes:
        """Give every byte of it."""
        pattern = bytes(range(256)) * (self.size // 256 + 1)
        return HEAD + pattern[: self.size - len(HEAD)]


def film(size: int = 3_000_000, **more: Any) -> PieceVideo:
    """Give a film ready for a platform."""
    settings = {"captions": CAPTIONS, "alt": "The commissioner speaks in the town hall", **more}
    return PieceVideo("talk.mp4", "video/mp4", size, 20.0, 1280, 720, Footage(size), **settings)
