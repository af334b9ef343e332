"""What a server takes is asked every day, counts everywhere, and refuses in plain words what fits no more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pcc_desk.errors import Unreachable
from pcc_desk.model.announcement import PlacedPicture
from pcc_desk.model.channel import Limits
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services.checkups import Checkups
from tests.media.samples import jpeg, noise
from tests.services.scripted import PLATFORM, SIGNED_OUT, Desk, desk, tonight

SENT, HELD = DeliveryState.SENT, DeliveryState.HELD


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def shrink(one: Desk, **limits: Any) -> None:
    """Let the platform tell smaller limits from now on, and ask it."""
    one.world.limits = replace(PLATFORM.limits, **limits)
    for account in one.accounts.all():
        one.accounts.check(account.id, one.clock())


def test_each_account_is_checked_once_a_day_and_its_limits_count_at_once(one: Desk) -> None:
    checkups, (account,) = Checkups(one.store, one.accounts), one.accounts.all()
    checkups.run(one.clock.advance(hours=23))
    assert one.world.checked == 0, "signing in was the check of this day"
    one.world.limits = Limits(120, PLATFORM.limits.counting)
    checkups.run(one.clock.advance(hours=2))
    checkups.run(one.clock.advance(hours=2))
    assert one.world.checked == 1
    draft = one.write("x" * 130)
    (problem,) = one.compose.fit(draft, account).problems
    assert problem.startswith("Scripted takes 120 characters. This is 10 too many.")


def test_one_that_cannot_be_asked_is_asked_again_and_does_not_stop_the_others(one: Desk) -> None:
    one.connect("second", "third")
    one.world.checks = [Unreachable("No network."), SIGNED_OUT]
    checkups = Checkups(one.store, one.accounts)
    checkups.run(one.clock.advance(days=2))
    assert one.world.checked == 1
    assert [account.state.value for account in one.accounts.all()] == ["connected", "signed out", "connected"]
    checkups.run(one.clock.advance(hours=1))
    assert one.world.checked == 2


def test_a_clock_that_was_put_back_does_not_stop_the_checks(one: Desk) -> None:
    one.clock.advance(days=-30)
    Checkups(one.store, one.accounts).run(one.clock())
    assert one.world.checked == 1


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"length": 20}, "Scripted takes 20 characters now. This has 6 too many."),
        ({"utf8_bytes": 20}, "Scripted takes fewer accents and emoji now."),
        ({"tags": 0}, "Scripted takes 0 hashtags now. This has 1."),
        ({"alt_length": 3}, "Scripted takes shorter descriptions of pictures now."),
        ({"picture_side": 50}, "A picture is larger than Scripted takes now."),
        ({"picture_bytes": 100}, "A picture is larger than Scripted takes now."),
        ({"pictures": 1}, "Scripted takes 1 picture now. This has 2."),
    ],
)
def test_what_fitted_at_approval_and_fits_no_more_is_held_before_the_platform_is_called(
    one: Desk, limits: dict[str, int], said: str
) -> None:
    pictures = [one.compose.add_picture(picture, "hall.jpeg") for picture in (jpeg(), noise(200, 200))]
    draft = one.write("The plan is out. #EinCynll", tonight())
    placed = tuple(PlacedPicture(picture, "A hall") for picture in pictures)
    one.compose.approve(one.compose.save(replace(draft, pictures=placed), one.clock()).id, one.clock())
    shrink(one, **limits)
    one.clock.now = tonight()
    one.run()
    assert one.world.posted == [] and one.states() == [HELD]
    assert one.only().reason.startswith(said) and "post it by hand" in one.only().reason
    one.world.limits = None
    for account in one.accounts.all():
        one.accounts.check(account.id, one.clock())
    one.outbox.retry(one.only().id, one.clock())
    one.run()
    assert one.states() == [SENT]


def test_pictures_are_made_to_fit_what_this_server_takes(one: Desk) -> None:
    shrink(one, picture_side=64)
    picture = one.compose.add_picture(noise(400, 300), "hall.jpeg")
    draft = one.write()
    one.compose.approve(
        one.compose.save(replace(draft, pictures=(PlacedPicture(picture, "A hall"),)), one.clock()).id, one.clock()
    )
    one.run()
    (_, piece) = one.world.posted[0]
    assert max(piece.pictures[0].width, piece.pictures[0].height) == 64


def test_a_second_cashtag_is_told_while_writing_and_holds_what_is_due(one: Desk) -> None:
    (account,) = one.accounts.all()
    one.compose.approve(one.write("We hold no $BP and no $VOD.").id, one.clock())
    shrink(one, cashtags=1)
    told = one.compose.fit(one.write("We hold no $BP and no $VOD, and spent $200."), account).problems
    assert told == ("Scripted takes 1 name with a $ before it, such as $BP, in one post. Take 1 away.",)
    assert one.compose.fit(one.write("We hold no $BP, and spent $200 in US$."), account).problems == ()
    one.run()
    assert one.world.posted == [] and one.states() == [HELD]
    assert one.only().reason.startswith("Scripted takes 1 name with a $ before it, such as $BP, now. This has 2.")


def test_each_part_of_a_thread_may_have_a_cashtag_of_its_own(one: Desk) -> None:
    (account,) = one.accounts.all()
    shrink(one, cashtags=1, length=60)
    text = f"We hold no $BP. {'So it is. ' * 5}And we hold no $VOD either, as you know."
    draft = one.write(text)
    assert any("Take 1 away." in each for each in one.compose.fit(draft, account).problems)
    threaded = one.compose.save(replace(draft, threads=(account.id,)), one.clock())
    parts = [part.text for part in one.compose.fit(threaded, account).parts]
    assert [part.count("$") for part in parts if "$" in part] == [1, 1]
    assert one.compose.fit(threaded, account).problems == ()
