"""Where the office lies, and what is offered when it must not lie there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from pcc_desk.app.place import CHOOSE, CLOSE, find_folder, keep_folder, offer_another
from pcc_desk.errors import StoreUnreachable

BAD = StoreUnreachable("The folder X is on a network.", "Start PCC Desk with another folder.")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> Iterator[None]:
    """Settings of this test's own."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    yield
    QSettings("PCCDesk", "Desk").clear()


def press(*words: str) -> list[str]:
    """Press a button of each box that opens, in turn; gives what the boxes said."""
    said: list[str] = []
    left = list(words)

    def look() -> None:
        boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]
        for box in boxes:
            said.append(box.text())
            next(each for each in box.buttons() if each.text() == left[0]).click()
            left.pop(0)
        if left:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)
    return said


def test_the_person_s_own_folder_is_remembered(tmp_path: Path) -> None:
    usual = find_folder(None, {"XDG_DATA_HOME": "/shared", "LOCALAPPDATA": "/shared"})
    assert usual.parent == Path("/shared")
    keep_folder(tmp_path / "mine")
    assert find_folder(None, {}) == tmp_path / "mine"
    assert find_folder(tmp_path / "given", {}) == tmp_path / "given"


def test_another_folder_is_offered_and_kept(tmp_path: Path, qapp: QApplication) -> None:
    said = press(CHOOSE)
    assert offer_another(BAD, lambda: str(tmp_path)) == tmp_path / "PCC Desk"
    assert said == ["The folder X is on a network. Start PCC Desk with another folder."]
    assert find_folder(None, {}) == tmp_path / "PCC Desk"


def test_a_folder_that_is_no_better_is_refused_too(tmp_path: Path, qapp: QApplication) -> None:
    picked = iter([str(tmp_path / "OneDrive"), str(tmp_path)])
    said = press(CHOOSE, CHOOSE)
    assert offer_another(BAD, lambda: next(picked)) == tmp_path / "PCC Desk"
    assert "copied to the internet" in said[1]


def test_closing_keeps_everything_as_it_was(tmp_path: Path, qapp: QApplication) -> None:
    press(CLOSE)
    assert offer_another(BAD, lambda: str(tmp_path)) is None
    assert find_folder(None, {"XDG_DATA_HOME": "/shared", "LOCALAPPDATA": "/shared"}).parent == Path("/shared")
