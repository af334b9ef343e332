"""What sending costs is told before, counted since the month began, and never goes beyond the office's limit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.channels import x
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import InputError, OverLimit, RateLimited, Rejected
from pcc_desk.model.announcement import PlacedPicture
from pcc_desk.model.channel import Platform
from pcc_desk.model.cost import MILLS, Prices, say_money
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.film import Film, FilmId, PlacedFilm
from pcc_desk.model.quota import Quota
from pcc_desk.services.costs import Costs, cost_of
from pcc_desk.services.keeping import AccountLedger
from pcc_desk.store import spending, streams
from tests.desk import NOW, Clock, open_store
from tests.media.samples import jpeg
from tests.services.priced import costs, only, priced_desk
from tests.services.scripted import LOST, PLATFORM, SETTLE, Desk, World, assemble

X, YOUTUBE = ADAPTERS["x"].platform, ADAPTERS["youtube"].platform
PRICED = replace(PLATFORM, prices=Prices(post=15, link=200, answer=10, description=5, message=15))
LONG = " ".join(f"Sentence number {number} of the plan is here." for number in range(12))


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk on a platform that costs money."""
    with priced_desk(tmp_path, PRICED) as made:
        yield made


def ledger(one: Desk, platform: Platform = PRICED) -> AccountLedger:
    return AccountLedger(one.store, only(one), platform, one.clock)


def test_what_a_post_costs_is_told_before_it_is_sent(one: Desk) -> None:
    plain, linked = one.write("Come on Tuesday."), one.write("See https://example.org/plan.")
    assert [costs(one).forecast(each, NOW)[0].mills for each in (plain, linked)] == [15, 200]
    thread = replace(one.write(LONG), threads=plain.accounts)
    parts = one.compose.fit(thread, only(one)).thread_of
    assert costs(one).forecast(thread, NOW)[0].mills == 15 + 10 * (parts - 1)
    assert costs(one).forecast(replace(plain, accounts=()), NOW) == ()


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("Read https://example.org/plan today.", "Read today."),
        ("Come on Tuesday.\n\ngwent.pcc.police.uk #OurPlan", "Come on Tuesday.\n\n#OurPlan"),
    ],
)
def test_what_leaving_out_a_link_saves_is_told_with_the_words_that_are_left(one: Desk, words: str, plain: str) -> None:
    (forecast,) = costs(one).forecast(one.write(words), NOW)
    assert (forecast.mills, forecast.saved, forecast.unlinked) == (200, 185, plain)


@pytest.mark.parametrize("words", ["Come on Tuesday.", "https://example.org/plan"])
def test_without_a_link_or_without_anything_else_there_is_nothing_to_save(one: Desk, words: str) -> None:
    (forecast,) = costs(one).forecast(one.write(words), NOW)
    assert (forecast.saved, forecast.unlinked) == (0, "")


