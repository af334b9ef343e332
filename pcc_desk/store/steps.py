"""Remote ids of pieces on their way, by account and the piece's key."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store.schema import step

_OF_PIECE = (step.c.account_id == bindparam("whose")) & (step.c.key == bindparam("of"))
_ONE = select(step.c.value).where(_OF_PIECE, step.c.name == bindparam("named"))
_EACH = select(step.c.name, step.c.value).where(_OF_PIECE)


def get(connection: Connection, account_id: AccountId, key: str, name: str) -> str | None:
    """Give what was noted, or None."""
    return connection.execute(_ONE, {"whose": account_id, "of": key, "named": name}).scalar_one_or_none()


def named(connection: Connection, account_id: AccountId, key: str, prefix: str) -> dict[str, str]:
    """Give everything noted of a piece under names that begin so."""
    rows = connection.execute(_EACH, {"whose": account_id, "of": key})
    return {row.name: row.value for row in rows if row.name.startswith(prefix)}


def put(connection: Connection, account_id: AccountId, key: str, name: str, value: str) -> None:
    """Note a remote id, replacing the piece's one of that name."""
    noted = insert(step).values(account_id=account_id, key=key, name=name, value=value)
    connection.execute(noted.on_conflict_do_update(index_elements=["account_id", "key", "name"], set_={"value": value}))
