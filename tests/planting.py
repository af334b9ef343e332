"""Rows put into a real database for tests of what reads them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageState
from pcc_desk.store.schema import EPOCH, account, announcement, delivery, message


@dataclass(frozen=True)
class Plant:
    """One delivery to plant; exactly one of `announcement_id` and `message_id` is set."""

    account_id: int
    at: datetime
    state: DeliveryState = DeliveryState.DUE
    announcement_id: int | None = None
    message_id: int | None = None


def plant_account(conn: Connection, platform: str = "bluesky", name: str = "Office") -> int:
    """Plant a connected account."""
    values = {"platform": platform, "address": "https://x.test", "remote_id": name, "handle": name, "name": name}
    result = conn.execute(account.insert().values(**values, state="connected", connected_at=EPOCH))
    return int(result.lastrowid)


def plant_announcement(
    conn: Connection, title: str, scheduled_at: datetime | None, approved_at: datetime | None
) -> int:
    """Plant an announcement whose text is twenty words when it has no title."""
    values = {"version": 1, "title": title, "body": '{"text": "Words without a title"}', "edited_at": EPOCH}
    row = announcement.insert().values(**values, scheduled_at=scheduled_at, approved_at=approved_at)
    return int(conn.execute(row).lastrowid)


def plant_delivery(conn: Connection, plant: Plant) -> int:
    """Plant a delivery; a sent one has a receipt of its time."""
    number = conn.exec_driver_sql("SELECT count(*) FROM delivery").scalar_one()
    sent = {"remote_id": f"r{number}", "sent_at": plant.at} if plant.state is DeliveryState.SENT else {}
    row = delivery.insert().values(
        account_id=plant.account_id,
        announcement_id=plant.announcement_id,
        message_id=plant.message_id,
        key=f"k{number}",
        frozen="{}",
        frozen_sha256="",
        state=plant.state,
        due_at=plant.at,
        created_at=plant.at,
        **sent,
    )
    return int(conn.execute(row).lastrowid)


def plant_message(conn: Connection, account_id: int, at: datetime, state: MessageState = MessageState.OPEN) -> int:
    """Plant a message that came in at `at`, and give its id."""
    number = int(conn.exec_driver_sql("SELECT count(*) FROM message").scalar_one())
    message_id = (round((at - EPOCH) / timedelta(milliseconds=1)) << 22) + number
    words = dict.fromkeys(("author_id", "author_name", "author_handle", "text", "url", "answers", "root"), "")
    values = {**words, "reply_token": "", "remote_id": f"m{number}", "kind": "reply", "received_at": at}
    conn.execute(message.insert().values(id=message_id, account_id=account_id, state=state, **values))
    return message_id
