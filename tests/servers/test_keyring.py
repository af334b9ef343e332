"""The secret store's real states: each seen through the library the desk uses."""

import sys
from pathlib import Path

import pytest

from tests.servers.keyring import KeyringState, run_in

pytestmark = pytest.mark.servers
KEEP_AND_READ = """
import keyring
try:
    keyring.set_password("desk", "key", "secret")
    print(keyring.get_password("desk", "key"))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("state", "said"),
    [(KeyringState.OPEN, "secret"), (KeyringState.LOCKED, "InitError"), (KeyringState.ABSENT, "NoKeyringError")],
)
def test_the_store_answers_as_its_state_says(state: KeyringState, said: str, tmp_path: Path) -> None:
    done = run_in(state, tmp_path, [sys.executable, "-c", KEEP_AND_READ])
    assert done.stdout.strip() == said, done.stderr
