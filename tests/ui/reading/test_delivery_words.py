"""Where a delivery stands is said in a few plain words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pcc_desk.model.account import AccountId
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen, Receipt
from pcc_desk.model.unreached import CAME_BACK, NOT_TO_ALL
from pcc_desk.ui.reading.delivery_words import say_state, tone_of

NOW = datetime(2026, 11, 23, 8, 43, tzinfo=UTC)


def a_delivery(state: DeliveryState, due_at: datetime = NOW, receipt: Receipt | None = None) -> Delivery:
    return Delivery(DeliveryId(1), AccountId(1), Frozen("Words"), state, due_at, NOW, receipt=receipt)


def test_every_state_has_words_and_a_tone() -> None:
    words = {state: say_state(a_delivery(state), NOW) for state in DeliveryState}
    assert len(set(words.values())) >= len(DeliveryState) - 1
    assert {tone_of(a_delivery(state)) for state in DeliveryState} == {"", "accent", "green", "amber", "red"}
    assert words[DeliveryState.UNSURE] == "We cannot tell whether it went out"


def test_what_waits_says_until_when_and_what_is_late_does_not() -> None:
    assert say_state(a_delivery(DeliveryState.DUE, NOW + timedelta(days=1)), NOW) == "Waiting until Tue 08:43"
    assert say_state(a_delivery(DeliveryState.DUE, NOW - timedelta(days=1)), NOW) == "Waiting to be sent"


def test_what_was_posted_says_when() -> None:
    receipt = Receipt("r", "", NOW - timedelta(minutes=5))
    assert say_state(a_delivery(DeliveryState.SENT, receipt=receipt), NOW) == "Posted 08:38"


def test_what_did_not_reach_everybody_says_so_in_another_tone() -> None:
    posted = a_delivery(DeliveryState.SENT, receipt=Receipt("r", "", NOW))
    assert (
        tone_of(posted),
        tone_of(replace(posted, reason=f"{NOT_TO_ALL} More.")),
        tone_of(replace(posted, reason=CAME_BACK)),
    ) == ("green", "amber", "amber")
    assert say_state(replace(posted, reason=f"{NOT_TO_ALL} More."), NOW) == "Posted, not to everybody"
    assert say_state(replace(posted, reason=CAME_BACK), NOW) == "Came back"
