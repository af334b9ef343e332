"""Range queries over events and announcements, on a real encrypted database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Select, select
from sqlalchemy.dialects import sqlite

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.store import events
from pcc_desk.store.engine import Store
from pcc_desk.store.schema import event
from tests.desk import NOW, open_store
from tests.planting import Plant, plant_account, plant_announcement, plant_delivery

HOUR = timedelta(hours=1)


@pytest.fixture
def store(desk_dir: Path) -> Iterator[Store]:
    """A real encrypted database."""
    store = open_store(desk_dir)
    yield store
    store.close()


def make_event(title: str, starts: datetime, length: timedelta = HOUR) -> Event:
    """Make an event at a London wall time."""
    return Event(EventId(0), title, title, EventKind.OTHER, choose(starts), choose(starts + length))


def keep(store: Store, *made: Event) -> list[EventId]:
    """Store events and give their ids."""
    with store.write() as conn:
        return [events.insert(conn, one, NOW) for one in made]


def titles(store: Store, from_at: datetime, to_at: datetime) -> list[str]:
    """Give the titles of the events that touch a range."""
    with store.read() as conn:
        return [one.title for one in events.between(conn, from_at, to_at)]


def plan_of(store: Store, query: Select[*tuple[object, ...]]) -> str:
    """Give SQLite's plan for a range query over six weeks."""
    compiled = query.compile(dialect=sqlite.dialect())
    values = {name: at.timestamp() * 1000 for name, at in events.span(NOW, NOW + timedelta(days=42)).items()}
    known = {**compiled.params, **values}
    plain = tuple(known[name] for name in compiled.positiontup or ())
    with store.read() as conn:
        return "\n".join(str(row[3]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", plain))


def test_an_event_comes_back_as_it_was_kept(store: Store) -> None:
    made = Event(
        EventId(0),
        "uid",
        "Ask the Chief",
        EventKind.LIVE_QA,
        choose(datetime(2026, 10, 25, 1, 30), second=True),
        choose(datetime(2026, 10, 25, 3)),
        "Town hall",
        "#AskTheChief",
        "Bring\nthe list",
        3,
        True,
    )
    [event_id] = keep(store, made)
    with store.read() as conn:
        found = events.get(conn, event_id)
    assert found is not None
    assert (found.starts, found.ends, found.title, found.notes) == (made.starts, made.ends, made.title, made.notes)
    assert (found.kind, found.place, found.hashtag, found.sequence, found.cancelled) == (
        made.kind,
        made.place,
        made.hashtag,
        3,
        True,
    )


def test_a_range_holds_what_touches_it_and_nothing_else(store: Store) -> None:
    noon = datetime(2026, 11, 24, 12)
    keep(
        store,
        make_event("ends as it begins", noon - HOUR),
        make_event("reaches in", noon - HOUR / 2),
        make_event("inside", noon + HOUR),
        make_event("begins as it ends", noon + 3 * HOUR),
        make_event("lasts all the year", noon - timedelta(days=200), timedelta(days=300)),
    )
    from_at = choose(noon).at
    assert titles(store, from_at, from_at + 3 * HOUR) == ["lasts all the year", "reaches in", "inside"]


def test_a_removed_event_is_gone_until_it_is_brought_back(store: Store) -> None:
    [event_id] = keep(store, make_event("a", datetime(2026, 11, 24, 12)))
    with store.write() as conn:
        assert events.remove(conn, event_id, NOW)
        assert events.get(conn, event_id) is None
        assert events.all_events(conn) == ()
    assert titles(store, NOW, NOW + 10 * HOUR) == []
    with store.write() as conn:
        assert events.remove(conn, event_id, None)
    assert titles(store, NOW, NOW + 10 * HOUR) == ["a"]


def test_announcements_stand_at_their_schedule_or_at_the_moment_they_were_approved(store: Store) -> None:
    with store.write() as conn:
        account_id, other = plant_account(conn), plant_account(conn, "wordpress", "Site")
        later = plant_announcement(conn, "", NOW + HOUR, NOW - 100 * HOUR)
        at_once = plant_announcement(conn, "At once", None, NOW)
        draft = plant_announcement(conn, "Draft", NOW + HOUR, None)
        elsewhere = plant_announcement(conn, "Elsewhere", NOW + 100 * HOUR, NOW)
        for number in (later, at_once, draft, elsewhere):
            plant_delivery(conn, Plant(account_id, NOW, announcement_id=number))
        plant_delivery(conn, Plant(other, NOW, DeliveryState.SENT, announcement_id=later))
        found = events.planned_between(conn, NOW, NOW + 2 * HOUR)
    assert [(planned.id, planned.title, planned.at) for planned in found] == [
        (at_once, "At once", NOW),
        (later, "Words without a title", NOW + HOUR),
    ]
    assert set(found[1].deliveries) == {("bluesky", DeliveryState.DUE), ("wordpress", DeliveryState.SENT)}


def test_every_range_query_goes_through_an_index(store: Store) -> None:
    for query in (events.EVENTS_TOUCHING, events.ENTRIES_TOUCHING, events.PLANNED_WITHIN):
        plan = plan_of(store, query)
        assert "SEARCH" in plan
        assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan_of(store, events.ENTRIES_TOUCHING)


def test_the_plan_reader_sees_a_scan(store: Store) -> None:
    assert "SCAN" in plan_of(store, select(event.c.notes).where(event.c.notes == "x"))


def test_six_weeks_of_ten_thousand_events_are_found_whole(store: Store) -> None:
    start = datetime(2022, 1, 1, 12, tzinfo=UTC)
    words = dict.fromkeys(("title", "place", "hashtag", "notes"), "words")
    moments = [start + number * timedelta(hours=8) for number in range(10_000)]
    made = [
        {
            **words,
            "uid": str(number),
            "kind": "other",
            "zone": "Europe/London",
            "starts_wall": at.replace(tzinfo=None).isoformat(),
            "ends_wall": (at + HOUR).replace(tzinfo=None).isoformat(),
            "starts_at": at,
            "ends_at": at + HOUR,
            "edited_at": NOW,
        }
        for number, at in enumerate(moments)
    ]
    with store.write() as conn:
        conn.execute(event.insert(), made)
    from_at = datetime(2026, 11, 1, tzinfo=UTC)
    with store.read() as conn:
        found = events.between(conn, from_at, from_at + timedelta(days=42))
    assert len(found) == 42 * 3
