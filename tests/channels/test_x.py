"""What is X's own: prices, pictures with descriptions, short links, answers it refuses, private words, seven days."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from pcc_desk.channels import x_walk
from pcc_desk.channels.x import XChannel, price
from pcc_desk.channels.x_money import ANSWER_MILLS, DESCRIPTION_MILLS, LINK_MILLS, POST_MILLS
from pcc_desk.errors import Rejected, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.channel import Piece
from pcc_desk.model.cost import MILLS
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.bench_x import refused, x_bench, x_rig
from tests.channels.rigs import PASSWORD, PICTURE, Rig, opened, piece


class Film:
    """A film of so many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, start: int, length: int) -> bytes:
        """Give a stretch of it."""
        return b"f" * min(length, self.size - start)


@pytest.fixture
def bench() -> Iterator[Rig]:
    """X with the office on it."""
    with x_rig() as rig:
        yield rig


def wrote(rig: Rig, path: str) -> list[Any]:
    """Give the JSON that was written to a path."""
    return [json.loads(seen.content) for seen in rig.front.seen if seen.path == path]


def with_server(rig: Rig) -> XServer:
    """Put another server behind the bench, whose people a test can name."""
    server = XServer(datetime_now)
    rig.front.behind = server.url
    return server


def datetime_now() -> datetime:
    return datetime.now(UTC)


def test_a_picture_goes_with_its_description(bench: Rig) -> None:
    bench.channel.publish(piece(pictures=(PICTURE, replace(PICTURE, alt=""))))
    (described,) = wrote(bench, "/2/media/metadata")
    assert described["metadata"]["alt_text"]["text"] == PICTURE.alt
    assert len(wrote(bench, "/2/tweets")[0]["media"]["media_ids"]) == 2


def test_what_a_call_costs_is_booked_before_it_is_made(bench: Rig) -> None:
    channel = opened(bench.adapter, bench.wire(), bench.account, bench.secrets, bench.noted)
    channel.publish(piece(pictures=(PICTURE,)))
    assert bench.noted.spent == [(MILLS, DESCRIPTION_MILLS + POST_MILLS)]
    bench.front.misbehave(refused(403, "No"), bench.publishes)
    with pytest.raises(Rejected):
        channel.publish(piece("3m6abcdefgh2b", "Read https://gwent.pcc.police.uk"))
    assert bench.noted.spent[-2:] == [(MILLS, LINK_MILLS), (MILLS, -LINK_MILLS)], "X asks nothing for what it refuses"


def test_tries_that_reach_nobody_cost_nothing_and_an_unclear_one_is_counted(bench: Rig) -> None:
    nowhere = bench.open(bench.wire("http://127.0.0.1:9"))
    for _ in range(20):
        with pytest.raises(Unreachable):
            nowhere.publish(piece())
    assert sum(mills for _, mills in bench.noted.spent) == 0
    bench.front.misbehave(faulty.reset, bench.publishes)
    with pytest.raises(Unconfirmed):
        bench.channel.publish(piece())
    assert sum(mills for _, mills in bench.noted.spent) == POST_MILLS


@pytest.mark.parametrize(
    ("words", "answers", "mills"),
    [("Hello", False, POST_MILLS), ("Hello", True, ANSWER_MILLS), ("See gwent.pcc.police.uk", False, LINK_MILLS)],
)
def test_a_link_makes_a_post_dear(words: str, answers: bool, mills: int) -> None:
    assert price(words, answers) == mills


FILM = PieceVideo("film.mp4", "video/mp4", 9_000_000, 20.0, 1280, 720, Film(9_000_000), captions="WEBVTT\n")


def hurried(rig: Rig) -> XChannel:
    """Give a channel that waits in no time."""
    channel = cast(XChannel, rig.channel)
    channel.uploads._wait = lambda seconds: None
    return channel


def appended(rig: Rig) -> list[int]:
    """Give the size of each segment that was sent."""
    return [len(seen.content) for seen in rig.front.seen if seen.path.endswith("/append")]


