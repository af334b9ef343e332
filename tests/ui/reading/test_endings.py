"""The end of a sign-in is told in plain words, 14, 7 and 2 days ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.model.account import AccountId
from pcc_desk.model.situation import SignInEnd
from pcc_desk.ui.reading.endings import days_told, name_ending, say_end, say_ending, say_endings
from pcc_desk.ui.reading.remote_text import show_handle

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)


def end(title: str, days: float, handle: str = "office") -> SignInEnd:
    """Give an end so many days from now."""
    return SignInEnd(AccountId(1), title, handle, NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "told"),
    [(60, None), (14.01, None), (14, 14), (8, 14), (7, 7), (2.5, 7), (2, 2), (0.1, 2), (-1, 2)],
)
def test_an_end_is_told_three_times(days: float, told: int | None) -> None:
    assert days_told(NOW + timedelta(days=days), NOW) == told


def test_the_day_is_named_and_what_to_do() -> None:
    assert say_ending("X", ENDS, NOW) == "The sign-in to X ends on Tue 8 Dec. Sign in again before then."
    assert say_ending("X", ENDS, ENDS) == "The sign-in to X ended today at 09:00. Sign in again in Settings."
    assert say_end(ENDS, ENDS - timedelta(days=365)) == "on Tue 8 Dec 2026"


def test_a_day_is_the_day_of_the_office_s_own_clock() -> None:
    assert say_end(datetime(2027, 6, 7, 23, 30, tzinfo=UTC), NOW) == "on Tue 8 Jun 2027"


def test_the_line_at_the_foot_names_the_soonest_and_counts_the_others() -> None:
    assert say_endings([end("X", 60)], NOW) == "" == say_endings([], NOW)
    assert say_endings([end("Threads", 30), end("X", 14)], NOW) == say_ending("X", ENDS, NOW)
    several = say_endings([end("Threads", 15), end("LinkedIn", 14), end("X", 3)], NOW)
    assert several == "The sign-in to X ends on Fri 27 Nov. Sign in again before then. 1 more end soon: see Settings."


def test_two_accounts_of_one_platform_are_told_apart_by_their_handles() -> None:
    ends = [end("X", 3, "office"), end("X", 9, "live")]
    assert name_ending(ends[1], ends) == f"X ({show_handle('live')})"
    assert name_ending(ends[0], ends[:1]) == "X"
