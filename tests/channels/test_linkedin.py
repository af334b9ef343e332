"""What is LinkedIn's own: escaped text, comments in threads, several pages, versions that end, what it told is golden.

LinkedIn publishes no machine-readable description; the requests here are frozen from its own pages and are ours.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.linkedin import LinkedInChannel, sign_in
from pcc_desk.channels.linkedin_words import is_same, little, unlittle
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.walk import Bookmark
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, Unreachable
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import PieceCard
from pcc_desk.rehearsal.linkedin import LinkedInServer
from tests.channels import faulty
from tests.channels.bench_linkedin import US, linkedin_bench, linkedin_rig
from tests.channels.rigs import PASSWORD, PICTURE, Kept, Noted, Rig, piece


@pytest.fixture
def bench() -> Iterator[Rig]:
    """LinkedIn with one page."""
    with linkedin_rig() as rig:
        yield rig


def wrote(rig: Rig, method: str, path: str) -> list[Any]:
    """Give the JSON written to a path."""
    return [json.loads(seen.content) for seen in rig.front.seen if (seen.method, seen.path) == (method, path)]


def test_a_post_is_exactly_what_linkedin_s_page_shows(bench: Rig) -> None:
    bench.channel.publish(piece(text="Plan (2026) is out #OurPlan", pictures=(PICTURE,)))
    (body,) = wrote(bench, "POST", "/rest/posts")
    image = body["content"]["media"].pop("id")
    assert image.startswith("urn:li:image:")
    assert body == {
        "author": US,
        "commentary": "Plan \\(2026\\) is out #OurPlan",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "content": {"media": {"altText": PICTURE.alt}},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    (sent,) = [seen for seen in bench.front.seen if bench.publishes(seen)]
    assert sent.headers["linkedin-version"] and sent.headers["x-restli-protocol-version"] == "2.0.0"


@given(st.text(max_size=200))
def test_escaped_words_are_read_back_as_they_were(words: str) -> None:
    assert unlittle(little(words)) == words
    assert is_same(little(words), words)


@pytest.mark.parametrize("sign", "\\|{}@[]()<>*_~")
def test_no_sign_ever_cuts_a_post_short(bench: Rig, sign: str) -> None:
    said = piece(text=f"Before {sign} after #Tag_one")
    receipt = bench.channel.publish(said)
    assert bench.channel.find(said) == receipt
    bench.channel.withdraw(receipt)


def test_control_an_unescaped_sign_does_cut_it_short(bench: Rig) -> None:
    said = {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0", "Authorization": f"Bearer {PASSWORD}"}
    body = {"author": US, "commentary": "Before (after", "distribution": {}}
    Wire(bench.front.url).post(Ask("/rest/posts", headers=said, body=body, wordless=True))
    with pytest.raises(Rejected, match="ends before it"):
        bench.channel.find(piece(text="Before (after"))
    assert bench.channel.find(piece(text="Before")) is not None


def test_several_pictures_go_together_each_with_its_description(bench: Rig) -> None:
    said = piece(pictures=(PICTURE, replace(PICTURE, alt="A second map")))
    receipt = bench.channel.publish(said)
    images = wrote(bench, "POST", "/rest/posts")[0]["content"]["multiImage"]["images"]
    assert [image["altText"] for image in images] == [PICTURE.alt, "A second map"]
    assert bench.channel.find(said) == receipt


def test_a_version_that_has_ended_is_told_as_our_matter(bench: Rig) -> None:
    said = {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version 202401 is not active"}
    bench.front.misbehave(faulty.answered(426, faulty.as_json(said)))
    with pytest.raises(Rejected, match="this version of PCC Desk"):
        bench.channel.check()


def test_an_answer_goes_into_the_thread_and_can_be_taken_back(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    first = bench.arrive(about.remote_id, "When is it?")
    bench.arrive(first, "I wonder too")
    messages = bench.channel.fetch("notifications", "").messages
    (nested,) = [each for each in messages if each.text == "I wonder too"]
    assert (nested.answers, nested.root) == (first, about.remote_id)
    receipt = bench.channel.publish(piece("3m6abcdefgh2b", "On Tuesday.", answers=nested.reply_token))
    (body,) = [json.loads(seen.content) for seen in bench.front.seen if seen.path.endswith("/comments")]
    expected = {"actor": US, "object": about.remote_id, "message": {"text": "On Tuesday."}, "parentComment": first}
    assert body == expected
    assert bench.public() == 2
    bench.channel.withdraw(receipt)
    assert bench.public() == 1


def test_an_answer_under_hundreds_of_others_is_found_wherever_it_stands(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    for number in range(230):
        bench.arrive(about.remote_id, f"And here {number}")
    answer = piece("3m6abcdefgh2b", "On Tuesday.", answers=about.reply_token)
    receipt = bench.channel.publish(answer)
    assert bench.channel.find(answer) == receipt
    assert bench.channel.find(replace(answer, text="On Friday.")) is None


def test_somebody_s_comment_can_be_deleted_twice(bench: Rig) -> None:
    about = bench.channel.publish(piece())
    bench.arrive(about.remote_id, "Rude words")
    (message,) = bench.channel.fetch("notifications", "").messages
    channel = cast(LinkedInChannel, bench.channel)
    for _ in range(2):
        channel.remove(message.remote_id, message.reply_token)
    assert bench.channel.fetch("notifications", "").messages == ()


def test_a_post_can_be_corrected(bench: Rig) -> None:
    channel = cast(LinkedInChannel, bench.channel)
    receipt = channel.publish(piece())
    assert channel.edit(receipt, piece(text="Other [words]")) == receipt
    assert channel.find(piece(text="Other [words]")) == receipt


def test_an_answer_can_be_corrected_in_its_place_once_or_twice() -> None:
    with linkedin_bench() as (rig, server):
        channel = cast(LinkedInChannel, rig.channel)
        about = channel.publish(piece())
        rig.arrive(about.remote_id, "When is it?")
        (message,) = channel.fetch("notifications", "").messages
        receipt = channel.publish(piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token))
        right = piece("3m6abcdefgh2b", "On Thursday (at 6).", answers=message.reply_token)
        for _ in range(2):
            assert channel.edit(receipt, right) == receipt
        assert [one.text for one in server.comments] == ["When is it?", "On Thursday (at 6)."]
        assert channel.find(right) == receipt and rig.public() == 2
        sent = rig.front.seen[-3]
        assert (sent.method, sent.headers["x-restli-method"]) == ("POST", "PARTIAL_UPDATE")
        assert sent.path.startswith(f"/rest/socialActions/{quote(about.remote_id, safe='')}/comments/")
        assert json.loads(sent.content) == {"patch": {"message": {"$set": {"text": "On Thursday (at 6)."}}}}


def test_only_what_is_known_can_be_corrected(bench: Rig) -> None:
    channel = cast(LinkedInChannel, bench.channel)
    receipt = channel.publish(piece())
    for unknown in (replace(receipt, reply_token=""), replace(receipt, remote_id="https://www.linkedin.com/feed/1")):
        with pytest.raises(Rejected, match="does not know which post") as caught:
            channel.edit(unknown, piece(text="Other words"))
        assert "Correct it on LinkedIn itself" in caught.value.next_step


def test_the_end_of_a_pasted_token_is_known(bench: Rig) -> None:
    ends = bench.channel.check().expires_at
    assert ends is not None and timedelta(days=59) < ends - datetime.now(UTC) <= timedelta(days=60)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("powys", "4712"), ("4711", "4711"), ("https://www.linkedin.com/company/gwent/", "4711"), ("Powys OPCC", "4712")],
)
def test_one_page_of_several_is_chosen_by_name_number_or_address(wanted: str, found: str) -> None:
    with LinkedInServer() as server:
        server.add_page("4711", "gwent", "Gwent OPCC", PASSWORD)
        server.add_page("4712", "powys", "Powys OPCC", PASSWORD)
        assert enter(server, wanted).remote_id == found
        for unclear in ("", "dyfed"):
            with pytest.raises(Rejected) as caught:
                enter(server, unclear)
            assert "Gwent OPCC (gwent), Powys OPCC (powys)" in caught.value.next_step


def test_a_sign_in_without_a_page_is_told_plainly() -> None:
    with LinkedInServer() as server:
        server.add_page("1", "a", "A", PASSWORD)
        server._pages.clear()
        with pytest.raises(Rejected, match="looks after no page"):
            enter(server, "")


def enter(server: LinkedInServer, page: str) -> Any:
    given = SignIn("linkedin", server.url, page, PASSWORD, "token")
    return sign_in(Entering(Wire(server.url), given, Kept(), Noted())).identity


def test_a_pasted_token_is_looked_at_with_the_app_s_secret() -> None:
    with LinkedInServer() as server:
        server.add_page("4711", "gwent", "Gwent OPCC", PASSWORD)
        server.ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=12)
        assert examined(server)["expires_at"] == server.ends_at.isoformat()
        server.scopes = "r_organization_social"
        with pytest.raises(Rejected, match="It lacks: w_organization_social"):
            examined(server)
        with pytest.raises(Rejected, match="does not know this Client ID") as caught:
            examined(server, app_secret="another-secret")
        assert "another-secret" not in caught.value.detail + caught.value.sentence
        server.revoke()
        with pytest.raises(Rejected, match="has ended"):
            examined(server)


def examined(server: LinkedInServer, **other: str) -> Kept:
    """Paste a token beside the app it belongs to, and give what is kept."""
    app_id, app_secret = server.app
    more = {"app_id": app_id, "app_secret": app_secret} | other
    kept, given = Kept(), SignIn("linkedin", server.url, "gwent", PASSWORD, "token", more)
    sign_in(Entering(Wire(server.url), given, kept, Noted()))
    return kept


def test_what_linkedin_keeps_no_longer_is_marked(bench: Rig) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=80)
    mark = Bookmark(after=long_ago.isoformat())
    (gap,) = bench.channel.fetch("notifications", mark.written()).missing
    assert "sixty days" in gap.reason


def test_a_comment_that_was_changed_comes_again_with_its_new_words() -> None:
    with linkedin_bench() as (rig, server):
        about = rig.channel.publish(piece())
        comment = rig.arrive(about.remote_id, "Rude words")
        first = rig.channel.fetch("notifications", "")
        server.reword(comment, "Kind words")
        (again,) = rig.channel.fetch("notifications", first.cursor).messages
        assert (again.remote_id, again.text) == (comment, "Kind words")


CARD = PieceCard("https://example.org/plan?a=1", "The plan", "Five aims", PICTURE)


def test_a_link_has_a_card_with_its_picture_and_the_post_is_found_by_it_all(bench: Rig) -> None:
    wanted = piece(text="Read https://example.org/plan?a=1", card=CARD)
    receipt = bench.channel.publish(wanted)
    (sent,) = wrote(bench, "POST", "/rest/posts")
    article = sent["content"]["article"]
    assert (article["source"], article["title"], article["description"]) == (CARD.address, "The plan", "Five aims")
    assert article["thumbnail"].startswith("urn:li:image:")
    assert bench.channel.find(wanted) == receipt


def test_a_card_needs_neither_words_nor_a_picture_and_gives_way_to_pictures(bench: Rig) -> None:
    bench.channel.publish(piece(card=PieceCard(CARD.address, "The plan")))
    bench.channel.publish(piece("3m6abcdefgh2b", "Other words", card=CARD, pictures=(PICTURE,)))
    bare, pictured = wrote(bench, "POST", "/rest/posts")
    assert bare["content"] == {"article": {"source": CARD.address, "title": "The plan"}}
    assert set(pictured["content"]) == {"media"}


def test_a_card_s_picture_that_fails_leaves_nothing_behind(bench: Rig) -> None:
    bench.front.misbehave(faulty.reset, lambda seen: seen.path == "/rest/images")
    with pytest.raises(Unreachable):
        bench.channel.publish(piece(card=CARD))
    bench.front.behave()
    assert bench.public() == 0
