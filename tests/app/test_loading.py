"""What a start loads, and when: nobody waits for what is not shown yet, and no platform makes a start longer."""

import json
import os
import subprocess
import sys

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.account import Identity
from pcc_desk.model.recovery import read_recovery
from pcc_desk.paths import DATABASE
from pcc_desk.services.first_start import FirstStart
from pcc_desk.store import accounts
from pcc_desk.store.engine import Store
from tests.desk import NOW
from tests.keyrings import PretendedKeyring

# What is heavy, and the moment of the start before which nobody may wait for it.
BEFORE = {
    "painted": {
        "keyring",
        "secretstorage",
        "sqlcipher3",
        "hashlib",
        "html",
        "logging.handlers",
        "PySide6.QtNetwork",
        "pcc_desk.store",
        "pcc_desk.ui.inbox",
        "pcc_desk.model.message",
    },
    "inbox": {
        "sqlalchemy",
        "asyncio",
        "pcc_desk.services",
        "pcc_desk.channels",
        "pcc_desk.model.channel",
        "pcc_desk.model.delivery",
        "pcc_desk.ui.inbox.reading_pane",
    },
    "whole": {
        "requests",
        "urllib3",
        "truststore",
        "regex",
        "PIL",
        "icalendar",
        "alembic",
        "http.server",
        "pcc_desk.channels.wire",
    },
}
# So many of our own modules are loaded at most by then; a new one is loaded when it is needed, or in another's place.
MOST = {"painted": 42, "inbox": 65}
SHARED = 8  # modules of the channels that tables may load, besides themselves
MOMENTS = ("painted", "inbox", "whole")
READS_SOURCES = (
    "import PySide6.QtCore, email.message, linecache; print(any('email' in name for name in linecache.cache))"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The modules that are loaded at each moment of the start of an office with an account on every platform."""
    folder = tmp_path_factory.mktemp("office")
    key = read_recovery(FirstStart(folder, PretendedKeyring().vault()).create("Gwent OPCC", "Elin", NOW))
    store = Store(folder / DATABASE, key)
    with store.write() as conn:
        for name in ADAPTERS:
            accounts.add(conn, name, Identity(f"id:{name}", "office.test", "The office", f"https://{name}.test"), NOW)
    store.close()
    told = run("-m", "tests.app.start_once", str(folder), key.hex())
    return {name: set(modules) for name, modules in map(json.loads, told.splitlines())}


def run(*words: str) -> str:
    """Run Python in a process of its own, on no screen, and give what it printed."""
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *words], env=settings, capture_output=True, text=True, timeout=120, check=True
    ).stdout


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_loaded_before_it_is_needed(loaded: dict[str, set[str]], moment: str) -> None:
    late = set.union(*(BEFORE[later] for later in MOMENTS[MOMENTS.index(moment) :]))
    assert sorted(loaded[moment] & late) == []


@pytest.mark.parametrize("moment", MOST)
def test_a_start_grows_with_nothing_that_is_added_to_the_desk(loaded: dict[str, set[str]], moment: str) -> None:
    ours = sorted(name for name in loaded[moment] if name.startswith("pcc_desk"))
    assert len(ours) <= MOST[moment], f"what is named as a type only is imported for type checking only: {ours}"


def test_what_is_needed_is_loaded_then(loaded: dict[str, set[str]]) -> None:
    assert {"PySide6.QtWidgets", "pcc_desk.ui.window"} <= loaded["painted"]
    assert {"pcc_desk.ui.inbox.panel", "pcc_desk.store.early_reading"} <= loaded["inbox"]
    assert {"sqlalchemy", "pcc_desk.services.desk"} <= loaded["whole"]


def test_a_platform_adds_its_table_to_a_start_and_nothing_else(loaded: dict[str, set[str]]) -> None:
    of_channels = {name.removeprefix("pcc_desk.channels.") for name in loaded["whole"] if "pcc_desk.channels." in name}
    shared = {name for name in of_channels if not name.endswith("_platform")}
    assert not shared & {"wire", "failures", "reading", "text", *ADAPTERS}
    assert len(shared) <= SHARED, f"tables are light, and so is what they share: {sorted(shared)}"


def test_no_source_is_read_because_a_module_is_loaded() -> None:
    assert run("-c", READS_SOURCES).strip() == "True", "Qt for Python does it by itself: else load_qt has had its day"
    assert run("-c", f"from pcc_desk.app.loading import load_qt; load_qt(); {READS_SOURCES}").strip() == "False"
