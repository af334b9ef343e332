"""What was to wait by a clock that was ahead does not keep an account silent when the clock is right again."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import RateLimited
from pcc_desk.model.cost import MILLS
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services.costs import Costs
from pcc_desk.services.windows import window_of
from pcc_desk.store import claims, spending, streams
from tests.desk import NOW
from tests.services.scripted import LOST, PLATFORM, SETTLE, Desk, assemble, desk, tonight

AHEAD = timedelta(days=400)
SENT, DUE = DeliveryState.SENT, DeliveryState.DUE


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk on a PC whose clock is more than a year ahead."""
    with desk(tmp_path) as made:
        made.clock.now = NOW + AHEAD
        yield made


def limited(one: Desk) -> RateLimited:
    """Give a platform's wish to be left alone for a quarter of an hour."""
    return RateLimited("It asked to wait.", one.clock() + timedelta(minutes=15))


def set_right(one: Desk, how: str) -> Desk:
    """Set the clock right while the desk is open, or before it is started anew."""
    one.clock.now = NOW
    if how == "open":
        return one
    one.outbox.stop()
    return assemble(one.store, one.world, one.clock)


@pytest.mark.parametrize("how", ["open", "started anew"])
def test_a_post_that_was_asked_to_wait_goes_out(one: Desk, how: str) -> None:
    one.world.answers = [limited(one)]
    one.send()
    one.run()
    assert one.states() == [DUE]
    again = set_right(one, how)
    again.run()
    assert again.states() == [SENT] and len(one.world.posted) == 1
    again.outbox.stop()


@pytest.mark.parametrize("how", ["open", "started anew"])
def test_one_without_a_clear_answer_is_looked_for(one: Desk, how: str) -> None:
    one.world.after = [LOST]
    one.send()
    one.run()
    again = set_right(one, how)
    again.run()
    again.run(seconds=SETTLE)
    assert again.states() == [SENT] and len(one.world.posted) == 1
    again.outbox.stop()


def test_what_waits_rightly_waits_on_and_what_a_person_planned_stays_where_it_is(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        far = NOW + timedelta(days=300)
        one.world.answers = [limited(one)]
        one.send()
        one.run()
        planned = one.send("The plan is out.", far)
        one.clock.now = NOW - timedelta(hours=1)  # set right by an hour: every wait can still be true
        one.run()
        assert one.world.posted == [] and one.states() == [DUE, DUE]
        one.run(minutes=75, seconds=30)
        assert len(one.world.posted) == 1
        one.outbox.run_due(one.clock)
        (waits,) = one.outbox.of_announcement(planned)
        assert waits.due_at == far and waits.state is DUE


def test_streams_that_were_to_rest_are_read_and_a_window_to_come_is_not(one: Desk) -> None:
    (account,) = one.accounts.all()
    with one.store.write() as conn:
        streams.ensure(conn, account.id, ["mentions", "tag:later"])
        begins = int((NOW + timedelta(days=90)).timestamp() * 1000)
        conn.execute(text(f"UPDATE stream SET from_at = {begins}, next_at = {begins} WHERE name = 'tag:later'"))
        (held,) = streams.lease(conn, one.clock() - AHEAD / 2, one.clock())[:1]
        streams.rest(conn, held, one.clock() + timedelta(minutes=1), "")
    one.clock.now = NOW
    one.run()
    with one.store.write() as conn:
        assert [lease.stream for lease in streams.lease(conn, NOW, NOW + timedelta(minutes=5))] == ["mentions"]
        left = conn.execute(text("SELECT next_at FROM stream WHERE name = 'tag:later'")).scalar_one()
    assert left == begins


def test_what_was_booked_by_a_clock_ahead_counts_in_no_month_before(one: Desk) -> None:
    (account,) = one.accounts.all()
    with one.store.write() as conn:
        spending.add(conn, account.id, MILLS, date(2027, 12, 31), 500)
        spending.add(conn, account.id, MILLS, date(2026, 11, 3), 20)
    with one.store.read() as conn:
        assert window_of(conn, account.id, PLATFORM, MILLS, NOW).spent == 20


def test_a_limit_that_is_raised_wakes_nobody_who_asked_to_be_left_alone(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        (account,) = one.accounts.all()
        with one.store.write() as conn:
            claims.rest(conn, account.id, tonight())
        Costs(one.store, one.accounts).set_cap(account.id, 100, NOW)
        one.send()
        one.run()
        assert one.world.posted == []
        one.clock.now = tonight()
        one.run()
        assert len(one.world.posted) == 1
