"""A delivery is claimed by one desk only, and what the outbox asks of the database stays fast when much is kept."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.model.account import AccountId, Identity
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.delivery import DeliveryId, DeliveryState, Frozen, Order, Receipt
from pcc_desk.model.key import moment_of
from pcc_desk.services import settle
from pcc_desk.store import accounts, announcements, claims, deliveries, doubts, due, outbox_pages, threads
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.store.plans import plans_of

# Claims until nothing is due any more and says what it got, waiting for a word after the first; the broken form looks
# first, waits for that word and takes then. Whoever holds the lock may get it again and again, so each is very patient.
CLAIMER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from sqlalchemy import text
from pcc_desk.model.delivery import Receipt
from pcc_desk.services import settle
from pcc_desk.store import claims
from tests.desk import NOW, open_store
store = open_store(Path(sys.argv[1]))
with store.read() as conn:
    conn.exec_driver_sql("PRAGMA busy_timeout = 90000")
print("open", flush=True)
sys.stdin.readline()
if sys.argv[2] == "broken":
    with store.read() as conn:
        got = conn.execute(text("SELECT id FROM delivery WHERE state = 'due' ORDER BY id LIMIT 1")).scalar()
    print("looked", flush=True)
    sys.stdin.readline()
    with store.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'held' WHERE id = :id"), {"id": got})
    print(got, flush=True)
    sys.exit()
alone = True
while True:
    with store.write() as conn:
        got = claims.claim(conn, 1, NOW, NOW + timedelta(minutes=5))
        left = conn.execute(text("SELECT count(*) FROM delivery WHERE state = 'due'")).scalar()
    if got is None and not left:
        break
    if got is not None:
        with store.write() as conn:
            claims.settle(conn, got, settle.sent(Receipt(got.frozen.key, "", NOW)), NOW, NOW)
        print(got.id, flush=True)
        if alone:
            sys.stdin.readline()  # until the other one has had a turn as well
            alone = False
    time.sleep(0.003)  # the other one's turn
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    with made.write() as conn:
        accounts.add(conn, "scripted", Identity("office", "office", "The office", "https://example.org"), NOW)
        announcements.add(conn, Announcement(AnnouncementId(0), text="Words"), NOW)
    yield made
    made.close()


def fill(store: Store, count: int) -> None:
    order = Order(AccountId(1), Frozen("Words"), NOW, AnnouncementId(1))
    with store.write() as conn:
        for _ in range(count):
            deliveries.enqueue(conn, order, NOW)


def race(folder: Path, form: str) -> list[list[int]]:
    """Let two processes claim at the same time, and give what each got."""
    command = [sys.executable, "-c", CLAIMER, str(folder), form]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in "ab"
        ]
        assert [hear(racer) for racer in racers] == ["open", "open"]
        for racer in racers:
            tell(racer, "go")
        said = [hear(racer) for racer in racers]
        for racer in racers:
            tell(racer, "on")
        said = [f"{first} {racer.communicate(timeout=200)[0]}" for first, racer in zip(said, racers, strict=True)]
        assert [racer.returncode for racer in racers] == [0, 0]
    return [[int(word) for word in words.split() if word.isdecimal()] for words in said]


def hear(racer: "subprocess.Popen[str]") -> str:
    """Give the next line a racer says."""
    assert racer.stdout is not None
    line = racer.stdout.readline().strip()
    assert line, f"it ended with {racer.wait()}"
    return line


def tell(racer: "subprocess.Popen[str]", word: str) -> None:
    """Say a word to a racer."""
    assert racer.stdin is not None
    racer.stdin.write(f"{word}\n")
    racer.stdin.flush()


def test_a_delivery_is_claimed_by_one_desk_only(tmp_path: Path, store: Store) -> None:
    fill(store, 30)
    one, other = race(tmp_path, "honest")
    assert sorted(one + other) == list(range(1, 31))
    assert one and other, "each has had a turn"
    with store.read() as conn:
        assert all(line.delivery.epoch == 1 for line in outbox_pages.page(conn, None, 200))


def test_desks_that_look_first_and_take_then_are_found_out(tmp_path: Path, store: Store) -> None:
    fill(store, 2)
    one, other = race(tmp_path, "broken")
    assert set(one) & set(other)


def test_keys_rise_also_when_the_clock_goes_back(store: Store) -> None:
    order = Order(AccountId(1), Frozen("Words"), NOW, AnnouncementId(1))
    with store.write() as conn:
        ids = [deliveries.enqueue(conn, order, NOW - timedelta(days=number)) for number in range(5)]
        keys = [found.frozen.key for each in ids if (found := deliveries.get(conn, each))]
    assert keys == sorted(keys) and len({moment_of(key) for key in keys}) == 5


def test_a_remote_id_proves_one_delivery_only(store: Store) -> None:
    fill(store, 1)
    with store.write() as conn:
        got = claims.claim(conn, AccountId(1), NOW, NOW + timedelta(minutes=5))
        assert got is not None
        assert claims.settle(conn, got, settle.sent(Receipt("remote:1", "https://example.org/1", NOW)), NOW, NOW)
        assert not claims.settle(conn, got, settle.sent(Receipt("remote:2", "https://example.org/2", NOW)), NOW, NOW)
        assert deliveries.by_remote_id(conn, AccountId(1), "remote:1") == got.id
        assert deliveries.by_remote_id(conn, AccountId(1), "remote:2") is None


def test_the_answer_of_an_earlier_claim_does_not_settle_a_later_one_unless_it_proves_the_sending(store: Store) -> None:
    fill(store, 1)
    lease = NOW + timedelta(minutes=5)
    with store.write() as conn:
        old = claims.claim(conn, AccountId(1), NOW, lease)
        assert old is not None
        again = claims.Verdict(DeliveryState.DUE, "not found", "It goes out again.", NOW)
        claims.change(conn, old.id, [DeliveryState.SENDING], again, NOW)
        new = claims.claim(conn, AccountId(1), NOW, lease)
        assert new is not None and new.epoch == old.epoch + 1
        assert not claims.settle(conn, old, claims.Verdict(DeliveryState.HELD, "refused", "No."), NOW, NOW)
        assert claims.settle(conn, old, settle.sent(Receipt("remote:1", "", NOW)), NOW, NOW)
        assert not claims.settle(conn, new, claims.Verdict(DeliveryState.HELD, "refused", "No."), NOW, NOW)
        settled = deliveries.get(conn, old.id)
    assert settled is not None and settled.state is DeliveryState.SENT


def test_after_a_restore_everything_that_waits_is_doubted(store: Store) -> None:
    fill(store, 2)
    with store.write() as conn:
        got = claims.claim(conn, AccountId(1), NOW, NOW + timedelta(minutes=5))
        assert got is not None
        claims.settle(conn, got, settle.sent(Receipt("remote:1", "https://example.org/1", NOW)), NOW, NOW)
        later = Order(AccountId(1), Frozen("Later"), NOW + timedelta(days=1), AnnouncementId(1))
        deliveries.enqueue(conn, later, NOW)
        assert doubts.distrust(conn, NOW) == 2
        states = [line.delivery.state for line in outbox_pages.page(conn, None, 9)]
    assert sorted(states) == [DeliveryState.SENT, DeliveryState.UNCONFIRMED, DeliveryState.UNCONFIRMED]


def test_no_query_of_the_outbox_reads_more_the_more_is_kept(store: Store) -> None:
    fill(store, 50)
    with store.write() as conn:
        steps = plans_of(
            conn,
            lambda: (
                claims.claim(conn, AccountId(1), NOW, NOW + timedelta(minutes=5)),
                due.with_work(conn, NOW),
                due.to_look_for(conn, AccountId(1), NOW),
                due.abandoned(conn, NOW),
                due.too_late(conn, NOW),
                outbox_pages.page(conn, (NOW, 7), 20),
                deliveries.tallies(conn),
                threads.whole(conn, DeliveryId(7)),
                threads.stranded(conn),
                threads.lost(conn),
                deliveries.by_remote_id(conn, AccountId(1), "x"),
            ),
        )
    assert not [step for step in steps if step.startswith("SCAN delivery")], steps
    assert not [step for step in plan_of_page(store) if "TEMP B-TREE" in step]


def plan_of_page(store: Store) -> list[str]:
    with store.read() as conn:
        return plans_of(conn, lambda: outbox_pages.page(conn, (NOW, 7), 20))
