"""What an office relies on, each tried once on this PC without a window; each says what it found."""

import json
import secrets
import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import truststore

from pcc_desk.app.login import LogIn, own_registry
from pcc_desk.app.sources import present
from pcc_desk.media import pictures
from pcc_desk.model.announcement import Announcement
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageFilter
from pcc_desk.paths import DATABASE, SETTINGS, resource
from pcc_desk.rehearsal.office import POLL_SECONDS, RehearsalOffice
from pcc_desk.rehearsal.script import read_picture
from pcc_desk.services.desk import Services
from pcc_desk.services.first_start import FirstStart
from pcc_desk.services.office import Office
from pcc_desk.settings import SettingsFile
from pcc_desk.store import driver
from pcc_desk.store.engine import Store
from pcc_desk.store.schema import SCHEMA_NUMBER
from pcc_desk.vault import Vault, system_keyring

PLAIN = b"SQLite format 3\0"  # how a database that is not encrypted begins
CLIENT_HELLO = 0x16  # the first byte of a TLS handshake
PICTURE = "market.png"
ANSWER = "Will the selftestquestion be answered?"


class TrialFailed(Exception):
    """Something an office relies on does not work on this PC; the words say what was seen."""


def encrypted_office(folder: Path) -> str:
    """Make an office whose key is in this PC's own keyring, open it with that key, and forget the key."""
    vault = Vault(system_keyring())
    first_start = FirstStart(folder, vault)
    try:
        first_start.create("Self-test", "Self-test", present())
        office = first_start.open()
        name = Office(office.store, office.key).profile().name
        office.store.close()
    finally:
        vault.forget(SettingsFile(folder / SETTINGS).read()[0].vault_id)
    if name != "Self-test" or (folder / DATABASE).read_bytes().startswith(PLAIN):
        raise TrialFailed("the office came back wrong, or lies unencrypted on the disk")
    return f"opened with the key in {type(system_keyring()).__name__}"


def released_schemas(folder: Path) -> str:
    """Bring a sample of every database that a released desk wrote to the tables of this one."""
    for number in range(SCHEMA_NUMBER):
        path, key = folder / f"schema-{number}.db", secrets.token_bytes(driver.KEY_BYTES)
        if number:
            sample = driver.open_file(path, key)
            sample.executescript(resource("released-schemas", f"{number}.sql").read_text("utf-8"))
            sample.close()
        store = Store(path, key)
        Office(store, key).profile()
        store.close()
    return f"tables {SCHEMA_NUMBER} from {', '.join(map(str, range(SCHEMA_NUMBER)))}"


def safe_database(folder: Path) -> str:
    """Have a SQLite that cannot damage the log of two connections."""
    driver.refuse_unsafe()
    return f"SQLite {driver.version()}"


def certificates(folder: Path) -> str:
    """Begin a TLS handshake that trusts what this PC trusts, and nothing when nothing is presented."""
    trust = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    outgoing = ssl.MemoryBIO()
    handshake = trust.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="office.example")
    try:
        handshake.do_handshake()
    except ssl.SSLWantReadError:
        hello = outgoing.read()
    else:
        raise TrialFailed("a handshake ended without a server")
    authorities = ssl.create_default_context().cert_store_stats()["x509_ca"]
    if hello[0] != CLIENT_HELLO or trust.verify_mode is not ssl.CERT_REQUIRED or not authorities:
        raise TrialFailed(f"{trust.verify_mode!r}, {authorities} authorities, first byte {hello[0]}")
    return f"{ssl.OPENSSL_VERSION}, {authorities} authorities of this PC"


def picture_in_a_child(folder: Path) -> str:
    """Decode a picture in the child process, which the system must hold to its memory."""
    content = read_picture(PICTURE)
    made = pictures.clean(content, PICTURE)
    first, _ = pictures.run_child({}, content, pictures.SECONDS)
    if not json.loads(first)["capped"]:
        raise TrialFailed("the child's memory could not be limited")
    return f"{made.width} × {made.height} pixels as {made.mime}, in limited memory"


def start_at_sign_in(folder: Path) -> str:
    """Ask for a start at sign-in under a name of its own, and take that back; only Windows has this."""
    registry = own_registry()
    if registry is None:
        return "this is not Windows"
    log_in = LogIn(registry, sys.executable, "PCC Desk self-test")
    log_in.choose(True)
    chosen = log_in.starts()
    log_in.choose(False)
    if not chosen or log_in.starts():
        raise TrialFailed("the registry did not keep it, or did not forget it")
    return "kept and forgotten in the registry"


TRIALS: Mapping[str, Callable[[Path], str]] = {
    "an encrypted office and this PC's keyring": encrypted_office,
    "every released database": released_schemas,
    "a safe SQLite": safe_database,
    "this PC's certificates": certificates,
    "a picture in a child process": picture_in_a_child,
    "a start at sign-in": start_at_sign_in,
}


def there_and_back(rehearsal: RehearsalOffice, services: Services, now: datetime) -> str:
    """Publish one announcement to the rehearsal platforms, let a member of the public answer, and find the answer."""
    draft = _approve(services, now)
    soon, later = now + timedelta(seconds=1), now + timedelta(seconds=2 * POLL_SECONDS)
    services.outbox.run_due(lambda: soon)
    deliveries = services.outbox.of_announcement(draft.id)
    states = sorted(one.state.value for one in deliveries)
    if not deliveries or any(one.state is not DeliveryState.SENT for one in deliveries):
        raise TrialFailed(f"the announcement is {states}")
    rehearsal.let_answer(draft, ANSWER, soon)
    services.inbox.fetch_due(lambda: later)
    found = services.inbox.page(MessageFilter(words="selftestquestion")).messages
    if len(found) != len(deliveries):
        raise TrialFailed(f"{len(deliveries)} answers were written and {len(found)} found")
    return f"{len(deliveries)} deliveries sent, {len(found)} answers found by a word"


def _approve(services: Services, now: datetime) -> Announcement:
    draft = services.compose.begin(now)
    written = replace(draft, title="Self-test", text="This announcement is a self-test of PCC Desk. Nobody sees it.")
    saved = services.compose.save(written, now)
    services.compose.approve(saved.id, now)
    return saved
