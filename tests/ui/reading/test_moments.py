"""Moments are said in the office's own clock, as short as stays clear."""

from datetime import UTC, datetime

from pcc_desk.ui.reading.moments import say_date, say_short, say_when

NOW = datetime(2026, 11, 23, 8, 43, tzinfo=UTC)  # a Monday in winter


def test_today_is_only_a_time() -> None:
    assert say_short(datetime(2026, 11, 23, 8, 12, tzinfo=UTC), NOW) == "08:12"


def test_this_week_has_its_day() -> None:
    assert say_short(datetime(2026, 11, 21, 23, 42, tzinfo=UTC), NOW) == "Sat 23:42"
    assert say_when(datetime(2026, 11, 24, 17, 0, tzinfo=UTC), NOW) == "Tue 17:00"


def test_the_same_day_name_a_week_away_is_a_date() -> None:
    assert say_short(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), NOW) == "16 Nov"
    assert say_when(datetime(2026, 11, 30, 9, 0, tzinfo=UTC), NOW) == "30 Nov 09:00"


def test_another_year_is_named() -> None:
    assert say_short(datetime(2025, 11, 12, 9, 0, tzinfo=UTC), NOW) == "12 Nov 2025"


def test_summer_time_is_the_offices_time() -> None:
    summer = datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert say_short(summer, summer) == "08:30"
    assert say_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wed 1 Jul 2026"
