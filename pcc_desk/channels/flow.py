"""Films as one long body of a request: read a stretch at a time while they are sent, never held whole."""

from collections.abc import Iterator

from pcc_desk.model.film import STRETCH, PieceVideo

_SLOWEST = 25_000  # bytes a second that are still waited for: the upload of a village hall
_AT_LEAST = 120.0


class Flow:
    """The bytes of a film from `start` on, with what stands before and after them; read once, from first to last."""

    def __init__(self, film: PieceVideo, start: int = 0, before: bytes = b"", after: bytes = b"") -> None:
        self._size = len(before) + film.size - start + len(after)
        self._parts = _run(film, start, before, after)
        self._held = b""

    @property
    def seconds(self) -> float:
        """How long sending it may take at the most."""
        return seconds_for(self._size)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:  # the library takes for a stream what can be iterated, and then reads it
        return self._parts

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes more, b"" at the end. Raises: DeskError where the film cannot be read."""
        if not self._held:
            self._held = next(self._parts, b"")
        part, self._held = self._held[:size], self._held[size:]
        return part


def seconds_for(size: int) -> float:
    """Say how long so many bytes may be on their way, in seconds."""
    return _AT_LEAST + size / _SLOWEST


def _run(film: PieceVideo, start: int, before: bytes, after: bytes) -> Iterator[bytes]:
    if before:
        yield before
    for place in range(start, film.size, STRETCH):
        yield film.reel.read(place, min(STRETCH, film.size - place))
    if after:
        yield after
