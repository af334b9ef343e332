"""The keyring of a pretended PC: open, locked, or one that keeps nothing."""

from keyring.errors import KeyringLocked

from pcc_desk.vault import Vault


class PretendedKeyring:
    """A keyring in memory; it refuses everything while `locked`, and forgets what it is given when `deaf`."""

    def __init__(self, locked: bool = False, deaf: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked, self.deaf = locked, deaf

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept."""
        self._refuse()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it unless deaf."""
        self._refuse()
        if not self.deaf:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._refuse()
        self.kept.pop((service, username), None)

    def vault(self) -> Vault:
        """Start a program on this PC: it has typed no key yet, and knows what the keyring keeps."""
        return Vault(self)

    def _refuse(self) -> None:
        if self.locked:
            raise KeyringLocked
