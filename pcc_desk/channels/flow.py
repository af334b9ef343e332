"""Films as one long body of a request: read a stretch at a time while they are sent, never held whole."""

import hashlib
from collections.abc import Iterator, Mapping

from pcc_desk.model.film import STRETCH, PieceVideo

_SLOWEST = 25_000  # bytes a second that are still waited for: the upload of a village hall
_AT_LEAST = 120.0


class Flow:
    """The bytes of a film from `start` on, with what stands before and after them; read once, from first to last.

    A request that is repeated reads them `again`.
    """

    def __init__(self, film: PieceVideo, start: int = 0, before: bytes = b"", after: bytes = b"") -> None:
        self._made_of = film, start, before, after
        self._size = len(before) + film.size - start + len(after)
        self._parts = _run(film, start, before, after)
        self._held = b""

    def again(self) -> "Flow":
        """Give the same bytes, to be read from the first on."""
        return Flow(*self._made_of)

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


def as_form(film: PieceVideo, fields: Mapping[str, str], file_name: str) -> tuple[Flow, str]:
    """Give a form (RFC 7578) of these fields and the film as its `file`, and the form's kind."""
    mark = hashlib.sha256(f"{file_name} {sorted(fields.items())}".encode()).hexdigest()[:32]
    written = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
    before = f"{written}{head}Content-Type: {film.mime}\r\n\r\n".encode()
    return Flow(film, before=before, after=f"\r\n--{mark}--\r\n".encode()), f"multipart/form-data; boundary={mark}"


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