@pytest.mark.parametrize(("language", "code", "name"), [("en", "EN", "English"), ("cy", "CY", "Cymraeg")])
def test_a_film_goes_in_segments_with_its_captions(bench: Rig, language: str, code: str, name: str) -> None:
    hurried(bench).publish(piece(video=FILM, language=language))
    assert len(appended(bench)) == 3 and sum(appended(bench)) > 9_000_000
    (subtitle,) = wrote(bench, "/2/media/subtitles")
    assert (subtitle["subtitles"]["language_code"], subtitle["subtitles"]["display_name"]) == (code, name)
    assert subtitle["id"] == wrote(bench, "/2/tweets")[0]["media"]["media_ids"][0]


def test_a_film_that_breaks_off_goes_on_where_it_was(bench: Rig) -> None:
    bench.front.misbehave(faulty.reset, lambda seen: seen.path.endswith("/append") and len(appended(bench)) == 2)
    with pytest.raises(Unreachable):
        hurried(bench).publish(piece(video=FILM))
    bench.front.behave()
    bench.channel.publish(piece(video=FILM))
    assert len(appended(bench)) == 4 and len(wrote(bench, "/2/media/upload/initialize")) == 1


def test_a_film_x_still_prepares_is_waited_for_by_the_next_try_and_not_sent_again(bench: Rig) -> None:
    prepared = {"data": {"id": "1900000000000000002", "processing_info": {"state": "in_progress"}}}
    told = faulty.answered(200, faulty.as_json(prepared))
    bench.front.misbehave(told, lambda seen: seen.method == "GET" and seen.path == "/2/media/upload")
    with pytest.raises(Unreachable, match="still preparing"):
        hurried(bench).publish(piece(video=FILM))
    bench.front.behave()
    bench.channel.publish(piece(video=FILM))
    assert len(appended(bench)) == 3 and bench.public() == 1


def test_a_film_x_has_forgotten_is_sent_again() -> None:
    with x_bench() as (rig, server):
        rig.front.misbehave(faulty.reset, rig.publishes)
        with pytest.raises(Unconfirmed):
            hurried(rig).publish(piece(video=FILM))
        rig.front.behave()
        server.forget_uploads()
        with pytest.raises(Unreachable, match="forgotten"):
            rig.channel.publish(piece(video=FILM))
        rig.channel.publish(piece(video=FILM))
        assert rig.public() == 1 and len(appended(rig)) == 6


def test_short_links_are_written_out_and_a_post_is_found_by_what_it_says(bench: Rig) -> None:
    said = piece(text="Read https://gwent.pcc.police.uk/plan?a=1&b=2 & come\nŶd, bbc.co.uk", pictures=(PICTURE,))
    receipt = bench.channel.publish(said)
    assert bench.channel.find(said) == receipt
    assert bench.channel.find(replace(said, pictures=())) is None
    bench.arrive(receipt.remote_id, "See https://example.org/a & b")
    (message,) = bench.channel.fetch("mentions", "").messages
    assert message.text == "See https://example.org/a & b"


def test_two_posts_with_the_same_words_are_never_told_apart_by_guessing(bench: Rig) -> None:
    for key in ("3m6abcdefgh2a", "3m6abcdefgh2b"):
        bench.channel.publish(piece(key))
    with pytest.raises(Rejected, match="more than one"):
        bench.channel.find(piece())


def test_the_same_words_refused_as_a_duplicate_may_be_there_already() -> None:
    with x_rig(remembers=True) as rig:
        rig.channel.publish(piece())
        with pytest.raises(Unconfirmed):
            rig.channel.publish(piece())
        assert rig.public() == 1


def test_an_answer_x_does_not_allow_is_kept_with_the_way_out(bench: Rig) -> None:
    stranger = bench.arrive("", "Talking about something else, #OurPlan")
    token = json.dumps({"id": stranger})
    with pytest.raises(Rejected, match="does not let PCC Desk post this answer") as caught:
        bench.channel.publish(piece(text="May we say…", answers=token))
    assert "answer it there" in caught.value.next_step and bench.public() == 0


def test_an_answer_to_an_answer_is_found_although_x_puts_a_name_in_front(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    bench.arrive(about.remote_id, "When is it?")
    (message,) = bench.channel.fetch("mentions", "").messages
    answer = piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token)
    assert bench.channel.publish(answer) == bench.channel.find(answer)


