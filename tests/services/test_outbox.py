"""The outbox sends what is due, once, and says how each delivery stands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import InputError, RateLimited, Rejected, ServiceDown, Unexpected
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Guarantee, Piece
from pcc_desk.model.correction import Correction
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services.sending import LEASE
from pcc_desk.store import doubts
from tests.desk import NOW
from tests.services.scripted import LOST, REFUSED, SETTLE, SIGNED_OUT, UNREACHABLE, Desk, desk, tonight

DUE, SENDING, SENT = DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.SENT
UNCONFIRMED, HELD, UNSURE = DeliveryState.UNCONFIRMED, DeliveryState.HELD, DeliveryState.UNSURE
CANCELLED = DeliveryState.CANCELLED


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def test_an_approved_announcement_is_posted_with_a_receipt(one: Desk) -> None:
    one.send("Hello Northshire.")
    changes = one.outbox.run_due(one.clock)
    (line,) = one.outbox.page()
    assert line.delivery.state is SENT
    assert line.delivery.receipt is not None and line.delivery.receipt.url.startswith("https://scripted.example/")
    assert (line.title, line.words) == ("A title", "Posted Tue 24 Nov 09:00")
    assert [piece.text for _, piece in one.world.posted] == ["Hello Northshire."]
    assert changes == Changes.DELIVERIES | Changes.ANNOUNCEMENTS


def test_nothing_is_sent_a_millisecond_early(one: Desk) -> None:
    one.send(at=tonight())
    one.clock.now = tonight() - timedelta(microseconds=1)
    one.run()
    assert one.states() == [DUE]
    one.run(milliseconds=0.001)
    assert one.states() == [SENT]


def test_what_happens_without_a_network_waits_and_goes_by_itself(one: Desk) -> None:
    one.world.answers = [UNREACHABLE] * 5
    one.send()
    for _ in range(5):
        one.run()
        assert one.only().state is DUE and one.only().reason == "There is no network."
        one.clock.now = one.only().due_at
    one.run()
    assert one.only().state is SENT and one.only().attempts == 6
    assert [tried.outcome for tried in one.outbox.attempts(one.only().id)] == ["unreachable"] * 5 + ["sent"]


def test_a_pile_of_deliveries_does_not_wait_for_a_dead_network_one_after_the_other(one: Desk) -> None:
    one.world.answers = [UNREACHABLE]
    for number in range(20):
        one.send(f"Number {number}")
    one.run()
    assert one.states() == [DUE] * 20 and sum(delivery.attempts for delivery in one.deliveries()) == 1
    one.run(seconds=2)
    assert one.states() == [SENT] * 20


def test_waits_between_tries_grow_to_a_quarter_of_an_hour_at_most(one: Desk) -> None:
    one.world.answers = [UNREACHABLE] * 40
    one.send()
    waits = []
    for _ in range(40):
        one.run()
        waits.append((one.only().due_at - one.clock()).total_seconds())
        one.clock.now = one.only().due_at
    assert waits[0] <= 2 and max(waits) <= 900 and max(waits) > 300


def test_an_account_that_was_asked_to_wait_is_left_alone_whatever_else_is_due(one: Desk) -> None:
    one.world.answers = [RateLimited("Too many today.", NOW + timedelta(minutes=10))]
    first, _ = one.send("First."), one.send("Second.")
    one.run()
    one.run(minutes=9, seconds=59)
    assert one.states() == [DUE, DUE] and one.world.posted == []
    one.compose.unschedule(first, one.clock())
    one.run()
    assert one.world.posted == []
    one.run(seconds=6)
    assert one.states() == [CANCELLED, SENT]


def test_a_refused_announcement_is_held_with_the_platforms_reason_until_a_person_tries_again(one: Desk) -> None:
    one.world.answers = [REFUSED]
    one.send()
    one.run()
    one.run(days=1)
    (line,) = one.outbox.page()
    assert line.delivery.state is HELD and line.needs_you and "too rude" in line.words
    one.outbox.retry(line.delivery.id, one.clock())
    one.run()
    assert one.states() == [SENT]


def test_a_refused_sign_in_holds_everything_of_that_account_until_it_is_signed_in_again(one: Desk) -> None:
    one.world.answers = [SIGNED_OUT]
    one.send("First."), one.send("Second.")
    assert Changes.ACCOUNTS in one.outbox.run_due(one.clock)
    one.run(minutes=30)
    assert [account.state for account in one.accounts.all()] == [AccountState.SIGNED_OUT]
    assert one.states() == [DUE, DUE] and one.world.posted == []
    assert one.outbox.counts().attention == 2 and one.outbox.counts().waiting == 0
    assert all("Sign in again" in line.words for line in one.outbox.page())
    (account,) = one.accounts.all()
    one.accounts.check(account.id, one.clock())
    one.run()
    assert one.states() == [SENT, SENT]


@pytest.mark.parametrize("error", [LOST, ServiceDown("Down."), Unexpected("Odd."), KeyError("bug in an adapter")])
def test_an_unclear_answer_is_looked_for_before_anything_is_sent_again(
    one: Desk, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    one.world.answers = [error]
    one.send()
    one.run()
    assert one.only().state is UNCONFIRMED
    one.run(seconds=SETTLE - 1)
    assert one.world.looked == 0, "too early: the platform may still be at work"
    one.run(seconds=1)
    assert (one.world.looked, one.only().state, one.world.posted) == (1, UNCONFIRMED, [])
    one.run(seconds=SETTLE)
    assert (one.world.looked, one.only().state) == (2, SENT)
    assert len(one.world.posted) == 1


def test_what_was_posted_without_an_answer_is_found_and_not_posted_twice(one: Desk) -> None:
    one.world.after = [LOST]
    one.send()
    one.run()
    assert one.outbox.page()[0].words == "Checking whether it went out"
    one.run(seconds=SETTLE)
    assert one.states() == [SENT] and len(one.world.posted) == 1


def test_a_look_that_fails_is_not_a_look(one: Desk, caplog: pytest.LogCaptureFixture) -> None:
    one.world.after, one.world.looks = [LOST], [UNREACHABLE, LOST, RateLimited("Wait.", NOW), ValueError("bug")]
    one.send()
    one.run()
    for _ in range(4):
        one.clock.now = one.only().due_at
        one.run(seconds=6)
        assert (one.only().state, one.only().looks) == (UNCONFIRMED, 0)
    one.clock.now = one.only().due_at
    one.run(seconds=6)
    assert one.states() == [SENT] and len(one.world.posted) == 1


def test_where_nothing_keeps_a_copy_away_and_looking_cannot_tell_a_person_is_asked(tmp_path: Path) -> None:
    with desk(tmp_path, Guarantee.D) as one:
        one.world.answers = [LOST, LOST]
        one.send("First."), one.send("Second.")
        for _ in range(3):
            one.run(seconds=SETTLE)
        assert one.states() == [UNSURE, UNSURE] and one.outbox.counts().attention == 2
        first, second = one.deliveries()
        one.outbox.confirm_posted(first.id, "https://scripted.example/seen", one.clock())
        one.outbox.confirm_absent(second.id, one.clock())
        with pytest.raises(InputError, match="knows by now"):
            one.outbox.confirm_absent(first.id, one.clock())
        one.run()
        assert one.states() == [SENT, SENT]
        assert [piece.text for _, piece in one.world.posted] == ["Second."]


def test_one_address_proves_one_delivery_only(tmp_path: Path) -> None:
    with desk(tmp_path, Guarantee.D) as one:
        one.world.answers = [LOST, LOST]
        one.send("First."), one.send("Second.")
        for _ in range(3):
            one.run(seconds=SETTLE)
        first, second = one.deliveries()
        one.outbox.confirm_posted(first.id, "https://scripted.example/seen", one.clock())
        with pytest.raises(InputError, match="belongs to another"):
            one.outbox.confirm_posted(second.id, "https://scripted.example/seen", one.clock())


def test_nothing_is_claimed_while_everything_is_paused(one: Desk) -> None:
    one.office.pause(one.clock())
    one.send()
    one.run(minutes=5)
    assert one.states() == [DUE] and one.outbox.counts().next_due_at is None
    one.office.resume(one.clock())
    one.run()
    assert one.states() == [SENT]


def test_a_scheduled_announcement_whose_hour_has_passed_is_asked_about_first(one: Desk) -> None:
    one.send(at=tonight())
    one.clock.now = tonight() + timedelta(minutes=61)
    one.run()
    assert one.only().state is HELD
    assert one.only().reason == "This was due Tue 24 Nov 17:00, when PCC Desk could not send it. Send it now?"
    one.outbox.retry(one.only().id, one.clock())
    one.run()
    assert one.states() == [SENT]


def test_a_scheduled_announcement_goes_up_to_an_hour_late_and_one_for_now_goes_whenever_it_can(one: Desk) -> None:
    one.send(at=tonight())
    one.clock.now = tonight() + timedelta(minutes=60)
    one.run()
    one.send()
    one.run(days=2)
    assert one.states() == [SENT, SENT]


def test_scheduled_announcements_wait_while_the_clock_has_gone_back(one: Desk) -> None:
    one.run(days=1)
    one.clock.now = NOW
    one.send(at=NOW + timedelta(minutes=1)), one.send()
    assert Changes.OFFICE in one.outbox.run_due(one.clock)
    one.run(minutes=1)
    assert one.states() == [DUE, SENT]
    assert "Set the clock right" in one.outbox.counts().problem
    one.clock.now = NOW + timedelta(days=1)
    one.run()
    assert one.outbox.counts().problem == ""


def test_what_a_dead_desk_was_sending_is_looked_for(one: Desk) -> None:
    one.send()
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'sending', epoch = 1, attempts = 1"))
    one.outbox.recover(one.clock())
    assert one.only().state is UNCONFIRMED
    one.run(seconds=SETTLE)
    one.run(seconds=SETTLE)
    assert one.states() == [SENT]


def test_after_a_restore_everything_is_looked_for_and_what_is_scheduled_keeps_its_time(one: Desk) -> None:
    one.send("Now."), one.send("Tonight.", at=tonight())
    one.world.blind = True
    with one.store.write() as conn:
        doubts.distrust(conn, one.clock())
    for _ in range(2):
        one.run(seconds=SETTLE)
    assert one.states() == [UNSURE, UNSURE], "what a look does not find is a person's to say"
    for delivery in one.deliveries():
        one.outbox.confirm_absent(delivery.id, one.clock())
    one.run()
    assert one.states() == [SENT, DUE] and one.deliveries()[1].due_at == tonight()
    one.clock.now = tonight()
    one.run()
    assert one.states() == [SENT, SENT]


def test_a_late_answer_of_a_lost_claim_can_only_prove_that_it_was_sent(one: Desk) -> None:
    def sleep(piece: Piece) -> None:
        one.clock.advance(LEASE.total_seconds() + 1)
        one.outbox.recover(one.clock())

    one.world.before_answer = sleep
    one.send("Slow but sure.")
    one.run()
    assert one.only().state is SENT
    one.world.answers = [Rejected("No.")]
    one.send("Slow and refused.")
    one.run()
    assert one.deliveries()[1].state is UNCONFIRMED, "a refusal that comes too late settles nothing"


def test_what_is_not_byte_for_byte_what_was_approved_is_held(one: Desk) -> None:
    one.send("The true words.")
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET frozen = replace(frozen, 'true', 'false')"))
    one.run()
    assert one.only().state is HELD and one.world.posted == []


def test_only_what_cannot_have_gone_out_is_stopped(one: Desk) -> None:
    one.world.after = [LOST]
    one.send("Gone."), one.send("Waiting.", at=tonight())
    one.run()
    unclear, waiting = one.deliveries()
    one.outbox.cancel(waiting.id, one.clock())
    with pytest.raises(InputError, match="gone out already"):
        one.outbox.cancel(unclear.id, one.clock())
    one.clock.now = tonight()
    one.run()
    assert one.states() == [SENT, CANCELLED]


def test_what_is_wrong_with_what_stands_there_is_said_with_it(one: Desk) -> None:
    one.world.note = "Scripted shows only the first 6 of 14 characters of this."
    one.send()
    one.run()
    assert one.only().state is SENT and one.outbox.page()[0].words == one.world.note
    one.world.note = ""
    one.corrections.approve([Correction(one.only().id, "Shorter")], one.clock())
    one.run()
    assert one.deliveries()[0].reason == ""  # what was put right is whole again


def test_a_posted_announcement_is_taken_back_and_its_record_stays(one: Desk) -> None:
    one.send()
    one.run()
    one.outbox.withdraw(one.only().id, one.clock())
    assert one.world.posted == []
    assert one.only().state is SENT and one.outbox.page()[0].words.startswith("Posted, and taken back")


def test_counts_say_what_waits_and_when_the_next_is_due(one: Desk) -> None:
    one.send(at=tonight())
    assert (one.outbox.counts().waiting, one.outbox.counts().next_due_at) == (1, tonight())
    one.world.after = [LOST]
    one.send()
    one.run()
    assert one.outbox.counts().next_due_at == NOW + timedelta(seconds=SETTLE)


def test_the_list_is_paged_newest_first(one: Desk) -> None:
    for number in range(5):
        one.send(f"Number {number}")
        one.clock.advance(1)
    first = one.outbox.page(limit=2)
    last = first[-1].delivery
    rest = one.outbox.page(before=(last.created_at, last.id))
    assert [line.delivery.frozen.text[-1] for line in (*first, *rest)] == ["4", "3", "2", "1", "0"]
