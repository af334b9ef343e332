"""The judge of Meta's platforms: every name an adapter writes, changed, would be found out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import cast

import pytest

from pcc_desk.channels import graph, graph_lists, graph_messages
from pcc_desk.channels.facebook import FacebookChannel
from pcc_desk.channels.instagram import InstagramChannel
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import Unreachable
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import AnswersPrivately
from pcc_desk.model.live import LivePlan
from pcc_desk.model.message import Incoming
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.meta_tokens import MetaTokens
from tests.channels import bench_instagram, judge_graph, mutations
from tests.channels.bench_facebook import facebook_bench, kinds
from tests.channels.faulty import Seen
from tests.channels.reels import make_film
from tests.channels.rigs import MADE_AT, PICTURE, Rig, piece, sign_in
from tests.channels.streams import came

pytestmark = pytest.mark.skipif(judge_graph.described("Page") is None, reason="Meta's files are not at hand")

FACEBOOK = (*mutations.modules_of("facebook"), graph, graph_lists, graph_messages)
INSTAGRAM = (*mutations.modules_of("instagram"), *mutations.modules_of("graph"))
# Names in the adapters' source that are no field of Meta's: what stands in our own notes of where an answer goes and
# how far a list was read, headers, languages, a file's name, and what Facebook calls the two kinds of review.
OURS = {"comment", "post", "said", "at", "thread", "person", "private", "mentioned", "closed"}
OURS |= {"walk", "waiting", "fresh", "seen", "Authorization", "cy", "captions", "srt", "positive", "negative"}
FILM = make_film(3)[0]


def answer_privately(rig: Rig, comment: Incoming) -> None:
    """Answer a comment privately, a day after everything was written."""
    channel = rig.open(rig.wire(now=lambda: MADE_AT + timedelta(days=1)))
    token = cast(AnswersPrivately, channel).privately(comment.reply_token)
    channel.publish(piece("3m6abcdefgh2e", "In private", answers=token))


def answer_late(rig: Rig, write_message: Callable[..., str]) -> None:
    """Answer a message that is days old."""
    write_message("Are you there?", "802", at=MADE_AT - timedelta(days=3))
    late = next(message for message in came(rig, "messages")[0] if message.text == "Are you there?")
    rig.channel.publish(piece("3m6abcdefgh2k", "We are", answers=late.reply_token))
    assert any(b"HUMAN_AGENT" in seen.content for seen in rig.front.seen)


def sign_in_as_a_person(rig: Rig, tokens: MetaTokens) -> None:
    """Sign in with a token that ends soon, of a person who looks after the Page, and with the office's app."""
    tokens.add("token-of-a-person", "USER", datetime.now(UTC) + timedelta(hours=1))
    app = dict(zip(("app_id", "app_secret"), tokens.app, strict=True))
    sign_in(rig.adapter, SignIn(rig.adapter.platform.name, rig.front.url, secret="token-of-a-person", more=app))


def use_facebook(rig: Rig, server: FacebookServer) -> None:
    """Use every part of Facebook once."""
    channel = rig.channel
    assert isinstance(channel, FacebookChannel)
    about = channel.publish(piece(pictures=(PICTURE, PICTURE), text="See example.org"))
    channel.publish(piece("3m6abcdefgh2b", "See example.org"))
    channel.publish(piece("3m6abcdefgh2c", video=FILM))
    channel.find(piece("3m6abcdefgh2c", video=FILM))
    captioned = replace(FILM, captions="WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n")
    channel.publish(piece("3m6abcdefgh2h", "A film with captions", video=captioned))
    known = channel.plan_live(LivePlan("3m6abcdefgh2d", "Meeting", "Ask", MADE_AT + timedelta(days=2))).remote_id
    channel.go_live(known)
    channel.end_live(known)
    for number in range(30):
        server.wall.arrive(about.remote_id, f"Comment {number}")
    server.wall.write_message("Hello")
    for stream in (*ADAPTERS["facebook"].platform.streams, f"live:{known}"):
        for message in came(rig, stream)[0][:1]:
            answer = piece(f"a{stream}", f"Answer to {stream}", answers=message.reply_token)
            channel.publish(answer)
            channel.find(answer)
    comment = came(rig, "comments")[0][0]
    channel.publish(piece("3m6abcdefgh2j", "The map", answers=comment.reply_token, pictures=(PICTURE,)))
    answer_privately(rig, comment)
    channel.hide(comment.remote_id, comment.reply_token, True)
    channel.edit(about, piece(text="Other words"))
    channel.remove(comment.remote_id, comment.reply_token)
    channel.find(piece())
    channel.check()
    answer_late(rig, server.wall.write_message)
    sign_in_as_a_person(rig, server.tokens)


