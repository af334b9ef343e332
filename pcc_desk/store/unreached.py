"""Whom an email reached and whom not: the list the office puts right, and words for how the email stands."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from pcc_desk.model.account import AccountId
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import Delivery
from pcc_desk.model.message import Incoming, MessageState
from pcc_desk.model.unreached import (
    ALL,
    CAME_BACK,
    DOUBT,
    GROUP,
    NOT_TO_ALL,
    PEOPLE,
    REACHED,
    STEP,
    Returned,
    Unreached,
)
from pcc_desk.store import deliveries, messages, steps

_MOST = 20_000  # of one email: more than a bulletin has people, however many forged reports come


def of(conn: Connection, delivery: Delivery) -> tuple[Unreached, ...]:
    """Give those whom a delivery did not reach, by address."""
    noted = steps.named(conn, delivery.account_id, delivery.frozen.key, STEP)
    return tuple(Unreached(name.removeprefix(STEP), why) for name, why in sorted(noted.items()))


def has_reached_some(conn: Connection, delivery: Delivery) -> bool:
    """Tell whether some people have a delivery already, wherever it stands: it is never a thing not sent."""
    return steps.get(conn, delivery.account_id, delivery.frozen.key, REACHED) is not None


def goes_on(conn: Connection, delivery: Delivery) -> bool:
    """Take a person's word that the group in doubt has it; tell whether other groups may still wait for theirs."""
    account_id, key = delivery.account_id, delivery.frozen.key
    people = steps.get(conn, account_id, key, PEOPLE)
    if people is None or len(json.loads(people)) <= GROUP or steps.get(conn, account_id, key, ALL) is not None:
        return False
    if number := steps.get(conn, account_id, key, DOUBT):
        for name, value in ((f"group {number}", "sent"), (REACHED, "sent"), (DOUBT, "")):
            steps.put(conn, account_id, key, name, value)
    return True


def keep(conn: Connection, account_id: AccountId, reports: Iterable[Returned]) -> tuple[Changes, tuple[Incoming, ...]]:
    """Note whom emails of ours did not reach; tell what changed, and give the reports that are about none of ours.

    The message that an email of ours answered is open again when that one came back.
    """
    changes, loose = Changes.NONE, list[Incoming]()
    for report in reports:
        delivery = deliveries.by_key(conn, account_id, report.key)
        if delivery is None:
            loose.append(report.instead)
            continue
        before = {one.address for one in of(conn, delivery)}
        fresh = [one for one in report.people if one.address not in before][: _MOST - len(before)]
        for one in fresh:
            steps.put(conn, account_id, report.key, f"{STEP}{one.address}", one.why)
        if fresh:
            changes |= Changes.DELIVERIES
            deliveries.explain(conn, delivery.id, say(delivery, len(before) + len(fresh)))
            if delivery.in_reply_to is not None:
                messages.set_state(conn, [delivery.in_reply_to], MessageState.OPEN)
                changes |= Changes.MESSAGES
    return changes, tuple(loose)


def tell(conn: Connection, delivery: Delivery) -> None:
    """Let a delivery that was just posted say that it did not reach everybody, when it did not."""
    if missed := of(conn, delivery):
        deliveries.explain(conn, delivery.id, say(delivery, len(missed)))


def say(delivery: Delivery, count: int) -> str:
    """Say that a posted delivery did not reach so many."""
    if delivery.in_reply_to is not None:
        return CAME_BACK
    who = "1 address did not get it; it is" if count == 1 else f"{count:,} addresses did not get it; they are"
    return f"{NOT_TO_ALL} {who} listed here, so that you can put your list right."
