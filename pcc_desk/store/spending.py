"""What paid or rationed calls have cost each account, by unit and day."""

from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store.schema import spending


def add(connection: Connection, account_id: AccountId, unit: str, day: date, amount: int) -> None:
    """Add a cost to a day."""
    row = {"account_id": account_id, "unit": unit, "day": day.isoformat(), "amount": amount}
    added = insert(spending).values(row)
    total = spending.c.amount + added.excluded.amount
    connection.execute(
        added.on_conflict_do_update(index_elements=["account_id", "unit", "day"], set_={"amount": total})
    )


def total(connection: Connection, account_id: AccountId, unit: str, since: date) -> int:
    """Give what was spent from a day on."""
    chosen = select(func.coalesce(func.sum(spending.c.amount), 0)).where(
        spending.c.account_id == account_id, spending.c.unit == unit, spending.c.day >= since.isoformat()
    )
    return int(connection.execute(chosen).scalar_one())
