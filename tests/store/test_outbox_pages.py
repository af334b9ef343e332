"""The outbox's list: every filter gives the lines it should, page after page, and none reads more than it shows."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from pcc_desk.model.account import AccountId, AccountState, Identity
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.delivery import DeliveryId, DeliveryState, Frozen, Order, OutboxFilter
from pcc_desk.store import accounts, announcements, deliveries, outbox_pages
from pcc_desk.store.engine import Store
from pcc_desk.store.outbox_pages import Listed
from pcc_desk.store.schema import delivery
from tests.desk import NOW, open_store
from tests.store.plans import plans_of

STATES = tuple(DeliveryState)
SENT, DUE, HELD = DeliveryState.SENT, DeliveryState.DUE, DeliveryState.HELD


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database with three accounts: connected, signed out, and disconnected."""
    made = open_store(tmp_path)
    with made.write() as conn:
        for state in (AccountState.CONNECTED, AccountState.SIGNED_OUT, AccountState.DISCONNECTED):
            given = Identity(state.value, state.value, state.value, "https://example.org")
            accounts.set_state(conn, accounts.add(conn, "scripted", given, NOW), state)
        announcements.add(conn, Announcement(AnnouncementId(0), title="Noson Ewlo", text="Words"), NOW)
    yield made
    made.close()


def add(store: Store, *states: DeliveryState) -> DeliveryId:
    """Approve a delivery, or a thread of several, and put each part into a state; give the first."""
    with store.write() as conn:
        return place(conn, *states)


def place(conn: Connection, *states: DeliveryState, account: int = 1, minute: int = 0) -> DeliveryId:
    """Do so for an account, at a minute."""
    more = tuple(Frozen(f"part {number}") for number in range(1, len(states)))
    order = Order(AccountId(account), Frozen("part 0"), NOW, AnnouncementId(1), more=more)
    first = deliveries.enqueue(conn, order, NOW + timedelta(minutes=minute))
    for number, state in enumerate(states):
        proof = {"remote_id": f"remote:{first + number}"} if state is SENT else {}
        conn.execute(update(delivery).where(delivery.c.id == first + number).values(state=state.value, **proof))
    return first


def walk(store: Store, which: OutboxFilter, limit: int = 3) -> list[DeliveryId]:
    """Read every page of a filter."""
    found: list[Listed] = []
    while True:
        mark = (found[-1].delivery.created_at, found[-1].delivery.id) if found else None
        with store.read() as conn:
            page = outbox_pages.page(conn, mark, limit, which)
        found += page
        if len(page) < limit:
            return [line.delivery.id for line in found]


def belongs(line: Listed, which: OutboxFilter, state: AccountState) -> bool:
    """Tell in Python what the queries tell in SQL."""
    undone = [part for part in line.parts if part.state is not SENT]
    part = line.delivery if line.delivery.taken_back_at or not undone else undone[0]
    connected = state is AccountState.CONNECTED
    if which is OutboxFilter.NEEDS_YOU:
        return part.state in (HELD, DeliveryState.UNSURE, DeliveryState.BY_HAND) or (
            part.state is DUE and not connected
        )
    if which is OutboxFilter.WAITING:
        going = part.state in (DeliveryState.SENDING, DeliveryState.UNCONFIRMED)
        return going or (part.state is DUE and connected)
    return which is OutboxFilter.ALL or part.state is SENT


@pytest.mark.parametrize("which", OutboxFilter)
def test_each_filter_gives_just_the_lines_that_belong_to_it_newest_first(store: Store, which: OutboxFilter) -> None:
    dice = random.Random(7)
    with store.write() as conn:
        for _ in range(120):
            parts = dice.choice([1, 1, 1, 2, 3])
            posted = [SENT] * dice.randrange(parts + 1)  # a part is never sent before the one in front of it
            states = (posted + [dice.choice(STATES)] + [DUE] * parts)[:parts]
            place(conn, *states, account=dice.randrange(1, 4), minute=dice.randrange(5))
    with store.read() as conn:
        every = outbox_pages.page(conn, None, 1000)
        states_of = {account.id: account.state for account in accounts.all_in_use(conn)}
        states_of |= {AccountId(3): AccountState.DISCONNECTED}
    expected = [line.delivery.id for line in every if belongs(line, which, states_of[line.delivery.account_id])]
    assert len(every) == 120 and len(expected) > 0
    assert walk(store, which) == walk(store, which, 50) == expected


def test_a_thread_is_one_line_by_the_part_that_decides(store: Store) -> None:
    stuck, going, whole = add(store, SENT, HELD, DUE), add(store, SENT, DUE, DUE), add(store, SENT, SENT)
    assert walk(store, OutboxFilter.NEEDS_YOU) == [stuck]
    assert walk(store, OutboxFilter.WAITING) == [going]
    assert walk(store, OutboxFilter.POSTED) == [whole]
    assert walk(store, OutboxFilter.ALL) == [whole, going, stuck]
    with store.read() as conn:
        [line] = outbox_pages.page(conn, None, 9, OutboxFilter.NEEDS_YOU)
        assert [part.state for part in line.parts] == [SENT, HELD, DUE]
        assert outbox_pages.line_of(conn, DeliveryId(stuck + 2)) == line
        assert outbox_pages.line_of(conn, DeliveryId(999)) is None


def test_a_rare_line_among_many_is_found_in_one_page(store: Store) -> None:
    rare = add(store, HELD)
    with store.write() as conn:
        for _ in range(300):
            place(conn, SENT)
    with store.read() as conn:
        assert [line.delivery.id for line in outbox_pages.page(conn, None, 50, OutboxFilter.NEEDS_YOU)] == [rare]


def plan_of(store: Store, which: OutboxFilter) -> list[str]:
    """Give what SQLite intends to do for a first and a later page."""
    with store.read() as conn:
        return plans_of(
            conn,
            lambda: (outbox_pages.page(conn, None, 50, which), outbox_pages.page(conn, (NOW, 7), 50, which)),
        )


def slow(plan: list[str]) -> list[str]:
    """Give the steps that read more the more is kept; a walk along an index that ends with the page is none."""
    scans = [step for step in plan if step.startswith("SCAN") and "USING INDEX delivery_by_age" not in step]
    return [*scans, *(step for step in plan if "TEMP B-TREE" in step)]


@pytest.mark.parametrize("which", OutboxFilter)
def test_no_page_of_any_filter_reads_more_than_it_shows(store: Store, which: OutboxFilter) -> None:
    with store.write() as conn:
        for number in range(60):
            place(conn, STATES[number % len(STATES)])
    plan = plan_of(store, which)
    assert plan and not slow(plan), plan
    assert all("delivery_by_age" not in step for step in plan) or which is OutboxFilter.ALL


def test_without_its_index_a_filter_sorts(store: Store) -> None:
    with store.write() as conn:
        conn.execute(text("DROP INDEX delivery_by_state_and_age"))
    assert slow(plan_of(store, OutboxFilter.POSTED))


def test_the_index_is_there(store: Store) -> None:
    with store.read() as conn:
        names = conn.execute(select(text("name FROM sqlite_schema WHERE type = 'index'"))).scalars().all()
    assert "delivery_by_state_and_age" in names
