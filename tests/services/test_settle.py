"""Every way a try or a look can end has one verdict."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pcc_desk.errors import (
    ChannelError,
    Gone,
    OverLimit,
    RateLimited,
    Rejected,
    ServiceDown,
    Unauthorized,
    Unconfirmed,
    Unexpected,
    Unreachable,
)
from pcc_desk.model.account import AccountId
from pcc_desk.model.channel import Guarantee, Platform
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen
from pcc_desk.services import settle
from tests.desk import NOW
from tests.services.scripted import PLATFORM, SETTLE

TRIED = Delivery(DeliveryId(1), AccountId(1), Frozen("Words"), DeliveryState.SENDING, NOW, NOW, attempts=1)
MOMENT = settle.Moment(NOW, 0.5)
IN_AN_HOUR = NOW + timedelta(hours=1)
PLATFORMS = [replace(PLATFORM, guarantee=guarantee) for guarantee in Guarantee]


@pytest.mark.parametrize(
    ("error", "state", "due_at"),
    [
        (Unreachable("No."), DeliveryState.DUE, NOW + timedelta(seconds=1)),
        (RateLimited("No.", IN_AN_HOUR), DeliveryState.DUE, IN_AN_HOUR + timedelta(seconds=2.5)),
        (RateLimited("No.", NOW - timedelta(days=1)), DeliveryState.DUE, NOW + timedelta(seconds=2.5)),
        (RateLimited("No.", NOW + timedelta(days=99)), DeliveryState.DUE, NOW + timedelta(days=1, seconds=2.5)),
        (Unauthorized("No."), DeliveryState.DUE, NOW),
        (Rejected("No."), DeliveryState.HELD, None),
        (Gone("No."), DeliveryState.HELD, None),
        (Unconfirmed("No."), DeliveryState.UNCONFIRMED, NOW + timedelta(seconds=SETTLE)),
        (ServiceDown("No."), DeliveryState.UNCONFIRMED, NOW + timedelta(seconds=SETTLE)),
        (Unexpected("No."), DeliveryState.UNCONFIRMED, NOW + timedelta(seconds=SETTLE)),
    ],
)
def test_a_try_that_failed_has_one_verdict(error: ChannelError, state: DeliveryState, due_at: object) -> None:
    for platform in PLATFORMS:
        verdict = settle.not_sent(error, TRIED, platform, MOMENT)
        assert (verdict.state, verdict.due_at) == (state, due_at)


def test_every_channel_error_has_a_verdict_and_only_those_that_left_nothing_go_again_unlooked() -> None:
    safe = {Unreachable, RateLimited, Unauthorized}
    for kind in ChannelError.__subclasses__():
        error = RateLimited("No.", NOW) if kind is RateLimited else kind("No.")
        verdict = settle.not_sent(error, TRIED, PLATFORM, MOMENT)
        assert (verdict.state is DeliveryState.DUE) == (kind in safe)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.guarantee)
def test_two_complete_looks_send_again_or_ask_a_person(platform: Platform) -> None:
    first = settle.not_found(TRIED, platform, NOW)
    assert (first.state, first.looks, first.due_at) == (
        DeliveryState.UNCONFIRMED,
        1,
        NOW + timedelta(seconds=SETTLE),
    )
    second = settle.not_found(replace(TRIED, looks=1), platform, NOW)
    assert second.state is (DeliveryState.UNSURE if platform.guarantee is Guarantee.D else DeliveryState.DUE)


@pytest.mark.parametrize("kind", [Unreachable, Unauthorized, ServiceDown, Unconfirmed, Unexpected, Rejected, Gone])
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.guarantee)
def test_a_look_that_failed_never_sends_again(kind: type[ChannelError], platform: Platform) -> None:
    verdict = settle.not_looked(kind("No."), replace(TRIED, looks=1), platform, MOMENT)
    assert verdict.state in (DeliveryState.UNCONFIRMED, DeliveryState.UNSURE)
    assert verdict.looks == (1 if verdict.state is DeliveryState.UNCONFIRMED else 0)


@given(some.integers(1, 10_000), some.floats(0, 1, exclude_max=True))
def test_the_wait_after_a_failed_try_is_between_nothing_and_a_quarter_of_an_hour(attempts: int, chance: float) -> None:
    assert timedelta(0) <= settle.back_off(attempts, chance) <= timedelta(minutes=15)


def test_every_sentence_says_what_happened_and_ends() -> None:
    verdicts = [
        settle.not_found(TRIED, PLATFORM, NOW),
        settle.not_found(replace(TRIED, looks=1), PLATFORM, NOW),
        settle.abandoned(PLATFORM, NOW),
        settle.altered(),
        settle.shared(PLATFORM),
        settle.late("Tue 24 Nov 17:00"),
        settle.not_sent(Unauthorized("x"), TRIED, PLATFORM, MOMENT),
    ]
    for verdict in verdicts:
        assert verdict.sentence[0].isupper() and verdict.sentence[-1] in ".?" and "!" not in verdict.sentence


def test_what_the_limit_lets_nobody_look_for_asks_a_person_and_never_goes_by_itself() -> None:
    error = OverLimit("The limit is used up.", NOW + timedelta(days=9))
    for platform in PLATFORMS:
        post = settle.not_looked(error, TRIED, platform, MOMENT)
        correction = settle.not_looked(error, replace(TRIED, corrects=DeliveryId(2)), platform, MOMENT)
        assert (post.state, correction.state) == (DeliveryState.UNSURE, DeliveryState.HELD)
        assert {post.outcome, correction.outcome} == {settle.OVER_LIMIT}
        assert post.due_at is None and correction.due_at is None and post.left and correction.left
        assert "limit leaves no money to see" in post.sentence and "Raise the limit in Settings" in correction.sentence
