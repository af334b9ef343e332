"""Finding an office's website, and what a user there may do."""

from dataclasses import replace
from typing import cast

import pytest

from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Gone, Rejected, Unconfirmed
from pcc_desk.model.account import Identity, SignIn
from pcc_desk.model.channel import Edits
from pcc_desk.rehearsal.wordpress import WordPressServer
from tests.channels import faulty
from tests.channels.bench_wordpress import wordpress_rig
from tests.channels.faulty import Front, Seen
from tests.channels.rigs import PASSWORD, PICTURE, Kept, Noted, piece


def sign_in(address: str, login: str = "officer") -> Identity:
    given = SignIn("wordpress", address, login, PASSWORD)
    return ADAPTERS["wordpress"].sign_in(Entering(Wire(address), given, Kept(), Noted())).identity


@pytest.mark.parametrize(
    "tail", ["", "/", "/wp-admin/", "/wp-login.php?x=1", "/wp-json/wp/v2", "/news/2026/", "/?p=3#top"]
)
def test_whatever_page_of_the_site_was_typed_the_site_is_found(tail: str) -> None:
    with WordPressServer(name="The office") as server:
        server.add_user("officer", PASSWORD)

        def below(seen: Seen) -> bool:
            return seen.path not in ("/", "") and "rest_route" in seen.query

        with Front(server.url) as front:
            front.misbehave(faulty.answered(404, faulty.HTML), below)
            identity = sign_in(f"{front.url}{tail}")
        assert (identity.address, identity.name, identity.handle) == (front.url, "The office", "officer")


def test_a_site_in_a_folder_keeps_its_folder() -> None:
    with WordPressServer() as server:
        server.add_user("officer", PASSWORD)
        with Front(server.url) as front:
            front.misbehave(faulty.answered(404, faulty.HTML), lambda seen: seen.path == "/")
            assert sign_in(f"{front.url}/blog/wp-admin/").address == f"{front.url}/blog"


def test_a_site_that_sends_us_to_another_one_is_given_no_password_and_the_person_is_told_where_it_leads() -> None:
    with WordPressServer() as server:
        server.add_user("officer", PASSWORD)
        with Front(server.url) as new, Front(server.url) as old:
            old.misbehave(faulty.answered(301, b"", {"Location": f"{new.url}/?rest_route=/"}))
            with pytest.raises(Rejected) as caught:
                sign_in(old.url)
            assert new.url in caught.value.sentence and "type its address" in caught.value.next_step
            assert not any("authorization" in seen.headers for seen in (*old.seen, *new.seen))
            assert sign_in(new.url).address == new.url


def test_a_site_that_moved_within_itself_is_followed_before_any_password_is_sent() -> None:
    with WordPressServer() as server:
        server.add_user("officer", PASSWORD)
        with Front(server.url) as front:
            moved = faulty.answered(301, b"", {"Location": f"{front.url}/blog/?rest_route=/"})
            front.misbehave(moved, lambda seen: not seen.path.startswith("/blog"))
            assert sign_in(front.url).address == f"{front.url}/blog"
            assert all(seen.path.startswith("/blog") for seen in front.seen if "authorization" in seen.headers)


@pytest.mark.parametrize("there", ["https://[x", "https://a:99999/", ""])
def test_a_site_that_leads_nowhere_is_told_plainly(there: str) -> None:
    with Front("") as front:
        front.misbehave(faulty.answered(302, b"", {"Location": there}))
        with pytest.raises(Rejected) as caught:
            sign_in(front.url)
    assert "no WordPress" in caught.value.sentence


@pytest.mark.parametrize("fault", [faulty.answered(200, faulty.HTML), faulty.answered(200, b'{"namespaces": 5}')])
def test_a_place_without_wordpress_is_told_plainly(fault: faulty.Fault) -> None:
    with Front("") as front:
        front.misbehave(fault)
        with pytest.raises(Rejected) as caught:
            sign_in(front.url)
    assert "no WordPress" in caught.value.sentence


def test_redirects_in_a_circle_end() -> None:
    with Front("") as front:
        front.misbehave(faulty.answered(302, b"", {"Location": "/?rest_route=/"}))
        with pytest.raises(Rejected):
            sign_in(front.url)
        assert len(front.seen) < 10


def test_a_user_who_may_not_publish_is_told_at_once() -> None:
    with WordPressServer() as server:
        server.add_user("officer", PASSWORD, editor=False)
        with pytest.raises(Rejected) as caught:
            sign_in(server.url)
    assert "Editor" in caught.value.next_step


def test_a_draft_left_by_a_lost_answer_is_published_and_no_second_one_made() -> None:
    with wordpress_rig() as rig:
        rig.front.misbehave(faulty.afterwards(faulty.reset), lambda seen: b'"draft"' in seen.content)
        with pytest.raises(Exception, match="cannot answer"):
            rig.channel.publish(piece(pictures=(PICTURE,)))
        rig.front.behave()
        rig.channel.publish(piece(pictures=(PICTURE,)))
        assert sum(b'"draft"' in seen.content for seen in rig.front.seen) == 1
        assert sum("content-disposition" in seen.headers for seen in rig.front.seen) == 1
        assert rig.public() == 1


def test_a_correction_keeps_the_address_and_the_pictures_and_twice_is_once() -> None:
    with wordpress_rig() as rig:
        receipt = rig.channel.publish(piece(pictures=(PICTURE,)))
        other = piece(text="Other words.", pictures=(PICTURE,))
        channel = cast(Edits, rig.channel)
        assert channel.edit(receipt, other) == channel.edit(receipt, other) == receipt
        assert rig.public() == 1
        assert sum("content-disposition" in seen.headers for seen in rig.front.seen) == 1


def test_a_correction_without_a_clear_answer_is_unconfirmed_and_of_nothing_is_gone() -> None:
    with wordpress_rig() as rig:
        receipt = rig.channel.publish(piece())
        channel = cast(Edits, rig.channel)
        rig.front.misbehave(faulty.afterwards(faulty.reset), lambda seen: b"Other words" in seen.content)
        with pytest.raises(Unconfirmed):
            channel.edit(receipt, piece(text="Other words."))
        rig.front.behave()
        with pytest.raises(Gone):
            channel.edit(replace(receipt, remote_id="post:999"), piece(text="Other words."))
        with pytest.raises(Rejected):
            channel.edit(replace(receipt, remote_id="https://example.org/seen"), piece())


def test_a_post_the_site_keeps_back_is_not_called_published() -> None:
    with wordpress_rig() as rig:
        rig.front.misbehave(faulty.rewritten(b'"publish"', b'"pending"'))
        with pytest.raises(Rejected) as caught:
            rig.channel.publish(piece())
        assert "approves" in caught.value.sentence
