"""The same promises on the real servers: Bluesky's own data server and app, and WordPress."""

import base64
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import pytest
import requests

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Gone, Rejected, Unauthorized, Unconfirmed
from pcc_desk.model.account import Account, SignIn
from pcc_desk.model.channel import Channel, Edits, Moderates, Piece, PiecePicture
from pcc_desk.model.message import Incoming, MessageKind
from tests.channels import faulty
from tests.channels.faulty import Front, Seen
from tests.channels.rigs import Kept, opened, sign_in
from tests.servers.bluesky import Bluesky, BlueskyAccount
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURE = PiecePicture("map.png", "image/png", 1, 1, 'A map of the "beat" <here>', PNG)
TEXT = "The plan is out. Dewch i’r cyfarfod ŷd 👩‍👩‍👧 #EinCynllun https://example.org/plan?a=1&b=2"
_NUMBERS = count(1)


def piece(**more: Any) -> Piece:
    """Give a piece nobody has published yet."""
    key = f"3m6abcdef{next(_NUMBERS):04}".translate(str.maketrans("0189", "zyxw"))
    return Piece(key, **{"text": TEXT, "made_at": datetime.now(UTC), **more})


def soon(read: Callable[[], list[Incoming]], wanted: int) -> list[Incoming]:
    """Read until that many messages have come; the app is told of a post a little later."""
    found: list[Incoming] = []
    ends = time.monotonic() + 60
    while len(found) < wanted and time.monotonic() < ends:
        found += read()
        time.sleep(0.2)
    return found


def follow(channel: Channel, stream: str) -> Callable[[], list[Incoming]]:
    """Read a stream on from where it stood."""
    cursor = [""]

    def read() -> list[Incoming]:
        batch = channel.fetch(stream, cursor[0])
        cursor[0] = batch.cursor
        return list(batch.messages)

    return read


@dataclasses.dataclass
class Bench:
    """A real account behind a front that can misbehave."""

    front: Front
    account: Account
    secrets: Kept
    channel: Channel
    publishes: Callable[[Seen], bool]


@pytest.fixture
def office(bluesky: Bluesky) -> Iterator[tuple[Bench, BlueskyAccount]]:
    """An office's account on the real Bluesky."""
    made = bluesky.create_account("office")
    with Front(bluesky.pds_url) as front:
        secrets, account = sign_in(ADAPTERS["bluesky"], SignIn("bluesky", front.url, made.handle, made.app_password))
        channel = opened(ADAPTERS["bluesky"], Wire(front.url), account, secrets)
        yield Bench(front, account, secrets, channel, lambda seen: seen.path.endswith("putRecord")), made


@pytest.fixture
def site(wordpress: WordPress) -> Iterator[Bench]:
    """An office's user on the real WordPress."""
    with Front(wordpress.url) as front:
        given = SignIn("wordpress", f"{front.url}/wp-admin/", wordpress.editor, wordpress.app_password)
        secrets, account = sign_in(ADAPTERS["wordpress"], given)
        channel = opened(ADAPTERS["wordpress"], Wire(front.url), account, secrets)
        yield Bench(front, account, secrets, channel, lambda seen: b'"status": "publish"' in seen.content)


def check_publishing(channel: Channel) -> None:
    """Publish, repeat, find and withdraw one piece."""
    wanted = piece(pictures=(PICTURE,))
    assert channel.find(wanted) is None
    receipt = channel.publish(wanted)
    assert channel.publish(wanted) == channel.find(wanted) == receipt
    channel.withdraw(receipt)
    channel.withdraw(receipt)
    assert channel.find(wanted) is None


UNCLEAR = {"500": faulty.refused(500, "No"), "reset": faulty.reset, "page": faulty.answered(200, faulty.HTML)}


