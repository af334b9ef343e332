"""The keyring of this PC, which keeps the database's key and nothing else."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Protocol

from pcc_desk.errors import VaultError

_SERVICE = "PCC Desk"
_KEY_BYTES = 32


class KeyringFault(Exception):
    """A keyring that is there and cannot be used now."""


class Keyring(Protocol):
    """The keyring of a system: words kept by service and name."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget it, if it is there."""


# Each system's own store, and no other: never one that would keep secrets in the clear.
if sys.platform == "win32":
    from win32ctypes.pywin32 import pywintypes, win32cred

    _FAULTS = (KeyringFault, OSError, RuntimeError, pywintypes.error)
    _NOT_FOUND = 1168  # ERROR_NOT_FOUND of CredRead and CredDelete

    class WindowsCredentials:
        """The Windows Credential Manager, kept to this PC and not roaming with the person."""

        def get_password(self, service: str, username: str) -> str | None:
            """Give what is kept, or None."""
            try:
                kept = win32cred.CredRead(TargetName=_target(service, username), Type=win32cred.CRED_TYPE_GENERIC)
            except pywintypes.error as fault:
                if fault.winerror == _NOT_FOUND:
                    return None
                raise
            return bytes(kept["CredentialBlob"]).decode("utf-16-le", "replace")

        def set_password(self, service: str, username: str, password: str) -> None:
            """Keep it."""
            kept = {
                "Type": win32cred.CRED_TYPE_GENERIC,
                "TargetName": _target(service, username),
                "UserName": username,
                "CredentialBlob": password,
                "Persist": win32cred.CRED_PERSIST_LOCAL_MACHINE,
            }
            win32cred.CredWrite(kept, 0)

        def delete_password(self, service: str, username: str) -> None:
            """Forget it, if it is there."""
            try:
                win32cred.CredDelete(TargetName=_target(service, username), Type=win32cred.CRED_TYPE_GENERIC)
            except pywintypes.error as fault:
                if fault.winerror != _NOT_FOUND:
                    raise

    def _target(service: str, username: str) -> str:
        return f"{username}@{service}"

    def system_keyring() -> Keyring:
        """Give the keyring of this PC."""
        return WindowsCredentials()
else:
    import secretstorage
    from secretstorage.exceptions import SecretStorageException

    _FAULTS = (KeyringFault, OSError, RuntimeError, SecretStorageException)

    class SecretService:
        """The desktop's Secret Service (GNOME Keyring, KWallet)."""

        def get_password(self, service: str, username: str) -> str | None:
            """Give what is kept, or None."""
            with _collection() as collection:
                for found in collection.search_items(_attributes(service, username)):
                    if found.is_locked() and found.unlock():
                        raise KeyringFault("nobody unlocked it")
                    return found.get_secret().decode("utf-8", "replace")
            return None

        def set_password(self, service: str, username: str, password: str) -> None:
            """Keep it."""
            with _collection() as collection:
                collection.create_item(service, _attributes(service, username), password.encode(), replace=True)

        def delete_password(self, service: str, username: str) -> None:
            """Forget it, if it is there."""
            with _collection() as collection:
                for found in collection.search_items(_attributes(service, username)):
                    found.delete()

    def _attributes(service: str, username: str) -> dict[str, str]:
        return {"service": service, "username": username}

    @contextmanager
    def _collection() -> Iterator[secretstorage.Collection]:
        with closing(secretstorage.dbus_init()) as connection:
            collection = secretstorage.get_default_collection(connection)
            if collection.is_locked() and collection.unlock():
                raise KeyringFault("nobody unlocked it")
            yield collection

    def system_keyring() -> Keyring:
        """Give the keyring of this PC."""
        return SecretService()


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
        except _FAULTS as fault:
            raise _closed(fault) from fault


def _closed(fault: Exception) -> VaultError:
    return VaultError(
        "The keyring of this PC is locked or missing. PCC Desk keeps the key of your office's database there.",
        "Unlock the keyring, or sign in to this PC again with your password. Then press Try again.",
        type(fault).__name__,
    )
