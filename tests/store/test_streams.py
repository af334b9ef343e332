"""Streams: one desk at a time, cursors that move only for who holds them, gaps and spoiled pieces kept once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.channel import Missing, Spoiled
from pcc_desk.store import accounts, streams
from pcc_desk.store.engine import Store
from pcc_desk.store.streams import Lease
from tests.desk import NOW, open_store
from tests.store.mail import add_account

SPAN = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an open database."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def account_id(store: Store) -> AccountId:
    """Give a connected account with one stream."""
    number = add_account(store)
    with store.write() as conn:
        streams.ensure(conn, number, ("replies",))
    return number


def lease(store: Store, after: timedelta = timedelta()) -> tuple[Lease, ...]:
    """Take what is due that long after NOW."""
    with store.write() as conn:
        return streams.lease(conn, NOW + after, NOW + after + SPAN)


def test_a_new_stream_is_due_at_once_and_taken_once(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    assert held == Lease(account_id, "replies", "", NOW + SPAN, None, "")
    assert lease(store, SECOND) == ()


def test_a_stream_that_is_there_is_not_made_again(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    with store.write() as conn:
        streams.advance(conn, held, "page-2", NOW, NOW + SPAN)
        streams.ensure(conn, account_id, ("replies", "quotes"))
        streams.ensure(conn, account_id, ())
    (fresh,) = lease(store, SECOND)
    assert (fresh.stream, fresh.cursor) == ("quotes", "")


def test_a_lease_that_is_over_goes_to_the_next_desk_and_the_first_writes_no_more(
    store: Store, account_id: AccountId
) -> None:
    (first,) = lease(store)
    (second,) = lease(store, SPAN)
    with store.write() as conn:
        assert streams.advance(conn, first, "lost", NOW + SPAN, NOW + 2 * SPAN) is None
        assert not streams.rest(conn, first, NOW, "")
        moved = streams.advance(conn, second, "won", NOW + SPAN, NOW + 3 * SPAN)
    assert moved == Lease(account_id, "replies", "won", NOW + 3 * SPAN, NOW + SPAN, "")


def test_a_stream_at_rest_is_due_at_its_time_and_not_before(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    with store.write() as conn:
        assert streams.rest(conn, held, NOW + 2 * SPAN, "There is no network.")
        assert [one.problem for one in streams.ailing(conn)] == ["There is no network."]
    assert lease(store, 2 * SPAN - SECOND) == ()
    (again,) = lease(store, 2 * SPAN)
    assert again.problem == "There is no network."
    with store.write() as conn:
        streams.advance(conn, again, "on", NOW, NOW + 3 * SPAN)
        assert streams.ailing(conn) == ()


def test_a_clock_put_back_does_not_stop_a_stream(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store, timedelta(days=30))
    with store.write() as conn:
        moved = streams.advance(conn, held, "on", NOW + timedelta(days=30), NOW + timedelta(days=30) + SPAN)
        assert moved is not None
        streams.rest(conn, moved, NOW + timedelta(days=31), "")
    assert len(lease(store)) == 1


def test_a_lease_from_the_future_is_not_believed(store: Store, account_id: AccountId) -> None:
    lease(store, timedelta(days=30))
    assert len(lease(store)) == 1


@pytest.mark.parametrize("state", [AccountState.SIGNED_OUT, AccountState.DISCONNECTED])
def test_only_connected_accounts_are_fetched(store: Store, account_id: AccountId, state: AccountState) -> None:
    with store.write() as conn:
        accounts.set_state(conn, account_id, state)
    assert lease(store) == ()


def test_a_disconnected_account_has_no_problem(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    with store.write() as conn:
        streams.rest(conn, held, NOW, "There is no network.")
        accounts.set_state(conn, account_id, AccountState.DISCONNECTED)
        assert streams.ailing(conn) == ()


def test_a_gap_told_twice_is_kept_once_and_shown_while_it_is_recent(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    missing = Missing(NOW - timedelta(hours=5), NOW - timedelta(hours=2), "It keeps a day of them only.")
    with store.write() as conn:
        assert streams.keep_missing(conn, held, [missing]) == 1
        assert streams.keep_missing(conn, held, [missing]) == 0
        (gap,) = streams.gaps(conn, NOW - timedelta(hours=2))
        assert streams.gaps(conn, NOW - timedelta(hours=1)) == ()
    assert (gap.account_id, gap.stream, gap.reason) == (account_id, "replies", missing.reason)
    assert (gap.from_at, gap.to_at) == (missing.from_at, missing.to_at)


def test_what_could_not_be_read_is_kept_once_and_counted_for_a_day(store: Store, account_id: AccountId) -> None:
    (held,) = lease(store)
    with store.write() as conn:
        assert streams.spoiled_lately(conn) == {}
        moved = streams.advance(conn, held, "on", NOW, NOW + SPAN)
        assert moved is not None
        pieces = [Spoiled(b"\xff{", "It is not JSON."), Spoiled(b"[]", "It is no message.")]
        assert streams.keep_spoiled(conn, held, pieces, NOW) == 2
        assert streams.keep_spoiled(conn, held, pieces, NOW + SECOND) == 0
        assert streams.spoiled_lately(conn) == {account_id: 2}
        streams.advance(conn, moved, "on", NOW + timedelta(days=2), NOW + timedelta(days=3))
        assert streams.spoiled_lately(conn) == {}
