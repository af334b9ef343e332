"""The developer's commands: what they say, and that a half-made environment is never trusted."""

import os
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from dev_tools import debian, environment
from dev_tools.places import ROOT
from dev_tools.stop import Stop


def dev(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run dev.py as a developer would, with these settings instead of the screen's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, str(ROOT / "dev.py"), *words]
    return subprocess.run(command, env=kept | settings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An environment that needs no package, and its lock."""
    folder = tmp_path_factory.mktemp("finished")
    venv, lock = folder / "venv", folder / "lock.txt"
    lock.write_text("# nothing\n")
    environment.ensure(venv, lock)
    return venv, lock


def test_without_a_command_every_command_is_listed() -> None:
    said = dev().stdout
    assert all(
        f"\n  {name}" in said for name in ["run", "test", "lint", "bench", "shots", "installer", "lock", "setup"]
    )


def test_an_unknown_command_is_refused() -> None:
    assert dev("fly").returncode == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_run_says_so_plainly() -> None:
    done = dev("run", QT_QPA_PLATFORM="")
    assert done.returncode == 2
    assert done.stderr.startswith("There is no screen here")
    assert "Traceback" not in done.stderr


def test_a_finished_environment_is_used_again_and_knows_the_package(
    finished: tuple[Path, Path], tmp_path: Path
) -> None:
    venv, lock = finished
    made_at = (venv / "pyvenv.cfg").stat().st_mtime_ns
    python = environment.ensure(venv, lock)
    assert (venv / "pyvenv.cfg").stat().st_mtime_ns == made_at
    where = "import pcc_desk, pathlib; print(pathlib.Path(pcc_desk.__file__).parent)"
    done = subprocess.run([str(python), "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).resolve() == ROOT / "pcc_desk"


def test_an_environment_from_another_lock_is_not_ready(finished: tuple[Path, Path], tmp_path: Path) -> None:
    venv, lock = finished
    other = tmp_path / "lock.txt"
    other.write_text("# something else\n")
    assert environment.is_ready(venv, lock)
    assert not environment.is_ready(venv, other)


def test_an_environment_left_half_made_is_made_again_from_nothing(finished: tuple[Path, Path]) -> None:
    venv, lock = finished
    (venv / ".ready").unlink()
    (venv / "left over").touch()
    environment.ensure(venv, lock)
    assert environment.is_ready(venv, lock)
    assert not (venv / "left over").exists()


def test_an_environment_that_cannot_be_finished_is_not_ready_and_says_so(tmp_path: Path) -> None:
    venv, lock = tmp_path / "venv", tmp_path / "lock.txt"
    lock.write_text("no-hash-given==1.0\n")
    with pytest.raises(Stop, match="could not be installed"):
        environment.ensure(venv, lock)
    assert not environment.is_ready(venv, lock)


def test_two_runs_at_once_wait_for_each_other(tmp_path: Path) -> None:
    inside: list[str] = []
    entered, may_leave = threading.Event(), threading.Event()

    def first() -> None:
        with environment.only_one(tmp_path / "lock"):
            entered.set()
            may_leave.wait(60)
            inside.append("first")

    def second() -> None:
        with environment.only_one(tmp_path / "lock"):
            inside.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    entered.wait(60)
    threads[1].start()
    threads[1].join(0.2)
    assert inside == []
    may_leave.set()
    for each in threads:
        each.join(60)
    assert inside == ["first", "second"]


def test_a_missing_library_is_named_by_its_package() -> None:
    assert debian.missing_packages({"libno-such-thing.so.9": "libno-such-thing9"}) == ["libno-such-thing9"]
    assert debian.missing_packages({"libc.so.6": "libc6"}) == []


def test_the_line_to_type_names_every_package() -> None:
    assert debian.apt_line(["libegl1", "libgl1"]) == "sudo apt-get install --no-install-recommends libegl1 libgl1"


def test_every_resource_goes_into_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = {
        (place.removeprefix("share/pcc-desk/"), file.name)
        for place, patterns in settings["tool"]["setuptools"]["data-files"].items()
        for pattern in patterns
        for file in ROOT.glob(pattern)
    }
    resources = [file.relative_to(ROOT / "resources") for file in (ROOT / "resources").rglob("*") if file.is_file()]
    assert resources
    assert {(file.parent.as_posix(), file.name) for file in resources} <= packed
