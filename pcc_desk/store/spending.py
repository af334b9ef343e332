"""What paid or rationed calls have cost each account, by unit and day."""

from datetime import date

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store import office
from pcc_desk.store.schema import account, spending

_CAPS = "spending_caps"


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


def cap(connection: Connection, account_id: AccountId, unit: str) -> int | None:
    """Give the most the office wants to spend on an account in a month, or None."""
    amount = (office.get(connection, _CAPS) or {}).get(f"{account_id} {unit}")
    return amount if isinstance(amount, int) else None


def set_cap(connection: Connection, account_id: AccountId, unit: str, amount: int | None) -> None:
    """Keep the most to be spent in a month, or with None no limit; what rested because of it may go on."""
    caps = dict(office.get(connection, _CAPS) or {})
    caps.pop(f"{account_id} {unit}", None)
    office.put(connection, _CAPS, caps if amount is None else caps | {f"{account_id} {unit}": amount})
    connection.execute(update(account).where(account.c.id == account_id).values(rest_until=None))