def check_unclear(bench: Bench, fault: faulty.Fault, worked: bool) -> None:
    """Lose the answer of the request that publishes, look, and publish again."""
    wanted = piece()
    bench.front.misbehave(faulty.afterwards(fault) if worked else fault, bench.publishes)
    with pytest.raises(Unconfirmed):
        bench.channel.publish(wanted)
    bench.front.behave()
    found = bench.channel.find(wanted)
    assert (found is not None) == worked
    receipt = bench.channel.publish(wanted)
    assert found in (None, receipt)
    assert bench.channel.find(wanted) == receipt


def test_bluesky_publishes_once_finds_and_withdraws(office: tuple[Bench, BlueskyAccount]) -> None:
    check_publishing(office[0].channel)


@pytest.mark.parametrize("worked", [True, False], ids=["worked", "did not work"])
@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_bluesky_never_makes_a_second(
    office: tuple[Bench, BlueskyAccount], bluesky: Bluesky, fault: faulty.Fault, worked: bool
) -> None:
    bench, made = office
    check_unclear(bench, fault, worked)
    wanted = {"repo": made.did, "collection": "app.bsky.feed.post"}
    kept: Any = bluesky.ask("com.atproto.repo.listRecords", bluesky.sign_in(made), **wanted)["records"]
    assert len(kept) == 1