def test_what_an_answer_has_cost_is_owed_whatever_the_limit(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    ledger(one).owe(MILLS, 500)
    assert costs(one).spent(NOW)[0].amount == 500


def test_reading_that_costs_money_stops_at_the_limit_says_so_and_goes_on_once_it_is_raised(one: Desk) -> None:
    account = only(one)
    with one.store.write() as conn:
        streams.ensure(conn, account.id, ["mentions"])
        (held,) = streams.lease(conn, NOW, NOW + timedelta(minutes=5))
        streams.rest(conn, held, NOW + timedelta(days=1), "")
    costs(one).set_cap(account.id, 100, NOW)
    ledger(one).owe(MILLS, 99)
    ledger(one).refuse_reading()
    ledger(one).owe(MILLS, 1)
    with pytest.raises(RateLimited) as caught:
        ledger(one).refuse_reading()
    assert caught.value.sentence.endswith("Raise the limit in Settings to read on.")
    costs(one).set_cap(account.id, None, NOW)
    ledger(one).refuse_reading()
    with one.store.write() as conn:
        assert [lease.stream for lease in streams.lease(conn, NOW, NOW + timedelta(minutes=5))] == ["mentions"]


@pytest.mark.parametrize("words", ["Plain.", "See example.org today.", "A #tag and @name.", "https://example.org"])
@pytest.mark.parametrize("answers", [False, True])
def test_the_price_told_is_the_price_booked_on_x(words: str, answers: bool) -> None:
    assert X.prices is not None
    told = cost_of(X, X.prices, [words])
    if answers:
        told = cost_of(X, X.prices, ["First.", words]) - X.prices.post
    assert told == x.price(words, answers)


def test_the_month_so_far_is_counted_and_begins_anew(one: Desk) -> None:
    ledger(one).spend(MILLS, 15)
    ledger(one).spend(MILLS, 200)
    (spent,) = costs(one).spent(one.clock())
    assert (spent.amount, spent.limit, spent.unit) == (215, None, MILLS)
    one.clock.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert costs(one).spent(one.clock())[0].amount == 0


def test_the_limit_of_the_office_is_never_passed_and_says_until_when(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    for _ in range(6):
        ledger(one).spend(MILLS, 15)
    with pytest.raises(RateLimited) as caught:
        ledger(one).spend(MILLS, 15)
    assert caught.value.until == datetime(2026, 12, 1, tzinfo=UTC)
    assert caught.value.sentence.startswith("This would pass the office's limit of $0.10 for Scripted this month")
    assert costs(one).spent(NOW)[0].amount == 90, "what was refused is not booked"
    ledger(one).spend(MILLS, 10)
    assert costs(one).forecast(one.write("Words."), NOW)[0].passes_limit()
    one.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    ledger(one).spend(MILLS, 15)


def test_twenty_at_once_do_not_pass_the_limit_either(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 100, NOW)
    paid = ledger(one)

    def spend(_: int) -> bool:
        try:
            paid.spend(MILLS, 15)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(spend, range(20))) == 6
    assert costs(one).spent(NOW)[0].amount == 90


def pay_for_each(one: Desk, mills: int = 15) -> None:
    """Have the platform's adapter book what each post costs, as X's does."""
    paid = ledger(one)
    one.world.before_answer = lambda piece: paid.spend(MILLS, mills)


def test_a_post_beyond_the_limit_asks_for_a_person_and_goes_once_the_limit_is_raised(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 10, NOW)
    pay_for_each(one)
    one.send("Words.")
    one.run()
    assert one.only().state is DeliveryState.HELD and "Raise the limit in Settings" in one.only().reason
    assert one.outbox.page()[0].needs_you and one.outbox.counts().attention == 1
    assert one.world.posted == []
    costs(one).set_cap(only(one).id, None, one.clock())
    one.run()
    assert one.only().state is DeliveryState.SENT and one.outbox.counts().attention == 0


def test_a_post_that_may_be_there_and_that_the_limit_lets_nobody_look_for_asks_a_person_and_goes_no_second_time(
    one: Desk,
) -> None:
    one.world.after = [LOST]
    one.world.looks = [OverLimit("The limit is used up.", NOW + timedelta(days=7))]
    one.send("Words.")
    one.run()
    one.run(seconds=SETTLE)
    assert one.only().state is DeliveryState.UNSURE and "limit leaves no money to see" in one.only().reason
    assert one.outbox.counts().attention == 1
    costs(one).set_cap(only(one).id, None, one.clock())
    for _ in range(3):
        one.run(days=20)
    assert one.only().state is DeliveryState.UNSURE and len(one.world.posted) == 1


def test_a_limit_raised_too_little_holds_it_again_and_another_reason_to_hold_is_left_alone(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 10, NOW)
    pay_for_each(one)
    one.send("Words.")
    one.run()
    one.clock.advance(minutes=1)
    costs(one).set_cap(only(one).id, 12, one.clock())
    one.run()
    assert one.only().state is DeliveryState.HELD
    one.world.before_answer = lambda piece: refuse("Not today.")
    one.outbox.retry(one.only().id, one.clock())
    one.clock.advance(minutes=1)
    one.run()
    costs(one).set_cap(only(one).id, None, one.clock())
    one.clock.advance(minutes=1)
    one.run()
    assert one.only().state is DeliveryState.HELD and "Not today" in one.only().reason


def refuse(sentence: str) -> None:
    raise Rejected(sentence)


def test_what_costs_less_still_goes_while_a_dearer_one_is_held_by_the_limit(one: Desk) -> None:
    costs(one).set_cap(only(one).id, 50, NOW)
    paid = ledger(one)
    one.world.before_answer = lambda piece: paid.spend(MILLS, 200 if "https" in piece.text else 15)
    for words in ("See https://example.org/plan.", "Come on Tuesday."):
        one.send(words)
    one.run()
    assert [piece.text for _, piece in one.world.posted] == ["Come on Tuesday."]


def test_an_answer_s_price_is_told_as_it_is_typed(one: Desk) -> None:
    tariff = costs(one).tariff(only(one).id, NOW)
    assert tariff is not None
    plain, linked, private = (
        tariff.for_answer(*each) for each in (("On Tuesday", False), ("See example.org", False), ("example.org", True))
    )
    assert [each.mills for each in (plain, linked, private)] == [10, 200, 15]
    assert [tariff.for_correction("Words", answers).mills for answers in (False, True)] == [15, 10], (
        "nothing on top here"
    )
    costs(one).set_cap(only(one).id, 100, NOW)
    within = costs(one).tariff(only(one).id, NOW)
    assert within is not None and within.for_answer("example.org", False).passes_limit()
    assert not within.for_answer("On Tuesday", False).passes_limit()


def test_where_nothing_costs_there_is_no_price_to_tell(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    free = assemble(store, World(), Clock(), PLATFORM)
    free.connect("office")
    assert Costs(store, free.accounts).tariff(only(free).id, NOW) is None
    free.outbox.stop()
    store.close()


def test_captions_cost_as_a_description_does(one: Desk) -> None:
    film = PlacedFilm(Film(FilmId("1"), "film.mp4", "video/mp4", 10, 20.0, 640, 480), captions="WEBVTT\n")
    captioned = replace(one.write("Come on Tuesday."), film=film)
    assert costs(one).forecast(captioned, NOW)[0].mills == 15 + 5
    for nothing in ("", " \n"):
        silent = replace(captioned, film=replace(film, captions=nothing))
        assert costs(one).forecast(silent, NOW)[0].mills == 15


def test_the_description_of_a_picture_that_is_decoration_is_not_sent_and_costs_nothing(one: Desk) -> None:
    picture = one.compose.add_picture(jpeg(), "map.jpg")
    placed = [
        PlacedPicture(picture, "A map"),
        PlacedPicture(picture, "A map", "only a pattern"),
        PlacedPicture(picture, " "),
    ]
    assert costs(one).forecast(replace(one.write("Words."), pictures=tuple(placed)), NOW)[0].mills == 15 + 5


def test_a_quota_begins_anew_at_midnight_where_the_platform_lives(one: Desk) -> None:
    limited = replace(PLATFORM, quota=Quota("units", 1_000, "America/Los_Angeles", 5))
    one.clock.now = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)  # half past eleven at night there
    ledger(one, limited).spend("units", 499)
    ledger(one, limited).refuse_reading()
    ledger(one, limited).spend("units", 1)
    with pytest.raises(RateLimited) as caught:
        ledger(one, limited).refuse_reading()
    assert caught.value.until == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    one.clock.advance(minutes=31)
    ledger(one, limited).refuse_reading()
    ledger(one, limited).spend("units", 50)
    with one.store.read() as conn:
        assert spending.total(conn, only(one).id, "units", *[date(2026, 11, 25)] * 2) == 50


def test_what_a_person_asks_for_is_never_refused_by_our_own_count(one: Desk) -> None:
    limited = replace(PLATFORM, quota=Quota("units", 1_000, "America/Los_Angeles", 5))
    for _ in range(30):
        ledger(one, limited).spend("units", 50)
    with pytest.raises(RateLimited):
        ledger(one, limited).refuse_reading()


def test_youtubes_quota_is_kept_by_the_same_ledger() -> None:
    assert YOUTUBE.quota is not None and (YOUTUBE.quota.unit, YOUTUBE.quota.daily) == ("units", 10_000)


def test_a_limit_below_nothing_is_refused(one: Desk) -> None:
    with pytest.raises(InputError):
        costs(one).set_cap(only(one).id, -1, NOW)


def test_money_is_said_to_the_cent_or_exactly() -> None:
    assert [say_money(mills) for mills in (0, 15, 200, 1_234_500)] == ["$0.00", "$0.015", "$0.20", "$1,234.50"]