def use_instagram(rig: Rig, server: InstagramServer) -> None:
    """Use every part of Instagram once."""
    channel = rig.channel
    assert isinstance(channel, InstagramChannel)
    about = channel.publish(rig.piece())
    channel.publish(rig.piece("3m6abcdefgh2b", "Two #ourplan", pictures=(rig.picture(), rig.picture())))
    channel.publish(piece("3m6abcdefgh2c", video=FILM))
    server.containers.cut = 1
    with pytest.raises(Unreachable):
        channel.publish(rig.piece("3m6abcdefgh2d", "All", video=FILM))
    channel.publish(rig.piece("3m6abcdefgh2d", "All", video=FILM))
    for number in range(30):
        server.arrive(about.remote_id, f"Comment {number}")
    server.write_message("Hello")
    server.post("Thank you", tags_us=True)
    for stream in ("comments", "mentions", "messages", "tag:ourplan"):
        for message in came(rig, stream)[0][:1]:
            answer = piece(f"a{stream}", f"Answer to {stream}", answers=message.reply_token)
            channel.publish(answer)
            channel.find(answer)
    comment = came(rig, "comments")[0][0]
    answer_privately(rig, comment)
    channel.publish(piece("3m6abcdefgh2f", "Under ours", answers=about.reply_token))
    channel.hide(comment.remote_id, comment.reply_token, True)
    channel.remove(comment.remote_id, comment.reply_token)
    channel.find(piece("3m6abcdefgh2g"))
    channel.check()
    answer_late(rig, server.write_message)
    sign_in_as_a_person(rig, server.tokens)


def missed(rig: Rig, of: Callable[[str], Sequence[str]]) -> tuple[set[str], set[str]]:
    """Change every name in every request, one at a time; give the names there were and which nobody minded."""
    changed = [one for seen in rig.front.seen for one in judge_graph.mutations(seen, of)]
    unminded = {f"{s.method} {s.path}: {name}" for name, s in changed if not judge_graph.faults_of(s, of)}
    return {word for name, _ in changed for word in re.findall("[a-z_]+", name)}, unminded


def written(modules: Sequence[ModuleType]) -> set[str]:
    """Give every name that stands in the source of an adapter as one it sends or asks for."""
    return (mutations.names_written(modules) | mutations.fields_written(modules)) - OURS


def test_every_name_for_facebook_is_sent_here_and_any_other_would_be_found_out() -> None:
    with facebook_bench() as (rig, server):
        use_facebook(rig, server)
        names, unminded = missed(rig, lambda name: kinds(server, name))
    assert written(FACEBOOK) - names == set()
    assert unminded == set()


def test_every_name_for_instagram_is_sent_here_and_any_other_would_be_found_out() -> None:
    with bench_instagram.instagram_bench() as (rig, server):
        use_instagram(rig, server)
        names, unminded = missed(rig, lambda name: bench_instagram.kinds(server, name))
    assert written(INSTAGRAM) - names == set()
    assert unminded == set()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("ratings", "created_time,review_texts"),
        ("ratings", "recommendations"),
        ("ratings", "reviewer{id,names}"),
        ("ratings", "open_graph_story{ids}"),
        ("conversations", "id,messages{messages}"),
        ("conversations", "id,messages{attachments{mime}}"),
        ("conversations", "id,messages.limits(25){id}"),
        ("published_posts", "attachments{media_kind}"),
        ("feed", "comments{from{names}}"),
    ],
)
def test_control_a_field_that_meta_never_named_is_found_out(kind: str, fields: str) -> None:
    seen = Seen("GET", f"/v26.0/1/{kind}", {"fields": [fields]}, {}, b"")
    assert len(judge_graph.faults_of(seen, lambda _: ("Page",))) == 1