def test_bluesky_keeps_the_record_the_office_approved(office: tuple[Bench, BlueskyAccount], bluesky: Bluesky) -> None:
    bench, made = office
    ann = bluesky.create_account("ann")
    words = f"{TEXT} @{ann.handle}"
    receipt = bench.channel.publish(piece(text=words, pictures=(PICTURE,), language="cy"))
    place = {"repo": made.did, "collection": "app.bsky.feed.post", "rkey": receipt.remote_id.rpartition("/")[2]}
    record: Any = bluesky.ask("com.atproto.repo.getRecord", bluesky.sign_in(made), **place)["value"]
    assert (record["text"], record["langs"]) == (words, ["cy"])
    shown = {}
    for facet in record["facets"]:
        cut = words.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        shown[cut] = facet["features"][0]
    assert shown["#EinCynllun"]["tag"] == "EinCynllun"
    assert shown["https://example.org/plan?a=1&b=2"]["uri"] == "https://example.org/plan?a=1&b=2"
    assert shown[f"@{ann.handle}"]["did"] == ann.did
    (image,) = record["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == (PICTURE.alt, {"width": 1, "height": 1})


def test_bluesky_refuses_what_is_too_long_and_changed_bytes_under_one_key(
    office: tuple[Bench, BlueskyAccount],
) -> None:
    channel = office[0].channel
    with pytest.raises(Rejected) as caught:
        channel.publish(piece(text="x" * 301))
    assert "300" in caught.value.sentence
    assert channel.publish(piece(text="👩‍👩‍👧" * 150))
    first = piece()
    receipt = channel.publish(first)
    with pytest.raises(Unconfirmed):
        channel.publish(dataclasses.replace(first, text="Something else"))
    assert channel.find(first) == receipt


def test_bluesky_brings_replies_mentions_and_quotes_and_takes_answers(
    office: tuple[Bench, BlueskyAccount], bluesky: Bluesky
) -> None:
    bench, made = office
    ann = bluesky.create_account("ann")
    first = piece()
    receipt = bench.channel.publish(first)
    bluesky.wait_until_shown(made, receipt.remote_id)
    post = opened(ADAPTERS["bluesky"], Wire(bluesky.pds_url), *as_member(bluesky, ann))
    post.publish(piece(text="When is it? ŷ", answers=receipt.reply_token))
    post.publish(piece(text=f"Hello @{made.handle}"))
    here = {"uri": receipt.remote_id, "cid": bench_cid(receipt.reply_token)}
    quote = {"$type": "app.bsky.feed.post", "text": "Look", "createdAt": datetime.now(UTC).isoformat()}
    bluesky.post(ann, {**quote, "embed": {"$type": "app.bsky.embed.record", "record": here}})
    read = follow(bench.channel, "notifications")
    found = {message.kind: message for message in soon(read, 3)}
    assert found.keys() == {MessageKind.REPLY, MessageKind.MENTION, MessageKind.QUOTE}
    reply = found[MessageKind.REPLY]
    assert (reply.text, reply.author.handle) == ("When is it? ŷ", ann.handle)
    assert reply.answers == reply.root == found[MessageKind.QUOTE].answers == receipt.remote_id
    answer = piece(text="On Tuesday.", answers=reply.reply_token)
    said = bench.channel.publish(answer)
    assert bench.channel.publish(answer) == bench.channel.find(answer) == said
    bluesky.wait_until_shown(made, said.remote_id)
    post.publish(piece(text="Diolch!", answers=said.reply_token))
    (thanks,) = soon(read, 1)
    assert (thanks.text, thanks.answers, thanks.root) == ("Diolch!", said.remote_id, receipt.remote_id)


def bench_cid(token: str) -> str:
    """Read the content id of a post out of our reply token."""
    return str(json.loads(token)["parent"]["cid"])


def as_member(bluesky: Bluesky, member: BlueskyAccount) -> tuple[Account, Kept]:
    """Sign another member in."""
    given = SignIn("bluesky", bluesky.pds_url, member.handle, member.app_password)
    secrets, account = sign_in(ADAPTERS["bluesky"], given)
    return account, secrets


def test_bluesky_renews_its_tokens_and_tells_a_wrong_password(
    office: tuple[Bench, BlueskyAccount], bluesky: Bluesky
) -> None:
    bench, made = office
    before = bench.secrets["refresh"]
    bench.secrets["access"] = "stale"
    assert bench.channel.check().identity.remote_id == made.did
    assert bench.secrets["refresh"] != before
    bench.secrets.update(access="stale", refresh="stale")
    assert bench.channel.check().identity.handle == made.handle
    bench.secrets.update(access="stale", refresh="stale", password="wrong")
    with pytest.raises(Unauthorized):
        bench.channel.check()
    with pytest.raises(ChannelError):
        sign_in(ADAPTERS["bluesky"], SignIn("bluesky", bluesky.pds_url, "nobody.test", "x"))


def test_wordpress_publishes_once_finds_and_withdraws(site: Bench) -> None:
    check_publishing(site.channel)


@pytest.mark.parametrize("worked", [True, False], ids=["worked", "did not work"])
@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_wordpress_never_makes_a_second(site: Bench, wordpress: WordPress, fault: faulty.Fault, worked: bool) -> None:
    before = len(published(wordpress))
    check_unclear(site, fault, worked)
    assert len(published(wordpress)) == before + 1


def published(wordpress: WordPress) -> list[Any]:
    """Give every published post."""
    return list(wordpress.call("GET", "/wp/v2/posts", per_page="100").json())


def test_wordpress_shows_the_words_and_pictures_the_office_approved(site: Bench, wordpress: WordPress) -> None:
    words = 'Fish & chips: 5 < 6 <script>alert(1)</script>\nSecond line\n\nSee example.org/"quoted".'
    receipt = site.channel.publish(piece(text=words, pictures=(PICTURE, PICTURE)))
    number = receipt.remote_id.removeprefix("post:")
    post = wordpress.call("GET", f"/wp/v2/posts/{number}", context="edit").json()
    assert "<script" not in post["content"]["rendered"]
    assert "&lt;script&gt;" in post["content"]["raw"]
    assert '<a href="https://example.org/' in post["content"]["raw"]
    assert post["title"]["rendered"].startswith("Fish &amp; chips") or "Fish &#038; chips" in post["title"]["rendered"]
    assert post["content"]["raw"].count("<figure") == 2
    assert 'alt="A map of the &quot;beat&quot; &lt;here&gt;"' in post["content"]["raw"]
    picture = wordpress.call("GET", f"/wp/v2/media/{post['featured_media']}").json()
    assert picture["alt_text"].startswith("A map of the")
    assert requests.get(receipt.url, timeout=60).status_code == 200


def test_wordpress_changes_the_words_of_a_post_and_of_an_answer_where_they_stand(
    site: Bench, wordpress: WordPress
) -> None:
    channel = cast(Edits, site.channel)
    first = piece(pictures=(PICTURE,))
    receipt = site.channel.publish(first)
    assert channel.edit(receipt, dataclasses.replace(first, text="Corrected words.", title="Corrected")) == receipt
    number = receipt.remote_id.removeprefix("post:")
    post = wordpress.call("GET", f"/wp/v2/posts/{number}", context="edit").json()
    assert "Corrected words." in post["content"]["raw"] and post["title"]["raw"] == "Corrected"
    assert post["status"] == "publish" and post["content"]["raw"].count("<figure") == 1
    answer = site.channel.publish(piece(text="First words.", answers=receipt.reply_token))
    assert channel.edit(answer, piece(text="Better words.", answers=receipt.reply_token)).remote_id == answer.remote_id
    comment = wordpress.call(
        "GET", f"/wp/v2/comments/{answer.remote_id.removeprefix('comment:')}", context="edit"
    ).json()
    assert comment["content"]["raw"] == "Better words."


def test_wordpress_brings_comments_and_takes_answers(site: Bench, wordpress: WordPress) -> None:
    receipt = site.channel.publish(piece())
    read = follow(site.channel, "comments")
    while read():
        pass
    number = int(receipt.remote_id.removeprefix("post:"))
    comment = wordpress.anonymous_comment(number, "Ann O'Neil & co", "5 < 6?\n\n<a href='x'>Ŷd</a>")
    (message,) = soon(read, 1)
    assert (message.remote_id, message.answers) == (f"comment:{comment}", receipt.remote_id)
    assert (message.author.name, message.text) == ("Ann O'Neil & co", "5 < 6?\n\nŶd")
    answer = piece(text="Yes & <b>no</b>", answers=message.reply_token)
    assert site.channel.find(answer) is None
    said = site.channel.publish(answer)
    assert site.channel.publish(answer) == site.channel.find(answer) == said
    shown = wordpress.call("GET", f"/wp/v2/comments/{said.remote_id.removeprefix('comment:')}").json()
    assert (shown["parent"], "&lt;b&gt;" in shown["content"]["rendered"]) == (comment, True)
    assert read() == []
    with pytest.raises(Rejected) as caught:
        site.channel.publish(piece(text="Yes & <b>no</b>", answers=message.reply_token))
    assert "already" in caught.value.sentence


def test_wordpress_holds_approves_and_bins_a_comment(site: Bench, wordpress: WordPress) -> None:
    post = int(site.channel.publish(piece(text="Say something.")).remote_id.removeprefix("post:"))
    number = wordpress.anonymous_comment(post, "Ann", "Words that wait")
    channel, name = cast(Moderates, site.channel), f"comment:{number}"
    for hidden, told in ((False, "approved"), (False, "approved"), (True, "hold"), (True, "hold")):
        channel.hide(name, "", hidden)
        assert wordpress.call("GET", f"/wp/v2/comments/{number}").json()["status"] == told
    for _ in range(2):
        channel.remove(name, "")
    assert wordpress.call("GET", f"/wp/v2/comments/{number}").json()["status"] == "trash"
    with pytest.raises(Gone):
        channel.hide(name, "", False)


def test_wordpress_tells_a_wrong_password_and_a_place_without_wordpress(wordpress: WordPress) -> None:
    with pytest.raises(Unauthorized):
        sign_in(ADAPTERS["wordpress"], SignIn("wordpress", wordpress.url, wordpress.editor, "wrong"))
    with pytest.raises(ChannelError):
        sign_in(ADAPTERS["wordpress"], SignIn("wordpress", f"{wordpress.url[:-1]}1", wordpress.editor, "wrong"))
