"""The keyring of this PC, which keeps the database's key and nothing else."""

import logging
import sys
from collections.abc import Callable
from typing import Protocol

from keyring.errors import KeyringError, PasswordDeleteError

from pcc_desk.errors import VaultError

_log = logging.getLogger(__name__)
_SERVICE = "PCC Desk"
_KEY_BYTES = 32


class Keyring(Protocol):
    """The part of a keyring that the desk uses."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""


# The one backend of each system is named here: looking for backends takes a third of a second at every start, and could
# find one that keeps secrets in the clear.
if sys.platform == "win32":
    from keyring.backends.Windows import WinVaultKeyring
    from win32ctypes.pywin32 import pywintypes

    _FAULTS = (KeyringError, OSError, RuntimeError, pywintypes.error)

    def system_keyring() -> Keyring:
        """Give the Windows Credential Manager, kept to this PC and not roaming with the person."""
        windows = WinVaultKeyring()
        windows.persist = "local machine"
        return windows
else:
    from keyring.backends.SecretService import Keyring as SecretService
    from secretstorage.exceptions import SecretStorageException

    _FAULTS = (KeyringError, OSError, RuntimeError, SecretStorageException)

    def system_keyring() -> Keyring:
        """Give the desktop's Secret Service (GNOME Keyring, KWallet)."""
        load: Callable[[], Keyring] = SecretService
        return load()


class Vault:
    """Keeps 32-byte keys by id in the keyring; one it cannot keep is held in memory, and never in a file."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._held: dict[str, bytes] = {}
        self._fetched: dict[str, bytes] = {}  # a start asks twice, and a keyring takes its time

    def hold(self, vault_id: str, key: bytes) -> None:
        """Hold a key until the program ends, where the keyring cannot keep it."""
        self._held[vault_id] = key

    def holds(self, vault_id: str) -> bool:
        """Tell whether a key is only held, so that it is gone when the program ends."""
        return vault_id in self._held

    def keep(self, vault_id: str, key: bytes) -> None:
        """Keep a key, and read it back to be sure.

        Raises:
            VaultError: the keyring is absent or locked, or did not keep it.
        """
        self._fetched.pop(vault_id, None)
        try:
            self._keyring.set_password(_SERVICE, vault_id, key.hex())
            kept = self._keyring.get_password(_SERVICE, vault_id)
        except _FAULTS as fault:
            raise _closed(fault) from fault
        if kept != key.hex():
            raise _closed(ValueError("not kept"))
        self._held.pop(vault_id, None)

    def fetch(self, vault_id: str) -> bytes:
        """Give the key kept or held under `vault_id`.

        Raises:
            VaultError: it is not held, and the keyring is absent or locked, or has no such key.
        """
        if (known := self._held.get(vault_id) or self._fetched.get(vault_id)) is not None:
            return known
        try:
            kept = self._keyring.get_password(_SERVICE, vault_id)
        except _FAULTS as fault:
            raise _closed(fault) from fault
        try:
            key = bytes.fromhex(kept or "")
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise VaultError(
                "This PC's keyring does not hold the key of this office. The office's work is kept, but stays locked.",
                "Open the office with the recovery key that was printed for it.",
            )
        self._fetched[vault_id] = key
        return key

    def forget(self, vault_id: str) -> None:
        """Remove a key; an absent one is fine.

        Raises:
            VaultError: the keyring is absent or locked.
        """
        self._fetched.pop(vault_id, None)
        try:
            self._keyring.delete_password(_SERVICE, vault_id)
        except PasswordDeleteError:
            _log.debug("no key to forget")
        except _FAULTS as fault:
            raise _closed(fault) from fault


def _closed(fault: Exception) -> VaultError:
    return VaultError(
        "The keyring of this PC is locked or missing. PCC Desk keeps the key of your office's database there.",
        "Unlock the keyring, or sign in to this PC again with your password. Then press Try again.",
        type(fault).__name__,
    )
