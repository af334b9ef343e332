"""What is Instagram's own: containers published once, pictures fetched from the web, answers, what it lets us do."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from pcc_desk.channels.graph_containers import Patience
from pcc_desk.channels.instagram import InstagramChannel, open_desk
from pcc_desk.channels.opening import Opening
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import RateLimited, Rejected, ServiceDown, Unconfirmed, Unreachable
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import Piece
from pcc_desk.model.message import Incoming
from pcc_desk.rehearsal.instagram import InstagramServer
from tests.channels import faulty, judge_graph
from tests.channels.bench_instagram import instagram_bench
from tests.channels.faulty import Seen
from tests.channels.graph_bench import refused
from tests.channels.rigs import MADE_AT, PASSWORD, Rig, piece, sign_in

Bench = tuple[Rig, InstagramServer]
SECOND = "3m6abcdefgh2b"


@pytest.fixture
def bench() -> Iterator[Bench]:
    with instagram_bench() as made:
        yield made


def channel_of(rig: Rig, waits: Sequence[float] = (0.0,)) -> InstagramChannel:
    """Give the account's channel, which waits as told and never really."""
    opening = Opening(rig.wire(), rig.account, rig.secrets, rig.noted, rig.noted)
    return InstagramChannel(open_desk(opening), rig.account, rig.secrets, Patience(waits, lambda seconds: None))


def forms(rig: Rig, edge: str) -> list[dict[str, str]]:
    """Give what was written to an edge."""
    return [judge_graph.written(s) for s in rig.front.seen if s.method == "POST" and s.path.endswith(f"/{edge}")]


def carousel(rig: Rig, *alts: str) -> Piece:
    return rig.piece(pictures=tuple(rig.picture(alt) for alt in alts))


def comment_on(rig: Rig, server: InstagramServer, words: str = "When is it?") -> Incoming:
    """Let Ann comment on a post, and give the comment as it came in."""
    about = rig.channel.publish(rig.piece())
    server.arrive(about.remote_id, words)
    (message,) = rig.channel.fetch("comments", "").messages
    return message


