"""The ledger keeps the office's limit of money to the thousandth, whatever is read and sent at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pcc_desk.errors import OverLimit, RateLimited
from pcc_desk.model.cost import MILLS, Prices
from pcc_desk.model.quota import SEARCHES, Quota
from pcc_desk.services.keeping import AccountLedger
from pcc_desk.store import spending
from tests.desk import NOW
from tests.services.priced import costs, only, priced_desk
from tests.services.scripted import PLATFORM, Desk

PRICED = replace(PLATFORM, prices=Prices(post=15, link=200, answer=10, description=5, message=15))


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk on a platform that costs money."""
    with priced_desk(tmp_path, PRICED) as made:
        yield made


def ledger(one: Desk) -> AccountLedger:
    return AccountLedger(one.store, only(one), PRICED, one.clock)


def test_what_is_given_back_comes_off_the_month_it_was_booked_in(one: Desk) -> None:
    one.clock.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    day = ledger(one).spend(MILLS, 15)
    ledger(one).spend(MILLS, 20)
    one.clock.now = datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)
    ledger(one).owe(MILLS, -15, day)
    assert costs(one).spent(one.clock())[0].amount == 0
    with one.store.read() as conn:
        assert spending.total(conn, only(one).id, MILLS, date(2026, 11, 1), date(2026, 11, 30)) == 20


def test_for_a_reading_no_more_is_kept_free_than_the_limit_leaves(one: Desk) -> None:
    with ledger(one).keep_free(MILLS, 25, 500) as room:
        assert room == 500, "there is no limit"
    costs(one).set_cap(only(one).id, 100, NOW)
    ledger(one).spend(MILLS, 60)
    with ledger(one).keep_free(MILLS, 25, 500) as room:
        assert room == 40
    ledger(one).spend(MILLS, 16)
    with (
        pytest.raises(OverLimit, match="Raise the limit in Settings to read on"),
        ledger(one).keep_free(MILLS, 25, 500),
    ):
        pass
    assert costs(one).spent(NOW)[0].amount == 76


def test_two_readings_at_once_share_what_is_left(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    paid = ledger(one)
    with paid.keep_free(MILLS, 25, 40), paid.keep_free(MILLS, 25, 500) as room:
        assert room == 60


def test_a_post_that_fits_unless_a_page_on_its_way_is_full_waits_for_that_page(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    paid = ledger(one)
    with ThreadPoolExecutor(1) as pool:
        with paid.keep_free(MILLS, 25, 500):
            post = pool.submit(paid.spend, MILLS, 90)
            time.sleep(0.2)
            assert not post.done()
            paid.owe(MILLS, 5)
        post.result(10)
    assert costs(one).spent(NOW)[0].amount == 95


def test_a_post_too_dear_is_refused_at_once_whatever_is_being_read(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    paid = ledger(one)
    with paid.keep_free(MILLS, 25, 500), pytest.raises(OverLimit):
        paid.spend(MILLS, 101)


def test_searches_are_counted_apart_and_rest_until_the_platform_s_own_midnight(one: Desk) -> None:
    rationed = replace(PLATFORM, quota=Quota("units", 1_000, "America/Los_Angeles", 5, searches=3))
    paid = AccountLedger(one.store, only(one), rationed, one.clock)
    one.clock.now = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)  # still the day before in California
    for _ in range(3):
        assert paid.spend(SEARCHES, 1) == date(2026, 11, 26)
    with pytest.raises(RateLimited, match="look for hashtags no more today") as caught:
        paid.spend(SEARCHES, 1)
    assert not isinstance(caught.value, OverLimit) and caught.value.until == datetime(2026, 11, 27, 8, tzinfo=UTC)
    paid.refuse_reading()
    paid.spend("units", 1)
    one.clock.now = datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert paid.spend(SEARCHES, 1) == date(2026, 11, 27)
