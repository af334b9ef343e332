"""Films: added in stretches from a file, kept whole or not at all, and read back while they are sent."""

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from pcc_desk.checks.captions import MOST_BYTES, read_captions
from pcc_desk.errors import BadFilm, StoreError, StoreFull
from pcc_desk.media import films as media
from pcc_desk.media.values import FilmFacts
from pcc_desk.model.film import STRETCH, Film, FilmId, TakenIn
from pcc_desk.store import films
from pcc_desk.store.engine import Store

# The log of a write holds a stretch a second time until it is merged.
SPARE = 50_000_000  # bytes that stay free on the disk
LONGEST = timedelta(hours=6)  # what was begun earlier is not being added any more
Told = Callable[[int, int], bool]


class Films:
    """Adds and keeps films; safe to use from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tidied = False
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Give up what is being added; nothing half is kept."""
        self._stopped.set()

    def add(self, path: Path, now: datetime, tell: Told = lambda done, size: True) -> TakenIn | None:
        """Keep a film without its camera's notes, or give None when `tell` says to stop; nothing half is kept.

        `tell` hears of the bytes kept so far, and of all, after every stretch, and answers whether to go on.

        Raises:
            BadFilm: it cannot be used; the sentence says why.
            StoreFull: there is no room for it on the disk.
            StoreError: it could not be kept.
        """
        facts = media.inspect(path, path.name)
        self._tidy(now)
        self._find_room(path.name, facts.size)
        with self._store.write() as conn:
            number = films.begin(conn, path.name, facts.size, now)
        try:
            film_id = self._take_in(path, facts, number, tell)
        except BaseException:
            self._drop(number)
            raise
        if film_id is None:
            self._drop(number)
            return None
        kept = Film(film_id, path.name, media.MIME, facts.size, facts.seconds, facts.width, facts.height)
        return TakenIn(kept, facts.told_place)

    def read_captions(self, path: Path, film: Film) -> str:
        """Give the captions of a .vtt or .srt file as WebVTT. Raises: BadFilm when they cannot be used for a film."""
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as unreadable:
            raise BadFilm(f"“{path.name}” cannot be opened.", "Check that it is still there.") from unreadable
        return read_captions(content, path.name, film.seconds)

    def _take_in(self, path: Path, facts: FilmFacts, number: int, tell: Told) -> FilmId | None:
        digest, done, goes_on = hashlib.sha256(), 0, tell(0, facts.size)
        for place, part in enumerate(_stretches(path, facts)):
            if not goes_on or self._stopped.is_set():
                return None
            digest.update(part)
            with self._store.write() as conn:
                films.put_stretch(conn, number, place, part)
            done += len(part)
            goes_on = tell(done, facts.size)
        film_id = FilmId(digest.hexdigest())
        with self._store.write() as conn:
            films.finish(conn, number, film_id)
        return film_id

    def _tidy(self, now: datetime) -> None:
        # The first time nothing can be on its way in this desk, and an office has one desk open.
        with self._store.write() as conn:
            films.drop_unfinished(conn, now - LONGEST if self._tidied else None)
        self._tidied = True

    def _drop(self, number: int) -> None:
        # What cannot be dropped now is dropped before the next film.
        with suppress(StoreError), self._store.write() as conn:
            films.drop(conn, number)

    def _find_room(self, name: str, size: int) -> None:
        if shutil.disk_usage(self._store.path.parent).free < size + SPARE:
            raise StoreFull(
                f"There is no room for “{name}” on this PC's disk. Nothing was added.",
                "Free some space on the disk, then add it again.",
            )


def _stretches(path: Path, facts: FilmFacts) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            yield from media.stretches(file, facts, STRETCH)
            after = os.fstat(file.fileno())
    except OSError as unreadable:
        raise BadFilm(f"“{path.name}” cannot be read any more.", "Check that it is still there.") from unreadable
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or after.st_size != facts.size:
        raise BadFilm(f"“{path.name}” changed while it was added.", "Wait until it is finished, then add it again.")


class KeptReel:
    """The bytes of a kept film; `alive` is called before each reading."""

    def __init__(self, store: Store, film_id: FilmId, alive: Callable[[], None] = lambda: None) -> None:
        self._store, self._film_id, self._alive = store, film_id, alive

    def read(self, start: int, length: int) -> bytes:
        """Give up to `length` bytes from `start`. Raises: StoreError."""
        self._alive()
        place, skipped = divmod(start, STRETCH)
        read = bytearray()
        with self._store.read() as conn:
            while len(read) < length:
                part = films.stretch(conn, self._film_id, place)[skipped : skipped + length - len(read)]
                read += part
                if not part:
                    break
                place, skipped = place + 1, 0
        return bytes(read)


def is_whole(reel: KeptReel, film_id: FilmId, size: int) -> bool:
    """Tell whether a kept film is, byte for byte, the one of that id and size. Raises: StoreError."""
    digest = hashlib.sha256()
    for start in range(0, size, STRETCH):
        digest.update(reel.read(start, STRETCH))
    return digest.hexdigest() == film_id
