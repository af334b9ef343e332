"""What is Facebook's own: posts told apart by their words, pictures brought up unseen, answers, hiding, who we are."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.facebook import FacebookChannel
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import ChannelError, Rejected, Unauthorized, Unconfirmed
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.message import Incoming
from pcc_desk.rehearsal.facebook import FacebookServer
from tests.channels import faulty, judge_graph
from tests.channels.bench_facebook import facebook_bench
from tests.channels.faulty import Seen
from tests.channels.graph_bench import refused
from tests.channels.rigs import MADE_AT, PASSWORD, PICTURE, Rig, piece, sign_in
from tests.channels.streams import came

Bench = tuple[Rig, FacebookServer]
SECOND = "3m6abcdefgh2b"


@pytest.fixture
def bench() -> Iterator[Bench]:
    with facebook_bench() as made:
        yield made


def channel_of(rig: Rig) -> FacebookChannel:
    """Give the Page's channel with all it can do."""
    assert isinstance(rig.channel, FacebookChannel)
    return rig.channel


def forms(rig: Rig, edge: str) -> list[dict[str, str]]:
    """Give what was written to an edge."""
    return [judge_graph.written(s) for s in rig.front.seen if s.method == "POST" and s.path.endswith(f"/{edge}")]


def pictures(*alts: str) -> tuple[PiecePicture, ...]:
    return tuple(dataclasses.replace(PICTURE, alt=alt) for alt in alts)


def test_pictures_are_brought_up_unseen_with_their_descriptions_and_shown_by_one_step(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece(pictures=pictures("A map", "", "A bus")))
    (post,) = server.wall.posts.values()
    assert [photo.alt for photo in post.photos] == ["A map", "", "A bus"]
    assert all(form["published"] == "false" for form in forms(rig, "photos"))
    assert "alt_text_custom" not in forms(rig, "photos")[1]
    assert post.photos[0].content == PICTURE.content
    assert len(forms(rig, "feed")) == 1


def test_a_second_try_brings_up_only_the_pictures_that_are_missing(bench: Bench) -> None:
    rig, server = bench
    wanted = piece(pictures=pictures("One", "Two"))

    def second(seen: Seen) -> bool:
        return rig.prepares(seen) and b"Two" in seen.content

    rig.front.misbehave(faulty.reset, second)
    with pytest.raises(ChannelError):
        rig.channel.publish(wanted)
    rig.front.behave()
    rig.channel.publish(wanted)
    assert [photo.alt for photo in server.wall.photos.values()] == ["One", "Two"]


def test_pictures_that_have_lapsed_are_brought_up_anew_at_the_next_try(bench: Bench) -> None:
    rig, server = bench
    wanted = piece(pictures=pictures("One"))
    rig.front.misbehave(faulty.reset, rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)
    rig.front.behave()
    server.wall.photos.clear()
    with pytest.raises(Rejected):
        rig.channel.publish(wanted)
    rig.channel.publish(wanted)
    assert rig.public() == 1


def test_the_first_address_becomes_a_card_unless_there_are_pictures(bench: Bench) -> None:
    rig, _ = bench
    words = "Read gwent.pcc.police.uk/plan and https://example.org #plan"
    rig.channel.publish(piece(text=words))
    rig.channel.publish(piece(SECOND, words, pictures=pictures("A map")))
    rig.channel.publish(piece("3m6abcdefgh2c", "No address"))
    assert [form.get("link") for form in forms(rig, "feed")] == ["https://gwent.pcc.police.uk/plan", None, None]


