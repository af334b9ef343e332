"""The database's key is kept in this PC's keyring or nowhere."""

import sys
from pathlib import Path

import pytest

from pcc_desk.errors import VaultError
from pcc_desk.vault import Vault, system_keyring
from tests.keyrings import PretendedKeyring
from tests.servers.keyring import KeyringState, run_in

KEY = bytes(range(32))
ASK = """
import sys
from pcc_desk.errors import VaultError
from pcc_desk.vault import Vault, system_keyring
try:
    Vault(system_keyring()).keep("test", bytes(32))
except VaultError as closed:
    print("refused:", closed.sentence, closed.next_step)
loaded = [name for name in sys.modules if name.startswith(("keyring.backends.", "keyrings"))]
print("loaded:", *loaded)
"""


@pytest.mark.usefixtures("secret_store")
def test_a_key_is_kept_fetched_and_forgotten_in_a_real_keyring() -> None:
    vault = Vault(system_keyring())
    vault.keep("pcc-desk-test", KEY)
    assert Vault(system_keyring()).fetch("pcc-desk-test") == KEY
    vault.forget("pcc-desk-test")
    vault.forget("pcc-desk-test")
    with pytest.raises(VaultError, match="does not hold the key"):
        vault.fetch("pcc-desk-test")


def test_a_keyring_that_keeps_nothing_is_noticed_at_once() -> None:
    Vault(PretendedKeyring()).keep("a", KEY)
    with pytest.raises(VaultError):
        Vault(PretendedKeyring(deaf=True)).keep("a", KEY)


def test_a_key_the_keyring_cannot_keep_is_held_until_the_program_ends() -> None:
    keyring = PretendedKeyring(locked=True)
    vault = Vault(keyring)
    vault.hold("a", KEY)
    assert vault.fetch("a") == KEY and vault.holds("a")
    assert keyring.kept == {}
    with pytest.raises(VaultError):
        Vault(keyring).fetch("a")
    keyring.locked = False
    vault.keep("a", KEY)
    assert not vault.holds("a") and Vault(keyring).fetch("a") == KEY


@pytest.mark.parametrize("kept", ["", "not hex", "00" * 31, None])
def test_a_spoiled_entry_asks_for_the_recovery_key(kept: str | None) -> None:
    keyring = PretendedKeyring()
    if kept is not None:
        keyring.kept["PCC Desk", "a"] = kept
    with pytest.raises(VaultError) as closed:
        Vault(keyring).fetch("a")
    assert "recovery key" in closed.value.next_step


@pytest.mark.servers
@pytest.mark.parametrize("state", [KeyringState.ABSENT, KeyringState.LOCKED])
def test_an_absent_or_locked_keyring_is_told_in_words_and_nothing_is_kept_elsewhere(
    state: KeyringState, tmp_path: Path
) -> None:
    answer = run_in(state, tmp_path, [sys.executable, "-c", ASK])
    assert "refused: The keyring of this PC is locked or missing." in answer.stdout, answer.stderr
    assert "loaded: keyring.backends.fail keyring.backends.SecretService\n" in answer.stdout
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"00" * 32 in file.read_bytes()]


@pytest.mark.servers
def test_an_open_keyring_takes_the_key(tmp_path: Path) -> None:
    answer = run_in(KeyringState.OPEN, tmp_path, [sys.executable, "-c", ASK])
    assert "refused" not in answer.stdout, answer.stderr


def test_the_keyring_is_asked_once_for_a_key_it_gave() -> None:
    pc = PretendedKeyring()
    pc.vault().keep("mine", KEY)
    vault = pc.vault()
    assert vault.fetch("mine") == KEY
    pc.locked = True
    assert vault.fetch("mine") == KEY
    pc.locked = False
    vault.forget("mine")
    with pytest.raises(VaultError):
        vault.fetch("mine")
