"""What is Threads' own: containers for all it says, threads, tokens that renew themselves, and its streams."""

import contextlib
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.graph_containers import Patience
from pcc_desk.channels.opening import Opening
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.threads import ThreadsChannel
from pcc_desk.channels.threads_session import open_graph
from pcc_desk.errors import ChannelError, RateLimited, Rejected, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.account import SignIn
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.threads import ThreadsServer
from tests.channels import faulty
from tests.channels.bench_threads import threads_bench
from tests.channels.graph_bench import refused
from tests.channels.judge_graph import written
from tests.channels.reels import make_film
from tests.channels.rigs import PASSWORD, Rig, piece, sign_in
from tests.channels.streams import came

Bench = tuple[Rig, ThreadsServer]
SECOND = "3m6abcdefgh2b"


FILM = make_film(9, address="https://example.org/a.mp4", alt="The commissioner speaks")[0]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with threads_bench() as made:
        yield made


def forms(rig: Rig) -> list[dict[str, str]]:
    """Give the forms of the containers made."""
    return [written(seen) for seen in rig.front.seen if rig.prepares(seen)]


def test_words_pictures_with_descriptions_and_a_film_each_have_their_own_container(bench: Bench) -> None:
    rig, server = bench
    one, two = rig.picture("A map"), rig.picture("")
    rig.channel.publish(piece("k1", "Only words"))
    rig.channel.publish(piece("k2", "A picture", pictures=(one,)))
    rig.channel.publish(piece("k3", "Two pictures", pictures=(one, two)))
    rig.channel.publish(piece("k4", "A film", video=FILM))
    told = [(form["media_type"], form.get("alt_text"), form.get("is_carousel_item")) for form in forms(rig)]
    assert told == [
        ("TEXT", None, None),
        ("IMAGE", "A map", None),
        ("IMAGE", "A map", "true"),
        ("IMAGE", None, "true"),
        ("CAROUSEL", None, None),
        ("VIDEO", "The commissioner speaks", None),
    ]
    assert [(post.text, post.pictures) for post in server.posts][2:] == [("Two pictures", 2), ("A film", 0)]


def test_a_film_stands_among_pictures_with_its_description(bench: Bench) -> None:
    rig, server = bench
    wanted = piece(pictures=(rig.picture("A map"), rig.picture("A bus")), video=FILM)
    assert rig.channel.publish(wanted) == rig.channel.find(wanted)
    (post,) = server.posts
    assert [(part["media_type"], part["alt_text"]) for part in post.parts] == [
        ("IMAGE", "A map"),
        ("IMAGE", "A bus"),
        ("VIDEO", "The commissioner speaks"),
    ]
    assert post.parts[2]["video_url"] == FILM.address


def test_a_film_that_is_still_prepared_is_waited_for_before_the_whole_is_made(bench: Bench) -> None:
    rig, server = bench
    server.containers.slow = 12
    wanted = piece(pictures=(rig.picture(),), video=FILM)
    patient = Patience((0.0, 1.0), lambda seconds: None)
    opening = Opening(rig.wire(), rig.account, rig.secrets, rig.noted, rig.noted)
    hurried = ThreadsChannel(open_graph(rig.wire(), rig.secrets), opening, patient)
    tries = 0
    while rig.public() == 0:
        tries += 1
        with contextlib.suppress(Unreachable):
            hurried.publish(wanted)
    assert tries > 1
    assert [form["media_type"] for form in forms(rig)] == ["IMAGE", "VIDEO", "CAROUSEL"]