def test_the_same_words_twice_are_not_taken_for_one_another(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.publish(piece())
    rig.channel.publish(piece(SECOND))
    with pytest.raises(Rejected) as caught:
        rig.channel.find(piece())
    assert "more than once" in caught.value.sentence


def test_the_same_words_with_other_pictures_or_from_before_are_another_post(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.publish(piece(pictures=pictures("A map")))
    assert rig.channel.find(piece()) is None
    assert rig.channel.find(piece(pictures=pictures("A map", "A bus"))) is None
    found = rig.channel.find(piece(pictures=pictures("A map")))
    assert found is not None
    later = dataclasses.replace(piece(pictures=pictures("A map")), made_at=MADE_AT + timedelta(hours=1))
    assert rig.channel.find(later) is None


def test_words_that_facebook_has_tidied_are_found(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece(text="One  line\n\n\nand another "))
    (post,) = server.wall.posts.values()
    post.text = "One line\n\nand another"
    assert rig.channel.find(piece(text="One  line\n\n\nand another ")) is not None


def test_a_look_goes_through_all_that_was_posted_since(bench: Bench) -> None:
    rig, _ = bench
    receipt = rig.channel.publish(piece())
    for number in range(120):
        rig.channel.publish(piece(f"key{number}", f"Other words {number}"))
    assert rig.channel.find(piece()) == receipt


@pytest.mark.parametrize("number", [2, 506, 368])
def test_an_error_that_facebook_tells_though_it_has_posted_is_looked_into(bench: Bench, number: int) -> None:
    rig, _ = bench
    error = json.dumps({"error": {"code": number, "message": "An unknown error has occurred."}}).encode()
    rig.front.misbehave(faulty.afterwards(faulty.answered(500 if number == 2 else 400, error)), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(piece())
    rig.front.behave()
    assert rig.channel.find(piece()) is not None


def comment_on(rig: Rig, server: FacebookServer, words: str = "When is it?") -> Incoming:
    """Let Ann comment on a post, and give the comment as it came in."""
    about = rig.channel.publish(piece())
    server.wall.arrive(about.remote_id, words)
    (message,) = came(rig, "comments")[0]
    return message


def test_a_comment_is_hidden_shown_and_removed(bench: Bench) -> None:
    rig, server = bench
    message, channel = comment_on(rig, server), channel_of(rig)
    channel.hide(message.remote_id, message.reply_token, True)
    (comment,) = server.wall.comments
    assert comment.hidden
    channel.hide(message.remote_id, message.reply_token, False)
    assert not comment.hidden
    channel.remove(message.remote_id, message.reply_token)
    channel.remove(message.remote_id, message.reply_token)
    assert server.wall.comments == []


def test_a_message_or_anything_else_cannot_be_hidden(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("Hello")
    (message,) = came(rig, "messages")[0]
    for remote_id, token in ((message.remote_id, message.reply_token), ("77", '{"comment": "78", "post": "1"}')):
        with pytest.raises(Rejected):
            channel_of(rig).hide(remote_id, token, True)
        with pytest.raises(Rejected):
            channel_of(rig).remove(remote_id, token)


def test_words_are_changed_and_the_address_stays(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(piece(pictures=pictures("A map")))
    corrected = piece(text="The plan is out on Friday.")
    assert channel_of(rig).edit(receipt, corrected) == receipt == channel_of(rig).edit(receipt, corrected)
    (post,) = server.wall.posts.values()
    assert (post.text, len(post.photos)) == ("The plan is out on Friday.", 1)


def test_a_comment_is_answered_with_one_picture_and_not_with_two(bench: Bench) -> None:
    rig, server = bench
    token = comment_on(rig, server).reply_token
    rig.channel.publish(piece(SECOND, "Here", answers=token, pictures=pictures("A map")))
    assert server.wall.comments[-1].picture
    with pytest.raises(Rejected):
        rig.channel.publish(piece("3m6abcdefgh2c", "Here", answers=token, pictures=pictures("A map", "A bus")))


def test_the_office_can_go_on_below_its_own_words(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    first = piece(SECOND, "More about this", answers=about.reply_token)
    said = rig.channel.publish(first)
    more = piece("3m6abcdefgh2c", "And more", answers=said.reply_token)
    assert rig.channel.publish(more) == rig.channel.find(more)
    assert rig.channel.find(first) == said
    there = [(each.text, each.above) for each in server.wall.comments]
    assert there == [("More about this", ""), ("And more", said.remote_id)]


def test_an_answer_longer_than_a_comment_may_be_is_refused_before_it_is_sent(bench: Bench) -> None:
    rig, server = bench
    token = comment_on(rig, server).reply_token
    with pytest.raises(Rejected, match="1 characters too long"):
        rig.channel.publish(piece(SECOND, "x" * 8_001, answers=token))
    assert rig.public() == 1


def test_a_message_is_answered_and_the_answer_found(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("Are you open?")
    (message,) = came(rig, "messages")[0]
    answer = piece(SECOND, "Yes, until five.", answers=message.reply_token)
    assert rig.channel.find(answer) is None
    receipt = rig.channel.publish(answer)
    assert rig.channel.find(answer) == receipt
    assert forms(rig, "messages")[-1]["messaging_type"] == "RESPONSE"
    with pytest.raises(Rejected):
        rig.channel.publish(piece("3m6abcdefgh2c", "x", answers=message.reply_token, pictures=pictures("A map")))


def test_a_message_older_than_a_day_is_answered_as_a_person_or_not_at_all(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("Are you open?", at=MADE_AT - timedelta(days=3))
    (message,) = came(rig, "messages")[0]
    answer = piece(SECOND, "Yes", answers=message.reply_token)
    rig.front.misbehave(refused(400, "No"), lambda seen: b"HUMAN_AGENT" in seen.content)
    with pytest.raises(Rejected, match="24 hours"):
        rig.channel.publish(answer)
    rig.front.behave()
    rig.channel.publish(answer)
    assert forms(rig, "messages")[-1]["tag"] == "HUMAN_AGENT"
    assert rig.public() == 1


def test_the_sign_in_says_when_it_ends(bench: Bench) -> None:
    rig, server = bench
    assert rig.channel.check().expires_at is None
    server.tokens.ends_at = 1_800_000_000
    assert rig.channel.check().expires_at == datetime.fromtimestamp(1_800_000_000, UTC)


def test_a_person_s_token_becomes_the_page_s_own(bench: Bench) -> None:
    _, server = bench
    server.add_token("token-of-a-person", "USER")
    secrets, account = sign_in(ADAPTERS["facebook"], SignIn("facebook", server.url, secret="token-of-a-person"))
    assert (account.remote_id, account.handle, account.name) == (server.wall.page.id, "the.office", "The office")
    assert secrets["access"] == "page-token-of-the-office"


def test_one_of_several_pages_is_chosen_by_its_name(bench: Bench) -> None:
    _, server = bench
    server.add_token("token-of-a-person", "USER")
    server.others.append({"id": "5", "name": "Another Page", "access_token": "another-page-token"})

    def enter(named: str) -> str:
        given = SignIn("facebook", server.url, named, "token-of-a-person")
        return sign_in(ADAPTERS["facebook"], given)[1].remote_id

    assert {enter("the office"), enter("@The.Office"), enter(server.wall.page.id)} == {server.wall.page.id}
    with pytest.raises(Rejected, match="several Pages: The office, Another Page"):
        enter("")
    with pytest.raises(Rejected, match="several Pages"):
        enter("A third one")
    server.others.clear()
    with pytest.raises(Rejected, match="another Page: The office"):
        enter("A third one")


def test_a_token_that_allows_too_little_is_told_by_what_it_lacks(bench: Bench) -> None:
    _, server = bench
    server.tokens.scopes = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")
    with pytest.raises(Rejected, match="lacks: pages_manage_engagement, pages_read_user_content"):
        sign_in(ADAPTERS["facebook"], SignIn("facebook", server.url, secret=PASSWORD))


def test_a_token_that_may_not_look_at_itself_signs_in_all_the_same(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(refused(400, "You must be a developer of the app"), lambda seen: "debug" in seen.path)
    _, account = sign_in(ADAPTERS["facebook"], SignIn("facebook", rig.front.url, secret=PASSWORD))
    assert account.remote_id == rig.account.remote_id


def test_instagram_is_asked_about_by_nobody_who_only_wants_facebook(bench: Bench) -> None:
    rig, server = bench
    server.add_token("token-of-a-person", "USER")
    sign_in(ADAPTERS["facebook"], SignIn("facebook", rig.front.url, secret="token-of-a-person"))
    assert not any("instagram" in str(seen.query) for seen in rig.front.seen)


def test_a_token_that_is_over_is_told_as_such(bench: Bench) -> None:
    _, server = bench
    with pytest.raises(Unauthorized):
        sign_in(ADAPTERS["facebook"], SignIn("facebook", server.url, secret="some-other-token-here"))
