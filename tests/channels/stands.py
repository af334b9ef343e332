"""Every channel an office can have, stood up so that one set of promises holds for all, however each is reached."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pcc_desk.channels import by_hand
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.channel import Channel, Piece, Platform
from tests.channels import faulty
from tests.channels.benches import RIGS
from tests.channels.mail_desk import NUMBERS, connect
from tests.channels.rigs import MADE_AT, Kept, Noted, opened, piece
from tests.servers.mail import MailSystem

NOWHERE = "127.0.0.1:9"


@dataclass
class Stand:
    """A channel, the place behind it, and what a test may do to either."""

    platform: Platform
    account: Account
    open: Callable[[], Channel]  # anew, as the desk does after a start
    stream: str
    piece: Callable[..., Piece]
    sent: Callable[[], int]  # what of ours everybody can see, or came to the people
    arrive: Callable[[str], None] | None = None  # words of somebody
    lose: Callable[[], None] | None = None  # the answer to the next publishing, which does happen
    mend: Callable[[], None] = lambda: None
    revoke: Callable[[], None] | None = None
    away: Callable[[], Channel] | None = None  # a channel whose servers cannot be reached

    def read(self, cursor: str = "") -> tuple[list[str], str]:
        """Read the stream to its end: the last line of each message, and where to go on."""
        found, more = list[str](), True
        while more:
            batch = self.open().fetch(self.stream, cursor)
            found += [message.text.splitlines()[-1] for message in batch.messages]
            cursor, more = batch.cursor, batch.more
        return found, cursor


@contextmanager
def _on_http(name: str, _: MailSystem) -> Iterator[Stand]:
    with RIGS[name]() as rig:
        about = list[str]()

        def arrive(words: str) -> None:
            if not about:
                about.append(rig.channel.publish(rig.piece("3m6abcdefgh29", "What is answered")).remote_id)
            rig.arrive(about[0], words)

        gone = replace(rig.account, address=f"http://{NOWHERE}")
        yield Stand(
            rig.adapter.platform,
            rig.account,
            lambda: rig.open(rig.wire()),
            rig.stream,
            rig.piece,
            lambda: rig.public() - len(about),
            arrive,
            lambda: rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes),
            rig.front.behave,
            rig.revoke,
            lambda: rig.open(rig.wire(f"http://{NOWHERE}"), gone),
        )


@contextmanager
def _by_email(mail: MailSystem) -> Iterator[Stand]:
    desk = connect(mail, bulletin=f"list{next(NUMBERS)}@lists.example")
    letters = itertools.count(1)

    def arrive(words: str) -> None:
        raw = f"From: ann@out.example\r\nMessage-ID: <{next(letters)}-{desk.address}>\r\n\r\n{words}\r\n"
        mail.deliver_raw(desk.address, raw.encode())

    def away() -> Channel:
        lost = Kept(desk.secrets, imap=NOWHERE, smtp=NOWHERE)
        return opened(ADAPTERS["email"], Wire(""), desk.account, lost, desk.noted)

    yield Stand(
        ADAPTERS["email"].platform,
        desk.account,
        lambda: desk.channel,
        "inbox",
        piece,
        lambda: len(desk.letters()),
        arrive,
        partial(setattr, mail, "lose_answers", True),
        partial(setattr, mail, "lose_answers", False),
        lambda: desk.secrets.put("password", "no longer this one"),
        away,
    )
    mail.lose_answers = False


@contextmanager
def _posted_by_hand(name: str, _: MailSystem) -> Iterator[Stand]:
    adapter = ADAPTERS[name]
    given = SignIn(name, "groups.example/gwent", "The office", way="by hand")
    found = adapter.sign_in(Entering(Wire(""), given, Kept(), Noted())).identity
    state = AccountState.CONNECTED
    account = Account(AccountId(1), name, found.address, found.remote_id, found.handle, found.name, state, MADE_AT)
    yield Stand(adapter.platform, account, lambda: opened(adapter, Wire(""), account, Kept()), "", piece, lambda: 0)


STANDS: Mapping[str, Callable[[MailSystem], AbstractContextManager[Stand]]] = {
    **{name: partial(_on_http, name) for name in RIGS},
    "email": _by_email,
    **{platform.name: partial(_posted_by_hand, platform.name) for platform in by_hand.PLATFORMS},
}


def foreign_tokens() -> list[str]:
    """Give what may stand where an answer goes, and was never given out by any channel."""
    wrong: list[Any] = [[], {}, {"post": "x"}, {"to": "a@b.cd\r\nBcc: x@y.zz", "id": "<1@b.cd>"}]
    return ["nonsense", *map(json.dumps, wrong)]
