"""A folder for a rehearsal is gone afterwards, and what cannot be removed stops nobody."""

import os
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from pcc_desk.app.scratch import scratch_folder


def test_it_is_empty_and_gone_afterwards() -> None:
    with scratch_folder("test") as folder:
        assert list(folder.iterdir()) == []
        (folder / "inside").mkdir()
        (folder / "inside" / "file").write_text("words")
    assert not folder.exists()


def test_what_is_still_written_while_it_goes_is_gone_as_well() -> None:
    done = threading.Event()

    def write(folder: Path) -> None:
        for number in range(3_000):
            with suppress(OSError):  # the folder goes at some point
                (folder / f"{number}").write_text("late")
        done.set()

    with scratch_folder("test") as folder:
        late = threading.Thread(target=write, args=[folder])
        late.start()
        while not (folder / "9").exists():
            pass
    late.join()
    assert done.is_set() and not folder.exists()


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
