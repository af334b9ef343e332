"""Channels a person posts to: the desk prepares and counts the words, and keeps where they stand."""

from collections.abc import Callable

from pcc_desk.channels import addresses
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import (
    Ability,
    Batch,
    Channel,
    Counting,
    Field,
    Guarantee,
    Limits,
    Piece,
    Platform,
    Standing,
    Way,
)
from pcc_desk.model.delivery import Receipt

_NEXT_STEP = "Copy the words from the outbox, post them there, and paste the link back."
_STEPS = (
    "Nothing is signed in to. When an announcement is due, the outbox shows its words ready to copy and opens this "
    "page for you. Post it there, then paste the link back: only then does PCC Desk call it posted."
)


def _platform(name: str, title: str, letter: str, limits: Limits, example: str) -> Platform:
    return Platform(
        name=name,
        title=title,
        letter=letter,
        colour="#566070",
        limits=limits,
        abilities=Ability.PICTURES,
        guarantee=Guarantee.D,
        streams=(),
        ways=(
            Way(
                "by hand",
                "Post by hand",
                _STEPS,
                (
                    Field("handle", "What you call it", f"{title}, Gwent"),
                    Field("address", "Address of the page where you post", example),
                ),
            ),
        ),
        by_hand=True,
    )


def _limits(pictures: int, picture_bytes: int, utf8_bytes: int | None = None) -> Limits:
    counting = Counting.UTF8_BYTES if utf8_bytes else Counting.CODE_POINTS
    return Limits(utf8_bytes, counting, pictures=pictures, picture_bytes=picture_bytes)


# Nextdoor's limit: its publishing interface (developer.nextdoor.com); the others name none.
NEXTDOOR = _platform("nextdoor", "Nextdoor", "N", _limits(10, 10_000_000, 8_192), "nextdoor.co.uk")
WHATSAPP = _platform("whatsapp", "WhatsApp channel", "W", _limits(1, 5_000_000), "web.whatsapp.com")
ALERT = _platform("neighbourhood-alert", "Neighbourhood Alert", "A", _limits(5, 2_000_000), "neighbourhoodalert.co.uk")
OTHER = _platform("other", "Another channel", "?", _limits(20, 10_000_000), "www.example.org")
PLATFORMS = (NEXTDOOR, WHATSAPP, ALERT, OTHER)


class HandChannel:
    """A channel only a person can post to; nothing ever leaves this PC for it."""

    def __init__(self, platform: Platform, account: Account) -> None:
        self._platform = platform
        self._account = account

    def publish(self, piece: Piece) -> Receipt:
        """Say that a person does this. Raises: Rejected."""
        raise Rejected(f"{self._platform.title} is posted to by hand.", _NEXT_STEP)

    def find(self, piece: Piece) -> Receipt | None:
        """Say that only a person can look. Raises: Rejected."""
        raise Rejected(f"PCC Desk cannot look on {self._platform.title}.", "Look there, then say what you found.")

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give nothing: nothing comes in from here."""
        return Batch((), cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Say that a person does this. Raises: Rejected."""
        raise Rejected(f"PCC Desk cannot take it down from {self._platform.title}.", "Take it down there yourself.")

    def check(self) -> Standing:
        """Tell what the person wrote down; there is nothing to ask."""
        account = self._account
        identity = Identity(account.remote_id, account.handle, account.name, account.address)
        return Standing(identity, self._platform.limits)


def signer_in(platform: Platform) -> Callable[[Entering], Standing]:
    """Give the function that writes such a channel down; it raises Rejected for a page that cannot be opened."""

    def sign_in(entering: Entering) -> Standing:
        name = " ".join(entering.given.handle.split())
        if not name:
            raise Rejected("This channel needs a name.", "Write what you call it in the office.")
        address = addresses.whole(entering.given.address)
        return Standing(Identity(name.casefold(), name, name, address), platform.limits)

    return sign_in


def opener(platform: Platform) -> Callable[[Opening], Channel]:
    """Give the function that opens such a channel."""
    return lambda opening: HandChannel(platform, opening.account)
