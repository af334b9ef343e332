"""An office is made, opened, moved to another PC, and brought back from a backup."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import InputError, StoreDamaged, VaultError, WrongKey
from pcc_desk.model.recovery import read_recovery, write_recovery
from pcc_desk.services.first_start import FirstStart
from pcc_desk.services.office import Office
from pcc_desk.settings import Settings, SettingsFile
from pcc_desk.vault import Vault, system_keyring
from tests.desk import NOW


@dataclass
class MemoryVault:
    """The keyring of one pretended PC, locked or open."""

    locked: bool = False
    kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, vault_id: str, key: bytes) -> None:
        """Keep a key unless locked."""
        if self.locked:
            raise VaultError("Locked.")
        self.kept[vault_id] = key

    def fetch(self, vault_id: str) -> bytes:
        """Give a key unless locked or absent."""
        if self.locked or vault_id not in self.kept:
            raise VaultError("Locked or absent.")
        return self.kept[vault_id]


def create(folder: Path, vault: MemoryVault) -> str:
    """Make an office."""
    return FirstStart(folder, vault).create("Gwent OPCC", "Elin", NOW)


def name_of(folder: Path, vault: MemoryVault) -> str:
    """Open an office and read its name."""
    opened = FirstStart(folder, vault).open()
    try:
        return Office(opened.store, opened.key).profile().name
    finally:
        opened.store.close()


def is_paused(folder: Path, vault: MemoryVault) -> bool:
    """Open an office and tell whether everything is paused."""
    opened = FirstStart(folder, vault).open()
    try:
        return Office(opened.store, opened.key).profile().paused_at is not None
    finally:
        opened.store.close()


def test_a_new_office_opens_with_the_key_in_the_keyring(tmp_path: Path) -> None:
    vault = MemoryVault()
    start = FirstStart(tmp_path, vault)
    assert not start.exists()
    recovery = start.create("Gwent OPCC", "Elin", NOW)
    assert start.exists() and name_of(tmp_path, vault) == "Gwent OPCC"
    assert list(vault.kept.values()) == [read_recovery(recovery)]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["desk.db", "desk.db.proof", "settings.json"]


def test_the_key_stands_in_no_file(tmp_path: Path) -> None:
    key = read_recovery(create(tmp_path, MemoryVault()))
    for file in tmp_path.rglob("*"):
        content = file.read_bytes()
        assert key not in content and key.hex().encode() not in content
        assert write_recovery(key)[:11].encode() not in content


def test_a_locked_keyring_makes_nothing(tmp_path: Path) -> None:
    start = FirstStart(tmp_path, MemoryVault(locked=True))
    with pytest.raises(VaultError):
        start.create("Gwent OPCC", "Elin", NOW)
    assert not start.exists() and list(tmp_path.iterdir()) == []


def test_an_office_without_a_name_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        FirstStart(tmp_path, MemoryVault()).create(" ", "Elin", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_second_office_never_takes_the_place_of_the_first(tmp_path: Path) -> None:
    vault = MemoryVault()
    create(tmp_path, vault)
    with pytest.raises(InputError, match="already an office"):
        create(tmp_path, vault)
    (tmp_path / "desk.db").unlink()
    with pytest.raises(InputError, match="already an office"):
        create(tmp_path, vault)


def test_a_start_that_was_cut_short_can_begin_again(tmp_path: Path) -> None:
    vault = MemoryVault()
    (tmp_path / "desk.db.new").write_bytes(b"half a file")
    (tmp_path / "desk.db.new-wal").write_bytes(b"half a log")
    create(tmp_path, vault)
    assert name_of(tmp_path, vault) == "Gwent OPCC"


def test_an_office_moves_to_another_pc_with_its_recovery_key_and_waits_for_a_person(tmp_path: Path) -> None:
    recovery = create(tmp_path / "old", MemoryVault())
    new_pc = MemoryVault()
    FirstStart(tmp_path / "new", new_pc).open_with(recovery.lower(), tmp_path / "old", NOW)
    assert name_of(tmp_path / "new", new_pc) == "Gwent OPCC"
    assert is_paused(tmp_path / "new", new_pc)
    assert SettingsFile(tmp_path / "new" / "settings.json").read()[0].office == "Gwent OPCC"


def test_a_lost_keyring_is_made_good_with_the_recovery_key_and_nothing_is_paused(tmp_path: Path) -> None:
    recovery = create(tmp_path, MemoryVault())
    emptied = MemoryVault()
    with pytest.raises(VaultError):
        FirstStart(tmp_path, emptied).open()
    FirstStart(tmp_path, emptied).open_with(recovery, None, NOW)
    assert not is_paused(tmp_path, emptied)


def test_the_recovery_key_of_another_office_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    vault = MemoryVault()
    create(tmp_path / "a", vault)
    other = create(tmp_path / "b", MemoryVault())
    with pytest.raises(WrongKey):
        FirstStart(tmp_path / "a", vault).open_with(other, None, NOW)
    with pytest.raises(WrongKey):
        FirstStart(tmp_path / "c", vault).open_with(other, tmp_path / "a" / "desk.db", NOW)
    assert name_of(tmp_path / "a", vault) == "Gwent OPCC"
    assert list((tmp_path / "c").iterdir()) == []


def test_a_mistyped_recovery_key_and_a_missing_database_are_said_in_words(tmp_path: Path) -> None:
    start = FirstStart(tmp_path, MemoryVault())
    with pytest.raises(InputError, match="Group 1 "):
        start.open_with("ABCDE" * 13, None, NOW)
    with pytest.raises(InputError, match="no office in this folder"):
        start.open_with(write_recovery(bytes(32)), None, NOW)
    with pytest.raises(InputError, match="no PCC Desk database"):
        start.open_with(write_recovery(bytes(32)), tmp_path / "nowhere", NOW)


def test_a_damaged_office_comes_back_from_its_newest_backup_paused(tmp_path: Path) -> None:
    vault = MemoryVault()
    create(tmp_path, vault)
    start = FirstStart(tmp_path, vault)
    opened = start.open()
    opened.store.back_up(NOW)
    opened.store.close()
    (tmp_path / "desk.db").write_bytes((tmp_path / "desk.db").read_bytes()[:9000])
    with pytest.raises(StoreDamaged):
        start.open()
    newest = start.newest_backup()
    assert newest is not None
    kept = start.restore(newest, NOW + timedelta(hours=1))
    assert kept is not None and (kept / "desk.db").stat().st_size == 9000
    assert name_of(tmp_path, vault) == "Gwent OPCC" and is_paused(tmp_path, vault)


def test_other_settings_are_kept_when_an_office_is_made(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "settings.json").write(Settings(theme="dark"))
    create(tmp_path, MemoryVault())
    assert SettingsFile(tmp_path / "settings.json").read()[0].theme == "dark"


@pytest.mark.usefixtures("secret_store")
def test_an_office_is_made_and_opened_with_a_real_keyring(tmp_path: Path) -> None:
    vault = Vault(system_keyring())
    start = FirstStart(tmp_path, vault)
    start.create("Gwent OPCC", "Elin", NOW)
    opened = start.open()
    assert Office(opened.store, opened.key).profile().name == "Gwent OPCC"
    opened.store.close()
    vault.forget(SettingsFile(tmp_path / "settings.json").read()[0].vault_id)
