"""Quotes on X come in once their count has risen, and looking for them costs as little as X lets it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcc_desk.channels.x_money import LOOK_MILLS
from pcc_desk.model.cost import MILLS
from pcc_desk.model.message import Incoming, MessageKind
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.bench_x import x_bench
from tests.channels.rigs import Rig, piece

Bench = tuple[Rig, XServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """X with the office."""
    with x_bench() as made:
        yield made


def asked(rig: Rig) -> int:
    return sum(seen.path.endswith("/quote_tweets") for seen in rig.front.seen)


def walked(rig: Rig, cursor: str = "") -> list[Incoming]:
    """Read until there is no more."""
    messages, more = list[Incoming](), True
    while more:
        batch = rig.channel.fetch("quotes", cursor)
        messages, cursor, more = [*messages, *batch.messages], batch.cursor, batch.more
    return messages


def test_a_quote_comes_in_as_one_and_belongs_to_what_it_quotes(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    first = rig.channel.fetch("quotes", "")
    assert first.messages == () and asked(rig) == 0
    known = server.quote("ann", "Read this, neighbours", about.remote_id)
    (message,) = rig.channel.fetch("quotes", first.cursor).messages
    assert (message.remote_id, message.kind, message.answers) == (known, MessageKind.QUOTE, about.remote_id)
    answer = piece("3m6abcdefgh2b", "Thank you.", answers=message.reply_token)
    assert answer.answers and message.author.handle == "ann"


def test_what_the_office_quotes_itself_is_left_out(bench: Bench) -> None:
    rig, server = bench
    server.quote("office", "As we said", rig.channel.publish(piece()).remote_id)
    assert rig.channel.fetch("quotes", "").messages == ()


def test_more_than_one_page_of_quotes_all_come_in(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    wanted = {server.quote(f"person{number}", f"Quote {number}", about.remote_id) for number in range(130)}
    assert {message.remote_id for message in walked(rig)} == wanted
    assert asked(rig) == 2


def test_each_post_is_paid_for_once_a_day(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    rig.noted.spent.clear()
    cursor = rig.channel.fetch("quotes", "").cursor
    for _ in range(3):
        cursor = rig.channel.fetch("quotes", cursor).cursor
    assert rig.noted.spent == [(MILLS, LOOK_MILLS)]
    server.quote("ann", "One", about.remote_id)
    cursor = rig.channel.fetch("quotes", cursor).cursor
    server.quote("bob", "Two", about.remote_id)
    rig.channel.fetch("quotes", cursor)
    assert rig.noted.spent == [(MILLS, LOOK_MILLS)] * 3


def test_what_was_paid_for_yesterday_is_paid_for_again_in_a_walk_that_goes_on_today(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    for number in range(3):
        server.quote("ann", f"Quote {number}", about.remote_id)
    rig.noted.spent.clear()
    rise = {"name": about.remote_id, "count": 3, "paid": 2}
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    for day, mills in ((datetime.now(UTC).date().isoformat(), LOOK_MILLS), (yesterday, 3 * LOOK_MILLS)):
        cursor = json.dumps({"day": day, "quoted": {}, "rises": [rise], "page": "", "pages": 0, "seen": 0})
        assert len(rig.channel.fetch("quotes", cursor).messages) == 3
        assert rig.noted.spent.pop() == (MILLS, mills)


def test_a_post_without_its_figures_is_passed_over(bench: Bench) -> None:
    rig, server = bench
    server.quote("ann", "One", rig.channel.publish(piece()).remote_id)
    rig.front.misbehave(faulty.rewritten(b"quote_count", b"quoted"), lambda seen: seen.path.endswith("/tweets"))
    assert rig.channel.fetch("quotes", "").messages == ()


@pytest.mark.parametrize("cursor", ["nonsense", "[1]", '{"day": 7, "quoted": {"1": "x"}}'])
def test_a_cursor_that_is_not_ours_begins_again(bench: Bench, cursor: str) -> None:
    rig, server = bench
    server.quote("ann", "One", rig.channel.publish(piece()).remote_id)
    assert len(rig.channel.fetch("quotes", cursor).messages) == 1


def test_a_forged_count_hides_no_later_quote_and_a_spoilt_post_of_ours_costs_no_other(bench: Bench) -> None:
    rig, server = bench
    about, other = rig.channel.publish(piece()), rig.channel.publish(piece("3m6abcdefgh2b", "Another one."))

    def forge(body: Any) -> Any:
        posts = {post["id"]: post for post in body["data"]}
        posts[about.remote_id]["public_metrics"]["quote_count"] = 10**9
        del posts[other.remote_id]["id"]
        return body

    rig.front.misbehave(faulty.changed(forge), lambda seen: seen.path.endswith("/tweets"))
    batch = rig.channel.fetch("quotes", "")
    assert len(batch.spoiled) == 1
    rig.front.behave()
    server.quote("ann", "Read this", about.remote_id)
    server.quote("bob", "And this", other.remote_id)
    read = walked(rig, batch.cursor)
    assert {message.text for message in read} == {"Read this", "And this"}
