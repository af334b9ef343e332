"""Which hosts want to be left alone, and until when: kept in the office, so that a start anew does not forget it."""

import logging
from collections.abc import Mapping
from datetime import datetime

from pcc_desk.errors import StoreError
from pcc_desk.store import office
from pcc_desk.store.engine import Store

_KEY = "doors"
_log = logging.getLogger(__name__)


class KeptDoors:
    """The closed doors of an office, by host and kind of call; safe to use from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> Mapping[tuple[str, str], datetime]:
        """Give what was kept last, also what is over by now. Raises: StoreError."""
        with self._store.read() as connection:
            kept = office.get(connection, _KEY) or {}
        return {_door(name): datetime.fromisoformat(until) for name, until in kept.items()}

    def keep(self, doors: Mapping[tuple[str, str], datetime]) -> None:
        """Keep these in place of the last; a disk that takes nothing costs no more than one call too many later."""
        written = {" ".join(door): until.isoformat() for door, until in doors.items()}
        try:
            with self._store.write() as connection:
                office.put(connection, _KEY, written)
        except StoreError:
            _log.info("closed doors were not kept")


def _door(name: str) -> tuple[str, str]:
    host, _, window = name.partition(" ")
    return host, window
