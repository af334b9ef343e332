"""What is Mastodon's own: limits a server tells, names as addresses, pictures that take a while, edits, hashtags."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
import requests

from pcc_desk.channels.mastodon import MastodonChannel, sign_in
from pcc_desk.channels.mastodon_platform import PLATFORM
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, Unconfirmed, Unreachable
from pcc_desk.model.account import SignIn
from pcc_desk.model.film import STRETCH
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.mastodon import MastodonServer
from tests.channels import faulty
from tests.channels.bench_mastodon import mastodon_rig
from tests.channels.footage import Footage, film
from tests.channels.rigs import PASSWORD, PICTURE, Kept, Noted, Rig, piece

WEB_PAGE = 999  # no code: an answer that is a page


@pytest.fixture
def bench() -> Iterator[Rig]:
    """A server that honours keys, with the office on it."""
    with mastodon_rig() as rig:
        channel_of(rig)._wait = lambda seconds: None
        yield rig


def channel_of(rig: Rig) -> MastodonChannel:
    """Give the adapter itself."""
    return cast(MastodonChannel, rig.channel)


class Person(Noted):
    """Somebody at this PC whose web browser says yes to everything."""

    def visit(self, url: str) -> None:
        """Open the page, and follow it back to the desk."""
        super().visit(url)
        threading.Thread(target=self._follow, args=(url,)).start()

    def _follow(self, url: str) -> None:
        there = requests.get(url, timeout=60, allow_redirects=False)
        requests.get(there.headers["location"], timeout=60)


def body_of(rig: Rig) -> Any:
    """Give what was sent to be published last."""
    return [json.loads(seen.content) for seen in rig.front.seen if rig.publishes(seen)][-1]


def test_the_browser_way_registers_an_app_and_brings_a_token_that_works() -> None:
    with MastodonServer() as server:
        server.add_account("office")
        secrets, person = Kept(), Person()
        standing = sign_in(Entering(Wire(server.url), SignIn("mastodon", server.url, way="browser"), secrets, person))
        assert (standing.identity.handle, standing.identity.address) == ("office", server.url)
        assert secrets["access"] and len(person.visited) == 1


@pytest.mark.parametrize("code", [None, 404, 422, 501, WEB_PAGE])
def test_a_pasted_token_that_may_only_read_is_refused_before_it_replaces_a_better_one(code: int | None) -> None:
    with MastodonServer() as server, faulty.Front(server.url) as front:
        server.add_account("office", token=PASSWORD)
        given, secrets = SignIn("mastodon", front.url, secret=PASSWORD, way="token"), Kept(access="a better one")
        server.let_read_only(PASSWORD)
        if code is not None:  # a server without such notes leaves the question open
            nothing = faulty.answered(404, faulty.HTML) if code == WEB_PAGE else faulty.answered(code, b"{}")
            front.misbehave(nothing, lambda seen: seen.path == "/api/v1/markers")
            sign_in(Entering(Wire(front.url), given, secrets, Noted()))
            return
        with pytest.raises(Rejected, match="may read and not post") as told:
            sign_in(Entering(Wire(front.url), given, secrets, Noted()))
        assert "“write”" in told.value.next_step and secrets["access"] == "a better one"
        assert server.posts == ()


def test_an_address_without_mastodon_is_told_plainly() -> None:
    with faulty.Front("http://127.0.0.1:9") as front:
        front.misbehave(faulty.answered(404, b"{}"))
        given = SignIn("mastodon", front.url, secret=PASSWORD, way="token")
        with pytest.raises(Rejected, match="no Mastodon server"):
            sign_in(Entering(Wire(front.url), given, Kept(), Noted()))


def test_the_limits_are_the_server_s_own(bench: Rig) -> None:
    def larger(body: Any) -> Any:
        body["configuration"]["statuses"] |= {"max_characters": 5_000, "characters_reserved_per_url": 25}
        body["configuration"]["statuses"]["max_media_attachments"] = 6
        return body

    bench.front.misbehave(faulty.changed(larger), lambda seen: seen.path.endswith("/instance"))
    limits = bench.channel.check().limits
    assert (limits.length, limits.link_length, limits.pictures) == (5_000, 25, 6)


def test_an_old_server_without_the_newer_description_tells_its_limit_all_the_same(bench: Rig) -> None:
    bench.front.misbehave(faulty.answered(404, b"{}"), lambda seen: seen.path == "/api/v2/instance")
    older = faulty.changed(lambda body: {"max_toot_chars": 11_000})
    bench.front.misbehave(older, lambda seen: seen.path == "/api/v1/instance")
    limits = bench.channel.check().limits
    assert (limits.length, limits.link_length) == (11_000, PLATFORM.limits.link_length)


def test_a_picture_s_description_goes_with_it_and_the_post_waits_until_it_is_ready(bench: Rig) -> None:
    bench.channel.publish(piece(pictures=(PICTURE, replace(PICTURE, alt="A second map"))))
    uploads = [seen.content for seen in bench.front.seen if bench.prepares(seen)]
    assert [b"A map of the beat" in uploads[0], b"A second map" in uploads[1]] == [True, True]
    assert len(body_of(bench)["media_ids"]) == 2


def test_a_picture_that_is_never_ready_leaves_nothing_posted(bench: Rig) -> None:
    bench.front.misbehave(faulty.changed(lambda body: {**body, "url": None}), lambda seen: "/media/" in seen.path)
    with pytest.raises(Unreachable, match="not finished with the picture"):
        bench.channel.publish(piece(pictures=(PICTURE,)))
    assert bench.public() == 0


def test_an_answer_names_whom_it_answers_and_is_seen_by_no_more_people(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    bench.arrive(about.remote_id, "When is it?")
    (message,) = bench.channel.fetch("notifications", "").messages
    assert (message.text, message.kind) == ("When is it?", MessageKind.REPLY)
    bench.channel.publish(piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token))
    assert (body_of(bench)["status"], body_of(bench)["visibility"]) == ("@ann On Tuesday.", "public")


def test_a_private_word_is_told_as_such_and_answered_in_private() -> None:
    with mastodon_rig() as rig, MastodonServer() as server:
        server.add_account("office", token=PASSWORD)
        server.arrive("ann", "@office between us", visibility="direct")
        rig.front.behind = server.url
        (message,) = rig.channel.fetch("notifications", "").messages
        assert message.kind is MessageKind.DIRECT
        rig.channel.publish(piece(text="Thank you.", answers=message.reply_token))
        assert (body_of(rig)["status"], body_of(rig)["visibility"]) == ("@ann Thank you.", "direct")


def test_an_answer_to_followers_only_is_seen_by_followers_only(bench: Rig) -> None:
    with MastodonServer() as server:
        server.add_account("office", token=PASSWORD)
        server.arrive("ann", "@office among friends", visibility="private")
        bench.front.behind = server.url
        (message,) = bench.channel.fetch("notifications", "").messages
        bench.channel.publish(piece(text="Thank you.", answers=message.reply_token))
        assert body_of(bench)["visibility"] == "private"


def test_what_comes_in_private_is_never_told_by_a_hashtag(bench: Rig) -> None:
    with MastodonServer() as server:
        server.add_account("office", token=PASSWORD)
        server.arrive("ann", "@office about #OurPlan", visibility="direct")
        server.arrive("ann", "Everybody may read of #OurPlan")
        bench.front.behind = server.url
        (message,) = bench.channel.fetch("tag:ourplan", "").messages
        assert message.text == "Everybody may read of #OurPlan"


def test_a_warning_comes_with_the_words_and_goes_with_the_answer(bench: Rig) -> None:
    with MastodonServer() as server:
        server.add_account("office", token=PASSWORD)
        server.warn(server.arrive("ann", "@office somebody was hurt"), "Violence")
        bench.front.behind = server.url
        (message,) = bench.channel.fetch("notifications", "").messages
        assert message.text == "Violence\n\n@office somebody was hurt"
        answer = piece(text="We have read this.", answers=message.reply_token)
        receipt = bench.channel.publish(answer)
        assert body_of(bench)["spoiler_text"] == "Violence" and bench.channel.find(answer) == receipt
        channel_of(bench).edit(receipt, replace(answer, text="We have read this twice."))
        (edit,) = [json.loads(seen.content) for seen in bench.front.seen if seen.method == "PUT"]
        assert (edit["status"], edit["spoiler_text"]) == ("@ann We have read this twice.", "Violence")
        assert not {"visibility", "in_reply_to_id"} & edit.keys()  # an edit cannot change them


def test_words_go_in_the_language_they_were_written_in(bench: Rig) -> None:
    bench.channel.publish(piece(text="Dewch i’r cyfarfod", language="cy"))
    assert body_of(bench)["language"] == "cy"


def test_a_film_goes_a_stretch_at_a_time_with_its_description(bench: Rig) -> None:
    video = film(3_000_000)
    receipt = bench.channel.publish(piece(video=video))
    (upload,) = [seen for seen in bench.front.seen if bench.prepares(seen)]
    footage = cast(Footage, video.reel)
    assert footage.whole() in upload.content and video.alt.encode() in upload.content
    assert int(upload.headers["content-length"]) == len(upload.content)
    assert footage.reads >= 3 and max(footage.lengths) <= STRETCH
    assert bench.channel.find(piece(video=video)) == receipt


def test_a_film_is_waited_for_longer_than_a_picture_and_its_lender_hears_of_it(bench: Rig) -> None:
    looks, video = list[str](), film(1_000)

    def unready(body: Any) -> Any:
        looks.append(body["id"])
        return {**body, "url": None if len(looks) < 100 else "https://example.org/film"}

    bench.front.misbehave(faulty.changed(unready), lambda seen: "/api/v1/media/" in seen.path)
    bench.channel.publish(piece(video=video))
    assert len(looks) == 100 and cast(Footage, video.reel).lengths.count(0) == 100


def test_a_film_that_is_never_ready_leaves_nothing_posted(bench: Rig) -> None:
    bench.front.misbehave(faulty.changed(lambda body: {**body, "url": None}), lambda seen: "/media/" in seen.path)
    with pytest.raises(Unreachable, match="not finished with the film"):
        bench.channel.publish(piece(video=film(1_000)))
    assert bench.public() == 0


def test_a_film_the_server_cannot_use_is_refused_in_its_words(bench: Rig) -> None:
    spoiled = faulty.refused(422, "Error processing thumbnail for uploaded media")
    bench.front.misbehave(spoiled, lambda seen: "/api/v1/media/" in seen.path)
    with pytest.raises(Rejected, match="Error processing"):
        bench.channel.publish(piece(video=film(1_000)))
    assert bench.public() == 0


def test_what_a_film_may_have_is_the_server_s_own(bench: Rig) -> None:
    def smaller(body: Any) -> Any:
        told = {"video_size_limit": 40_000_000, "video_matrix_limit": 2_304_000, "description_limit": 400}
        body["configuration"]["media_attachments"] |= told
        return body

    bench.front.misbehave(faulty.changed(smaller), lambda seen: seen.path.endswith("/instance"))
    limits = bench.channel.check().limits
    assert (limits.video_bytes, limits.video_pixels, limits.video_alt) == (40_000_000, 2_304_000, 400)


def test_a_thread_goes_on_without_naming_ourselves(bench: Rig) -> None:
    first = bench.channel.publish(piece())
    second = bench.channel.publish(piece("3m6abcdefgh2b", "And more.", answers=first.reply_token))
    assert (body_of(bench)["status"], body_of(bench)["in_reply_to_id"]) == ("And more.", first.remote_id)
    assert bench.channel.find(piece("3m6abcdefgh2b", "And more.", answers=first.reply_token)) == second


def test_a_server_that_forgets_keys_is_looked_at_before_anything_is_sent_again() -> None:
    with mastodon_rig(honours=False) as rig:
        rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(piece())
        rig.front.behave()
        assert rig.channel.find(piece()) is not None
        rig.channel.publish(piece())
        assert rig.public() == 2  # the control: without the look it is there twice


def test_a_server_that_honours_keys_takes_a_repeat_for_the_same_post(bench: Rig) -> None:
    assert bench.channel.publish(piece()) == bench.channel.publish(piece())
    assert bench.public() == 1


LINKED = "Read https://gwent.pcc.police.uk/news/2026/a-long-address-indeed now.\n\nDiolch, @ann@wales.example!\nŶd"


def test_words_that_the_server_wraps_in_markup_are_found_all_the_same(bench: Rig) -> None:
    receipt = bench.channel.publish(piece(text=LINKED))
    assert bench.channel.find(piece(text=LINKED)) == receipt
    assert bench.channel.find(piece(text=LINKED.replace("now", "later"))) is None


def test_two_posts_with_the_same_words_are_never_told_apart_by_guessing(bench: Rig) -> None:
    bench.channel.publish(piece())
    bench.channel.publish(piece("3m6abcdefgh2b"))
    with pytest.raises(Rejected, match="more than one"):
        bench.channel.find(piece())


def test_an_edit_keeps_the_pictures_and_the_address(bench: Rig) -> None:
    receipt = bench.channel.publish(piece(pictures=(PICTURE,)))
    edited = channel_of(bench).edit(receipt, piece(text="Corrected words"))
    assert (edited.remote_id, edited.url) == (receipt.remote_id, receipt.url)
    assert bench.channel.find(piece(text="Corrected words", pictures=(PICTURE,))) is not None


def test_a_hashtag_is_watched_as_a_stream_of_its_own(bench: Rig) -> None:
    bench.arrive("", "Come to #OurPlan tonight")
    bench.arrive("", "Nothing to do with it")
    bench.channel.publish(piece(text="Our own #OurPlan post"))
    batch = bench.channel.fetch("tag:ourplan", "")
    assert [(each.kind, each.text) for each in batch.messages] == [(MessageKind.MATCH, "Come to #OurPlan tonight")]
    bench.arrive("", "More #ourplan")
    while batch.more:
        batch = bench.channel.fetch("tag:ourplan", batch.cursor)
    assert [each.text for each in bench.channel.fetch("tag:ourplan", batch.cursor).messages] in ([], ["More #ourplan"])


def test_too_many_requests_are_believed_until_the_written_time(bench: Rig) -> None:
    from_server = {"X-RateLimit-Reset": "2099-01-01T00:00:00.000Z"}
    bench.front.misbehave(faulty.refused(429, "Too many requests", from_server))
    with pytest.raises(Exception) as caught:
        bench.channel.check()
    assert type(caught.value).__name__ == "RateLimited"
