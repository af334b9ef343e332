"""The office's accounts as rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, or_, select, update

from pcc_desk.model.account import Account, AccountId, AccountState, Identity
from pcc_desk.model.channel import Counting, Limits
from pcc_desk.store.schema import account

_ONE = select(account).where(account.c.id == bindparam("whose"))


def add(connection: Connection, platform: str, identity: Identity, now: datetime) -> AccountId:
    """Keep a connected account and give its id; one that was connected before keeps its id and its history."""
    shown: Mapping[str, Any] = {
        "handle": identity.handle,
        "name": identity.name,
        "state": AccountState.CONNECTED.value,
        "connected_at": now,
    }
    known = connection.execute(
        update(account).where(_same(platform, identity)).values(shown).returning(account.c.id)
    ).scalar()
    if known is not None:
        return AccountId(known)
    fresh = insert(account).values(platform=platform, address=identity.address, remote_id=identity.remote_id, **shown)
    return AccountId(connection.execute(fresh.returning(account.c.id)).scalar_one())


def known_as(connection: Connection, platform: str, identity: Identity) -> Account | None:
    """Give the account that was connected before as this identity, whatever its state, or None."""
    row = connection.execute(select(account).where(_same(platform, identity))).one_or_none()
    return None if row is None else _read(row)


def all_in_use(connection: Connection) -> tuple[Account, ...]:
    """Give the accounts that are connected or signed out, oldest first."""
    chosen = select(account).where(account.c.state != AccountState.DISCONNECTED.value).order_by(account.c.id)
    return tuple(_read(row) for row in connection.execute(chosen))


def get(connection: Connection, account_id: AccountId) -> Account | None:
    """Give one account, also a disconnected one, or None."""
    row = connection.execute(_ONE, {"whose": account_id}).one_or_none()
    return None if row is None else _read(row)


def keep_terms(connection: Connection, account_id: AccountId, limits: Limits, expires_at: datetime | None) -> bool:
    """Keep today's limits of an account and when its sign-in ends; tell whether that changed anything."""
    written = json.dumps({**asdict(limits), "counting": limits.counting.name}, sort_keys=True)
    row = connection.execute(select(account.c.limits, account.c.expires_at).where(account.c.id == account_id)).one()
    if (row.limits, row.expires_at) == (written, expires_at):
        return False
    connection.execute(update(account).where(account.c.id == account_id).values(limits=written, expires_at=expires_at))
    return True


def limits(connection: Connection) -> dict[AccountId, Limits]:
    """Give the limits kept for each account that has any; ones an older desk wrote are left out."""
    chosen = select(account.c.id, account.c.limits).where(account.c.limits != "")
    known = {AccountId(row.id): _read_limits(row.limits) for row in connection.execute(chosen)}
    return {account_id: found for account_id, found in known.items() if found is not None}


def note_checked(connection: Connection, account_id: AccountId, now: datetime) -> None:
    """Note that the platform has just told who we are and what it takes."""
    connection.execute(update(account).where(account.c.id == account_id).values(checked_at=now))


def unchecked(connection: Connection, since: datetime, now: datetime) -> tuple[AccountId, ...]:
    """Give the connected accounts that were not checked since then, or in a future that a wrong clock made."""
    stale = or_(account.c.checked_at.is_(None), account.c.checked_at <= since, account.c.checked_at > now)
    chosen = select(account.c.id).where(account.c.state == AccountState.CONNECTED.value, stale).order_by(account.c.id)
    return tuple(AccountId(found) for found in connection.execute(chosen).scalars())


def set_state(connection: Connection, account_id: AccountId, state: AccountState) -> bool:
    """Put an account into a state; tell whether that changed anything."""
    changed = update(account).where(account.c.id == account_id, account.c.state != state.value)
    return connection.execute(changed.values(state=state.value)).rowcount > 0


def rename(connection: Connection, account_id: AccountId, identity: Identity) -> bool:
    """Keep the handle and name the platform shows now; tell whether they changed."""
    changed = update(account).where(
        account.c.id == account_id, (account.c.handle != identity.handle) | (account.c.name != identity.name)
    )
    return connection.execute(changed.values(handle=identity.handle, name=identity.name)).rowcount > 0


def _same(platform: str, identity: Identity) -> ColumnElement[bool]:
    return (
        (account.c.platform == platform)
        & (account.c.address == identity.address)
        & (account.c.remote_id == identity.remote_id)
    )


def _read(row: Row[Any]) -> Account:
    return Account(
        id=AccountId(row.id),
        platform=row.platform,
        address=row.address,
        remote_id=row.remote_id,
        handle=row.handle,
        name=row.name,
        state=AccountState(row.state),
        connected_at=row.connected_at,
        expires_at=row.expires_at,
    )


def _read_limits(written: str) -> Limits | None:
    fields = json.loads(written)
    try:
        return Limits(**{**fields, "counting": Counting[fields["counting"]]})
    except (TypeError, KeyError):
        return None
