"""Remote ids of pieces on their way, by account and the piece's key."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store.schema import step


def get(connection: Connection, account_id: AccountId, key: str, name: str) -> str | None:
    """Give what was noted, or None."""
    same = (step.c.account_id == account_id) & (step.c.key == key) & (step.c.name == name)
    return connection.execute(select(step.c.value).where(same)).scalar_one_or_none()


def named(connection: Connection, account_id: AccountId, key: str, prefix: str) -> dict[str, str]:
    """Give everything noted of a piece under names that begin so."""
    chosen = select(step.c.name, step.c.value).where(step.c.account_id == account_id, step.c.key == key)
    return {row.name: row.value for row in connection.execute(chosen) if row.name.startswith(prefix)}


def put(connection: Connection, account_id: AccountId, key: str, name: str, value: str) -> None:
    """Note a remote id, replacing the piece's one of that name."""
    noted = insert(step).values(account_id=account_id, key=key, name=name, value=value)
    connection.execute(noted.on_conflict_do_update(index_elements=["account_id", "key", "name"], set_={"value": value}))
