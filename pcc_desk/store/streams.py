"""Where each stream of each account stands: its cursor, when it is due, what ails it, what it could not give."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, and_, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.channel import Missing, Spoiled
from pcc_desk.model.message import Gap
from pcc_desk.model.watch import Watch, Window, stream_of
from pcc_desk.store.schema import UtcMillis, account, gap, spoiled, stream

_LATELY = timedelta(days=1)
# No window, or one that did not end before the stream was last read.
_GOES_ON = or_(stream.c.until_at.is_(None), stream.c.fetched_at.is_(None), stream.c.fetched_at < stream.c.until_at)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to fetch one stream until `until`; it last gave a page at `fetched_at` and has had `problem` since.

    `last` tells that its window is over, so that it is not read again.
    """

    account_id: AccountId
    stream: str
    cursor: str
    until: datetime
    fetched_at: datetime | None
    problem: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class Ailing:
    """A stream that does not come in, why in one plain sentence, and what a server said, or ""."""

    account_id: AccountId
    stream: str
    problem: str
    detail: str = ""


def ensure(conn: Connection, account_id: AccountId, names: Iterable[str]) -> None:
    """Make the streams of an account that do not exist yet; they are due at once."""
    rows = [{"account_id": account_id, "name": name} for name in names]
    if rows:
        conn.execute(insert(stream).on_conflict_do_nothing(), rows)


def watch(conn: Connection, wanted: Watch, now: datetime) -> None:
    """Read the stream of a hashtag in its window; one that is read already is read in the wider of both windows."""
    name = stream_of(wanted.tag)
    at = and_(stream.c.account_id == wanted.account_id, stream.c.name == name)
    before = conn.execute(select(stream.c.from_at, stream.c.until_at).where(at)).one_or_none()
    from_at, until_at = wanted.from_at, wanted.until_at
    if before is None:
        conn.execute(stream.insert().values(account_id=wanted.account_id, name=name))
    elif before.until_at is None or before.until_at > now:
        from_at = None if None in (before.from_at, from_at) else min(before.from_at, from_at)
        until_at = None if None in (before.until_at, until_at) else max(before.until_at, until_at)
    window = {"title": wanted.tag, "from_at": from_at, "until_at": until_at, "next_at": from_at}
    conn.execute(stream.update().where(at).values(**window))


def keep_window(conn: Connection, account_id: AccountId, name: str, window: Window) -> None:
    """Read a stream in this window and no other; it is made where there is none."""
    ensure(conn, account_id, [name])
    at = and_(stream.c.account_id == account_id, stream.c.name == name)
    values = {"from_at": window.from_at, "until_at": window.until_at, "next_at": window.from_at}
    conn.execute(stream.update().where(at).values(**values))


def read_at(conn: Connection, account_id: AccountId, name: str) -> datetime | None:
    """Give when a stream was last read; None when it never was, or is none."""
    at = and_(stream.c.account_id == account_id, stream.c.name == name)
    found: datetime | None = conn.execute(select(stream.c.fetched_at).where(at)).scalar_one_or_none()
    return found


def stop(conn: Connection, name: str) -> bool:
    """Read a stream no more, on any account; tell whether it was read."""
    never = and_(stream.c.name == name, stream.c.fetched_at.is_(None))
    read = and_(stream.c.name == name, stream.c.fetched_at.is_not(None), _GOES_ON)
    forgotten = conn.execute(stream.delete().where(never)).rowcount
    # Ended when it was last read, so that it is not read a last time either; it may go on from its cursor one day.
    stopped = conn.execute(stream.update().where(read).values(until_at=stream.c.fetched_at, problem="")).rowcount
    return bool(forgotten or stopped)


def watches(conn: Connection, now: datetime) -> tuple[Watch, ...]:
    """Give the watched hashtags whose window is open or still to come, by hashtag."""
    rows = conn.execute(
        select(stream.c.account_id, stream.c.title, stream.c.from_at, stream.c.until_at)
        .join(account, account.c.id == stream.c.account_id)
        .where(stream.c.name.startswith("tag:"), or_(stream.c.until_at.is_(None), stream.c.until_at > now))
        .where(account.c.state != AccountState.DISCONNECTED, _GOES_ON)
        .order_by(stream.c.name, stream.c.account_id)
    )
    return tuple(Watch(AccountId(row.account_id), row.title, row.from_at, row.until_at) for row in rows)


def hurry(conn: Connection, places: Iterable[tuple[AccountId, str]], now: datetime) -> None:
    """Make streams due at once, by account and name; whoever holds one now lets it rest again when that is read."""
    for account_id, name in places:
        at = and_(stream.c.account_id == account_id, stream.c.name == name)
        conn.execute(stream.update().where(at).values(next_at=now))


def wake(conn: Connection, account_id: AccountId) -> None:
    """Make every stream of an account due at once that waits and is not held."""
    waits = and_(stream.c.account_id == account_id, stream.c.lease_until.is_(None))
    conn.execute(stream.update().where(waits).values(next_at=stream.c.from_at))