def test_a_film_is_not_taken_for_words_alone(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece("k1"))
    rig.front.misbehave(faulty.reset, rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(piece(SECOND, video=FILM))
    rig.front.behave()
    server.containers.forget()
    assert rig.channel.find(piece(SECOND, video=FILM)) is None


def test_what_threads_cannot_take_is_refused_before_anything_is_sent(bench: Bench) -> None:
    rig, _ = bench
    asked = len(rig.front.seen)
    links = " ".join(f"https://example.org/{number}" for number in range(6))
    nowhere = dataclasses.replace(rig.picture(), address="")
    for wanted in (
        piece(text=links),
        piece(pictures=(nowhere,)),
        piece(video=dataclasses.replace(FILM, address="")),
    ):
        with pytest.raises(Rejected) as caught:
            rig.channel.publish(wanted)
        assert caught.value.next_step
    assert len(rig.front.seen) == asked


def test_an_answer_to_our_own_post_continues_the_thread(bench: Bench) -> None:
    rig, server = bench
    first = rig.channel.publish(piece("k1", "1/3 The plan"))
    second = rig.channel.publish(piece("k2", "2/3 More", answers=first.reply_token))
    rig.channel.publish(piece("k3", "3/3 The end", answers=second.reply_token))
    posts = {post.text: post for post in server.posts}
    assert posts["2/3 More"].above == first.remote_id
    assert (posts["3/3 The end"].above, posts["3/3 The end"].root) == (second.remote_id, first.remote_id)
    assert came(rig, "replies")[0] == []


@pytest.mark.parametrize("answers", [False, True])
def test_a_container_that_is_gone_is_looked_for_by_what_it_said_and_where(bench: Bench, answers: bool) -> None:
    rig, server = bench
    first = rig.channel.publish(piece("k1", "The plan"))
    other = rig.channel.publish(piece("k2", "Another plan"))
    rig.channel.publish(piece("k3", answers=other.reply_token) if answers else piece("k3", "Other words"))
    wanted = piece(answers=first.reply_token) if answers else piece()
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)
    rig.front.behave()
    server.containers.forget()
    found = rig.channel.find(wanted)
    assert found is not None
    assert [post.above for post in server.posts if post.id == found.remote_id] == [first.remote_id if answers else ""]
    assert rig.channel.publish(wanted) == found


def test_posts_and_replies_are_counted_apart_before_anything_is_made(bench: Bench) -> None:
    rig, server = bench
    first = rig.channel.publish(piece("k1", "The plan"))
    server.most = {"": 1, "reply_": 1}
    with pytest.raises(RateLimited, match="1 posts"):
        rig.channel.publish(piece("k2", "Another"))
    rig.channel.publish(piece("k3", "A reply", answers=first.reply_token))
    with pytest.raises(RateLimited, match="1 replies"):
        rig.channel.publish(piece("k4", "One more", answers=first.reply_token))
    assert (len(forms(rig)), rig.public()) == (2, 2)


