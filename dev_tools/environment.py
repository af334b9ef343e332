"""Makes the project's own Python environment from the lock."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dev_tools import debian
from dev_tools.places import LOCK, ROOT, VENV, WINDOWS, venv_python
from dev_tools.stop import Stop


def ensure(venv: Path = VENV, lock: Path = LOCK) -> Path:
    """Make `venv` match `lock` where it does not, and return its Python.

    Two runs at once wait for each other. A half-made environment has no stamp, so it is made again from nothing.
    Raises: Stop when a package cannot be had.
    """
    with only_one(venv.with_name(venv.name + ".lock")):
        if not is_ready(venv, lock):
            _make(venv, lock)
    return venv_python(venv)


def is_ready(venv: Path, lock: Path) -> bool:
    """Tell whether `venv` was finished, from this lock, by this version of Python."""
    stamp = venv / ".ready"
    return stamp.is_file() and stamp.read_text().strip() == stamp_for(lock) and venv_python(venv).exists()


def stamp_for(lock: Path) -> str:
    """Return what a finished environment's stamp says: the lock's digest and the version of Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}"


def install(venv: Path, lock: Path) -> None:
    """Install every package of the lock into `venv`, each checked by its hash. Raises: Stop."""
    command = [str(venv_python(venv)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    if subprocess.run(command, check=False).returncode:
        raise Stop("The packages could not be installed. Check the network and run this again; nothing is half done.")


def _make(venv: Path, lock: Path) -> None:
    print(f"Making {venv.name} (about a minute, once) ...", file=sys.stderr, flush=True)
    _check_venv_module()
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install(venv, lock)
    packages = venv / "Lib/site-packages" if WINDOWS else next((venv / "lib").glob("python3*/site-packages"))
    (packages / "pcc_desk.pth").write_text(os.path.relpath(ROOT, packages) + "\n")
    stamp = venv / ".ready"
    stamp.with_suffix(".new").write_text(stamp_for(lock))
    stamp.with_suffix(".new").replace(stamp)


def _check_venv_module() -> None:
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships Python without it
        debian.install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"], "make a Python environment")


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` for this process; others wait. The system lets go of it when a process dies."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+b") as held:
        release = _hold(held)
        try:
            yield
        finally:
            release()


def _hold(held: IO[bytes]) -> Callable[[], None]:
    if sys.platform == "win32":
        import msvcrt

        held.seek(0)
        while True:
            try:
                msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds
                break
            except OSError:
                continue

        def unlock() -> None:
            held.seek(0)
            msvcrt.locking(held.fileno(), msvcrt.LK_UNLCK, 1)

        return unlock
    import fcntl

    fcntl.flock(held, fcntl.LOCK_EX)
    return lambda: fcntl.flock(held, fcntl.LOCK_UN)
