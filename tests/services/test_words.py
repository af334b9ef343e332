"""The outbox speaks plainly about every state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen, Receipt
from pcc_desk.services.words import needs_person, say_first_words, say_moment, say_standing
from tests.desk import NOW

ACCOUNT = Account(AccountId(1), "p", "https://example.org", "r", "office", "Office", AccountState.CONNECTED, NOW)
SIGNED_OUT = replace(ACCOUNT, state=AccountState.SIGNED_OUT)
WAITING = Delivery(DeliveryId(1), AccountId(1), Frozen("Words"), DeliveryState.DUE, NOW + timedelta(hours=8), NOW)
SENT = replace(WAITING, state=DeliveryState.SENT, receipt=Receipt("1", "", NOW))


@pytest.mark.parametrize(
    ("delivery", "account", "words", "needs"),
    [
        (WAITING, ACCOUNT, "Waiting until Tue 24 Nov 17:00", False),
        (WAITING, SIGNED_OUT, "Waiting. Sign in again, and it goes out by itself", True),
        (
            replace(WAITING, reason="No network."),
            ACCOUNT,
            "Not posted yet. No network. Next try Tue 24 Nov 17:00",
            False,
        ),
        (replace(WAITING, state=DeliveryState.SENDING), ACCOUNT, "Going out now", False),
        (replace(WAITING, state=DeliveryState.UNCONFIRMED), ACCOUNT, "Checking whether it went out", False),
        (replace(WAITING, state=DeliveryState.HELD, reason="Too long."), ACCOUNT, "Not sent. Too long.", True),
        (replace(WAITING, state=DeliveryState.CANCELLED), ACCOUNT, "Not sent: you stopped it", False),
        (SENT, ACCOUNT, "Posted Tue 24 Nov 09:00", False),
        (replace(SENT, reason="Posted, and taken back."), ACCOUNT, "Posted, and taken back.", False),
    ],
)
def test_every_state_has_its_words(delivery: Delivery, account: Account, words: str, needs: bool) -> None:
    assert (say_standing(delivery, account), needs_person(delivery, account)) == (words, needs)


def test_every_state_has_words_and_none_is_called_failed() -> None:
    for state in DeliveryState:
        words = say_standing(replace(WAITING, state=state), ACCOUNT)
        assert words and "fail" not in words.lower() and "!" not in words


def test_moments_are_said_as_the_wall_clock_of_the_office_shows_them() -> None:
    assert say_moment(NOW.replace(month=7, day=1)) == "Wed 1 Jul 10:00"


def test_first_words_are_the_first_line_and_not_too_long() -> None:
    assert say_first_words("  One.\nTwo.") == "One."
    assert len(say_first_words("x" * 500)) == 80