def test_private_words_come_in_and_are_answered_in_private() -> None:
    with x_rig() as rig, with_server(rig) as server:
        server.add_account("office", token=PASSWORD)
        rig = replace(rig, account=replace(rig.account, remote_id=server._members["office"].id))
        channel = rig.open(rig.wire())
        server.whisper("ann", "office", "Between us & nobody")
        batch = channel.fetch("direct", "")
        (message,) = batch.messages
        assert (message.kind, message.text) == (MessageKind.DIRECT, "Between us & nobody")
        answer = piece(text="Thank you.", answers=message.reply_token)
        assert channel.find(answer) is None
        said = channel.publish(answer)
        assert said == channel.find(answer)
        more = piece("3m6abcdefgh2b", "Until Friday.", answers=said.reply_token)
        assert channel.publish(more) == channel.find(more)
        assert channel.fetch("direct", batch.cursor).messages == ()
        assert rig.public() == 0


def test_an_answer_can_be_hidden_and_shown_again(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    rude = bench.arrive(about.remote_id, "Rude words")
    channel = cast(XChannel, bench.channel)
    channel.hide(rude, "", True)
    channel.hide(rude, "", False)
    assert [body["hidden"] for body in wrote(bench, f"/2/tweets/{rude}/hidden")] == [True, False]


def test_a_token_that_ran_out_is_renewed_once_and_kept() -> None:
    with x_rig() as rig, with_server(rig) as server:
        server.add_account("office", token=PASSWORD)
        server.expire()
        rig.secrets.put("refresh", "refresh:office")
        rig.open(rig.wire()).check()
        assert rig.secrets["access"] != PASSWORD and rig.secrets["refresh"] != "refresh:office"
        server.revoke("office")
        with pytest.raises(Unauthorized):
            rig.open(rig.wire()).check()


def test_a_hashtag_is_watched_and_what_the_search_forgot_is_marked(bench: Rig) -> None:
    with with_server(bench) as server:
        server.add_account("office", token=PASSWORD)
        server.arrive("ann", "Come to #OurPlan tonight")
        batch = bench.channel.fetch("tag:OurPlan", "")
        assert [(each.kind, each.text) for each in batch.messages] == [
            (MessageKind.MATCH, "Come to #OurPlan tonight"),
        ]
        assert not batch.missing
        long_ago = datetime.now(UTC) - timedelta(days=12)
        mark = x_walk.Bookmark(after=batch.messages[0].remote_id, at=long_ago.isoformat())
        later = bench.channel.fetch("tag:OurPlan", mark.written())
        (gap,) = later.missing
        assert gap.from_at == long_ago and "seven days" in gap.reason
        assert not bench.channel.fetch("tag:OurPlan", later.cursor).missing


@pytest.mark.parametrize("tag", ["a b", "x from:somebody", "", '"quoted"'])
def test_a_hashtag_cannot_smuggle_other_words_into_the_search(bench: Rig, tag: str) -> None:
    with pytest.raises(Rejected):
        bench.channel.fetch(f"tag:{tag}", "")
    assert not [seen for seen in bench.front.seen if "search" in seen.path]


def test_older_spellings_of_references_are_read_as_well(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    bench.arrive(about.remote_id, "When?")
    bench.front.misbehave(faulty.rewritten(b"referenced_posts", b"referenced_tweets"), bench.reads)
    (message,) = bench.channel.fetch("mentions", "").messages
    assert (message.kind, message.answers) == (MessageKind.REPLY, about.remote_id)


def test_a_private_answer_to_nobody_is_refused(bench: Rig) -> None:
    with pytest.raises(Rejected):
        bench.channel.publish(Piece("3m6abcdefgh2a", "x", datetime.now(UTC), answers='{"person": "someone"}'))


def test_a_spoiled_id_does_not_hide_what_is_written_later() -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    page = x_walk.Page((), (), ("9" * 30, "1900000000000000007", "none"), "")
    assert x_walk.Bookmark.read(x_walk.step(x_walk.Bookmark(), page, now).cursor).after == "1900000000000000007"
    far = x_walk.Bookmark(after="9" * 30)
    assert x_walk.Bookmark.read(far.written()) == x_walk.Bookmark()
