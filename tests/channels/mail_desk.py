"""An office whose email goes through real servers."""

import itertools
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import Envelope

from pcc_desk.channels.mail import sign_in
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.channel import Channel
from tests.channels.rigs import MADE_AT, Kept, Noted, opened
from tests.servers.mail import PASSWORD, MailSystem

NUMBERS = itertools.count(1)


def whole(envelope: Envelope) -> bytes:
    """Give the bytes of a letter."""
    assert isinstance(envelope.content, bytes)
    return envelope.content


@dataclass
class Desk:
    """One address of an office on the real servers."""

    system: MailSystem
    address: str
    account: Account
    secrets: Kept
    noted: Noted

    @property
    def channel(self) -> Channel:
        """Give its channel, opened anew."""
        return opened(ADAPTERS["email"], Wire(""), self.account, self.secrets, self.noted)

    def letters(self) -> list[Any]:
        """Give what the outgoing server took from this address."""
        found = [envelope for envelope in self.system.accepted if envelope.mail_from == self.address]
        return [message_from_bytes(whole(envelope), policy=default) for envelope in found]

    def read(self, cursor: str = "") -> tuple[list[Any], str]:
        """Read the mailbox to its end."""
        messages, more = list[Any](), True
        while more:
            batch = self.channel.fetch("inbox", cursor)
            messages += batch.messages
            cursor, more = batch.cursor, batch.more
        return messages, cursor


def connect(system: MailSystem, **more: str) -> Desk:
    """Connect a new address."""
    address = f"office{next(NUMBERS)}@desk.example"
    secrets, servers = Kept(), {"imap": system.imap, "smtp": system.smtp}
    given = SignIn("email", "", address, PASSWORD, "password", {**servers, **more})
    found = sign_in(Entering(Wire(""), given, secrets, Noted())).identity
    state = AccountState.CONNECTED
    account = Account(AccountId(1), "email", found.address, found.remote_id, found.handle, found.name, state, MADE_AT)
    return Desk(system, address, account, secrets, Noted())
