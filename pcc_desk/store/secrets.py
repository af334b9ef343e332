"""The secrets of each account, each bound to the origin it may be sent to."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store.schema import account, secret


def get(connection: Connection, account_id: AccountId, origin: str, name: str) -> str | None:
    """Give a secret that may be sent to `origin`, or None."""
    bound = (secret.c.account_id == account_id) & (secret.c.name == name) & (secret.c.origin == origin)
    return connection.execute(select(secret.c.value).where(bound)).scalar_one_or_none()


def put(connection: Connection, account_id: AccountId, origin: str, name: str, value: str) -> None:
    """Keep a secret for one origin, replacing the account's secret of that name."""
    row = {"account_id": account_id, "name": name, "origin": origin, "value": value}
    replaced = insert(secret).values(row)
    connection.execute(
        replaced.on_conflict_do_update(index_elements=["account_id", "name"], set_={"origin": origin, "value": value})
    )


def of_newest(connection: Connection, platform: str, names: Collection[str], origin: str = "") -> dict[str, str]:
    """Give the secrets of these names of the platform's account connected last that has any; at `origin` when given."""
    chosen = (
        select(secret.c.account_id, secret.c.name, secret.c.value)
        .join(account, account.c.id == secret.c.account_id)
        .where(account.c.platform == platform, secret.c.name.in_(names))
        .order_by(account.c.connected_at.desc(), account.c.id.desc())
    )
    rows = connection.execute(chosen.where(secret.c.origin == origin) if origin else chosen).all()
    return {row.name: row.value for row in rows if row.account_id == rows[0].account_id}


def wipe(connection: Connection, account_id: AccountId) -> None:
    """Forget every secret of an account; secure_delete overwrites the bytes."""
    connection.execute(delete(secret).where(secret.c.account_id == account_id))
