"""The two kinds of office a desk can open: the one of a data folder, and the sample one."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.app.browser import SystemBrowser
from pcc_desk.app.opening import Opened
from pcc_desk.errors import VaultError
from pcc_desk.paths import DATABASE, SETTINGS
from pcc_desk.settings import SettingsFile

if TYPE_CHECKING:
    from pcc_desk.channels.manners import Doors, Manners
    from pcc_desk.channels.server_time import ServerTime
    from pcc_desk.channels.wire import Wire
    from pcc_desk.model.event import Event
    from pcc_desk.services.accounts import Accounts
    from pcc_desk.services.first_start import FirstStart
    from pcc_desk.store.early_reading import EarlyReading
    from pcc_desk.vault import Vault


def present() -> datetime:
    """Give the moment it is, aware UTC."""
    return datetime.now(UTC)


def _write_calendar(events: Iterable[Event], now: datetime) -> bytes:
    # The calendar library costs as much to load as half the window, and few starts ever write a calendar.
    from pcc_desk.services.ics import write_calendar

    return write_calendar(events, now)


class Wires:
    """Opens wires that share their manners; the network's libraries are loaded with the first."""

    def __init__(self, servers: ServerTime, doors: Doors) -> None:
        """Tell `servers` what time every answer says it is; `doors` keeps which platforms want to be left alone."""
        self._servers, self._doors = servers, doors
        self._lock = threading.Lock()
        self._manners: Manners | None = None

    def open(self, address: str) -> Wire:
        """Open a wire to the server at a base URL."""
        from pcc_desk.app.way_out import WayOut
        from pcc_desk.channels.manners import Manners
        from pcc_desk.channels.wire import Wire

        with self._lock:
            if self._manners is None:
                self._manners = Manners(find_proxy=WayOut().find_proxy, servers=self._servers, doors=self._doors)
        return Wire(address, manners=self._manners)


ASKED = VaultError(
    "This PC has no keyring that can keep the key of your office. So PCC Desk asks for the recovery key at each start.",
    "Everything else works as usual. Whoever looks after this PC can set up a keyring.",
)


class OfficeSource:
    """The office of a data folder, opened with the key in this PC's keyring, or with the one a person typed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vault: Vault | None = None
        self._browser = SystemBrowser()
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    def read_early(self) -> EarlyReading:
        """Open the database to be read by the driver alone. Raises: VaultError."""
        from pcc_desk.store.early_reading import EarlyReading

        vault_id = SettingsFile(self._folder / SETTINGS).read()[0].vault_id
        return EarlyReading(self._folder / DATABASE, self._keys().fetch(vault_id))

    def first_start(self) -> FirstStart:
        """Give what makes, opens and restores the office of this folder."""
        from pcc_desk.services.first_start import FirstStart

        return FirstStart(self._folder, self._keys())

    def is_key_asked(self) -> bool:
        """Tell whether this PC kept no key the last time, so that a person is asked at once."""
        return SettingsFile(self._folder / SETTINGS).read()[0].key_is_asked

    def accounts(self) -> Accounts:
        """Open the office and give its accounts. Raises: DeskError."""
        return self.open().services.accounts

    def open(self) -> Opened:
        """Open the whole office; the same one when asked again. Raises: DeskError."""
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def restore_newest(self, now: datetime) -> None:
        """Put the newest whole backup in the place of the damaged database. Raises: DeskError."""
        from pcc_desk.errors import StoreUnreachable

        first_start = self.first_start()
        newest = first_start.newest_backup()
        if newest is None:
            raise StoreUnreachable(
                "There is no whole backup in this folder.", "Ask for help before you do anything else."
            )
        first_start.restore(newest, now)

    def _keys(self) -> Vault:
        if self._vault is None:
            from pcc_desk.vault import Vault, system_keyring

            self._vault = Vault(system_keyring())
        return self._vault

    def _open(self) -> Opened:
        from pcc_desk.channels.platforms import ADAPTERS
        from pcc_desk.channels.server_time import ServerTime
        from pcc_desk.services.desk import Outside, assemble
        from pcc_desk.services.doors import KeptDoors
        from pcc_desk.store.faults import only_reads

        office, servers = self.first_start().open(), ServerTime()
        wires = Wires(servers, KeptDoors(office.store))
        outside = Outside(ADAPTERS, wires.open, _write_calendar, servers, self._browser.visit)
        services = assemble(office.store, office.key, outside)
        told = ((office.asked, ASKED), (office.store.only_reads(), only_reads("when it was opened")))
        return Opened(services, office.store.close, notices=tuple(notice for so, notice in told if so))


class SampleSource:
    """The sample office, made anew in a folder that is thrown away, on platforms of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_early(self) -> None:
        """Give nothing: the sample office is still to be made."""

    def open(self) -> Opened:
        """Start the platforms and play the last weeks of the sample office. Raises: DeskError."""
        from pcc_desk.rehearsal.office import RehearsalOffice

        rehearsal = RehearsalOffice(self._folder)
        services = rehearsal.open(present())
        return Opened(services, rehearsal.close, lambda: rehearsal.let_somebody_answer(present()))
