"""The road in: nothing lost, nothing twice, and one platform that fails stops no other."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import RateLimited, ServiceDown, StoreFull, Unauthorized, Unreachable
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, MessageState
from pcc_desk.services import fetching
from pcc_desk.services.inbox import Inbox
from pcc_desk.store import streams
from pcc_desk.store.engine import Store
from tests.desk import NOW, Clock
from tests.services.tap import TAPPED, Desk, open_tapped, page
from tests.store.mail import incoming

NO_NETWORK = Unreachable("There is no network.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose accounts the test connects."""
    opened = open_tapped(tmp_path)
    yield opened
    opened.inbox.stop()
    opened.store.close()


def cursor_of(store: Store) -> str:
    """Give the cursor of the one stream."""
    with store.read() as conn:
        return str(conn.exec_driver_sql("SELECT cursor FROM stream").scalar_one())


def test_what_is_there_comes_in_and_the_next_look_goes_on_behind_it(desk: Desk) -> None:
    tap = desk.connect("a", start=page(incoming(1), incoming(2), cursor="c1"), c1=page(incoming(3), cursor="c2"))
    assert desk.inbox.fetch_due(desk.clock) == Changes.MESSAGES
    assert desk.stored() == ["remote-2", "remote-1"]
    assert desk.inbox.fetch_due(desk.clock) == Changes.NONE
    desk.fetch(seconds=70)
    assert desk.stored() == ["remote-3", "remote-2", "remote-1"]
    assert tap.asked == ["", "c1"]


def test_a_stream_rests_about_a_minute(desk: Desk) -> None:
    tap = desk.connect("a")
    desk.fetch()
    desk.fetch(seconds=53)
    assert len(tap.asked) == 1
    desk.fetch(seconds=14)
    assert len(tap.asked) == 2


def test_a_look_that_brings_nothing_new_changes_nothing(desk: Desk) -> None:
    desk.connect("a", start=[page(incoming(1), cursor="")] * 2)
    assert desk.inbox.fetch_due(desk.clock) == Changes.MESSAGES
    desk.clock.advance(minutes=2)
    assert desk.inbox.fetch_due(desk.clock) == Changes.NONE


def test_all_pages_of_an_absence_come_in_at_once(desk: Desk) -> None:
    steps = {f"c{n}": page(incoming(n), cursor=f"c{n + 1}", more=n < 30) for n in range(1, 31)}
    tap = desk.connect("a", start=page(cursor="c1", more=True), **steps)
    desk.fetch()
    assert len(desk.stored()) == 30
    assert tap.asked == ["", *(f"c{n}" for n in range(1, 31))]


def test_pages_that_never_end_stop_at_200_and_go_on_the_next_time(desk: Desk) -> None:
    taken = []

    def following() -> Batch:
        taken.append(1)
        return Batch((incoming(len(taken)),), f"c{len(taken)}", True)

    desk.connect("a", start=following).steps.update({f"c{n}": following for n in range(1, 500)})
    desk.fetch()
    assert len(desk.stored()) == len(taken) == fetching.MOST_PAGES
    assert cursor_of(desk.store) == f"c{fetching.MOST_PAGES}"
    desk.fetch(minutes=2)
    assert len(desk.stored()) == len(taken) == 2 * fetching.MOST_PAGES


@pytest.mark.parametrize("back_to", ["", "c1", "c2"])
def test_cursors_that_go_round_are_stopped_and_told(desk: Desk, back_to: str) -> None:
    around = page(incoming(3), cursor=back_to, more=True)
    first, second = page(incoming(1), cursor="c1", more=True), page(incoming(2), cursor="c2", more=True)
    tap = desk.connect("a", start=first, c1=second, c2=around)
    desk.fetch()
    assert len(tap.asked) == 3
    assert len(desk.stored()) == 3
    assert desk.inbox.problems() == (
        "Tapped (a): It gave the same page again and again, so some messages may be missing.",
    )


def test_the_cursor_moves_only_together_with_its_messages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.connect("a", start=page(incoming(1), incoming(2), cursor="c1"))
    with monkeypatch.context() as broken:
        broken.setattr(streams, "keep_missing", _fail_to_write)
        with pytest.raises(StoreFull):
            desk.fetch()
    assert (desk.stored(), cursor_of(desk.store)) == ([], "")
    desk.fetch(seconds=fetching.LEASE.total_seconds() + 1)
    assert (desk.stored(), cursor_of(desk.store)) == (["remote-2", "remote-1"], "c1")


def _fail_to_write(*_: object) -> int:
    raise StoreFull("There is no room left.")


