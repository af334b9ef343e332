"""What nothing refers to is let go after a month; what anything refers to never is."""

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import InputError, NotReady
from pcc_desk.model.announcement import Announcement, PictureId, PlacedPicture
from pcc_desk.model.film import Film, PlacedFilm
from pcc_desk.services.films import Films, KeptReel, is_whole
from pcc_desk.services.purging import LOOKED_AT, MONTH, STRETCHES, Purging
from pcc_desk.store import media
from tests.media.films import Sample, film, film_file
from tests.services import scripted
from tests.services.scripted import Desk
from tests.ui.compose.writing import picture

DAYS = MONTH.days
LONG = film(Sample(content=bytes(range(256)) * 4_096 * (STRETCHES + 1)))  # more than one call drops


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one account."""
    with scripted.desk(tmp_path) as made:
        yield made


def write_with(desk: Desk, *colours: str, film: Film | None = None) -> Announcement:
    """Write a draft with pictures, and a film where one is given."""
    placed = tuple(PlacedPicture(desk.compose.add_picture(picture(each), f"{each}.png"), each) for each in colours)
    draft = replace(desk.write(), pictures=placed, film=None if film is None else PlacedFilm(film))
    return desk.compose.save(draft, desk.clock())


def add_film(desk: Desk, folder: Path, content: bytes = LONG) -> Film:
    """Add a film."""
    taken = Films(desk.store).add(film_file(folder, content), desk.clock())
    assert taken is not None
    return taken.film


def kept(desk: Desk) -> set[str]:
    """Give the ids of every picture and film there is."""
    with desk.store.read() as conn:
        return set(conn.execute(text("SELECT id FROM picture UNION SELECT sha256 FROM film")).scalars())


def stretches(desk: Desk) -> int:
    """Count the stretches of films there are."""
    with desk.store.read() as conn:
        return int(conn.execute(text("SELECT count(*) FROM film_part")).scalar_one())


def named(desk: Desk) -> set[str]:
    """Give every id that stands anywhere in what was written down, found without the code under test."""
    with desk.store.read() as conn:
        written = conn.execute(
            text(
                "SELECT body FROM announcement UNION ALL SELECT body FROM announcement_version "
                "UNION ALL SELECT frozen FROM delivery"
            )
        ).scalars()
        return {found for each in written for found in re.findall(r'"id":"([0-9a-f]{64})"', each)}


def let_days_pass(desk: Desk, days: int = 2 * DAYS + 2, purging: Purging | None = None) -> None:
    """Let days go by, with enough quiet moments on each."""
    purging = purging or Purging(desk.store)
    for _ in range(days):
        desk.clock.advance(days=1)
        for _ in range(3):
            purging.run(desk.clock())


def test_a_picture_and_a_film_that_are_in_no_announcement_go_after_a_month(desk: Desk, tmp_path: Path) -> None:
    alone = desk.compose.add_picture(picture("red"), "red.png")
    reel = add_film(desk, tmp_path)
    let_days_pass(desk, DAYS)
    assert kept(desk) == {alone.id, reel.id}, "not before a month is over"
    let_days_pass(desk)
    assert kept(desk) == set() and stretches(desk) == 0


def test_what_a_draft_an_earlier_version_or_a_delivery_names_is_never_let_go(desk: Desk, tmp_path: Path) -> None:
    reel = add_film(desk, tmp_path)
    write_with(desk, "red", film=reel)
    before = write_with(desk, "green")
    desk.compose.save(replace(before, pictures=()), desk.clock())  # only an earlier version names it now
    sent = write_with(desk, "blue", "yellow")
    desk.compose.approve(sent.id, desk.clock())
    desk.run()
    removed = write_with(desk, "black")
    desk.compose.discard(removed.id, desk.clock())
    everything = kept(desk)
    let_days_pass(desk)
    assert kept(desk) == everything and is_whole(KeptReel(desk.store, reel.id), reel.id, reel.size)


def test_what_was_sent_is_kept_when_its_announcement_was_changed_and_sent_again(desk: Desk) -> None:
    sent = write_with(desk, "red")
    desk.compose.approve(sent.id, desk.clock())
    frozen = desk.only().frozen.pictures[0].id
    desk.outbox.cancel(desk.only().id, desk.clock())
    let_days_pass(desk)
    assert frozen in kept(desk), "a delivery that was stopped keeps what it would have sent"


def test_what_is_taken_up_again_has_a_month_again(desk: Desk) -> None:
    again = desk.compose.add_picture(picture("red"), "red.png")
    let_days_pass(desk, DAYS - 1)
    desk.compose.add_picture(picture("red"), "the-same.png")
    let_days_pass(desk, DAYS - 1)
    assert kept(desk) == {again.id}
    let_days_pass(desk)
    assert kept(desk) == set()


def test_what_was_noted_as_unused_and_is_used_by_now_stays(desk: Desk) -> None:
    colour = desk.compose.add_picture(picture("red"), "red.png")
    with desk.store.write() as conn:
        media.note_unused(conn, [colour.id], desk.clock())
    desk.clock.advance(days=DAYS + 1)
    desk.compose.save(replace(desk.write(), pictures=(PlacedPicture(colour, "Red"),)), desk.clock())
    purging = Purging(desk.store)
    purging._last = "f" * 64  # the look that would notice comes later
    purging.run(desk.clock())
    assert kept(desk) == {colour.id}


def test_a_long_film_goes_in_stretches_and_one_being_added_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    reel = add_film(desk, tmp_path)
    whole = stretches(desk)
    with desk.store.write() as conn:
        media.let_go(conn, reel.id)
    purging = Purging(desk.store)
    purging.run(desk.clock())
    assert stretches(desk) == whole, "it may be one that is just being added"
    desk.clock.advance(days=1)
    purging.run(desk.clock())
    assert stretches(desk) == whole - STRETCHES > 0
    purging.run(desk.clock())
    assert stretches(desk) == 0


def test_one_call_looks_at_a_few_and_the_next_goes_on(desk: Desk) -> None:
    for number in range(LOOKED_AT + 2):
        desk.compose.add_picture(picture(f"#0000{number:02x}"), "one.png")
    purging = Purging(desk.store)
    for count in (LOOKED_AT, LOOKED_AT + 2, LOOKED_AT + 2):
        purging.run(desk.clock())
        with desk.store.read() as conn:
            assert conn.execute(text("SELECT count(*) FROM unused")).scalar_one() == count


class Careless(Purging):
    """Lets go what was not used a month ago, without looking again."""

    def _let_go(self, now: datetime) -> bool:
        with self._store.write() as conn:
            for media_id in media.unused_since(conn, now, 99):
                media.let_go(conn, media_id)
        return False

    def _look(self, now: datetime) -> None:
        with self._store.write() as conn:
            media.note_unused(conn, media.after(conn, "", 99), now)


def live(desk: Desk, purging: Purging, chance: random.Random) -> None:
    """Let an office do this and that with pictures for a while, and demand after each day that nothing is missing."""
    held: list[PictureId] = []
    for day in range(120):
        desk.clock.advance(days=chance.choice([0, 1, 1, 5, 20]), seconds=day)
        drafts = desk.compose.drafts()
        some = chance.choice(drafts) if drafts else desk.write(f"Words {day}")
        with suppress(InputError, NotReady):
            match chance.randrange(6):
                case 0:
                    held.append(desk.compose.add_picture(picture(f"#{chance.randrange(9)}0f0f0"), "one.png").id)
                case 1 | 2:
                    added = desk.compose.add_picture(picture(f"#{chance.randrange(9)}0f0f0"), "one.png")
                    placed = (*some.pictures[:1], PlacedPicture(added, "Alt"))
                    desk.compose.save(replace(some, text=f"Words {day}", pictures=placed), desk.clock())
                case 3:
                    desk.compose.save(replace(some, pictures=()), desk.clock())
                case 4:
                    desk.compose.approve(some.id, desk.clock())
                    desk.run()
                case 5:
                    desk.compose.discard(some.id, desk.clock())
        for _ in range(chance.randrange(4)):
            purging.run(desk.clock())
        missing = named(desk) - kept(desk)
        assert not missing, f"day {day}: {len(missing)} are named and gone"


@pytest.mark.parametrize("seed", range(2))
def test_in_no_story_anything_is_let_go_that_something_names(desk: Desk, seed: int) -> None:
    live(desk, Purging(desk.store), random.Random(seed))
    let_days_pass(desk, 3 * DAYS)
    assert named(desk) <= kept(desk)
    assert kept(desk) - named(desk) == set(), "and in the end nothing is kept for nothing"


def test_the_stories_find_a_desk_that_does_not_look_again(desk: Desk) -> None:
    with pytest.raises(AssertionError, match="are named and gone"):
        live(desk, Careless(desk.store), random.Random(0))
