"""What is X's own: prices, pictures with descriptions, short links, answers it refuses, private words, seven days."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from pcc_desk.channels import x_walk
from pcc_desk.channels.x import ANSWER_MILLS, LINK_MILLS, POST_MILLS, XChannel, price
from pcc_desk.channels.x_media import DESCRIPTION_MILLS, MILLS
from pcc_desk.errors import Rejected, Unauthorized, Unconfirmed
from pcc_desk.model.channel import Piece
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty, judge_x
from tests.channels.bench_x import refused, x_rig
from tests.channels.faulty import Seen
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
    assert bench.noted.spent == [(MILLS, DESCRIPTION_MILLS), (MILLS, POST_MILLS)]
    bench.front.misbehave(refused(403, "No"), bench.publishes)
    with pytest.raises(Rejected):
        channel.publish(piece("3m6abcdefgh2b", "Read https://gwent.pcc.police.uk"))
    assert bench.noted.spent[-1] == (MILLS, LINK_MILLS)


@pytest.mark.parametrize(
    ("words", "answers", "mills"),
    [("Hello", False, POST_MILLS), ("Hello", True, ANSWER_MILLS), ("See gwent.pcc.police.uk", False, LINK_MILLS)],
)
def test_a_link_makes_a_post_dear(words: str, answers: bool, mills: int) -> None:
    assert price(words, answers) == mills


def test_a_film_goes_in_segments_with_its_captions(bench: Rig) -> None:
    channel = cast(XChannel, bench.channel)
    channel.uploads._wait = lambda seconds: None
    film = PieceVideo("film.mp4", "video/mp4", 9_000_000, 20.0, 1280, 720, Film(9_000_000), captions="WEBVTT\n")
    channel.publish(piece(video=film))
    appended = [seen for seen in bench.front.seen if seen.path.endswith("/append")]
    assert len(appended) == 3 and sum(len(seen.content) for seen in appended) > 9_000_000
    assert wrote(bench, "/2/media/subtitles")[0]["subtitles"]["language_code"] == "EN"


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
    token = json.dumps({"id": stranger, "root": stranger})
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
        assert channel.publish(answer) == channel.find(answer)
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


needs_the_file = pytest.mark.skipif(judge_x.description() is None, reason="X's own file is not beside this checkout")


@needs_the_file
def test_the_judge_knows_our_requests_and_objects_to_any_other_name_in_them(bench: Rig) -> None:
    channel = cast(XChannel, bench.channel)
    about = channel.publish(piece(pictures=(PICTURE,)))
    channel.publish(piece("3m6abcdefgh2b", "More", answers=about.reply_token))
    channel.hide(about.remote_id, "", True)
    channel.fetch("mentions", "")
    channel.fetch("direct", "")
    channel.fetch("tag:OurPlan", "")
    seen = [each for each in bench.front.seen if not judge_x.faults_of(each)]
    assert len(seen) == len(bench.front.seen) >= 8
    overlooked = [
        (each.path, name) for each in seen for name, changed in mutations(each) if not judge_x.faults_of(changed)
    ]
    assert not overlooked


def mutations(seen: Seen) -> Iterator[tuple[str, Seen]]:
    """Give the request again with each of its names changed in turn."""
    for name in seen.query:
        yield name, replace(seen, query={f"{key}x" if key == name else key: seen.query[key] for key in seen.query})
    if seen.content.startswith(b"{"):
        for name in names_in(json.loads(seen.content)):
            yield name, replace(seen, content=seen.content.replace(f'"{name}":'.encode(), f'"{name}x":'.encode()))
    for part in (b'name="media_category"', b'name="media"'):
        if part in seen.content and not seen.content.startswith(b"{"):
            yield part.decode(), replace(seen, content=seen.content.replace(part, part[:-1] + b'x"'))
    yield "the path", replace(seen, path=f"{seen.path}x")


def names_in(value: Any) -> Iterator[str]:
    """Give the name of every field."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)


def test_a_private_answer_to_nobody_is_refused(bench: Rig) -> None:
    with pytest.raises(Rejected):
        bench.channel.publish(Piece("3m6abcdefgh2a", "x", datetime.now(UTC), answers='{"person": "someone"}'))


def test_a_spoiled_id_does_not_hide_what_is_written_later() -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    page = x_walk.Page((), (), ("9" * 30, "1900000000000000007", "none"), "")
    assert x_walk.Bookmark.read(x_walk.step(x_walk.Bookmark(), page, now).cursor).after == "1900000000000000007"
    far = x_walk.Bookmark(after="9" * 30)
    assert x_walk.Bookmark.read(far.written()) == x_walk.Bookmark()
