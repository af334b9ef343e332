"""Every failure the desk foresees; the class says what the desk does next.

DeskError                  one plain sentence for the office, and the next step
├── ChannelError           a platform did not do what was asked
│   ├── Unreachable        no byte of the request left: safe to send again later
│   ├── RateLimited        the platform asked us to wait until `until`: safe to send again then
│   │   └── OverLimit      the office's own limit of money would be passed: a person raises it, or says what to do
│   ├── ServiceDown        the platform answered that it cannot serve (reads only; a write is Unconfirmed)
│   ├── Unauthorized       the sign-in is no longer accepted
│   ├── Rejected           the platform understood and refused: sending the same again is useless
│   ├── Unconfirmed        the request left and no clear answer came: look before sending again
│   ├── Gone               what we asked about no longer exists there
│   └── Unexpected         the platform (or its adapter) did something nobody foresaw
├── StoreError             the office's own database
│   ├── StoreBusy · StoreUnreachable · StoreTooNew · StoreDamaged · StoreFull · WrongKey
├── VaultError             the keyring is locked or absent
├── SettingsError          a setting that cannot be used
└── InputError             what was typed or chosen cannot be used as it stands
    ├── BadPicture · BadFilm · BadTime · NotReady
"""

from datetime import datetime

TRIES_AGAIN = "PCC Desk tries again by itself."
NOT_POSTED = "Nothing was posted. Change it and send it again."
CONNECT_ANEW = "Connect the account again in Settings with its new address. Everything is kept."


class DeskError(Exception):
    """A foreseen failure: `sentence` says what happened, `next_step` what to do, `detail` goes under Details."""

    def __init__(self, sentence: str, next_step: str = "", detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step
        self.detail = detail


class ChannelError(DeskError):
    """A platform did not do what was asked."""


class Unreachable(ChannelError):
    """No byte of the request left this PC, so sending again later is safe."""


class RateLimited(ChannelError):
    """The platform asked us to wait until `until` (aware UTC) and did nothing; `narrow`: with such calls only."""

    def __init__(
        self, sentence: str, until: datetime, next_step: str = "", detail: str = "", narrow: bool = False
    ) -> None:
        super().__init__(sentence, next_step, detail)
        self.until = until
        self.narrow = narrow


class OverLimit(RateLimited):
    """The office's own limit of money would be passed, so nothing was asked of the platform."""


class ServiceDown(ChannelError):
    """The platform cannot serve a read now."""


class Unauthorized(ChannelError):
    """The sign-in is not accepted any more."""


class Rejected(ChannelError):
    """The platform understood and refused; nothing was published."""


class Unconfirmed(ChannelError):
    """The request left and no clear answer came; it may have been published."""


class Gone(ChannelError):
    """What we asked about does not exist there any more."""


class Unexpected(ChannelError):
    """Something nobody foresaw at the channel's border; treated as unconfirmed for writes."""


class StoreError(DeskError):
    """The office's own database failed."""


class StoreBusy(StoreError):
    """Another desk holds the database."""


class StoreUnreachable(StoreError):
    """The database file or server cannot be opened."""


class StoreTooNew(StoreError):
    """The database was written by a newer PCC Desk."""


class StoreDamaged(StoreError):
    """The database does not pass its integrity check."""


class StoreFull(StoreError):
    """The disk is full; nothing was saved by this write."""


class WrongKey(StoreError):
    """The key does not open this database."""


class VaultError(DeskError):
    """The keyring of this PC is locked or absent."""


class SettingsError(DeskError):
    """A setting cannot be used."""


class InputError(DeskError):
    """What was typed or chosen cannot be used as it stands; it is kept."""


class BadPicture(InputError):
    """A file is not a picture the desk can use."""


class BadFilm(InputError):
    """A file is not a film, or not captions, that the desk can use."""


class BadTime(InputError):
    """A wall time that does not exist, or comes twice, or is past."""


class NotReady(InputError):
    """An announcement cannot be sent yet; `problems` holds one sentence each."""

    def __init__(self, sentence: str, problems: tuple[str, ...], next_step: str = "") -> None:
        super().__init__(sentence, next_step)
        self.problems = problems
