"""What stands under, beside and around a post on the real Bluesky: cards, films, facets, hidden answers, hashtags."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import pytest
import requests

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import Channel, Moderates, Piece, PieceCard
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.message import Incoming, MessageKind
from tests.channels.footage import CAPTIONS, Footage, film
from tests.channels.rigs import Kept, opened, sign_in
from tests.channels.test_real_servers import PICTURE, follow, soon
from tests.servers.bluesky import Bluesky, BlueskyAccount

pytestmark = pytest.mark.servers
_NUMBERS = count(1)
LINK = "https://example.org/plan"


@dataclass
class Member:
    """Somebody on the network, with the desk's channel to it."""

    made: BlueskyAccount
    secrets: Kept
    channel: Channel


def join(bluesky: Bluesky, name: str) -> Member:
    """Open an account and sign the desk in to it."""
    made = bluesky.create_account(name)
    given = SignIn("bluesky", bluesky.pds_url, made.handle, made.app_password)
    secrets, account = sign_in(ADAPTERS["bluesky"], given)
    return Member(made, secrets, opened(ADAPTERS["bluesky"], Wire(bluesky.pds_url), account, secrets))


@pytest.fixture
def office(bluesky: Bluesky) -> Iterator[Member]:
    """The office's account."""
    yield join(bluesky, "office")


def piece(text: str, **more: Any) -> Piece:
    """Give a piece nobody has published yet."""
    key = f"3m6bcdefg{next(_NUMBERS):04}".translate(str.maketrans("0189", "zyxw"))
    return Piece(key, text, datetime.now(UTC), **more)


def record_of(bluesky: Bluesky, member: Member, receipt: Receipt, collection: str = "app.bsky.feed.post") -> Any:
    """Give what the member's server keeps of a post."""
    place = {"repo": member.made.did, "collection": collection, "rkey": receipt.remote_id.rpartition("/")[2]}
    return bluesky.ask("com.atproto.repo.getRecord", bluesky.sign_in(member.made), **place)["value"]


def blob_of(bluesky: Bluesky, member: Member, blob: Any) -> bytes:
    """Give the bytes the member's server keeps."""
    query = {"did": member.made.did, "cid": blob["ref"]["$link"]}
    return requests.get(f"{bluesky.pds_url}/xrpc/com.atproto.sync.getBlob", params=query, timeout=60).content


def test_a_link_card_stands_under_the_post_with_its_words_and_the_bytes_of_its_picture(
    office: Member, bluesky: Bluesky
) -> None:
    card = PieceCard(LINK, "Y Cynllun · The plan", "Five “aims” & one <promise>", PICTURE)
    wanted = piece(f"Read it: {LINK}", card=card)
    receipt = office.channel.publish(wanted)
    assert office.channel.publish(wanted) == office.channel.find(wanted) == receipt
    embed = record_of(bluesky, office, receipt)["embed"]
    assert embed["$type"] == "app.bsky.embed.external"
    shown = embed["external"]
    assert (shown["uri"], shown["title"], shown["description"]) == (card.address, card.title, card.description)
    assert blob_of(bluesky, office, shown["thumb"]) == PICTURE.content


def test_a_card_without_a_picture_is_taken_and_the_app_shows_it(office: Member, bluesky: Bluesky) -> None:
    receipt = office.channel.publish(piece(f"Read it: {LINK}", card=PieceCard(LINK, "The plan")))
    bluesky.wait_until_shown(office.made, receipt.remote_id)
    (post,) = cast(
        list[Any],
        bluesky.ask("app.bsky.feed.getPosts", bluesky.sign_in(office.made), uris=receipt.remote_id)["posts"],
    )
    assert (post["embed"]["$type"], post["embed"]["external"]["title"]) == ("app.bsky.embed.external#view", "The plan")