def test_a_picture_is_fetched_from_its_address_with_its_description(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(rig.piece(pictures=(rig.picture("A map"),)))
    (post,) = server.posts
    assert (post.form["alt_text"], post.form["image_url"]) == ("A map", f"{rig.front.url}/pictures/map.jpg")
    assert receipt.url == post.link


def test_several_pictures_are_one_post_each_with_its_own_description(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(carousel(rig, "One", "", "Three"))
    children, whole = forms(rig, "media")[:3], forms(rig, "media")[3]
    assert [form.get("alt_text") for form in children] == ["One", None, "Three"]
    assert all(form["is_carousel_item"] == "true" and "caption" not in form for form in children)
    assert (whole["media_type"], len(whole["children"].split(","))) == ("CAROUSEL", 3)
    assert [post.pictures for post in server.posts] == [3]


def test_what_instagram_cannot_take_is_refused_before_anything_is_sent(bench: Bench) -> None:
    rig, _ = bench
    asked = len(rig.front.seen)
    for wanted in (piece(), piece(pictures=(dataclasses.replace(rig.picture(), address=""),))):
        with pytest.raises(Rejected) as caught:
            rig.channel.publish(wanted)
        assert caught.value.next_step
    assert len(rig.front.seen) == asked


def test_a_second_try_makes_only_the_parts_that_are_missing(bench: Bench) -> None:
    rig, _ = bench
    wanted = carousel(rig, "One", "Two")
    rig.front.misbehave(faulty.reset, lambda seen: rig.prepares(seen) and b"Two" in seen.content)
    with pytest.raises(Unreachable):
        rig.channel.publish(wanted)
    rig.front.behave()
    rig.channel.publish(wanted)
    assert [form.get("alt_text", "whole") for form in forms(rig, "media")] == ["One", "Two", "Two", "whole"]


def test_what_is_still_being_prepared_goes_out_at_the_next_try(bench: Bench) -> None:
    rig, server = bench
    server.containers.slow = 5
    with pytest.raises(Unreachable, match="still preparing"):
        channel_of(rig, (0.0, 1.0)).publish(rig.piece())
    assert (rig.public(), rig.channel.find(rig.piece())) == (0, None)
    channel_of(rig, (0.0, 1.0, 1.0)).publish(rig.piece())
    assert (rig.public(), len(server.containers.all)) == (1, 1)


def test_a_picture_instagram_cannot_use_is_told_in_its_words_and_made_anew_next_time(bench: Bench) -> None:
    rig, server = bench
    server.containers.unusable = "map.jpg"
    with pytest.raises(Rejected, match="could not be fetched"):
        rig.channel.publish(rig.piece())
    server.containers.unusable = ""
    rig.channel.publish(rig.piece())
    assert rig.public() == 1


def test_a_container_that_ran_out_is_made_anew(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.reset, rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(carousel(rig, "One", "Two"))
    rig.front.behave()
    for container in server.containers.all:
        container.made_at -= timedelta(hours=25)
    assert rig.channel.find(carousel(rig, "One", "Two")) is None
    rig.channel.publish(carousel(rig, "One", "Two"))
    assert (rig.public(), len(server.containers.all)) == (1, 6)


@pytest.mark.parametrize("worked", [True, False])
def test_a_container_that_is_gone_is_looked_for_by_what_it_said(bench: Bench, worked: bool) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.afterwards(faulty.reset) if worked else faulty.reset, rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    server.containers.forget()
    assert (rig.channel.find(rig.piece()) is not None) == worked
    rig.channel.publish(rig.piece())
    assert rig.public() == 1


def test_what_is_published_and_not_shown_yet_is_never_published_again(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    (post,) = server.posts
    del server.media[post.id]
    with pytest.raises(ServiceDown):
        rig.channel.find(rig.piece())
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    server.media[post.id] = post
    assert rig.channel.publish(rig.piece()) == rig.channel.find(rig.piece())
    assert rig.public() == 1


def test_two_posts_alike_are_never_guessed_between(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.publish(rig.piece(SECOND))
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    for _ in range(2):
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
    rig.front.behave()
    with pytest.raises(Rejected, match="more than once"):
        rig.channel.find(rig.piece())
    assert rig.public() == 2


def test_a_post_whose_address_is_not_known_yet_is_posted_all_the_same(bench: Bench) -> None:
    rig, _ = bench

    def asks_address(seen: Seen) -> bool:
        return seen.query.get("fields") == ["id,permalink"]

    rig.front.misbehave(refused(500, "Later"), asks_address)
    assert rig.channel.publish(rig.piece()).url == ""
    rig.front.behave()
    found = rig.channel.find(rig.piece())
    assert found is not None and found.url


def test_the_day_s_posts_are_counted_by_instagram_before_anything_is_made(bench: Bench) -> None:
    rig, server = bench
    server.most_a_day = 1
    rig.channel.publish(rig.piece())
    with pytest.raises(RateLimited, match="1 posts in 24 hours"):
        rig.channel.publish(rig.piece(SECOND, "Other words"))
    assert (rig.public(), len(forms(rig, "media"))) == (1, 1)
    assert rig.channel.publish(rig.piece()) == rig.channel.find(rig.piece())  # what is up needs no place


def test_too_many_told_by_the_step_that_publishes_is_looked_into(bench: Bench) -> None:
    rig, _ = bench
    told = faulty.as_json({"error": {"code": 4, "message": "Too many"}})
    rig.front.misbehave(faulty.afterwards(faulty.answered(400, told)), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    assert rig.channel.find(rig.piece()) is not None


def test_a_comment_is_hidden_shown_and_removed(bench: Bench) -> None:
    rig, server = bench
    message, channel = comment_on(rig, server), channel_of(rig)
    for hidden in (True, False):
        channel.hide(message.remote_id, message.reply_token, hidden)
        assert server.comments[0].hidden is hidden
    channel.remove(message.remote_id, message.reply_token)
    channel.remove(message.remote_id, message.reply_token)
    assert server.comments == []
    for token in ('{"media": "1"}', '{"thread": "a", "person": "1"}'):
        with pytest.raises(Rejected):
            channel.hide("1", token, True)


def test_where_instagram_deletes_nothing_the_app_is_named(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(rig.piece())
    server.deletes = False
    with pytest.raises(Rejected) as caught:
        rig.channel.withdraw(receipt)
    assert "Instagram app" in caught.value.next_step
    assert rig.public() == 1


def test_an_answer_to_an_answer_goes_under_the_same_comment(bench: Bench) -> None:
    rig, server = bench
    first = comment_on(rig, server)
    server.arrive(first.remote_id, "I wonder too", by="bob")
    found = {message.text: message for message in rig.channel.fetch("comments", "").messages}
    answer = piece(SECOND, "On Tuesday", answers=found["I wonder too"].reply_token)
    assert rig.channel.publish(answer) == rig.channel.find(answer)
    assert (server.comments[-1].above, found["I wonder too"].answers) == (first.remote_id, first.remote_id)
    said = rig.channel.publish(answer)
    more = piece("3m6abcdefgh2c", "At noon", answers=said.reply_token)
    assert rig.channel.publish(more) == rig.channel.find(more)
    assert (server.comments[-1].text, server.comments[-1].above) == ("At noon", first.remote_id)


def test_an_answer_is_looked_for_before_it_is_said_again(bench: Bench) -> None:
    rig, server = bench
    answer = piece(SECOND, "On Tuesday", answers=comment_on(rig, server).reply_token)
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(answer)
    rig.front.behave()
    rig.channel.publish(answer)
    assert rig.public() == 2
    with pytest.raises(Rejected):
        rig.channel.publish(dataclasses.replace(answer, key="3m6abcdefgh2c", pictures=(rig.picture(),)))


def test_a_post_that_tags_us_is_answered_through_our_name(bench: Bench) -> None:
    rig, server = bench
    media = server.post("Thank you @the.office", tags_us=True)
    (mention,) = rig.channel.fetch("mentions", "").messages
    assert (mention.author.handle, mention.url) == ("ann", server.media[media].link)
    answer = piece(text="Thank you", answers=mention.reply_token)
    assert rig.channel.publish(answer) == rig.channel.find(answer)
    assert forms(rig, "mentions")[0]["media_id"] == media


def test_a_message_is_answered_in_its_conversation(bench: Bench) -> None:
    rig, server = bench
    server.write_message("Are you open?")
    message = next(m for m in rig.channel.fetch("messages", "").messages if m.text == "Are you open?")
    reply = piece("3m6abcdefgh2c", "Until five", answers=message.reply_token)
    assert rig.channel.find(reply) is None
    assert rig.channel.publish(reply) == rig.channel.find(reply)
    with pytest.raises(Rejected, match="too long"):
        rig.channel.publish(piece("3m6abcdefgh2d", "ŷ" * 501, answers=message.reply_token))


def test_a_message_older_than_a_day_is_answered_as_a_person(bench: Bench) -> None:
    rig, server = bench
    server.write_message("Are you open?", at=MADE_AT - timedelta(days=3))
    (message,) = rig.channel.fetch("messages", "").messages
    rig.channel.publish(piece(SECOND, "Yes", answers=message.reply_token))
    assert forms(rig, "messages")[-1]["tag"] == "HUMAN_AGENT"


def test_a_page_without_an_instagram_account_is_told_so(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(
        faulty.changed(lambda _: {"id": "9", "name": "The office"}), lambda seen: seen.path.endswith("/me")
    )
    with pytest.raises(Rejected, match="no Instagram account"):
        sign_in(ADAPTERS["instagram"], SignIn("instagram", rig.front.url, secret=PASSWORD))


def test_the_account_is_known_by_its_own_name(bench: Bench) -> None:
    rig, server = bench
    given = SignIn("instagram", rig.front.url, "@The.Office", PASSWORD)
    secrets, account = sign_in(ADAPTERS["instagram"], given)
    assert (account.remote_id, account.handle, secrets["page"]) == (server.id, "the.office", server.page)
    assert rig.channel.check().identity.handle == "the.office"


def test_a_person_s_token_becomes_the_page_s_own(bench: Bench) -> None:
    rig, server = bench
    server.add_token("token-of-a-person", "USER")
    given = SignIn("instagram", rig.front.url, secret="token-of-a-person")
    secrets, account = sign_in(ADAPTERS["instagram"], given)
    assert (account.remote_id, secrets["page"]) == (server.id, server.page)
    assert secrets["access"] == "page-token-of-the-office"