def test_one_platform_that_fails_stops_no_other(desk: Desk) -> None:
    desk.connect("down", start=ServiceDown("Tapped does not answer."))
    desk.connect("well", start=page(incoming(1)))
    desk.fetch()
    assert desk.stored() == ["remote-1"]
    assert desk.inbox.problems() == ("Tapped (down): Tapped does not answer.",)
    assert desk.inbox.silent() == ("Tapped (down)",)


def test_a_slow_platform_is_not_waited_for_and_what_it_brings_is_kept(tmp_path: Path) -> None:
    desk, gate = open_tapped(tmp_path, patience=0.2), threading.Event()

    def slowly() -> Batch:
        assert gate.wait(60)
        return page(incoming(2))

    desk.connect("slow", start=slowly)
    desk.connect("well", start=page(incoming(1)))
    fetch_until(desk, lambda: desk.stored() == ["remote-1"])
    gate.set()
    fetch_until(desk, lambda: len(desk.stored()) == 2)
    assert len(desk.taps["slow"].asked) == 1
    desk.inbox.stop()
    desk.store.close()


def fetch_until(desk: Desk, is_so: Callable[[], bool]) -> None:
    """Fetch again and again, each time waiting as little as this desk does, until something is so."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        desk.fetch()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until another thread has made something so."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_streams_wait_side_by_side(desk: Desk) -> None:
    together = threading.Barrier(10)

    def meet() -> Batch:
        together.wait(60)
        return page()

    for number in range(10):
        desk.connect(f"account{number}", start=meet)
    desk.fetch()
    assert not together.broken


def test_every_stream_of_a_platform_is_read(tmp_path: Path) -> None:
    desk = open_tapped(tmp_path, platform=replace(TAPPED, streams=("replies", "quotes")))
    tap = desk.connect("a", start=[page(incoming(1)), page(incoming(2))])
    desk.fetch()
    assert (len(tap.asked), len(desk.stored())) == (2, 2)
    desk.inbox.stop()
    desk.store.close()


def test_two_desks_on_one_database_do_not_fetch_the_same_stream(desk: Desk) -> None:
    tap = desk.connect("a", start=page(incoming(1)))
    second = fetching.Fetching(desk.store, desk.accounts, patience=60)
    both = [threading.Thread(target=run, args=(desk.clock,)) for run in (desk.inbox.fetch_due, second.run_due)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert tap.asked == [""]
    second.stop()


def test_without_a_network_the_wait_grows_to_a_quarter_of_an_hour_and_ends_with_the_first_answer(desk: Desk) -> None:
    tap = desk.connect("a", start=[page(cursor=""), *[NO_NETWORK] * 500, page(incoming(1), cursor="")])
    desk.fetch()
    desk.fetch(seconds=70)
    assert desk.inbox.problems() == ("Tapped (a): There is no network.",)
    assert desk.inbox.silent() == ("Tapped",)
    for _ in range(60):
        desk.fetch(minutes=2)
    early = len(tap.asked)
    for _ in range(90):
        desk.fetch(minutes=2)
    assert early < 30
    assert 3 * 4 <= len(tap.asked) - early <= 3 * 8
    tap.steps[""] = page(incoming(1), cursor="")
    desk.fetch(minutes=15)
    assert desk.inbox.problems() == ()
    assert desk.stored() == ["remote-1"]


def test_a_limit_is_kept_to_the_second_and_is_no_problem(desk: Desk) -> None:
    limited = RateLimited("Wait a little.", NOW + timedelta(minutes=40))
    tap = desk.connect("a", start=[limited, page(incoming(1))])
    desk.fetch()
    desk.fetch(seconds=40 * 60 - 1)
    assert len(tap.asked) == 1
    assert desk.inbox.problems() == ()
    desk.fetch(seconds=7)
    assert len(tap.asked) == 2


def test_a_limit_of_a_year_is_asked_about_after_a_day(desk: Desk) -> None:
    tap = desk.connect("a", start=[RateLimited("Wait.", NOW + timedelta(days=365)), page()])
    desk.fetch()
    assert desk.inbox.problems() == ("Tapped (a): Wait.",)  # nobody looks there for longer than an hour
    desk.fetch(days=1, seconds=6)
    assert len(tap.asked) == 2 and desk.inbox.problems() == ()


def test_a_refused_sign_in_is_told_and_fetching_goes_on_after_the_next_sign_in(desk: Desk) -> None:
    tap = desk.connect("a", start=[Unauthorized("Sign in again."), page(incoming(1))])
    assert desk.inbox.fetch_due(desk.clock) == Changes.ACCOUNTS | Changes.MESSAGES
    assert [account.state for account in desk.accounts.all()] == [AccountState.SIGNED_OUT]
    assert desk.inbox.problems() == ("Tapped (a): Sign in again.",)
    desk.fetch(hours=5)
    assert len(tap.asked) == 1
    desk.accounts.check(desk.id_of("a"), desk.clock())
    desk.fetch(minutes=2)
    assert (desk.stored(), desk.inbox.problems()) == (["remote-1"], ())


def test_a_disconnected_account_is_left_alone(desk: Desk) -> None:
    tap = desk.connect("a")
    desk.fetch()
    desk.accounts.disconnect(desk.id_of("a"))
    desk.fetch(hours=1)
    assert len(tap.asked) == 1


def test_an_adapter_with_a_fault_is_told_and_the_others_go_on(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.connect("faulty", start=ZeroDivisionError("division by a resident's words"))
    desk.connect("well", start=page(incoming(1)))
    desk.fetch()
    assert desk.stored() == ["remote-1"]
    assert desk.inbox.problems() == ("Tapped (faulty): Tapped did something PCC Desk did not expect.",)
    assert "resident" not in caplog.text
    caplog.clear()


def test_a_page_in_an_unknown_form_is_told_and_stores_nothing(desk: Desk) -> None:
    desk.connect("a", start=Batch((incoming(1),), 7))  # type: ignore[arg-type]  # what a faulty adapter gives
    desk.fetch()
    assert desk.stored() == []
    assert "a form PCC Desk does not know" in desk.inbox.problems()[0]


def test_what_we_wrote_ourselves_is_no_message(desk: Desk) -> None:
    ours = replace(incoming(1), author=Author("id-a", "The office", "a"))
    desk.connect("a", start=page(ours, incoming(2)))
    desk.fetch()
    assert desk.stored() == ["remote-2"]


def test_a_gap_and_a_spoiled_piece_are_kept_and_told(desk: Desk) -> None:
    missing = Missing(NOW - timedelta(days=3), NOW - timedelta(days=1), "It keeps a day only.")
    desk.connect("a", start=Batch((incoming(1),), "c1", spoiled=(Spoiled(b"?", "Not JSON."),), missing=(missing,)))
    desk.fetch()
    (gap,) = desk.inbox.gaps(NOW - timedelta(days=2))
    assert (gap.from_at, gap.to_at, gap.reason) == (missing.from_at, missing.to_at, missing.reason)
    assert desk.inbox.problems() == ("Tapped (a): 1 message came in today that PCC Desk could not read. It is kept.",)
    assert desk.stored() == ["remote-1"]


def test_an_answer_that_came_after_the_lease_was_over_is_not_written_twice(tmp_path: Path) -> None:
    desk, gate = open_tapped(tmp_path), threading.Event()

    def late() -> Batch:
        assert gate.wait(60)
        return page(incoming(1), cursor="late")

    tap = desk.connect("a", start=[late, page(incoming(1), incoming(2), cursor="c1")])
    first = threading.Thread(target=desk.fetch)
    first.start()
    wait_until(lambda: len(tap.asked) == 1)
    second = fetching.Fetching(desk.store, desk.accounts, patience=60)
    second.run_due(Clock(desk.clock.advance(seconds=fetching.LEASE.total_seconds() + 1)))
    gate.set()
    first.join(60)
    assert len(tap.asked) == 2
    assert (cursor_of(desk.store), len(desk.stored())) == ("c1", 2)
    assert desk.inbox.counts().by_state[MessageState.OPEN] == 2
    for stopped in (second, desk.inbox):
        stopped.stop()
    desk.store.close()


def test_after_stop_nothing_more_is_fetched(desk: Desk) -> None:
    tap = desk.connect("a")
    desk.inbox.stop()
    desk.fetch()
    assert tap.asked == []


def test_what_had_not_begun_when_fetching_was_stopped_is_dropped(tmp_path: Path) -> None:
    desk, gate = open_tapped(tmp_path, patience=0.1), threading.Event()

    def held_up() -> Batch:
        assert gate.wait(60)
        return page()

    def begun() -> int:
        return sum(len(tap.asked) for tap in desk.taps.values())

    for number in range(fetching.SIDE_BY_SIDE + 2):
        desk.connect(f"account{number}", start=held_up)
    desk.fetch()
    wait_until(lambda: begun() == fetching.SIDE_BY_SIDE)
    desk.inbox.stop()
    gate.set()
    desk.fetch()
    assert begun() == fetching.SIDE_BY_SIDE
    desk.store.close()


def test_stopping_while_a_fetching_begins_is_no_fault(desk: Desk) -> None:
    for number in range(20):
        desk.connect(f"account{number}")
    with ThreadPoolExecutor(1) as beside:
        for _ in range(20):
            desk.clock.advance(hours=1)
            inbox = Inbox(desk.store, desk.accounts, patience=0)
            fetching_now = beside.submit(inbox.fetch_due, desk.clock)
            inbox.stop()
            fetching_now.result(60)
