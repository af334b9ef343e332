"""Messages for tests, as an adapter would hand them over, and an account they come to."""

from dataclasses import replace
from datetime import datetime, timedelta

from pcc_desk.model.account import AccountId, Identity
from pcc_desk.model.message import Author, Incoming, MessageId, MessageKind
from pcc_desk.store import accounts, arrivals
from pcc_desk.store.engine import Store
from tests.desk import NOW

YESTERDAY = NOW - timedelta(days=1)


def incoming(number: int, text: str = "", kind: MessageKind = MessageKind.REPLY) -> Incoming:
    """Give message `number`, written that many seconds after yesterday's NOW."""
    return Incoming(
        remote_id=f"remote-{number}",
        kind=kind,
        author=Author(f"person-{number}", f"Person {number}", f"person{number}.example"),
        text=text or f"words of number {number}",
        created_at=YESTERDAY + timedelta(seconds=number),
        url=f"https://social.example/{number}",
        reply_token=f"token-{number}",
    )


def answering(number: int, answers: str, root: str = "") -> Incoming:
    """Give message `number` as an answer to a remote id, in the conversation that began with `root`."""
    return replace(incoming(number), answers=answers, root=root or answers)


def add_account(store: Store, name: str = "office", platform: str = "bluesky") -> AccountId:
    """Connect an account without a platform behind it."""
    with store.write() as conn:
        return accounts.add(conn, platform, Identity(f"id-{name}", name, name, "https://example.org"), NOW)


def add(store: Store, account_id: AccountId, *messages: Incoming, now: datetime = NOW) -> tuple[MessageId, ...]:
    """Store messages and give the ids of the new ones."""
    with store.write() as conn:
        return arrivals.add(conn, account_id, messages, now).new
