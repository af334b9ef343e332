"""Reading down to the very first topic now and then, a few pages at a time, so that nothing new waits for it."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from pcc_desk.channels import graph_walk
from pcc_desk.channels.graph_walk import FIRST_ROUND, NEVER, Bookmark, Habit, Source, is_due, moment_of, written
from pcc_desk.errors import ChannelError, RateLimited
from pcc_desk.model.channel import Batch, Missing

PAGES = 1_000  # of one dive
_AT_ONCE = 5  # pages, after each round of what is newest
_MOST_TRIES = 20  # of one page; Meta may fail at one again and again


@dataclass(frozen=True, slots=True)
class Dive:
    """Where reading down stands: when the last dive `began`, and that everything older than `reached` was given.

    On its way it stands `at` a cursor of its own, and has `left` so many pages before what is newest is read again. The
    page there `failed` so many times.
    """

    began: str = ""
    reached: str = ""
    at: str = ""
    left: int = 0
    failed: int = 0


def walk(source: Source, habit: Habit, cursor: str, now: datetime) -> Batch:
    """Take one page, of what is newest or further down: give what is new on it, and the cursor to go on with.

    Raises:
        ChannelError: nothing was read.
    """
    if habit.rise or habit.bottom is None:
        return graph_walk.walk(source, habit, cursor, now)
    newest, dive = _read(cursor)
    if dive.left > 0:
        return _deeper(source, habit, newest, dive, now)
    batch = graph_walk.walk(source, habit, newest, now)
    if not batch.more:
        dive = _turned(dive, habit, (Bookmark.read(newest), Bookmark.read(batch.cursor)), now)
    return replace(batch, cursor=_kept(batch.cursor, dive), more=batch.more or dive.left > 0)


def _turned(dive: Dive, habit: Habit, marks: tuple[Bookmark, Bookmark], now: datetime) -> Dive:
    """Give some pages further down their turn, where they are on their way or due."""
    before, done = marks
    if not dive.began:  # the next one looks for all that came since this office was connected, and a little before
        reached = min(moment_of(mark.floor) for mark in (before, done) if mark.floor) if done.floor else NEVER
        return Dive(written(now), written(max(NEVER, min(reached, moment_of(done.floor) - FIRST_ROUND))))
    if not dive.at:
        assert habit.bottom is not None
        if not is_due(dive.began, habit.bottom, now):
            return replace(dive, left=0)
        start = Bookmark(floor=dive.reached, depth=dive.reached).written()
        dive = replace(dive, began=written(now), at=start)
    return replace(dive, left=_AT_ONCE)


def _deeper(source: Source, habit: Habit, newest: str, dive: Dive, now: datetime) -> Batch:
    down = replace(habit, deep=timedelta(), watched=None, pages=PAGES)
    try:
        batch = graph_walk.walk(source, down, dive.at, now)
    except ChannelError as error:  # what is newest must not wait for it, and tells by itself what is wrong
        return _given_up(habit, newest, replace(dive, left=0), error, now)
    if batch.more:
        dive = replace(dive, at=batch.cursor, left=dive.left - 1, failed=0)
        return replace(batch, cursor=_kept(newest, dive), more=dive.left > 0)
    dive = Dive(dive.began, Bookmark.read(batch.cursor).floor or dive.reached)
    # Under an old topic something may have come later than anything that is newest.
    missing = tuple(replace(each, to_at=max(each.to_at, now)) for each in batch.missing)
    return replace(batch, cursor=_kept(newest, dive), more=False, missing=missing)


def _given_up(habit: Habit, newest: str, dive: Dive, error: ChannelError, now: datetime) -> Batch:
    """Leave the page for now; one that fails again and again ends the dive, and the next one reaches as far back."""
    if isinstance(error, RateLimited):
        return Batch((), _kept(newest, dive))
    dive = replace(dive, failed=dive.failed + 1)
    if dive.failed < _MOST_TRIES:
        return Batch((), _kept(newest, dive))
    why = f"{habit.title} did not give what was said under older posts."
    missing = (Missing(moment_of(dive.reached), now, why),)
    return Batch((), _kept(newest, Dive(dive.began, dive.reached)), missing=missing)


def _kept(newest: str, dive: Dive) -> str:
    return json.dumps({"newest": newest, "dive": asdict(dive)}, separators=(",", ":"))


def _read(cursor: str) -> tuple[str, Dive]:
    """Read a cursor; one from before there were dives, or that is not ours, has begun none."""
    try:
        kept = json.loads(cursor)
        newest, dive = kept["newest"], Dive(**kept["dive"])
    except (ValueError, TypeError, KeyError):
        return cursor, Dive()
    texts, numbers = (newest, dive.began, dive.reached, dive.at), (dive.left, dive.failed)
    whole = all(isinstance(text, str) for text in texts) and all(isinstance(number, int) for number in numbers)
    return (newest, dive) if whole and (dive.at or not dive.left) else ("", Dive())