def test_a_film_is_kept_byte_for_byte_with_its_captions_and_its_description(office: Member, bluesky: Bluesky) -> None:
    video = film(3_000_000)
    wanted = piece("Watch it", video=video, language="cy")
    receipt = office.channel.publish(wanted)
    assert office.channel.publish(wanted) == office.channel.find(wanted) == receipt
    embed = record_of(bluesky, office, receipt)["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", video.alt)
    assert embed["aspectRatio"] == {"width": 1280, "height": 720}
    (track,) = embed["captions"]
    assert (track["lang"], blob_of(bluesky, office, track["file"])) == ("cy", CAPTIONS.encode())
    assert blob_of(bluesky, office, embed["video"]) == cast(Footage, video.reel).whole()


@pytest.mark.parametrize(
    "words",
    [
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿👩‍👩‍👧 #Cynllun🎉 {link} 🇬🇧 @{handle} 👍🏽",
        "e\u0301te\u0301 #cafe\u0301 {link} n\u0303 @{handle} o\u0308",
        "مرحبا #شرطة {link} شكرا @{handle} עברית #קהילה",
        "Dewch i’r cyfarfod yn Llŷn #Tŷ {link} – ŵ ŷ â @{handle} #YRhôlGymraeg",
        "𝔓𝔩𝔞𝔫 #計画 {link} 警察 @{handle} \u200f#ابدأ",
    ],
    ids=["emoji and flags", "combining marks", "right to left", "Welsh", "beyond the first plane"],
)
def test_every_facet_covers_just_its_own_bytes(office: Member, bluesky: Bluesky, words: str) -> None:
    ann = bluesky.create_account("ann")
    text = words.format(link=LINK, handle=ann.handle)
    receipt = office.channel.publish(piece(text))
    record = record_of(bluesky, office, receipt)
    assert record["text"] == text
    kinds = set()
    for facet in record["facets"]:
        cut = text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()  # whole characters only
        (feature,) = facet["features"]
        kind = feature["$type"].partition("#")[2]
        told = {"link": feature.get("uri"), "tag": f"#{feature.get('tag')}", "mention": f"@{ann.handle}"}[kind]
        assert cut == told
        kinds.add(kind)
    assert kinds == {"link", "tag", "mention"}


def reply_to(office: Member, bluesky: Bluesky, receipt: Receipt, words: str) -> Incoming:
    """Let somebody answer a post of the office, and give the answer as it comes in."""
    bluesky.wait_until_shown(office.made, receipt.remote_id)
    ann = join(bluesky, "ann")
    ann.channel.publish(piece(words, answers=receipt.reply_token))
    read = follow(office.channel, "notifications")
    return next(message for message in soon(read, 1) if message.text == words)


def test_an_answer_is_hidden_and_shown_again_and_the_rest_of_the_list_stays(office: Member, bluesky: Bluesky) -> None:
    receipt = office.channel.publish(piece("Tell us what you think"))
    answer = reply_to(office, bluesky, receipt, "Something nasty")
    channel = cast(Moderates, office.channel)
    for hidden in (True, True, False, False, True):
        channel.hide(answer.remote_id, answer.reply_token, hidden)
        gate = record_of(bluesky, office, receipt, "app.bsky.feed.threadgate")
        assert gate["hiddenReplies"] == ([answer.remote_id] if hidden else [])
        assert (gate["post"], "allow" in gate) == (receipt.remote_id, False)
    with pytest.raises(Rejected):
        channel.remove(answer.remote_id, answer.reply_token)


def test_who_may_answer_stays_as_a_person_chose_it(office: Member, bluesky: Bluesky) -> None:
    receipt = office.channel.publish(piece("Tell us what you think"))
    answer = reply_to(office, bluesky, receipt, "Something nasty")
    kind = "app.bsky.feed.threadgate"
    gate = {
        "$type": kind,
        "post": receipt.remote_id,
        "allow": [{"$type": f"{kind}#mentionRule"}],
        "createdAt": "2026-01-01T00:00:00.000Z",
    }
    place = {"repo": office.made.did, "collection": kind, "rkey": receipt.remote_id.rpartition("/")[2]}
    bluesky.call("com.atproto.repo.putRecord", {**place, "record": gate}, bluesky.sign_in(office.made))
    cast(Moderates, office.channel).hide(answer.remote_id, answer.reply_token, True)
    assert record_of(bluesky, office, receipt, kind) == {**gate, "hiddenReplies": [answer.remote_id]}


