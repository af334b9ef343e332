"""A forged place (a time or an id) in one piece of an answer costs none of the others, before it or after it."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pcc_desk.channels import bounds
from tests.channels import faulty
from tests.channels.benches import RIGS
from tests.channels.rigs import Rig
from tests.torture.spoiling import Place, Spoilt, forged, places, put, written
from tests.torture.spoilt_reading import LATER, SpoiltReading

MANY = 130  # answers: more than any platform gives on a page
_WALK = 60  # readings; no platform here has as many pages
_A_RIG = 60  # readings of one bench: a platform that counts calls would ask for rest after some hundreds


def at(value: Any, path: Place) -> Any:
    """Give what stands at a path, None where there is nothing."""
    for name in path:
        try:
            value = value[name]
        except (LookupError, TypeError):
            return None
    return value


def targets(pieces: Sequence[Any]) -> Iterator[tuple[int, Place]]:
    """Give every place in the first, a middle and the last piece."""
    for number in (0, len(pieces) // 2, len(pieces) - 1):
        for path in places(pieces[number])[1:]:
            if not isinstance(at(pieces[number], path), dict | list):
                yield number, path


def shown(rig: Rig, cursor: str) -> list[Any]:
    """Give the pieces of a page as the platform itself shows them."""
    heard: list[Any] = []

    def remember(body: Any) -> Any:
        heard.append(copy.deepcopy(body))
        return body

    rig.front.misbehave(faulty.changed(remember), rig.reads)
    rig.channel.fetch(rig.stream, cursor)
    rig.front.behave()
    return [piece for body in heard[:1] for piece in rig.pieces(body)]


@pytest.mark.parametrize("name", sorted(RIGS))
def test_a_forged_place_in_one_piece_makes_the_reading_skip_nothing_that_comes_later(name: str) -> None:
    assert not skipped(name)


@pytest.mark.parametrize("name", ["facebook", "instagram", "mastodon", "threads", "wordpress", "x"])
def test_control_a_reading_that_goes_on_from_the_newest_place_is_found_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "newest", lambda places, default: max(places, default=default))
    assert skipped(name)


def skipped(name: str) -> list[Any]:
    """Read five pieces again and again with one place in one of them forged, and tell what was lost."""
    with RIGS[name]() as rig:
        reading = SpoiltReading(rig)
        later = next(piece for piece in shown(rig, reading.begin) if LATER in json.dumps(piece))
        pieces = reading.pieces(reading.good)
        trials = [
            (number, path, value)
            for number, path in targets(pieces)
            for value in (*forged(at(pieces[number], path)), at(later, path))
            if value is not None and value != at(pieces[number], path)
        ]
        assert trials
        return [(trial, wrong) for trial in trials if (wrong := lose(reading, *trial))]


def lose(reading: SpoiltReading, number: int, path: Place, value: Any) -> list[str]:
    """Read the answer with one forged place in it."""
    body = copy.deepcopy(reading.good)
    pieces = reading.pieces(body)
    put(pieces[number], path, value)
    return reading.lose_nothing_of(Spoilt(written(body), frozenset(range(len(pieces))) - {number}, frozenset()))


@pytest.mark.parametrize("name", sorted(RIGS))
def test_a_forged_place_in_one_piece_ends_no_reading_of_many_pages(name: str) -> None:
    assert not cut_short(name)


@pytest.mark.parametrize("name", ["bluesky", "facebook", "instagram", "threads", "x"])
def test_control_a_reading_that_ends_at_the_oldest_place_is_found_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "oldest", lambda places, default: min(places, default=default))
    assert cut_short(name)


def cut_short(name: str) -> list[str]:
    """Read many pages again and again with one place on the first one forged, and tell what was lost."""
    trials: list[tuple[int, Place, Any]] | None = None
    found = list[str]()
    while trials is None or trials:
        with RIGS[name]() as rig:
            about = rig.channel.publish(rig.piece()).remote_id
            rig.arrive(about, "An early one")
            begin = walk(rig, "")[1]
            for number in range(MANY):
                rig.arrive(about, f"Number {number}.")
            if trials is None:
                trials = list(backlog_trials(rig, begin))
                assert trials
            for trial in trials[:_A_RIG]:
                lost = lost_of_many(rig, begin, trial)
                found += [f"{trial}: lost {lost}"] if lost else []
        trials = trials[_A_RIG:]
    return found


def backlog_trials(rig: Rig, begin: str) -> Iterator[tuple[int, Place, Any]]:
    """Give what may be forged on the first page of many."""
    pieces = shown(rig, begin)
    for number, path in targets(pieces):
        for value in forged(at(pieces[number], path)):
            yield number, path, value


def lost_of_many(rig: Rig, begin: str, trial: tuple[int, Place, Any]) -> int:
    """Read all with one place of the first page forged, and count what was lost."""
    number, path, value = trial
    forgeries: list[str] = []

    def forge(body: Any) -> Any:
        if not forgeries:
            piece = rig.pieces(body)[number]
            forgeries.append(json.dumps(piece))
            put(piece, path, value)
        return body

    rig.front.misbehave(faulty.changed(forge), rig.reads)
    read = set(walk(rig, begin)[0])
    rig.front.behave()
    (before,) = forgeries
    return len(
        [words for words in (f"Number {each}." for each in range(MANY)) if words not in read and words not in before]
    )


def walk(rig: Rig, cursor: str) -> tuple[list[str], str]:
    """Read until there is no more."""
    read, more = list[str](), True
    for _ in range(_WALK):
        batch = rig.channel.fetch(rig.stream, cursor)
        read += [message.text for message in batch.messages]
        cursor, more = batch.cursor, batch.more
        if not more:
            return read, cursor
    raise AssertionError("the reading does not end")
