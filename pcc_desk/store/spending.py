"""What paid or rationed calls have cost each account, by unit and day."""

from datetime import date

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.account import AccountId
from pcc_desk.store import office
from pcc_desk.store.schema import spending

_CAPS = "spending_caps"


def add(connection: Connection, account_id: AccountId, unit: str, day: date, amount: int) -> None:
    """Add a cost to a day."""
    row = {"account_id": account_id, "unit": unit, "day": day.isoformat(), "amount": amount}
    added = insert(spending).values(row)
    total = spending.c.amount + added.excluded.amount
    connection.execute(
        added.on_conflict_do_update(index_elements=["account_id", "unit", "day"], set_={"amount": total})
    )


def total(connection: Connection, account_id: AccountId, unit: str, since: date, until: date) -> int:
    """Give what was spent from one day to another, both included.

    What was booked while this PC's clock was ahead stands on a later day, and counts then.
    """
    within = spending.c.day.between(since.isoformat(), until.isoformat())
    whose = and_(spending.c.account_id == account_id, spending.c.unit == unit, within)
    return int(connection.execute(select(func.coalesce(func.sum(spending.c.amount), 0)).where(whose)).scalar_one())


def cap(connection: Connection, account_id: AccountId, unit: str) -> int | None:
    """Give the most the office wants to spend on an account in a month, or None."""
    amount = (office.get(connection, _CAPS) or {}).get(f"{account_id} {unit}")
    return amount if isinstance(amount, int) else None


def set_cap(connection: Connection, account_id: AccountId, unit: str, amount: int | None) -> None:
    """Keep the most to be spent in a month, or with None no limit."""
    caps = dict(office.get(connection, _CAPS) or {})
    caps.pop(f"{account_id} {unit}", None)
    office.put(connection, _CAPS, caps if amount is None else caps | {f"{account_id} {unit}": amount})
