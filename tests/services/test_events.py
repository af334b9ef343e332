"""Events are kept, moved, cancelled and brought back, and stand on one calendar with the announcements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import BadTime, InputError
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.event import EntryKind, Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.services.events import Events
from pcc_desk.services.ics import write_calendar
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.planting import Plant, plant_account, plant_announcement, plant_delivery

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 25, 18)


@pytest.fixture
def store(desk_dir: Path) -> Iterator[Store]:
    """A real encrypted database."""
    store = open_store(desk_dir)
    yield store
    store.close()


@pytest.fixture
def calendar(store: Store) -> Events:
    """The events of that database."""
    bluesky = ADAPTERS["bluesky"].platform
    return Events(store, [bluesky, replace(bluesky, name="wordpress", title="Website")], write_calendar)


def make_event(wall: datetime = EVENING, length: timedelta = HOUR, title: str = "Ask the Chief") -> Event:
    """Make a new event at a London wall time."""
    return Event(EventId(0), "", title, EventKind.LIVE_QA, choose(wall), choose(wall + length), "Town hall", "#Ask")


def test_a_new_event_gets_an_id_and_an_address_of_its_own(calendar: Events) -> None:
    first, second = (calendar.save(make_event(), NOW) for _ in range(2))
    assert first.id != second.id
    assert first.uid != second.uid
    assert calendar.get(first.id) == first


def test_the_sequence_counts_changes_and_nothing_else(calendar: Events) -> None:
    kept = calendar.save(make_event(), NOW)
    assert calendar.save(kept, NOW).sequence == 0
    changed = calendar.save(replace(kept, title="Ask the PCC"), NOW)
    assert changed.sequence == 1
    assert changed.uid == kept.uid
    assert calendar.save(replace(changed, cancelled=True), NOW).sequence == 2


def test_a_title_and_a_hashtag_are_tidied(calendar: Events) -> None:
    kept = calendar.save(replace(make_event(title="  Ask \n the Chief "), hashtag="AskTheChief "), NOW)
    assert (kept.title, kept.hashtag) == ("Ask the Chief", "#AskTheChief")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (make_event(title="  "), "no title"),
        (make_event(length=-HOUR), "ends before it starts"),
        (make_event(length=timedelta(0)), "ends before it starts"),
        (make_event(length=timedelta(days=367)), "one year at most"),
        (replace(make_event(), hashtag="#two words"), "one word"),
    ],
)
def test_an_event_that_cannot_be_is_refused_in_words(calendar: Events, event: Event, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        calendar.save(event, NOW)
    assert refused.value.next_step
    assert calendar.between(NOW, NOW + timedelta(days=400)) == ()


def test_a_moved_event_keeps_its_wall_length_and_its_wall_time_when_the_clocks_change(calendar: Events) -> None:
    kept = calendar.save(make_event(datetime(2027, 3, 27, 18), 2 * HOUR), NOW)
    assert calendar.move(kept.id, datetime(2027, 3, 28, 18), NOW) is Changes.EVENTS
    moved = calendar.get(kept.id)
    assert (moved.starts.wall, moved.ends.wall) == (datetime(2027, 3, 28, 18), datetime(2027, 3, 28, 20))
    assert moved.starts.at - kept.starts.at == 23 * HOUR
    assert moved.sequence == 1


def test_a_move_into_the_hour_the_clocks_skip_is_refused_and_nothing_moves(calendar: Events) -> None:
    kept = calendar.save(make_event(datetime(2027, 3, 27, 1, 30)), NOW)
    with pytest.raises(BadTime, match="01:30 on Sun 28 Mar 2027 does not happen"):
        calendar.move(kept.id, datetime(2027, 3, 28, 1, 30), NOW)
    assert calendar.get(kept.id) == kept


def test_a_move_into_the_hour_that_comes_twice_takes_the_one_asked_for(calendar: Events) -> None:
    kept = calendar.save(make_event(datetime(2026, 10, 24, 1, 15), HOUR / 2), NOW)
    there = datetime(2026, 10, 25, 1, 15)
    calendar.move(kept.id, there, NOW)
    first = calendar.get(kept.id).starts.at
    calendar.move(kept.id, there, NOW, second=True)
    moved = calendar.get(kept.id)
    assert moved.starts.at - first == HOUR
    assert moved.ends.at - moved.starts.at == HOUR / 2


def test_a_deleted_event_is_off_the_calendar_until_undo(calendar: Events) -> None:
    kept = calendar.save(make_event(), NOW)
    assert calendar.discard(kept.id, NOW) is Changes.EVENTS
    assert calendar.entries(NOW, NOW + timedelta(days=7)) == ()
    with pytest.raises(InputError, match="was deleted"):
        calendar.save(replace(kept, title="Late change"), NOW)
    assert calendar.bring_back(kept.id) is Changes.EVENTS
    assert calendar.get(kept.id) == kept
    assert calendar.discard(EventId(99), NOW) is Changes.NONE


def test_events_and_announcements_stand_together_in_order(calendar: Events, store: Store) -> None:
    calendar.save(make_event(), NOW)
    with store.write() as conn:
        bluesky, site = plant_account(conn), plant_account(conn, "wordpress", "Site")
        number = plant_announcement(conn, "Reminder", NOW + HOUR, NOW)
        plant_delivery(conn, Plant(bluesky, NOW + HOUR, announcement_id=number))
        plant_delivery(conn, Plant(site, NOW + HOUR, announcement_id=number))
    first, second = calendar.entries(NOW, NOW + timedelta(days=7))
    assert (first.kind, first.title, first.announcement_id) == (EntryKind.ANNOUNCEMENT, "Reminder", number)
    assert first.line == "Bluesky, Website · waiting"
    assert first.starts.wall == datetime(2026, 11, 24, 10)
    assert (second.kind, second.title, second.line) == (EntryKind.EVENT, "Ask the Chief", "Live Q&A · Town hall")


@pytest.mark.parametrize(
    ("states", "words", "movable"),
    [
        (("due",), "waiting", True),
        (("due", "cancelled"), "waiting", True),
        (("sent",), "posted", False),
        (("sent", "due"), "partly posted", False),
        (("sending", "unconfirmed"), "being sent", False),
        (("held", "sent"), "needs you", False),
        (("cancelled",), "cancelled", False),
    ],
)
def test_an_announcement_says_how_far_it_is(
    calendar: Events, store: Store, states: tuple[str, ...], words: str, movable: bool
) -> None:
    with store.write() as conn:
        number = plant_announcement(conn, "Reminder", NOW, NOW)
        for place, state in enumerate(states):
            account_id = plant_account(conn, name=f"Office {place}")
            plant_delivery(conn, Plant(account_id, NOW, DeliveryState(state), announcement_id=number))
    [entry] = calendar.entries(NOW, NOW + HOUR)
    assert entry.line == f"Bluesky · {words}"
    assert entry.movable is movable
    assert entry.cancelled is (words == "cancelled")


def test_a_cancelled_event_says_so(calendar: Events) -> None:
    calendar.save(replace(make_event(), cancelled=True), NOW)
    [entry] = calendar.entries(NOW, NOW + timedelta(days=7))
    assert entry.cancelled
    assert entry.line == "Cancelled · Live Q&A · Town hall"
