"""A film on the real WordPress: in its library once, on the page with captions and words, found under any name."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import pytest
import requests

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, Unconfirmed
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import Channel, Edits, Piece
from pcc_desk.model.delivery import Receipt
from tests.channels import faulty
from tests.channels.faulty import Front
from tests.channels.footage import CAPTIONS, Footage, film
from tests.channels.rigs import opened, sign_in
from tests.channels.test_real_servers import PICTURE
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers
_NUMBERS = count(1)


@dataclasses.dataclass
class Site:
    """The office's user on the site, behind a front that can misbehave."""

    front: Front
    channel: Channel


@pytest.fixture
def site(wordpress: WordPress) -> Iterator[Site]:
    """An office's user on the real WordPress."""
    with Front(wordpress.url) as front:
        given = SignIn("wordpress", front.url, wordpress.editor, wordpress.app_password)
        secrets, account = sign_in(ADAPTERS["wordpress"], given)
        yield Site(front, opened(ADAPTERS["wordpress"], Wire(front.url), account, secrets))


def piece(**more: Any) -> Piece:
    """Give a piece with a film that nobody has published yet."""
    key = f"3m6cdefgh{next(_NUMBERS):04}".translate(str.maketrans("0189", "zyxw"))
    return Piece(key, "Watch what was said. [gallery]", datetime.now(UTC), **{"video": film(1_500_000), **more})


def page_of(wordpress: WordPress, receipt: Receipt) -> str:
    """Give the page as the site keeps it."""
    number = receipt.remote_id.removeprefix("post:")
    return str(wordpress.call("GET", f"/wp/v2/posts/{number}", context="edit").json()["content"]["raw"])


def test_a_film_stands_on_the_page_byte_for_byte_with_captions_and_its_description(
    site: Site, wordpress: WordPress
) -> None:
    wanted = piece(pictures=(PICTURE,), language="cy")
    receipt = site.channel.publish(wanted)
    assert site.channel.publish(wanted) == site.channel.find(wanted) == receipt
    page = page_of(wordpress, receipt)
    assert page.count("<video ") == page.count("<img ") == 1
    assert wanted.video is not None and f'<figcaption class="wp-element-caption">{wanted.video.alt}</' in page
    source, track = re.findall(r'src="([^"]+)"', page)[:2]
    assert 'srclang="cy"' in page and 'label="Cymraeg"' in page
    assert requests.get(source, timeout=60).content == cast(Footage, wanted.video.reel).whole()
    assert requests.get(track, timeout=60).content == CAPTIONS.encode()
    shown = wordpress.call("GET", f"/wp/v2/posts/{receipt.remote_id.removeprefix('post:')}").json()
    assert "<video controls" in shown["content"]["rendered"] and "&#91;gallery]" in shown["content"]["rendered"]


def test_a_film_whose_upload_seemed_to_fail_is_put_there_once(site: Site, wordpress: WordPress) -> None:
    wanted = piece()
    uploads = "/wp/v2/media"
    site.front.misbehave(
        faulty.afterwards(faulty.reset), lambda seen: seen.method == "POST" and uploads in str(seen.query)
    )
    with pytest.raises(Exception) as caught:
        site.channel.publish(wanted)
    assert not isinstance(caught.value, Unconfirmed)  # nothing is public yet
    site.front.behave()
    site.channel.publish(wanted)
    kept = wordpress.call("GET", "/wp/v2/media", search=f"pccdesk-{wanted.key}", per_page="100").json()
    assert sorted(each["mime_type"] for each in kept) == ["text/vtt", "video/mp4"]


def test_a_page_with_a_film_is_known_under_another_address_too(site: Site, wordpress: WordPress) -> None:
    wanted = piece(title="A film of its own name")
    receipt = site.channel.publish(wanted)
    number = receipt.remote_id.removeprefix("post:")
    wordpress.call("POST", f"/wp/v2/posts/{number}", slug=f"renamed-{number}")
    found = site.channel.find(wanted)
    assert found is not None and found.remote_id == receipt.remote_id
    assert site.channel.find(dataclasses.replace(wanted, key="3m6zzzzzzzzzz", video=None)) is None


def test_a_correction_keeps_the_film_where_it_is(site: Site, wordpress: WordPress) -> None:
    wanted = piece()
    receipt = site.channel.publish(wanted)
    source = re.findall(r'<video controls src="([^"]+)"', page_of(wordpress, receipt))
    cast(Edits, site.channel).edit(receipt, dataclasses.replace(wanted, text="Better words."))
    page = page_of(wordpress, receipt)
    assert "Better words." in page and re.findall(r'<video controls src="([^"]+)"', page) == source


@pytest.mark.parametrize(
    "refusal",
    [
        faulty.refused(413, "Too large"),
        faulty.answered(413, faulty.HTML),
        faulty.answered(400, b'{"code": "rest_upload_no_data", "message": "No data supplied."}'),
    ],
    ids=["413", "web page", "nothing left of it"],
)
def test_a_film_larger_than_the_website_takes_is_told_in_plain_words(site: Site, refusal: faulty.Fault) -> None:
    wanted = piece()
    site.front.misbehave(refusal, lambda seen: seen.method == "POST" and "/wp/v2/media" in str(seen.query))
    with pytest.raises(Rejected) as caught:
        site.channel.publish(wanted)
    assert caught.value.sentence and caught.value.next_step
    site.front.behave()
    assert site.channel.find(wanted) is None


def test_a_website_that_repeats_what_it_heard_tells_no_secret(site: Site) -> None:
    def repeat(exchange: faulty.Exchange) -> None:
        exchange.answer(413, faulty.as_json({"message": f"No: {exchange.seen.headers['authorization']}"}))

    site.front.misbehave(repeat, lambda seen: seen.method == "POST" and "/wp/v2/media" in str(seen.query))
    with pytest.raises(Rejected) as caught:
        site.channel.publish(piece())
    assert caught.value.detail == "No: [secret]"
