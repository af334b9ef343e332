"""The office's name, the pause, the daily backup and the recovery key."""

from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.model.changes import Changes
from pcc_desk.model.recovery import read_recovery
from pcc_desk.services.office import Office
from pcc_desk.store import backup
from tests.desk import KEY, NOW, open_store


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A new office."""
    office = Office(open_store(tmp_path), KEY)
    office.begin(" Gwent OPCC ", "Elin", NOW)
    return office


def test_an_office_is_called_what_it_was_named(office: Office) -> None:
    profile = office.profile()
    assert (profile.name, profile.person.name) == ("Gwent OPCC", "Elin")
    assert office.rename("Swyddfa’r CHTh", "Siôn") is Changes.OFFICE
    assert (office.profile().name, office.profile().person.name) == ("Swyddfa’r CHTh", "Siôn")


def test_a_pause_is_noted_once_with_its_moment(office: Office) -> None:
    assert office.profile().paused_at is None
    assert office.pause(NOW) is Changes.OFFICE
    assert office.pause(NOW + timedelta(hours=1)) is Changes.NONE
    assert office.profile().paused_at == NOW
    assert office.resume(NOW) is Changes.OFFICE
    assert office.resume(NOW) is Changes.NONE
    assert office.profile().paused_at is None


def test_the_recovery_key_is_the_key_of_the_database_and_of_its_backup(office: Office) -> None:
    key = read_recovery(office.recovery_key())
    assert key == KEY
    assert backup.examine(office.back_up(NOW), key)["office"] > 0


def test_the_daily_backup_is_made_once_and_a_wanted_one_always(office: Office, tmp_path: Path) -> None:
    office.back_up_daily(NOW)
    day = tmp_path / "backups" / "day-2026-11-24.db"
    made = day.stat().st_ino
    office.back_up_daily(NOW + timedelta(hours=9))
    assert day.stat().st_ino == made
    assert office.back_up(NOW + timedelta(hours=9)) == day and day.stat().st_ino != made


def test_a_rehearsal_office_is_marked_for_good(office: Office) -> None:
    assert not office.profile().rehearsal
    office.mark_rehearsal()
    office.rename("Other", "Other")
    assert office.profile().rehearsal
