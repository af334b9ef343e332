"""The first minutes of a desk: a new office, an office opened with its recovery key, and every later opening."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pcc_desk.errors import InputError, StoreDamaged, StoreFull, VaultError
from pcc_desk.model.changes import Changes
from pcc_desk.model.recovery import read_recovery, write_recovery
from pcc_desk.paths import DATABASE, SETTINGS, replace_file
from pcc_desk.services.office import Office
from pcc_desk.settings import SettingsFile
from pcc_desk.store import backup, driver, faults
from pcc_desk.store.engine import Store
from pcc_desk.store.restore import restore


class KeyVault(Protocol):
    """Where the key of the database is kept on this PC."""

    def keep(self, vault_id: str, key: bytes) -> None:
        """Keep a key. Raises: VaultError."""

    def hold(self, vault_id: str, key: bytes) -> None:
        """Hold a key until the program ends."""

    def holds(self, vault_id: str) -> bool:
        """Tell whether a key is only held."""

    def fetch(self, vault_id: str) -> bytes:
        """Give a key. Raises: VaultError."""


@dataclass(frozen=True, slots=True)
class OpenOffice:
    """An open database and the key that opened it; `asked` when this PC keeps no key and a person typed it."""

    store: Store
    key: bytes
    asked: bool = False


class FirstStart:
    """Makes and opens the office of one data folder."""

    def __init__(self, folder: Path, vault: KeyVault) -> None:
        """Use a data folder that `paths.refusal` accepts, and this PC's keyring."""
        self._database = folder / DATABASE
        self._settings = SettingsFile(folder / SETTINGS)
        self._vault = vault

    def exists(self) -> bool:
        """Tell whether the folder holds an office, also one whose database was lost."""
        return self._database.exists() or driver.proof_path(self._database).exists()

    def create(self, office_name: str, person_name: str, now: datetime, keyring: bool = True) -> str:
        """Make a new office, keep its key in this PC's keyring, and give the recovery key to print.

        Without a `keyring` the key is held until the program ends, and asked for at each start from then on.

        Raises:
            InputError: a name is missing, or the folder already holds an office.
            VaultError: the keyring is wanted, and locked or absent; nothing was made.
            StoreError: the database could not be made.
            SettingsError: the settings could not be kept.
        """
        if not office_name.strip() or not person_name.strip():
            raise InputError("The office and you both need a name.", "Type both names, then go on.")
        if self.exists():
            raise InputError("There is already an office in this folder. It was not touched.", "Open it instead.")
        key = secrets.token_bytes(driver.KEY_BYTES)
        if keyring:
            self._vault.keep(driver.prove(key), key)
        else:
            self._vault.hold(driver.prove(key), key)
        self._note_key(key, office_name, asked=not keyring)
        # The database takes its name last, so a start that was cut short leaves nothing half made.
        part = self._database.with_name(DATABASE + ".new")
        for leftover in part.parent.glob(part.name + "*"):
            leftover.unlink()
        store = Store(part, key)
        try:
            Office(store, key).begin(office_name, person_name, now)
        finally:
            store.close()
        replace_file(part, self._database)
        replace_file(driver.proof_path(part), driver.proof_path(self._database))
        return write_recovery(key)

    def open(self) -> OpenOffice:
        """Open the office with the key in this PC's keyring, or with the one a person typed since the program began.

        Raises:
            VaultError: the keyring is locked or absent, or does not hold the key.
            StoreError: the database cannot be opened; StoreDamaged offers a backup.
        """
        key = self._key()
        return OpenOffice(Store(self._database, key), key, self._vault.holds(driver.prove(key)))

    def open_with(self, recovery_text: str, source: Path | None, now: datetime) -> None:
        """Make this PC able to open an office by its recovery key; `source` is a database or backup from another PC.

        Where the keyring cannot keep the key, it is held until the program ends, and asked for again at the next start.

        What comes from another PC is paused, and its unfinished deliveries are looked for before anything is sent,
        because the other PC may have sent them.

        Raises:
            InputError: the recovery key is mistyped, or there is no database to open.
            WrongKey: it is the recovery key of another office.
            StoreError: the database cannot be read; a damaged one is told of, with its way on, when it is opened.
        """
        key = read_recovery(recovery_text)
        if source is not None:
            restore(self._database, key, _database_in(source), now)
        elif not self.exists():
            raise InputError("There is no office in this folder.", "Choose the database or backup to open.")
        name = self._name(key)
        try:
            self._vault.keep(driver.prove(key), key)
        except VaultError:
            self._vault.hold(driver.prove(key), key)
            self._note_key(key, name, asked=True)
        else:
            self._note_key(key, name, asked=False)

    def settle_recovery(self) -> Changes:
        """Note that the recovery key was kept, or a person goes on without it. Raises: VaultError, StoreError."""
        opened = self.open()
        try:
            return Office(opened.store, opened.key).settle_recovery()
        finally:
            opened.store.close()

    def newest_backup(self) -> Path | None:
        """Find the newest backup that is whole, or None. Raises: VaultError."""
        return backup.newest(self._database, self._key())

    def restore(self, source: Path, now: datetime) -> Path | None:
        """Put a backup in the place of the database, keep the old file, and give the folder that keeps it.

        Everything is paused, and unfinished deliveries are looked for before anything is sent.

        Raises:
            StoreError: the backup is not whole or cannot be copied; the database is as it was.
            VaultError: the keyring is locked or absent.
        """
        return restore(self._database, self._key(), source, now)

    def _key(self) -> bytes:
        return self._vault.fetch(self._settings.read()[0].vault_id)

    def _name(self, key: bytes) -> str:
        try:
            store = Store(self._database, key)
        except StoreDamaged as damaged:
            if not driver.is_proven(self._database, key):
                raise faults.wrong_key() from damaged
            return self._settings.read()[0].office
        office = Office(store, key)
        try:
            with suppress(StoreFull):
                office.settle_recovery()  # whoever typed it has it
            return office.profile().name
        finally:
            store.close()

    def _note_key(self, key: bytes, office_name: str, asked: bool) -> None:
        before = self._settings.read()[0]
        after = replace(before, vault_id=driver.prove(key), office=office_name.strip(), key_is_asked=asked)
        if after != before:
            self._settings.write(after)


def _database_in(source: Path) -> Path:
    found = source / DATABASE if source.is_dir() else source
    if not found.is_file():
        raise InputError("There is no PCC Desk database there. Nothing was changed.", f"Choose a file like {DATABASE}.")
    return found
