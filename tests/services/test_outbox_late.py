"""However long the network or the sign-in was missing: a scheduled announcement never goes out hours late unasked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import RateLimited
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import DeliveryState
from tests.services.scripted import LOST, REFUSED, UNREACHABLE, Desk, desk, schedule, tonight

DUE, HELD, SENT = DeliveryState.DUE, DeliveryState.HELD, DeliveryState.SENT


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def send_tonight(one: Desk) -> AnnouncementId:
    announcement_id = one.send(at=tonight())
    one.clock.now = tonight()
    return announcement_id


def test_hours_of_trying_without_a_network_end_in_a_question(one: Desk) -> None:
    send_tonight(one)
    one.world.answers = [UNREACHABLE] * 1_000
    while one.clock() <= tonight() + timedelta(minutes=60):
        assert one.states() == [DUE]
        one.run(minutes=7)
    one.run()
    one.world.answers = []
    one.run(days=2)
    assert one.states() == [HELD] and one.world.posted == []
    assert one.only().reason.startswith("This was due Tue 24 Nov 17:00")


def test_a_long_wait_that_the_platform_asked_for_ends_in_a_question(one: Desk) -> None:
    send_tonight(one)
    one.world.answers = [RateLimited("Wait.", tonight() + timedelta(hours=20))]
    one.run()
    one.run(hours=21)
    assert one.states() == [HELD] and one.world.posted == []


def test_what_was_looked_for_too_long_is_asked_about_before_it_goes_again(one: Desk) -> None:
    send_tonight(one)
    one.world.answers = [LOST]
    one.world.looks = [UNREACHABLE] * 3
    for _ in range(9):
        one.run(hours=1)
    assert one.world.looked == 5 and one.states() == [HELD] and one.world.posted == []


def test_a_pc_that_sleeps_between_two_deliveries_asks_about_the_second(one: Desk) -> None:
    one.send("First.", at=tonight()), one.send("Second.", at=tonight())
    one.clock.now = tonight()

    def sleep(piece: Piece) -> None:
        one.clock.advance(hours=16)

    one.world.before_answer = sleep
    one.run()
    one.run()
    assert one.states() == [SENT, HELD] and [piece.text for _, piece in one.world.posted] == ["First."]


def test_a_persons_word_sends_it_however_late_and_holds_for_an_hour(one: Desk) -> None:
    send_tonight(one)
    one.run(hours=5)
    one.outbox.retry(one.only().id, one.clock())
    one.world.answers = [UNREACHABLE, UNREACHABLE]
    one.run()
    one.run(minutes=59)
    assert one.states() == [DUE]
    one.run(minutes=2)
    assert one.states() == [HELD]
    one.outbox.retry(one.only().id, one.clock())
    one.run()
    assert one.states() == [SENT]
    assert "A person asked to send it now." in [tried.sentence for tried in one.outbox.attempts(one.only().id)]


def test_a_new_time_for_what_is_late_is_a_new_start(one: Desk) -> None:
    announcement_id = send_tonight(one)
    one.run(hours=5)
    assert one.states() == [HELD]
    later = one.clock() + timedelta(days=1)
    one.compose.reschedule(announcement_id, schedule(later), one.clock())
    one.clock.now = later
    one.run()
    assert one.states() == [SENT]


def test_what_waited_when_its_account_was_disconnected_goes_only_when_a_person_asks(one: Desk) -> None:
    one.world.answers = [UNREACHABLE]
    one.send("For now."), one.send("For tonight.", at=tonight())
    one.run()
    (office,) = one.accounts.all()
    assert one.accounts.disconnect(office.id) == Changes.ACCOUNTS | Changes.DELIVERIES
    one.connect("office")
    one.run(hours=1)
    assert one.states() == [HELD, DUE] and one.world.posted == []
    one.outbox.retry(one.deliveries()[0].id, one.clock())
    one.run()
    one.clock.now = tonight()
    one.run()
    assert one.states() == [SENT, SENT]


def test_a_post_is_dated_when_it_left_and_not_when_it_first_could_not(one: Desk) -> None:
    one.world.answers = [UNREACHABLE, REFUSED]
    one.send()
    one.run()
    one.run(days=1)
    one.outbox.retry(one.only().id, one.clock())
    one.run(days=1)
    ((_, piece),) = one.world.posted
    assert piece.made_at == one.clock()


def test_a_post_that_may_be_there_already_keeps_its_date(one: Desk) -> None:
    one.world.answers = [LOST, UNREACHABLE]
    one.send()
    one.run()
    began_at = one.clock()
    for _ in range(4):
        one.run(hours=1)
    ((_, piece),) = one.world.posted
    assert piece.made_at == began_at
