"""What leaves is what was approved, pictures and all, or nothing leaves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.model.announcement import PlacedPicture
from pcc_desk.model.delivery import DeliveryState
from tests.media.samples import jpeg
from tests.services.scripted import LOST, SETTLE, Desk, desk


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an approved announcement that shows a picture."""
    with desk(tmp_path) as made:
        draft = made.write()
        placed = PlacedPicture(made.compose.add_picture(jpeg(), "map.jpg"), alt="A map")
        draft = made.compose.save(replace(draft, pictures=(placed,)), made.clock())
        made.compose.approve(draft.id, made.clock())
        yield made


@pytest.mark.parametrize("harm", ["UPDATE picture SET content = x'00'", "DELETE FROM picture"])
def test_a_picture_that_is_not_the_approved_one_is_never_sent(one: Desk, harm: str) -> None:
    with one.store.write() as conn:
        conn.execute(text(harm))
    one.run()
    assert one.only().state is DeliveryState.HELD and one.world.posted == []
    one.outbox.retry(one.only().id, one.clock())
    one.run()
    assert one.only().state is DeliveryState.HELD, "asking again changes nothing"


def test_control_the_untouched_picture_is_sent_as_it_was_approved(one: Desk) -> None:
    one.run()
    ((_, piece),) = one.world.posted
    assert [(picture.alt, bool(picture.content)) for picture in piece.pictures] == [("A map", True)]


def test_what_is_sent_again_after_two_looks_is_checked_again(one: Desk) -> None:
    one.world.answers = [LOST]
    one.run()
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET frozen = replace(frozen, 'Tuesday', 'Friday')"))
    for _ in range(3):
        one.run(seconds=SETTLE)
    assert one.world.looked == 2 and one.only().state is DeliveryState.HELD and one.world.posted == []
