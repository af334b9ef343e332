"""The office itself: its name, the pause for everything, backups and the recovery key."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.model.changes import Changes
from pcc_desk.model.person import Office as OfficeProfile
from pcc_desk.model.person import Person
from pcc_desk.model.recovery import write_recovery
from pcc_desk.store import office

if TYPE_CHECKING:
    from pcc_desk.store.engine import Store

NAME, PERSON, REHEARSAL, BEGUN_AT = "name", "person", "rehearsal", "begun_at"
RECOVERY_OWED = "recovery_owed"

EXAMINE_SECONDS = 1.0  # longer checks are the daily backup's


class Office:
    """What the desk knows and does about the office as a whole."""

    def __init__(self, store: "Store", key: bytes) -> None:
        """Use an open store and the 32-byte key that opened it."""
        self._store = store
        self._key = key

    def profile(self) -> OfficeProfile:
        """Give the office's name, its person and whether everything is paused. Raises: StoreError."""
        with self._store.read() as connection:
            return OfficeProfile(
                name=office.get(connection, NAME) or "",
                person=Person(office.get(connection, PERSON) or ""),
                paused_at=office.paused_at(connection),
                rehearsal=bool(office.get(connection, REHEARSAL)),
                recovery_owed=bool(office.get(connection, RECOVERY_OWED)),
            )

    def begin(self, name: str, person_name: str, now: datetime) -> Changes:
        """Name a new office, note when it began, and that its recovery key is still to be kept. Raises: StoreError."""
        with self._store.write() as connection:
            office.put(connection, BEGUN_AT, now.isoformat())
            office.put(connection, NAME, name.strip())
            office.put(connection, PERSON, person_name.strip())
            office.put(connection, RECOVERY_OWED, True)
        return Changes.OFFICE

    def rename(self, name: str, person_name: str) -> Changes:
        """Keep another name for the office and for the person at this desk. Raises: StoreError."""
        with self._store.write() as connection:
            office.put(connection, NAME, name.strip())
            office.put(connection, PERSON, person_name.strip())
        return Changes.OFFICE

    def mark_rehearsal(self) -> Changes:
        """Mark this office for good as one where nothing is real. Raises: StoreError."""
        with self._store.write() as connection:
            office.put(connection, REHEARSAL, True)
        return Changes.OFFICE

    def pause(self, now: datetime) -> Changes:
        """Pause everything: from now on nothing is claimed for sending. Raises: StoreError."""
        with self._store.write() as connection:
            return Changes.OFFICE if office.pause(connection, now) else Changes.NONE

    def resume(self, now: datetime) -> Changes:
        """Let everything go on. Raises: StoreError."""
        with self._store.write() as connection:
            return Changes.OFFICE if office.resume(connection) else Changes.NONE

    def back_up(self, now: datetime) -> Path:
        """Keep an encrypted, proved copy of the database as it is now, and give its place. Raises: StoreError."""
        return self._store.back_up(now)

    def back_up_daily(self, now: datetime) -> Changes:
        """Keep this day's copy when there is none yet. Raises: StoreError."""
        if not self._store.is_backed_up(now):
            self._store.back_up(now)
        return Changes.NONE

    def examine(self) -> Changes:
        """Check the database for a second while the desk is in use. Raises: StoreDamaged."""
        self._store.examine(EXAMINE_SECONDS)
        return Changes.NONE

    def settle_recovery(self) -> Changes:
        """Note that the recovery key was kept, or a person goes on without it, so it is not offered again.

        Raises:
            StoreError: it could not be noted, and the key is offered at the next start.
        """
        with self._store.write() as connection:
            owed = bool(office.get(connection, RECOVERY_OWED))
            if owed:
                office.put(connection, RECOVERY_OWED, False)
        return Changes.OFFICE if owed else Changes.NONE

    def recovery_key(self) -> str:
        """Write the key that opens this office on another PC, to be printed and locked away."""
        return write_recovery(self._key)
