"""A desk killed at any moment between "Send" and "sent" loses nothing and posts nothing twice."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import regex

from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from tests.servers.bluesky import Bluesky, BlueskyAccount
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.wordpress import WordPress
from tests.torture.lives import Places, Toll, kill_often, write_long

KILLS = {"everyday": 40, "short": 200, "full": 1_000}
PASSWORD = "abcd-efgh-ijkl-mnop"
SLOW = Fault(delay=0.08)  # the platform has it, and the answer is on its way: the worst moment to die
TAG = regex.compile(r"<[^>]*>")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux kills")


@contextmanager
def slowed(url: str) -> Iterator[str]:
    """Lend an address where every answer takes its time."""
    with FaultProxy(urlsplit(url).port or 80) as proxy:
        proxy.fault = SLOW
        yield proxy.url


@pytest.fixture
def rehearsed() -> Iterator[Places]:
    """The rehearsal platforms, with slow answers."""
    with ExitStack() as stack:
        network, site = stack.enter_context(BlueskyServer()), stack.enter_context(WordPressServer())
        network.add_account("office.test", PASSWORD)
        site.add_user("officer", PASSWORD)
        sign_ins = (
            SignIn("bluesky", stack.enter_context(slowed(network.url)), "office.test", PASSWORD),
            SignIn("wordpress", stack.enter_context(slowed(site.url)), "officer", PASSWORD),
        )
        yield Places(
            sign_ins,
            lambda: [post.text for post in network.posts] + [without_tags(post.content) for post in site.posts],
        )


def without_tags(content: str) -> str:
    """Give the words of a page."""
    return unescape(TAG.sub("", content)).strip()


def assert_nothing_lost(toll: Toll, kills: int) -> None:
    """Demand that no kill cost anything, and that enough of them struck in mid-send."""
    assert (toll.lost, toll.doubled, toll.unclear) == (0, 0, 0), toll
    assert toll.in_mid_send >= kills // 10, f"too few of {kills} kills struck in mid-send: {toll}"


def test_nothing_is_lost_or_doubled_by_kills_in_mid_send(tmp_path: Path, rehearsed: Places) -> None:
    toll = kill_often(tmp_path, rehearsed, KILLS["everyday"])
    assert_nothing_lost(toll, KILLS["everyday"])


def test_kills_in_the_middle_of_threads_lose_double_and_misplace_nothing(tmp_path: Path) -> None:
    with BlueskyServer() as network, slowed(network.url) as address:
        network.add_account("office.test", PASSWORD)
        sign_ins = (SignIn("bluesky", address, "office.test", PASSWORD),)
        places = Places(sign_ins, lambda: [post.text for post in network.posts])
        toll = kill_often(tmp_path, places, KILLS["everyday"] // 2, write=write_long)
        assert_nothing_lost(toll, KILLS["everyday"] // 2)
        texts = {post.uri: post.text for post in network.posts}
        for post in network.posts:
            name, place, count = place_of(post.text)
            before = texts[post.record["reply"]["parent"]["uri"]] if "reply" in post.record else ""
            assert place_of(before) == (name, place - 1, count) if before else place == 1, f"{post.text} / {before}"


def place_of(text: str) -> tuple[str, int, int]:
    """Give the announcement a part of a thread belongs to, its number, and how many there are."""
    words = text.split()
    number, _, count = words[-1].partition("/")
    return words[0].partition("of")[2], int(number), int(count)


def test_a_desk_without_keys_and_looks_is_found_out(tmp_path: Path, rehearsed: Places) -> None:
    toll = kill_often(tmp_path, rehearsed, 12, forgetful=True)
    assert toll.doubled > 0


@pytest.mark.torture
@pytest.mark.timeout(3_600)
def test_nothing_is_lost_or_doubled_by_many_kills(tmp_path: Path, rehearsed: Places) -> None:
    kills = KILLS[os.environ["PCC_TORTURE"]]
    assert_nothing_lost(kill_often(tmp_path, rehearsed, kills), kills)


def posts_of(network: Bluesky, account: BlueskyAccount) -> list[str]:
    """Read every post of an account from its server."""
    texts: list[str] = []
    cursor = ""
    while True:
        wanted = {"repo": account.did, "collection": "app.bsky.feed.post", "limit": "100"}
        page = network.ask("com.atproto.repo.listRecords", network.sign_in(account), **wanted, cursor=cursor)
        records = page["records"]
        assert isinstance(records, list)
        texts += [record["value"]["text"] for record in records]
        cursor = str(page.get("cursor", ""))
        if not records or not cursor:
            return texts


def pages_of(site: WordPress) -> list[str]:
    """Read every published post of a site."""
    texts: list[str] = []
    number = 0
    while number == 0 or len(texts) == 100 * number:
        number += 1
        answer = site.call("GET", "/wp/v2/posts", per_page="100", page=str(number))
        texts += [without_tags(post["content"]["rendered"]) for post in answer.json()]
    return texts


@pytest.mark.torture
@pytest.mark.servers
@pytest.mark.timeout(3_600)
def test_nothing_is_lost_or_doubled_on_the_real_servers(tmp_path: Path, bluesky: Bluesky, wordpress: WordPress) -> None:
    account = bluesky.create_account("killed")
    sign_ins = (
        SignIn("bluesky", bluesky.pds_url, account.handle, account.app_password),
        SignIn("wordpress", wordpress.url, wordpress.editor, wordpress.app_password),
    )
    kills = KILLS[os.environ["PCC_TORTURE"]]
    toll = kill_often(tmp_path, Places(sign_ins, lambda: posts_of(bluesky, account) + pages_of(wordpress)), kills)
    assert_nothing_lost(toll, kills)
