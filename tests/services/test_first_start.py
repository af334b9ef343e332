"""An office is made, opened, moved to another PC, and brought back from a backup."""

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
from tests.keyrings import PretendedKeyring


def create(folder: Path, pc: PretendedKeyring) -> str:
    """Make an office."""
    return FirstStart(folder, pc.vault()).create("Gwent OPCC", "Elin", NOW)


def name_of(folder: Path, pc: PretendedKeyring) -> str:
    """Open an office and read its name."""
    opened = FirstStart(folder, pc.vault()).open()
    try:
        return Office(opened.store, opened.key).profile().name
    finally:
        opened.store.close()


def is_paused(folder: Path, pc: PretendedKeyring) -> bool:
    """Open an office and tell whether everything is paused."""
    opened = FirstStart(folder, pc.vault()).open()
    try:
        return Office(opened.store, opened.key).profile().paused_at is not None
    finally:
        opened.store.close()


def test_a_new_office_opens_with_the_key_in_the_keyring(tmp_path: Path) -> None:
    pc = PretendedKeyring()
    start = FirstStart(tmp_path, pc.vault())
    assert not start.exists()
    recovery = start.create("Gwent OPCC", "Elin", NOW)
    assert start.exists() and name_of(tmp_path, pc) == "Gwent OPCC"
    assert list(pc.kept.values()) == [read_recovery(recovery).hex()]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["desk.db", "desk.db.proof", "settings.json"]


def test_the_key_stands_in_no_file(tmp_path: Path) -> None:
    key = read_recovery(create(tmp_path, PretendedKeyring()))
    assert_no_key_in(tmp_path, key)
    (tmp_path / "careless").write_text(key.hex())
    with pytest.raises(AssertionError):
        assert_no_key_in(tmp_path, key)


def test_a_locked_keyring_makes_nothing(tmp_path: Path) -> None:
    start = FirstStart(tmp_path, PretendedKeyring(locked=True).vault())
    with pytest.raises(VaultError):
        start.create("Gwent OPCC", "Elin", NOW)
    assert not start.exists() and list(tmp_path.iterdir()) == []


