"""What no program may post waits for a person, and is never called sent before that person says where it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import InputError
from pcc_desk.model.delivery import DeliveryState
from tests.desk import Clock, open_store
from tests.services.scripted import PLATFORM, REFUSED, Desk, World, assemble, desk, tonight

DUE, SENT, HELD, CANCELLED = DeliveryState.DUE, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.CANCELLED
BY_HAND = DeliveryState.BY_HAND
PAGE = "https://nextdoor.example/pages/office"
PLACE = "https://nextdoor.example/p/77"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose one account is posted to by hand."""
    store = open_store(tmp_path)
    made = assemble(store, World(), Clock(), replace(PLATFORM, by_hand=True))
    made.connect("office")
    yield made
    made.outbox.stop()
    store.close()


def test_what_is_due_is_given_to_a_person_and_the_platform_is_not_called(one: Desk) -> None:
    one.send("Come on Tuesday.")
    one.run()
    (line,) = one.outbox.page()
    assert one.world.posted == [] and one.world.looked == 0
    assert line.delivery.state is BY_HAND and line.needs_you and line.delivery.receipt is None
    assert line.words == "By hand: waiting. Post this on Scripted yourself, then say where it is."
    assert line.page == "https://office.example"
    counts = one.outbox.counts()
    assert (counts.waiting, counts.attention, counts.by_hand, counts.next_due_at) == (0, 1, 1, None)


def test_it_is_never_called_sent_before_a_person_says_so(one: Desk) -> None:
    announcement = one.send("Come on Tuesday.")
    one.run()
    for _ in range(3):
        one.run(hours=24)
    one.outbox.recover(one.clock())
    assert one.states() == [BY_HAND]
    assert [each.id for each in one.compose.approved()] == [announcement] and one.compose.sent() == ()
    one.outbox.confirm_posted(one.only().id, PLACE, one.clock())
    delivery = one.only()
    assert delivery.state is SENT and delivery.receipt is not None and delivery.receipt.url == PLACE
    assert delivery.receipt.at == one.clock() and one.compose.approved() == ()
    assert one.outbox.attempts(delivery.id)[-1].sentence == "A person posted it by hand."


def test_it_is_not_given_to_a_person_before_its_time_or_while_everything_is_paused(one: Desk) -> None:
    one.send(at=tonight())
    one.run()
    assert one.states() == [DUE]
    one.office.pause(one.clock())
    one.clock.now = tonight() + timedelta(minutes=1)
    one.run()
    assert one.states() == [DUE]
    one.office.resume(one.clock())
    one.run()
    assert one.states() == [BY_HAND]


def test_a_person_may_decide_not_to_post_it(one: Desk) -> None:
    one.send()
    one.run()
    one.outbox.cancel(one.only().id, one.clock())
    assert one.states() == [CANCELLED] and one.outbox.counts().attention == 0


def test_it_may_be_posted_where_there_is_no_link(one: Desk) -> None:
    one.send()
    one.run()
    one.outbox.confirm_posted(one.only().id, "  ", one.clock())
    assert one.states() == [SENT] and one.only().receipt is not None


@pytest.mark.parametrize("address", ["nextdoor", "file:///c:/windows", "javascript:alert(1)", "www.example.org"])
def test_what_is_no_web_address_is_not_taken_for_a_link(one: Desk, address: str) -> None:
    one.send()
    one.run()
    with pytest.raises(InputError, match="not a web address"):
        one.outbox.confirm_posted(one.only().id, address, one.clock())
    assert one.states() == [BY_HAND]


def test_one_link_is_the_place_of_one_post_only(one: Desk) -> None:
    one.send("One.")
    one.send("Two.")
    one.run()
    first, second = one.deliveries()
    one.outbox.confirm_posted(first.id, PLACE, one.clock())
    with pytest.raises(InputError, match="belongs to another"):
        one.outbox.confirm_posted(second.id, PLACE, one.clock())
    assert one.states() == [SENT, BY_HAND]


def test_an_announcement_taken_back_to_the_drafts_is_not_asked_for_any_more(one: Desk) -> None:
    announcement = one.send()
    one.run()
    one.compose.unschedule(announcement, one.clock())
    assert one.states() == [CANCELLED] and one.compose.get(announcement).approved_at is None


def test_words_that_were_altered_are_not_given_to_a_person(one: Desk) -> None:
    one.send("Come on Tuesday.")
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET frozen = replace(frozen, 'Tuesday', 'Sunday')"))
    one.run()
    assert one.states() == [HELD] and "byte for byte" in one.only().reason


def test_what_a_platform_refuses_may_be_posted_by_hand(tmp_path: Path) -> None:
    with desk(tmp_path) as ordinary:
        ordinary.world.answers = [REFUSED]
        ordinary.send()
        ordinary.run()
        ordinary.outbox.post_by_hand(ordinary.only().id, ordinary.clock())
        ordinary.run(hours=2)
        assert ordinary.states() == [BY_HAND] and ordinary.world.posted == []
        assert ordinary.outbox.page()[0].page == ""
        ordinary.outbox.confirm_posted(ordinary.only().id, PLACE, ordinary.clock())
        assert ordinary.states() == [SENT]
        with pytest.raises(InputError):
            ordinary.outbox.post_by_hand(ordinary.only().id, ordinary.clock())


def test_a_person_may_give_it_back_to_the_desk(tmp_path: Path) -> None:
    with desk(tmp_path) as ordinary:
        ordinary.world.answers = [REFUSED]
        ordinary.send()
        ordinary.run()
        ordinary.outbox.post_by_hand(ordinary.only().id, ordinary.clock())
        ordinary.outbox.retry(ordinary.only().id, ordinary.clock())
        ordinary.run()
        assert ordinary.states() == [SENT] and len(ordinary.world.posted) == 1


def test_a_part_of_a_thread_posted_by_hand_lets_the_next_one_be_posted_by_hand_too(tmp_path: Path) -> None:
    with desk(tmp_path) as ordinary:
        ordinary.world.answers = [None, REFUSED]
        ordinary.send_thread("One", "Two", "Three")
        ordinary.run()
        second = ordinary.deliveries()[1]
        ordinary.outbox.post_by_hand(second.id, ordinary.clock())
        (line,) = ordinary.outbox.page()
        first = ordinary.deliveries()[0]
        assert first.receipt is not None and line.page == first.receipt.url
        ordinary.outbox.confirm_posted(second.id, PLACE, ordinary.clock())
        ordinary.run()
        assert ordinary.states() == [SENT, SENT, HELD]
        assert "Post this part by hand" in ordinary.deliveries()[2].reason
        assert ordinary.outbox.page()[0].page == PLACE
