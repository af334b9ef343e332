"""The settings survive a crash and a damaged file."""

import json
from pathlib import Path

import pytest

from pcc_desk.errors import SettingsError
from pcc_desk.settings import Settings, SettingsFile


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    """A settings file in a folder that does not exist yet."""
    return SettingsFile(tmp_path / "desk" / "settings.json")


def test_settings_come_back_as_they_were_kept(file: SettingsFile) -> None:
    kept = Settings(theme="dark", text_size=150, window="AdnQ", place="outbox", vault_id="12", office="Swyddfa’r CHTh")
    file.write(kept)
    assert file.read() == (kept, "")


def test_a_first_start_has_the_usual_settings_and_no_notice(file: SettingsFile) -> None:
    assert file.read() == (Settings(), "")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"nul"])
def test_a_damaged_file_is_kept_aside_and_said_so(file: SettingsFile, content: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    settings, notice = file.read()
    assert settings == Settings()
    assert "settings-damaged.json" in notice
    assert (file.path.parent / "settings-damaged.json").read_bytes() == content


def test_a_setting_of_the_wrong_kind_is_left_and_the_others_are_used(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(json.dumps({"theme": "pink", "text_size": True, "office": "Gwent", "new": 1}))
    assert file.read() == (Settings(office="Gwent"), "")


def test_a_write_that_fails_keeps_the_old_settings(file: SettingsFile) -> None:
    file.write(Settings(office="old"))
    (file.path.parent / "settings.json.part").mkdir()
    with pytest.raises(SettingsError):
        file.write(Settings(office="new"))
    assert file.read()[0].office == "old"
