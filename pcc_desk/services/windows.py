"""The time in which a limit holds: the office's own for money by the month, a platform's quota by the day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pcc_desk.model.account import AccountId
from pcc_desk.model.channel import Platform
from pcc_desk.model.cost import MILLS, say_money
from pcc_desk.model.quota import SEARCHES
from pcc_desk.services.words import say_moment
from pcc_desk.store import spending

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Window:
    """Where an account stands: the day to book on, what is spent since the window began, and what happens beyond."""

    today: date
    spent: int
    limit: int | None
    until: datetime
    refusal: str


def window_of(conn: "Connection", account_id: AccountId, platform: Platform, unit: str, now: datetime) -> Window:
    """Give where an account stands with one unit at a moment."""
    quota = platform.quota
    if quota is not None and (unit == quota.unit or (unit == SEARCHES and quota.searches)):
        daily, what = quota.daily, "read no more today. Reading"
        if unit != quota.unit:
            daily, what = quota.searches, "look for hashtags no more today. Looking"
        zone = ZoneInfo(quota.zone)
        today = now.astimezone(zone).date()
        until = datetime.combine(today + timedelta(days=1), time(), zone).astimezone(UTC)
        refusal = f"{platform.title} lets PCC Desk {what} goes on {say_moment(until)}."
        return Window(today, spending.total(conn, account_id, unit, today, today), daily, until, refusal)
    today = now.astimezone(UTC).date()
    first = today.replace(day=1)
    until = datetime.combine((first + timedelta(days=32)).replace(day=1), time(), UTC)
    last = until.date() - timedelta(days=1)
    limit = spending.cap(conn, account_id, unit)
    most = f"of {say_money(limit)} " if limit is not None and unit == MILLS else ""
    refusal = (
        f"This would pass the office's limit {most}for {platform.title} this month, so it was not sent. "
        "Raise the limit in Settings and it goes out, or send it again when the next month has begun."
    )
    return Window(today, spending.total(conn, account_id, unit, first, last), limit, until, refusal)