def lease(conn: Connection, now: datetime, until: datetime) -> tuple[Lease, ...]:
    """Take every stream of a connected account that is due and that nobody holds; one winner, on any desk.

    One with a window is read within it, and once more after its end, so that nothing said at the last is missed. A
    stream that was last fetched in the future is due: the clock of this PC has been put back since.
    """
    connected = select(account.c.id).where(account.c.state == AccountState.CONNECTED)
    due = or_(stream.c.next_at.is_(None), stream.c.next_at <= now, stream.c.fetched_at > now)
    free = or_(stream.c.lease_until.is_(None), stream.c.lease_until <= now, stream.c.lease_until > until)
    begun = or_(stream.c.from_at.is_(None), stream.c.from_at <= now)
    rows = conn.execute(
        stream.update()
        .where(and_(stream.c.account_id.in_(connected), due, free, begun, _GOES_ON))
        .values(lease_until=until)
        .returning(stream)
    )
    return tuple(_lease(row, now, until) for row in rows)


def _lease(row: Row[Any], now: datetime, until: datetime) -> Lease:
    last, problem = row.until_at is not None and row.until_at <= now, row.problem.partition("\n")[0]
    return Lease(AccountId(row.account_id), row.name, row.cursor, until, row.fetched_at, problem, last)


def advance(conn: Connection, held: Lease, cursor: str, now: datetime, until: datetime) -> Lease | None:
    """Move the cursor on and hold the stream until `until`; None when somebody else holds it by now."""
    moved = conn.execute(_held(held).values(cursor=cursor, fetched_at=now, lease_until=until, problem="")).rowcount
    return replace(held, cursor=cursor, until=until, fetched_at=now, problem="") if moved else None


def rest(conn: Connection, held: Lease, next_at: datetime, problem: str, detail: str = "") -> bool:
    """Let the stream go until `next_at`, saying what ails it ("" when nothing does); tell whether we still held it.

    `detail` is what a server said.
    """
    told = f"{problem}\n{detail}" if problem and detail else problem  # one column; no sentence has a line's end
    return conn.execute(_held(held).values(next_at=next_at, lease_until=None, problem=told)).rowcount == 1


def ailing(conn: Connection) -> tuple[Ailing, ...]:
    """Give the streams that do not come in, leaving out disconnected accounts."""
    rows = conn.execute(
        select(stream.c.account_id, stream.c.name, stream.c.problem)
        .join(account, account.c.id == stream.c.account_id)
        .where(stream.c.problem != "", _GOES_ON, account.c.state != AccountState.DISCONNECTED)
        .order_by(stream.c.account_id, stream.c.name)
    )
    told = ((row, *row.problem.partition("\n")) for row in rows)
    return tuple(Ailing(AccountId(row.account_id), row.name, problem, detail) for row, problem, _, detail in told)


def keep_missing(conn: Connection, held: Lease, missing: Iterable[Missing]) -> int:
    """Keep ranges of time that the platform could not give, each once; give how many were new."""
    new = 0
    for one in missing:
        same = and_(
            gap.c.account_id == held.account_id,
            gap.c.stream == held.stream,
            gap.c.from_at == one.from_at,
            gap.c.to_at == one.to_at,
        )
        if conn.execute(select(gap.c.id).where(same)).first() is None:
            values = {"from_at": one.from_at, "to_at": one.to_at, "reason": one.reason}
            conn.execute(gap.insert().values(account_id=held.account_id, stream=held.stream, **values))
            new += 1
    return new


def gaps(conn: Connection, since: datetime) -> tuple[Gap, ...]:
    """Give the gaps that reach past `since`, newest first."""
    rows = conn.execute(select(gap).where(gap.c.to_at >= since).order_by(gap.c.to_at.desc()))
    return tuple(Gap(row.id, AccountId(row.account_id), row.stream, row.from_at, row.to_at, row.reason) for row in rows)


def keep_spoiled(conn: Connection, held: Lease, pieces: Iterable[Spoiled], now: datetime) -> int:
    """Keep what could not be read, each piece once however often it comes; give how many were new."""
    new = 0
    for piece in pieces:
        same = and_(spoiled.c.account_id == held.account_id, spoiled.c.raw == piece.raw)
        if conn.execute(select(spoiled.c.id).where(same)).first() is None:
            values = {"received_at": now, "raw": piece.raw, "why": piece.why}
            conn.execute(spoiled.insert().values(account_id=held.account_id, stream=held.stream, **values))
            new += 1
    return new


def spoiled_lately(conn: Connection) -> dict[AccountId, int]:
    """Count by account what could not be read in the last day that anything was fetched."""
    latest = conn.execute(select(func.max(stream.c.fetched_at, type_=UtcMillis))).scalar()
    if latest is None:
        return {}
    lately = spoiled.c.received_at >= latest - _LATELY
    rows = conn.execute(select(spoiled.c.account_id, func.count()).where(lately).group_by(spoiled.c.account_id))
    return {AccountId(account_id): n for account_id, n in rows}


def _held(held: Lease) -> Update:
    return stream.update().where(
        stream.c.account_id == held.account_id, stream.c.name == held.stream, stream.c.lease_until == held.until
    )
