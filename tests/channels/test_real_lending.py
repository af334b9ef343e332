"""The real WordPress lends pictures and films an address everybody sees, once, and takes them away again."""

import base64
import hashlib
import random
from typing import cast

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.sight import see
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.hosting import Hosts, Wanted
from tests.channels.reels import Reel
from tests.channels.rigs import opened, sign_in
from tests.media.films import Sample, film
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURE = PiecePicture("map.png", "image/png", 1, 1, "A map", PNG)
NOISE = random.Random(7).randbytes(65_536)


@pytest.fixture
def site(wordpress: WordPress) -> Hosts:
    """An office's user on the real WordPress."""
    given = SignIn("wordpress", wordpress.url, wordpress.editor, wordpress.app_password)
    secrets, account = sign_in(ADAPTERS["wordpress"], given)
    return cast(Hosts, opened(ADAPTERS["wordpress"], Wire(wordpress.url), account, secrets))


def look(address: str, kind: str, content: bytes) -> str:
    """Give the SHA-256 of what everybody sees where this should be."""
    return see(Wire(address), address, Wanted(kind, len(content)), lambda: None).digest


def test_wordpress_lends_a_picture_an_address_once_and_takes_it_away_again(site: Hosts) -> None:
    channel, name = site, "3m6lent-1"
    hosted = channel.host(name, PICTURE)
    assert channel.host(name, PICTURE) == hosted
    assert look(hosted.address, "image", PNG) == hashlib.sha256(PNG).hexdigest()
    channel.unhost(hosted.remote_id)
    with pytest.raises(ChannelError):
        look(hosted.address, "image", PNG)
    channel.unhost(hosted.remote_id)


def test_wordpress_lends_a_film_an_address_once_and_takes_it_away_again(site: Hosts) -> None:
    channel, name, content = site, "3m6lent-film", film(Sample(content=NOISE * 15))
    talk = PieceVideo("talk.mp4", "video/mp4", len(content), 20.0, 1280, 720, Reel(content))
    hosted = channel.host_film(name, talk)
    assert channel.host_film(name, talk) == hosted
    assert look(hosted.address, "video", content) == hashlib.sha256(content).hexdigest()
    channel.unhost(hosted.remote_id)
    with pytest.raises(ChannelError):
        look(hosted.address, "video", content)
    channel.unhost(hosted.remote_id)


@pytest.mark.parametrize("parts", [40, 150])  # past PHP's 2 MB for a file, and past its 8 MB for a whole form
def test_wordpress_tells_that_a_film_is_too_large_for_it(site: Hosts, parts: int) -> None:
    content = film(Sample(content=NOISE * parts))
    talk = PieceVideo("talk.mp4", "video/mp4", len(content), 20.0, 1280, 720, Reel(content))
    with pytest.raises(Rejected, match="takes no file as large as this film"):
        site.host_film("3m6large-film", talk)
