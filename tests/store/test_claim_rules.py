"""Each rule of the one claim statement and of the one settling statement, on its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account, AccountId, AccountState, Identity
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen, Order, Receipt
from pcc_desk.services import settle
from pcc_desk.services.settle import Moment
from pcc_desk.store import accounts, announcements, claims, deliveries, office
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.services.scripted import PLATFORM

FIRST, SECOND = AccountId(1), AccountId(2)
LEASE = NOW + timedelta(minutes=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two connected accounts, with two deliveries that are due for each."""
    made = open_store(tmp_path)
    with made.write() as conn:
        announcements.add(conn, Announcement(AnnouncementId(0), text="Words"), NOW)
        for name in ("first", "second"):
            number = accounts.add(conn, "scripted", Identity(name, name, name, "https://example.org"), NOW)
            for _ in range(2):
                deliveries.enqueue(conn, Order(number, Frozen("Words"), NOW, AnnouncementId(1)), NOW)
    yield made
    made.close()


def claim(store: Store, account_id: AccountId = FIRST) -> Delivery | None:
    with store.write() as conn:
        return claims.claim(conn, account_id, NOW, LEASE)


def claimed(store: Store) -> Delivery:
    got = claim(store)
    assert got is not None
    return got


def end(store: Store, tried: Delivery, verdict: claims.Verdict) -> bool:
    with store.write() as conn:
        return claims.settle(conn, tried, verdict, NOW, NOW)


def get(store: Store, delivery_id: DeliveryId) -> Delivery:
    with store.read() as conn:
        found = deliveries.get(conn, delivery_id)
    assert found is not None
    return found


def test_an_account_sends_one_thing_at_a_time_on_all_desks_together(store: Store) -> None:
    first = claimed(store)
    assert claim(store) is None, "the account is busy"
    assert claim(store, SECOND) is not None, "another account is not"
    end(store, first, settle.sent(Receipt("remote:1", "", NOW)))
    assert claim(store) is not None


@pytest.mark.parametrize("state", [AccountState.SIGNED_OUT, AccountState.DISCONNECTED])
def test_nothing_is_claimed_for_an_account_that_is_not_connected(store: Store, state: AccountState) -> None:
    with store.write() as conn:
        accounts.set_state(conn, FIRST, state)
    assert claim(store) is None and claim(store, SECOND) is not None


def test_nothing_is_claimed_while_everything_is_paused_or_the_account_rests(store: Store) -> None:
    with store.write() as conn:
        claims.rest(conn, FIRST, NOW + timedelta(seconds=1))
    assert claim(store) is None
    with store.write() as conn:
        office.pause(conn, NOW)
    assert claim(store, SECOND) is None
    with store.write() as conn:
        office.resume(conn)
    assert claim(store, SECOND) is not None


def test_the_verdict_of_an_earlier_try_leaves_a_later_one_alone(store: Store) -> None:
    first = claimed(store)
    end(store, first, settle.not_sent(Rejected("No."), first, PLATFORM, Moment(NOW, 0.0)))
    with store.write() as conn:
        claims.change(conn, first.id, [DeliveryState.HELD], claims.Verdict(DeliveryState.DUE, "", "", NOW), NOW)
    second = claimed(store)
    assert (second.id, second.epoch) == (first.id, first.epoch + 1)
    assert not end(store, first, settle.unclear("Late and unclear.", PLATFORM, NOW))
    assert get(store, first.id).state is DeliveryState.SENDING
    assert end(store, first, settle.sent(Receipt("remote:1", "", NOW))), "a proof counts whenever it comes"
    assert not end(store, second, settle.unclear("Unclear.", PLATFORM, NOW))
    assert get(store, first.id).state is DeliveryState.SENT


def test_two_looks_at_once_count_as_one(store: Store) -> None:
    tried = claimed(store)
    end(store, tried, settle.unclear("Unclear.", PLATFORM, NOW))
    waiting = get(store, tried.id)
    assert end(store, waiting, settle.not_found(waiting, PLATFORM, NOW))
    assert not end(store, waiting, settle.not_found(waiting, PLATFORM, NOW))
    assert get(store, tried.id).looks == 1


def test_an_account_row_without_these_rules_would_be_claimed(store: Store) -> None:
    with store.read() as conn:
        rows: list[Account | None] = [accounts.get(conn, FIRST), accounts.get(conn, SECOND)]
        due = conn.execute(text("SELECT count(*) FROM delivery WHERE state = 'due'")).scalar_one()
    assert all(row is not None and row.state is AccountState.CONNECTED for row in rows) and due == 4
    assert claim(store) is not None
