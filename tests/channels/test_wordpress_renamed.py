"""A post whose web address an editor changed is found by its words, and absence is never decided wrongly by them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcc_desk.channels import wordpress_renamed
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.model.channel import Channel, Piece
from pcc_desk.rehearsal.wordpress import WordPressServer
from tests.channels import faulty
from tests.channels.faulty import Front
from tests.channels.rigs import MADE_AT, PASSWORD, PICTURE, opened, piece, sign_in
from tests.desk import Clock
from tests.servers.wordpress import WordPress

WORDS = "Dewch i’r cyfarfod: “<b>” & [gallery] #EinCynllun https://example.org/a?b=1&c=2\n\nAt seven.\nCroeso"
KEYS = ("3m6abcdefgh2a", "3m6abcdefgh2b", "3m6abcdefgh2c")


@dataclass(frozen=True)
class Bench:
    """A rehearsal website behind a front, and a channel to it."""

    server: WordPressServer
    clock: Clock
    front: Front
    channel: Channel

    def rename(self, place: int = -1, slug: str = "come-to-the-meeting", **changes: object) -> None:
        """Change a post's web address, as an editor does on the site."""
        post = self.server.posts[place]
        post.slug = slug
        for name, value in changes.items():
            setattr(post, name, value)


@contextmanager
def bench() -> Iterator[Bench]:
    """Put a website on the bench whose clock starts when the piece was first tried."""
    clock = Clock(MADE_AT)
    with WordPressServer(clock) as server, Front(server.url) as front:
        server.add_user("officer", PASSWORD)
        secrets, account = sign_in(ADAPTERS["wordpress"], SignIn("wordpress", front.url, "officer", PASSWORD))
        yield Bench(server, clock, front, opened(ADAPTERS["wordpress"], Wire(front.url), account, secrets))


@pytest.mark.parametrize("given", [piece(), piece(text=WORDS), piece(pictures=(PICTURE,)), piece(title="")])
def test_a_post_under_another_address_is_found_with_its_new_address(given: Piece) -> None:
    with bench() as at:
        receipt = at.channel.publish(given)
        at.clock.advance(seconds=90)
        at.rename()
        found = at.channel.find(given)
        assert found is not None
        assert (found.remote_id, found.url) == (receipt.remote_id, f"{at.server.url}/come-to-the-meeting/")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another title"},
        {"content": "<p>Other words</p>"},
        {"state": "draft"},
        {"author": 2},
        {"at": MADE_AT - timedelta(minutes=3)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_not_the_same_post_is_not_taken_for_it(changes: dict[str, Any]) -> None:
    with bench() as at:
        at.channel.publish(piece())
        at.rename(**changes)
        assert at.channel.find(piece()) is None


def test_the_same_words_with_another_number_of_pictures_are_another_post() -> None:
    with bench() as at:
        at.channel.publish(piece(pictures=(PICTURE,)))
        at.rename()
        assert at.channel.find(piece()) is None


def test_a_twin_that_belongs_to_another_announcement_of_ours_is_left_to_it() -> None:
    with bench() as at:
        at.channel.publish(piece(KEYS[1]))
        assert at.channel.find(piece(KEYS[0])) is None


def test_two_posts_that_could_be_it_are_for_a_person_to_decide() -> None:
    with bench() as at:
        for number, key in enumerate(KEYS[:2]):
            at.channel.publish(piece(key))
            at.rename(slug=f"renamed-{number}")
        with pytest.raises(Rejected) as told:
            at.channel.find(piece(KEYS[2]))
        assert "several posts" in told.value.sentence


def test_a_look_that_could_not_be_ended_finds_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with bench() as at:
        at.channel.publish(piece())
        at.rename()
        at.front.misbehave(faulty.refused(500, "No"), lambda seen: "author" in seen.query)
        with pytest.raises(ChannelError):
            at.channel.find(piece())
        at.front.behave()
        monkeypatch.setattr(wordpress_renamed, "_PAGE", 1)
        monkeypatch.setattr(wordpress_renamed, "_MOST_PAGES", 3)
        assert at.channel.find(piece()) is not None  # the page after the last one ends the look
        for number in range(4):
            at.channel.publish(piece(f"3m6abcdefgh3{number + 2}"))
        with pytest.raises(Rejected, match="more new posts"):
            at.channel.find(piece())


def test_a_post_under_our_own_name_needs_no_second_look() -> None:
    with bench() as at:
        receipt = at.channel.publish(piece())
        assert at.channel.find(piece()) == receipt
        assert not [seen for seen in at.front.seen if "author" in seen.query]


@pytest.mark.servers
def test_on_the_real_wordpress_a_renamed_post_is_found(wordpress: WordPress) -> None:
    secrets, account = sign_in(
        ADAPTERS["wordpress"], SignIn("wordpress", wordpress.url, wordpress.editor, wordpress.app_password)
    )
    channel = opened(ADAPTERS["wordpress"], Wire(wordpress.url), account, secrets)
    given = replace(piece("3m6renamed222", WORDS, title="Renamed & <found>"), made_at=datetime.now(UTC))
    receipt = channel.publish(given)
    number = receipt.remote_id.removeprefix("post:")
    shown: Any = wordpress.call("POST", f"/wp/v2/posts/{number}", {"slug": "an-editors-own-name"}).json()
    assert shown["slug"] == "an-editors-own-name"
    found = channel.find(given)
    assert found is not None and (found.remote_id, found.url) == (receipt.remote_id, shown["link"])
    wordpress.call("POST", f"/wp/v2/posts/{number}", {"title": "Changed"})
    assert channel.find(given) is None
