"""A folder for a rehearsal is gone afterwards, and what cannot be removed stops nobody."""

import os
import shutil
import sys

import pytest

from pcc_desk.app.scratch import scratch_folder


def test_it_is_empty_and_gone_afterwards() -> None:
    with scratch_folder("test") as folder:
        assert list(folder.iterdir()) == []
        (folder / "inside").mkdir()
        (folder / "inside" / "file").write_text("words")
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may remove everything")
def test_what_is_held_open_is_left_behind_quietly() -> None:
    with scratch_folder("test") as folder:
        held = (folder / "held").open("w")
        if sys.platform != "win32":
            folder.chmod(0o500)
    held.close()
    assert folder.exists()
    folder.chmod(0o700)
    shutil.rmtree(folder)