def test_in_a_conversation_of_somebody_else_nothing_can_be_hidden(office: Member, bluesky: Bluesky) -> None:
    ann = join(bluesky, "ann")
    theirs = ann.channel.publish(piece(f"Hello @{office.made.handle}"))
    with pytest.raises(Rejected) as caught:
        cast(Moderates, office.channel).hide(theirs.remote_id, theirs.reply_token, True)
    assert "Somebody else began" in caught.value.sentence


def test_the_office_deletes_its_own_answer(office: Member, bluesky: Bluesky) -> None:
    receipt = office.channel.publish(piece("Tell us what you think"))
    answer = reply_to(office, bluesky, receipt, "When is it?")
    said = piece("On Tuesday", answers=answer.reply_token)
    office.channel.withdraw(office.channel.publish(said))
    assert office.channel.find(said) is None


def test_a_hashtag_is_found_once_and_no_longer_one_that_only_begins_like_it(office: Member, bluesky: Bluesky) -> None:
    ann, tag = join(bluesky, "ann"), f"ourplan{next(_NUMBERS)}x"
    wanted = ann.channel.publish(piece(f"I think #{tag} is good ŷ"))
    longer = ann.channel.publish(piece(f"I think #{tag}ning is good"))
    own = office.channel.publish(piece(f"Tell us by #{tag}"))
    for receipt in (wanted, longer, own):
        bluesky.wait_until_shown(office.made, receipt.remote_id)
    read = follow(office.channel, f"tag:{tag}")
    (found,) = soon(read, 1)
    assert (found.kind, found.remote_id, found.author.handle) == (MessageKind.MATCH, wanted.remote_id, ann.made.handle)
    assert read() == []
    later = ann.channel.publish(piece(f"And #{tag} once more"))
    bluesky.wait_until_shown(office.made, later.remote_id)
    assert [message.remote_id for message in soon(read, 1)] == [later.remote_id]


def test_a_quote_with_a_picture_still_tells_what_it_quotes(office: Member, bluesky: Bluesky) -> None:
    receipt = office.channel.publish(piece("The plan is out"))
    bluesky.wait_until_shown(office.made, receipt.remote_id)
    ann = join(bluesky, "ann")
    cid = record_cid(bluesky, office, receipt)
    with_media = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"$type": "app.bsky.embed.record", "record": {"uri": receipt.remote_id, "cid": cid}},
        "media": {"$type": "app.bsky.embed.external", "external": {"uri": LINK, "title": "x", "description": ""}},
    }
    quote = {"$type": "app.bsky.feed.post", "text": "Look", "createdAt": datetime.now(UTC).isoformat()}
    bluesky.post(ann.made, {**quote, "embed": with_media})
    (found,) = soon(follow(office.channel, "notifications"), 1)
    assert (found.kind, found.answers) == (MessageKind.QUOTE, receipt.remote_id)


def record_cid(bluesky: Bluesky, member: Member, receipt: Receipt) -> str:
    """Give the content id of a post."""
    place = {"repo": member.made.did, "collection": "app.bsky.feed.post", "rkey": receipt.remote_id.rpartition("/")[2]}
    return str(bluesky.ask("com.atproto.repo.getRecord", bluesky.sign_in(member.made), **place)["cid"])


def test_an_app_password_without_private_messages_brings_none_and_asks_for_none(
    office: Member, bluesky: Bluesky
) -> None:
    # Asked for, they would be a failure here: this network has no chat, and its server cannot pass the question on.
    batch = office.channel.fetch("direct", "")
    assert (batch.messages, batch.cursor, batch.more) == ((), "", False)
