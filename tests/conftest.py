"""The ground every test stands on: a private home, no outside world, and no warning left unread."""

import gc
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from ipaddress import ip_address
from pathlib import Path

import keyring
import pytest
from hypothesis import settings
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.patience import PatientBot
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky import bluesky as run_bluesky
from tests.servers.mail import MailSystem
from tests.servers.mail import mail as run_mail
from tests.servers.pool import ServerPool
from tests.servers.process import go_without
from tests.servers.wordpress import WordPress
from tests.servers.wordpress import wordpress as run_wordpress

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PCC_TORTURE", "short")
CI = bool(os.environ.get("CI"))
POOL = pytest.StashKey[ServerPool]()
HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
SERVERS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "bluesky": run_bluesky,
    "mail": run_mail,
    "wordpress": run_wordpress,
}


class OutsideWorld(Exception):
    """A test tried to reach beyond this machine."""


def _forbid_outside_world(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_here(str(arguments[1][0])):
        raise OutsideWorld(f"connect to {arguments[1]}")
    if event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        raise OutsideWorld(f"look up {arguments[0]!r}")


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run: long tests only where asked for, private folders, and no way out of this machine."""
    if not config.option.markexpr:
        # Where everything is judged, the long runs and the Windows build take their turn; a person asks for them.
        config.option.markexpr = "" if CI else "not torture and not wine"
    settings.register_profile("desk", deadline=None, derandomize=CI, database=None)
    settings.load_profile("desk")
    config.stash[POOL] = ServerPool()
    config.stash[HOME] = tempfile.TemporaryDirectory(prefix="pcc-desk-home-", ignore_cleanup_errors=True)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(Path(config.stash[HOME].name, name.lower()))
    sys.addaudithook(_forbid_outside_world)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let a run that is told to end finish its present test and stop its servers."""

    def end(number: int, frame: object) -> None:
        session.shouldstop = "told to end"

    signal.signal(signal.SIGTERM, end)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers these tests will ask for, so that they are ready sooner."""
    wanted = {name for test in session.items for name in getattr(test, "fixturenames", ())}
    if not session.config.option.collectonly:
        for name in wanted & SERVERS.keys():
            session.config.stash[POOL].start(name, SERVERS[name]())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and remove the private folders."""
    config.stash[POOL].stop()
    config.stash[HOME].cleanup()


@pytest.fixture(scope="session")
def bluesky(request: pytest.FixtureRequest) -> Bluesky:
    """A real Bluesky network on this machine, shared by all tests: make accounts of your own."""
    network = request.config.stash[POOL].wait_for("bluesky")
    assert isinstance(network, Bluesky)
    return network


@pytest.fixture(scope="session")
def mail(request: pytest.FixtureRequest) -> MailSystem:
    """Real mail servers on this machine, shared by all tests: use addresses of your own."""
    system = request.config.stash[POOL].wait_for("mail")
    assert isinstance(system, MailSystem)
    return system


@pytest.fixture(scope="session")
def wordpress(request: pytest.FixtureRequest) -> WordPress:
    """A real WordPress on this machine, shared by all tests: make posts of your own."""
    site = request.config.stash[POOL].wait_for("wordpress")
    assert isinstance(site, WordPress)
    return site


@pytest.fixture
def secret_store() -> None:
    """A real unlocked keyring, which `python3 dev.py test` starts around the tests."""
    if type(keyring.get_keyring()).__module__ == "keyring.backends.fail":
        go_without("An unlocked keyring")


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """The one of pytest-qt, with patience for a busy machine."""
    return PatientBot(request)


@pytest.fixture
def desk_dir(tmp_path: Path) -> Path:
    """An empty folder for a desk's own files."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real file system of four megabytes."""
    place = tmp_path_factory.mktemp("small")
    if shutil.which("mount") is None:
        pytest.skip("no small disk can be made here")
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only an administrator can make a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


class _Unread(logging.Handler):
    """Keeps every warning that was logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unread_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning it does not expect; one that expects it takes `caplog` and reads it."""
    unread = _Unread()
    logging.getLogger().addHandler(unread)
    yield
    logging.getLogger().removeHandler(unread)
    if "caplog" not in request.fixturenames and unread.lines:
        pytest.fail("Unexpected in the log:\n" + "\n".join(unread.lines))


@pytest.fixture(autouse=True)
def process_as_it_was() -> Iterator[None]:
    """Put back what a running desk changes of its process, so that no test depends on those before it."""
    root, hook, loud = logging.getLogger(), threading.excepthook, logging.raiseExceptions
    level, before = root.level, list(root.handlers)
    yield
    for file in [each for each in root.handlers if isinstance(each, logging.FileHandler) and each not in before]:
        root.removeHandler(file)
        file.close()
    root.setLevel(level)
    threading.excepthook, logging.raiseExceptions = hook, loud


@pytest.fixture(autouse=True)
def garbage_on_qts_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect garbage on Qt's thread only where there are windows, as the desk does (pcc_desk/ui/tidying.py).

    No window outlives its test: dressing the application takes longer with every widget that is alive.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    for window in QApplication.topLevelWidgets():
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.unfreeze()
    gc.collect()
    gc.enable()
