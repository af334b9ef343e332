"""What is read on X stays within the office's limit, and what is done there costs what it was said to cost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.x import XChannel
from pcc_desk.channels.x_money import DELETE_MILLS, DESCRIPTION_MILLS, LOOK_MILLS, MANAGE_MILLS, POST_MILLS, USER_MILLS
from pcc_desk.errors import ChannelError, OverLimit, RateLimited, ServiceDown, Unconfirmed
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.bench_x import x_bench
from tests.channels.reels import make_film
from tests.channels.rigs import MADE_AT, PICTURE, Clock, Rig, piece

Bench = tuple[Rig, XServer]
BUSY = faulty.answered(429, faulty.as_json({"title": "Too Many Requests"}), {"Retry-After": "1"})
OTHER_KEY = "3m6abcdefgh2b"
FILM, _ = make_film(9_000, captions=" \n")


@pytest.fixture
def bench() -> Iterator[Bench]:
    """X with the office."""
    with x_bench() as made:
        yield made


def lose(exchange: faulty.Exchange) -> None:
    """Do what was asked, and lose the answer."""
    exchange.forward()
    exchange.reset()


def patiently(rig: Rig) -> XChannel:
    """Give a channel of a desk that was just started."""
    return cast(XChannel, rig.open(rig.wire(manners=Manners(spacing=0.0))))


def asked_for(rig: Rig, path: str) -> list[int]:
    """Give how many pieces each page of a list was asked for."""
    asked = (seen for seen in rig.front.seen if seen.method == "GET" and re.fullmatch(path, seen.path))
    return [int(seen.query["max_results"][0]) for seen in asked]


def whispered(rig: Rig, server: XServer) -> None:
    for number in range(40):
        server.whisper("ann", "office", f"Message {number}")


def mentioned(rig: Rig, server: XServer) -> None:
    cast(Clock, server._now).now = datetime.now(UTC) - timedelta(hours=1)  # the search knows seven days
    about = rig.channel.publish(piece())
    for number in range(40):
        rig.arrive(about.remote_id, f"Answer {number} #plan")


def quoted(rig: Rig, server: XServer) -> None:
    for key, words in (("3m6abcdefgh2a", "One"), (OTHER_KEY, "Two")):
        about = rig.channel.publish(piece(key, words))
        for number in range(40):
            server.quote("ann", f"Quote {number}", about.remote_id)


@pytest.mark.parametrize(
    ("stream", "fill", "left"),
    [("mentions", mentioned, 130), ("tag:#plan", mentioned, 130), ("direct", whispered, 70), ("quotes", quoted, 180)],
)
def test_reading_never_passes_the_limit_and_goes_on_without_a_gap_once_it_is_raised(
    bench: Bench, stream: str, fill: Callable[[Rig, XServer], None], left: int
) -> None:
    rig, server = bench
    fill(rig, server)
    rig.noted.limit = most = rig.noted.total() + left
    words, cursor, refused = list[str](), "", 0
    while True:
        try:
            batch = rig.channel.fetch(stream, cursor)
        except OverLimit:
            assert rig.noted.total() <= most
            rig.noted.limit, refused = None, refused + 1
            continue
        words, cursor = words + [message.text for message in batch.messages], batch.cursor
        if not batch.more:
            break
    assert refused == 1 and len(words) == len(set(words)) * (2 if stream == "quotes" else 1)
    assert len(words) == (80 if stream == "quotes" else 40)


def test_control_without_a_limit_a_page_is_asked_for_whole(bench: Bench) -> None:
    rig, server = bench
    mentioned(rig, server)
    rig.channel.fetch("mentions", "")
    assert asked_for(rig, ".*/mentions") == [100]


def test_without_money_for_the_smallest_page_nothing_is_asked(bench: Bench) -> None:
    rig, _ = bench
    rig.noted.limit = 5 * LOOK_MILLS - 1
    for stream in ("mentions", "quotes", "tag:#plan"):
        with pytest.raises(OverLimit):
            rig.channel.fetch(stream, "")
    assert rig.front.seen == [] and rig.noted.total() == 0


def test_looking_for_a_post_never_passes_the_limit(bench: Bench) -> None:
    rig, _ = bench
    for number in range(30):
        rig.channel.publish(piece(f"3m6abcdefgh{number:02}", f"Post {number}"))
    rig.noted.limit = rig.noted.total() + 60
    with pytest.raises(OverLimit):
        rig.channel.find(piece("3m6abcdefgh99", "Not there"))
    assert rig.noted.limit - 5 * LOOK_MILLS < rig.noted.total() <= rig.noted.limit


def test_checking_the_account_never_passes_the_limit(bench: Bench) -> None:
    rig, _ = bench
    rig.noted.limit = USER_MILLS - 1
    with pytest.raises(OverLimit):
        rig.channel.check()
    assert rig.front.seen == []
    rig.noted.limit = USER_MILLS
    rig.channel.check()
    assert rig.noted.total() == USER_MILLS


def test_each_page_of_quotes_is_paid_for_as_it_comes_and_none_twice(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    for number in range(150):
        server.quote("ann", f"Quote {number}", about.remote_id)
    before = rig.noted.total()
    rig.front.misbehave(BUSY, lambda seen: seen.path.endswith("/quote_tweets") and "pagination_token" in seen.query)
    first = rig.channel.fetch("quotes", "")
    with pytest.raises(RateLimited):
        rig.channel.fetch("quotes", first.cursor)
    assert len(first.messages) == 100 and first.more
    assert rig.noted.total() - before == LOOK_MILLS * (1 + 100)
    rig.front.behave()
    rest = patiently(rig).fetch("quotes", first.cursor)
    assert len(rest.messages) == 50 and not rest.more
    assert rig.noted.total() - before == LOOK_MILLS * (1 + 150)


def test_our_posts_that_were_looked_at_are_not_paid_for_again_when_their_quotes_do_not_come(bench: Bench) -> None:
    rig, server = bench
    server.quote("ann", "One", rig.channel.publish(piece()).remote_id)
    before = rig.noted.total()
    rig.front.misbehave(BUSY, lambda seen: seen.path.endswith("/quote_tweets"))
    first = rig.channel.fetch("quotes", "")
    assert first.more and rig.noted.total() - before == LOOK_MILLS
    rig.front.behave()
    assert len(patiently(rig).fetch("quotes", first.cursor).messages) == 1
    assert rig.noted.total() - before == 2 * LOOK_MILLS


def test_a_post_that_is_gone_does_not_stop_the_quotes_of_the_others(bench: Bench) -> None:
    rig, server = bench
    gone = rig.channel.publish(piece())
    about = rig.channel.publish(piece(OTHER_KEY, "Another one."))
    for one in (gone, about):
        server.quote("ann", "Read this", one.remote_id)
    missing = faulty.answered(404, faulty.as_json({"title": "Not Found Error", "status": 404}))
    rig.front.misbehave(missing, lambda seen: seen.path == f"/2/tweets/{gone.remote_id}/quote_tweets")
    words, cursor, more = list[str](), "", True
    while more:
        batch = rig.channel.fetch("quotes", cursor)
        words, cursor, more = words + [one.answers for one in batch.messages], batch.cursor, batch.more
    assert words == [about.remote_id]


def test_a_reading_whose_answer_got_lost_is_paid_for_and_put_right_by_the_next_one(bench: Bench) -> None:
    rig, server = bench
    mentioned(rig, server)
    before = rig.noted.total()
    rig.front.misbehave(lose, rig.reads)
    for _ in range(3):
        with pytest.raises(ServiceDown):
            rig.channel.fetch("mentions", "")
    assert rig.noted.total() - before == 100 * LOOK_MILLS, "once a day: X asks nothing more for the same posts"
    rig.front.behave()
    rig.channel.fetch("mentions", "")
    assert rig.noted.total() - before == 40 * LOOK_MILLS


@pytest.mark.parametrize("verb", ["DELETE", "PUT"])
def test_what_was_taken_down_or_hidden_is_paid_for_although_its_answer_got_lost(bench: Bench, verb: str) -> None:
    rig, _ = bench
    posted = rig.channel.publish(piece())
    rude = rig.arrive(posted.remote_id, "Rude words")
    before = rig.noted.total()

    def act() -> None:
        if verb == "DELETE":
            rig.channel.withdraw(posted)
        else:
            cast(XChannel, rig.channel).hide(rude, "", True)

    rig.front.misbehave(BUSY, lambda seen: seen.method == verb)
    with pytest.raises(RateLimited):
        act()
    assert rig.noted.total() == before, "X asks nothing for what it does not do"
    rig.front.misbehave(lose, lambda seen: seen.method == verb)
    rig.channel, rig.noted.limit = patiently(rig), before
    with pytest.raises(ChannelError):
        act()
    assert rig.noted.total() - before == (DELETE_MILLS if verb == "DELETE" else MANAGE_MILLS)


def test_a_post_that_does_not_fit_as_a_whole_brings_no_picture_up(bench: Bench) -> None:
    rig, _ = bench
    rig.noted.limit = POST_MILLS + 2 * DESCRIPTION_MILLS - 1
    pictured = piece(pictures=(PICTURE, replace(PICTURE, name="plan.png")))
    with pytest.raises(OverLimit):
        rig.channel.publish(pictured)
    assert rig.front.seen == [] and rig.noted.total() == 0
    rig.noted.limit += 1
    rig.channel.publish(pictured)
    assert rig.noted.total() == rig.noted.limit


def uploaded(rig: Rig) -> int:
    return sum(map(rig.prepares, rig.front.seen))


def test_a_picture_is_brought_up_and_described_once_however_often_its_post_is_tried(bench: Bench) -> None:
    rig, server = bench
    pictured = piece(pictures=(PICTURE,))
    rig.front.misbehave(BUSY, rig.publishes)
    for _ in range(3):
        with pytest.raises(RateLimited):
            patiently(rig).publish(pictured)
    assert rig.noted.total() == DESCRIPTION_MILLS
    rig.front.behave()
    patiently(rig).publish(pictured)
    assert uploaded(rig) == 1 and rig.noted.total() == POST_MILLS + DESCRIPTION_MILLS
    assert len(server.posts[-1].media) == 1


def test_a_picture_that_x_has_forgotten_by_now_is_brought_up_anew(bench: Bench) -> None:
    rig, _ = bench
    pictured, clock = piece(pictures=(PICTURE,)), [MADE_AT]
    channel = rig.open(rig.wire(now=lambda: clock[0], manners=Manners(spacing=0.0)))
    rig.front.misbehave(faulty.reset, rig.publishes)
    with pytest.raises(Unconfirmed):
        channel.publish(pictured)
    rig.front.behave()
    clock[0] += timedelta(hours=21)
    channel.publish(pictured)
    assert uploaded(rig) == 2


def test_a_description_or_captions_of_nothing_but_blanks_cost_nothing(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.publish(piece(pictures=(replace(PICTURE, alt="  "),)))
    cast(XChannel, rig.channel).uploads._wait = lambda seconds: None
    rig.channel.publish(piece(OTHER_KEY, "A film.", video=FILM))
    assert rig.noted.total() == 2 * POST_MILLS


def test_a_change_that_does_not_fit_as_a_whole_asks_x_nothing(bench: Bench) -> None:
    rig, _ = bench
    pictured = piece(pictures=(PICTURE,))
    posted = rig.channel.publish(pictured)
    before, seen = rig.noted.total(), len(rig.front.seen)
    whole = LOOK_MILLS + POST_MILLS + DESCRIPTION_MILLS
    rig.noted.limit = before + whole - 1
    channel = cast(XChannel, rig.channel)
    with pytest.raises(OverLimit):
        channel.edit(posted, replace(pictured, text="Other words."))
    assert len(rig.front.seen) == seen and rig.noted.total() == before