def test_a_reply_is_hidden_with_what_answers_it_and_nothing_else_is(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    reply = server.arrive(about.remote_id, "Rude words")
    nested = server.arrive(reply, "More of them", by="bob")
    found = {each.remote_id: each for each in came(rig, "replies")[0]}
    channel = rig.channel
    assert isinstance(channel, ThreadsChannel)
    for hidden in (True, False):
        channel.hide(reply, found[reply].reply_token, hidden)
        assert [post.hidden for post in server.posts if post.id == reply] == [hidden]
    for remote_id, token in ((nested, found[nested].reply_token), ("5", found[reply].reply_token)):
        with pytest.raises(Rejected):
            channel.hide(remote_id, token, True)


def test_replies_at_any_depth_come_in_with_what_they_answer(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    first = server.arrive(about.remote_id, "When is it?")
    second = server.arrive(first, "I wonder too", by="bob")
    found, cursor = came(rig, "replies")
    assert {(each.remote_id, each.answers, each.root, each.kind) for each in found} == {
        (first, about.remote_id, about.remote_id, MessageKind.REPLY),
        (second, first, about.remote_id, MessageKind.REPLY),
    }
    assert came(rig, "replies", cursor)[0] == []


def test_an_old_post_answered_late_is_found_by_a_deep_round(bench: Bench) -> None:
    rig, server = bench
    old = rig.channel.publish(piece("first", "An old plan"))
    for number in range(20):
        rig.channel.publish(piece(f"k{number}", f"Words {number}"))
    _, cursor = came(rig, "replies")
    server.arrive(old.remote_id, "I am late")
    assert came(rig, "replies", cursor)[0] == []
    rig.channel = rig.open(rig.wire(now=lambda: datetime.now(UTC) + timedelta(hours=13)))
    found, cursor = came(rig, "replies", cursor)
    assert [each.text for each in found] == ["I am late"]
    assert came(rig, "replies", cursor)[0] == []


def test_what_is_said_to_our_reply_under_somebody_else_s_post_comes_in(bench: Bench) -> None:
    rig, server = bench
    theirs = server.arrive("", "What does @the.office say?")
    ((mention,), cursor) = came(rig, "mentions")
    assert (mention.kind, mention.remote_id) == (MessageKind.MENTION, theirs)
    ours = rig.channel.publish(piece(text="This is what we say", answers=mention.reply_token))
    server.arrive(ours.remote_id, "Thank you")
    assert [(each.text, each.answers) for each in came(rig, "answers")[0]] == [("Thank you", ours.remote_id)]
    assert came(rig, "mentions", cursor)[0] == []


def test_a_tag_is_watched_without_ours_and_each_search_is_counted(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece(text="Tell us what you think #OurPlan"))
    server.arrive("", "More buses! #ourplan")
    ((found,), cursor) = came(rig, "tag:#ourplan")
    assert (found.text, found.kind, found.author.handle) == ("More buses! #ourplan", MessageKind.MATCH, "ann")
    server.arrive("", "Fewer cars #ourplan", by="bob")
    assert [each.text for each in came(rig, "tag:#ourplan", cursor)[0]] == ["Fewer cars #ourplan"]
    assert rig.noted.spent == [("threads searches", 1)] * 2
    for stream in ("tag:", "live:1", "unknown"):
        with pytest.raises(Rejected):
            rig.channel.fetch(stream, "")


def test_a_post_that_is_gone_while_its_replies_are_read_stops_nothing(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    server.arrive(about.remote_id, "Hello")
    gone = faulty.answered(400, faulty.as_json({"error": {"code": 100, "error_subcode": 33, "message": "gone"}}))
    rig.front.misbehave(gone, rig.reads)
    assert came(rig, "replies")[0] == []


def test_a_token_says_when_it_ends_and_renews_itself_long_before(bench: Bench) -> None:
    rig, server = bench
    assert rig.channel.check().expires_at == server.tokens[PASSWORD].replace(microsecond=0)
    asked = len(rig.front.seen)
    soon = datetime.now(UTC) + timedelta(days=20)
    channel = rig.open(rig.wire(now=lambda: soon))
    ends_at = channel.check().expires_at
    assert ends_at == soon + timedelta(days=60)
    assert [seen.path for seen in rig.front.seen[asked:]] == ["/refresh_access_token", "/v1.0/me"]
    assert rig.secrets["access"] != PASSWORD
    server.tokens.pop(PASSWORD)
    channel.check()


def test_a_renewal_that_fails_costs_nothing_while_the_token_is_good(bench: Bench) -> None:
    rig, _ = bench
    soon = datetime.now(UTC) + timedelta(days=20)
    rig.front.misbehave(refused(400, "Too young"), lambda seen: seen.path == "/refresh_access_token")
    channel = rig.open(rig.wire(now=lambda: soon))
    assert channel.check().identity.handle == "the.office"
    assert channel.publish(piece()).remote_id
    assert rig.secrets["access"] == PASSWORD


def test_a_token_that_is_over_is_told_as_such(bench: Bench) -> None:
    rig, server = bench
    server.tokens[PASSWORD] = datetime.now(UTC) - timedelta(days=1)
    later = rig.open(rig.wire(now=lambda: datetime.now(UTC) + timedelta(days=61)))
    with pytest.raises(Unauthorized):
        later.check()


def test_a_token_whose_end_is_not_told_is_renewed_as_soon_as_it_may_be(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(refused(400, "You may not"), lambda seen: "debug" in seen.path)
    secrets, _ = sign_in(ADAPTERS["threads"], SignIn("threads", rig.front.url, secret=PASSWORD))
    ends_at = datetime.fromisoformat(secrets["expires_at"])
    assert timedelta(days=46) < ends_at - datetime.now(UTC) < timedelta(days=48)


def test_a_token_that_allows_too_little_is_told_by_what_it_lacks(bench: Bench) -> None:
    _, server = bench
    server.scopes = ("threads_basic", "threads_content_publish")
    with pytest.raises(Rejected, match="lacks: threads_manage_replies, threads_read_replies"):
        sign_in(ADAPTERS["threads"], SignIn("threads", server.url, secret=PASSWORD))


def test_an_answer_that_leads_nowhere_is_refused(bench: Bench) -> None:
    rig, _ = bench
    for token in ('{"reply_to": "me"}', '{"reply_to": "1/../me"}', '{"closed": "yes"}'):
        with pytest.raises(ChannelError):
            rig.channel.publish(piece(answers=token))
    assert rig.public() == 0


def test_a_token_that_ends_within_a_day_is_refused_while_the_person_looks(bench: Bench) -> None:
    rig, server = bench
    server.tokens[PASSWORD] = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(Rejected, match="ends within a day"):
        sign_in(ADAPTERS["threads"], SignIn("threads", rig.front.url, secret=PASSWORD))
