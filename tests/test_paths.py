"""The desk's files are kept where a database is safe."""

import sys
from pathlib import Path

import pytest

from pcc_desk.paths import _filesystem, choose_folder, make_folder, refusal, replace_file


def test_a_given_folder_wins(tmp_path: Path) -> None:
    assert choose_folder(tmp_path, {"XDG_DATA_HOME": "/elsewhere"}, "linux") == tmp_path


def test_each_platform_has_its_usual_folder() -> None:
    assert choose_folder(None, {"XDG_DATA_HOME": "/shared"}, "linux") == Path("/shared/pcc-desk")
    assert choose_folder(None, {"LOCALAPPDATA": "/local"}, "win32") == Path("/local/PCC Desk")
    assert choose_folder(None, {}, "linux") == Path.home() / ".local/share/pcc-desk"


def test_an_ordinary_folder_is_fine(tmp_path: Path) -> None:
    assert refusal(tmp_path / "desk", {}) == ""


@pytest.mark.parametrize("name", [r"\\server\share\desk", "//server/share/desk", r"\\?\UNC\server\share"])
def test_a_network_share_is_refused_in_words(name: str) -> None:
    assert "on a network" in refusal(Path(name), {})


@pytest.mark.parametrize("name", ["OneDrive", "OneDrive - Office of the PCC", "Dropbox", "Google Drive", "Nextcloud"])
def test_a_folder_that_another_program_copies_away_is_refused(tmp_path: Path, name: str) -> None:
    assert "copied to the internet" in refusal(tmp_path / name / "desk", {})


def test_a_renamed_onedrive_folder_is_known_by_what_windows_says_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "Work" / "desk"
    assert refusal(folder, {}) == ""
    assert refusal(folder, {"OneDriveCommercial": str(tmp_path / "Work")}) != ""


def test_the_folder_that_roams_with_the_person_is_refused(tmp_path: Path) -> None:
    roaming = {"APPDATA": str(tmp_path / "Roaming")}
    assert "when you sign out" in refusal(tmp_path / "Roaming" / "PCC Desk", roaming)
    assert refusal(tmp_path / "Local" / "PCC Desk", roaming) == ""


def test_a_link_into_a_copied_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "desk").symlink_to(tmp_path / "Dropbox")
    assert refusal(tmp_path / "desk", {}) != ""


def test_a_network_file_system_is_known_by_its_mount() -> None:
    mounts = "/dev/vda / ext4 rw 0 0\nserver:/home /home\\040two nfs4 rw 0 0\nme@pc: /home/ssh fuse.sshfs rw 0 0\n"
    assert _filesystem(Path("/home two/desk"), mounts) == "nfs4"
    assert _filesystem(Path("/home/ssh/desk"), mounts) == "nfs"
    assert _filesystem(Path("/home/desk"), mounts) == "ext4"


@pytest.mark.skipif(sys.platform == "win32", reason="the Windows folder is the person's own already")
def test_the_data_folder_is_open_to_its_person_only(tmp_path: Path) -> None:
    make_folder(tmp_path / "desk")
    make_folder(tmp_path / "desk")
    assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o700


def test_a_finished_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    replace_file(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new" and not (tmp_path / "new").exists()