def test_an_office_without_a_name_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        FirstStart(tmp_path, PretendedKeyring().vault()).create(" ", "Elin", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_second_office_never_takes_the_place_of_the_first(tmp_path: Path) -> None:
    pc = PretendedKeyring()
    create(tmp_path, pc)
    with pytest.raises(InputError, match="already an office"):
        create(tmp_path, pc)
    (tmp_path / "desk.db").unlink()
    with pytest.raises(InputError, match="already an office"):
        create(tmp_path, pc)


def test_a_start_that_was_cut_short_can_begin_again(tmp_path: Path) -> None:
    pc = PretendedKeyring()
    (tmp_path / "desk.db.new").write_bytes(b"half a file")
    (tmp_path / "desk.db.new-wal").write_bytes(b"half a log")
    create(tmp_path, pc)
    assert name_of(tmp_path, pc) == "Gwent OPCC"


def test_an_office_moves_to_another_pc_with_its_recovery_key_and_waits_for_a_person(tmp_path: Path) -> None:
    recovery = create(tmp_path / "old", PretendedKeyring())
    new_pc = PretendedKeyring()
    FirstStart(tmp_path / "new", new_pc.vault()).open_with(recovery.lower(), tmp_path / "old", NOW)
    assert name_of(tmp_path / "new", new_pc) == "Gwent OPCC"
    assert is_paused(tmp_path / "new", new_pc)
    assert SettingsFile(tmp_path / "new" / "settings.json").read()[0].office == "Gwent OPCC"


def test_a_lost_keyring_is_made_good_with_the_recovery_key_and_nothing_is_paused(tmp_path: Path) -> None:
    recovery = create(tmp_path, PretendedKeyring())
    emptied = PretendedKeyring()
    with pytest.raises(VaultError):
        FirstStart(tmp_path, emptied.vault()).open()
    FirstStart(tmp_path, emptied.vault()).open_with(recovery, None, NOW)
    assert not is_paused(tmp_path, emptied)


def assert_no_key_in(folder: Path, key: bytes) -> None:
    """Look for a key in every file, in each way it is written."""
    for file in filter(Path.is_file, folder.rglob("*")):
        content = file.read_bytes()
        assert key not in content and key.hex().encode() not in content
        assert write_recovery(key)[:11].encode() not in content


def test_without_a_keyring_an_office_opens_with_its_recovery_key_at_each_start_and_works_as_usual(
    tmp_path: Path,
) -> None:
    recovery = create(tmp_path, PretendedKeyring())
    without = PretendedKeyring(locked=True)
    for name in ("Dyfed OPCC", "Powys OPCC"):
        start = FirstStart(tmp_path, without.vault())
        with pytest.raises(VaultError):
            start.open()
        start.open_with(recovery, None, NOW)
        opened = start.open()
        assert opened.asked
        Office(opened.store, opened.key).rename(name, "Elin")
        opened.store.back_up(NOW)
        assert Office(opened.store, opened.key).profile().name == name
        assert_no_key_in(tmp_path, opened.key)
        opened.store.close()
    assert SettingsFile(tmp_path / "settings.json").read()[0].key_is_asked and without.kept == {}


def test_with_a_keyring_the_recovery_key_is_asked_for_once(tmp_path: Path) -> None:
    recovery = create(tmp_path, PretendedKeyring())
    pc = PretendedKeyring()
    FirstStart(tmp_path, pc.vault()).open_with(recovery, None, NOW)
    opened = FirstStart(tmp_path, pc.vault()).open()
    assert not opened.asked
    opened.store.close()
    assert not SettingsFile(tmp_path / "settings.json").read()[0].key_is_asked


def test_an_office_can_be_made_without_a_keyring_when_a_person_wants_it(tmp_path: Path) -> None:
    without = PretendedKeyring(locked=True)
    start = FirstStart(tmp_path, without.vault())
    recovery = start.create("Gwent OPCC", "Elin", NOW, keyring=False)
    opened = start.open()
    assert opened.asked and Office(opened.store, opened.key).profile().name == "Gwent OPCC"
    opened.store.close()
    assert_no_key_in(tmp_path, read_recovery(recovery))
    later = FirstStart(tmp_path, without.vault())
    with pytest.raises(VaultError):
        later.open()
    later.open_with(recovery, None, NOW)
    later.open().store.close()


def test_a_damaged_office_is_brought_back_without_a_keyring_too(tmp_path: Path) -> None:
    recovery = create(tmp_path, PretendedKeyring())
    start = FirstStart(tmp_path, PretendedKeyring(locked=True).vault())
    start.open_with(recovery, None, NOW)
    opened = start.open()
    opened.store.back_up(NOW)
    opened.store.close()
    (tmp_path / "desk.db").write_bytes((tmp_path / "desk.db").read_bytes()[:9000])
    later = FirstStart(tmp_path, PretendedKeyring(locked=True).vault())
    with pytest.raises(WrongKey):
        later.open_with(write_recovery(bytes(32)), None, NOW)
    later.open_with(recovery, None, NOW)
    with pytest.raises(StoreDamaged):
        later.open()
    newest = later.newest_backup()
    assert newest is not None
    later.restore(newest, NOW)
    later.open().store.close()


def test_the_recovery_key_of_another_office_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    pc = PretendedKeyring()
    create(tmp_path / "a", pc)
    other = create(tmp_path / "b", PretendedKeyring())
    with pytest.raises(WrongKey):
        FirstStart(tmp_path / "a", pc.vault()).open_with(other, None, NOW)
    with pytest.raises(WrongKey):
        FirstStart(tmp_path / "c", pc.vault()).open_with(other, tmp_path / "a" / "desk.db", NOW)
    assert name_of(tmp_path / "a", pc) == "Gwent OPCC"
    assert list((tmp_path / "c").iterdir()) == []


def test_a_mistyped_recovery_key_and_a_missing_database_are_said_in_words(tmp_path: Path) -> None:
    start = FirstStart(tmp_path, PretendedKeyring().vault())
    with pytest.raises(InputError, match="Group 1 "):
        start.open_with("ABCDE" * 13, None, NOW)
    with pytest.raises(InputError, match="no office in this folder"):
        start.open_with(write_recovery(bytes(32)), None, NOW)
    with pytest.raises(InputError, match="no PCC Desk database"):
        start.open_with(write_recovery(bytes(32)), tmp_path / "nowhere", NOW)


def test_a_damaged_office_comes_back_from_its_newest_backup_paused(tmp_path: Path) -> None:
    pc = PretendedKeyring()
    create(tmp_path, pc)
    start = FirstStart(tmp_path, pc.vault())
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
    assert name_of(tmp_path, pc) == "Gwent OPCC" and is_paused(tmp_path, pc)


def test_other_settings_are_kept_when_an_office_is_made(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "settings.json").write(Settings(theme="dark"))
    create(tmp_path, PretendedKeyring())
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
