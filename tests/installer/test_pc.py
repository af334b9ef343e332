"""A PC to install on is watched: what changed there is seen, and nothing goes on after it should have ended."""

import os
import signal
import sys
from pathlib import Path

import pytest

from installer.machines import Here
from installer.pc import Pc, contents_of, ended, expect, unchanged, wait
from installer.plan import BuildFailed
from installer.trials import Story
from tests.installer.samples import plan_in


def test_a_changed_a_new_and_a_missing_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with unchanged(tmp_path, "nothing"):
        pass
    for change in (lambda: (tmp_path / "a").write_text("b"), (tmp_path / "b").touch, (tmp_path / "a").unlink):
        with pytest.raises(BuildFailed, match="a refusal that changes nothing"), unchanged(tmp_path, "a refusal"):
            change()
    assert list(contents_of(tmp_path)) == ["b"]


def test_a_program_is_ended_with_what_it_was_for(tmp_path: Path) -> None:
    with ended(Here().start([sys.executable, "-c", "import sys; sys.stdin.read()"], tmp_path)) as program:
        assert program.poll() is None
    assert program.returncode is not None


def test_a_program_stands_in_the_folder_it_was_started_in(tmp_path: Path) -> None:
    with ended(Here().start([sys.executable, "-c", "import os; print(os.getcwd())"], tmp_path)) as program:
        assert program.stdout is not None
        assert Path(program.stdout.readline().decode().strip()).samefile(tmp_path)


def test_what_does_not_come_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="It did not come"):
        wait(lambda: False, "It did not come.", 0.1)
    with pytest.raises(BuildFailed, match="Not seen: this"):
        expect(False, "this")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is not there")
def test_a_command_has_ended_though_what_it_started_goes_on() -> None:
    ran = Here().run(["sh", "-c", "sleep 600 & echo $!"], 60)
    left = int(ran.said)
    os.kill(left, signal.SIGKILL)  # there is something to end


def test_a_setup_is_told_its_folder_last_and_without_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOCALAPPDATA", "APPDATA", "ProgramW6432", "TEMP"):
        monkeypatch.setenv(name, str(tmp_path / name))
    pc = Pc(plan_in(tmp_path), Here())
    assert pc.silently(Path("s.exe"), Path("place")) == ["s.exe", "/S", "/D=place"]
    assert pc.silently(Path("s.msi")) == ["msiexec", "/i", "s.msi", "/qn"]


def test_a_story_keeps_what_was_seen_with_its_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story()
    story.take(lambda: "refused")
    assert story.found == ["refused (0 s)"]
    assert "refused" in capsys.readouterr().out


def test_a_machine_that_is_ours_is_not_filled() -> None:
    assert Here().run_short_of_room([sys.executable, "-c", "raise SystemExit(1)"]) is None
