"""The rehearsal Bluesky answers as the real one does."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from pcc_desk.rehearsal.bluesky import BlueskyServer

POST = "app.bsky.feed.post"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    """A rehearsal network with one office on it."""
    with BlueskyServer() as running:
        running.add_account("office.test", "abcd", "The office")
        yield running


def call(server: BlueskyServer, verb: str, token: str = "", **body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{server.url}/xrpc/com.atproto.{verb}", json=body, headers=headers, timeout=60)


def signed_in(server: BlueskyServer) -> str:
    return str(call(server, "server.createSession", identifier="office.test", password="abcd").json()["accessJwt"])


def put(server: BlueskyServer, token: str, text: str, key: str = "3m6abcdefgh2a") -> requests.Response:
    record = {"$type": POST, "text": text, "createdAt": "2026-11-24T17:00:00Z"}
    did = server.accounts[0].did
    wish = {"repo": did, "collection": POST, "rkey": key, "record": record, "swapRecord": None}
    return call(server, "repo.putRecord", token, **wish)


def test_the_same_record_under_the_same_key_is_one_post(server: BlueskyServer) -> None:
    token = signed_in(server)
    first, second = put(server, token, "Hello").json(), put(server, token, "Hello").json()
    assert first["cid"] == second["cid"]
    assert "commit" in first and "commit" not in second
    assert [post.text for post in server.posts] == ["Hello"]
    other = put(server, token, "Something else")
    assert (other.status_code, other.json()["error"]) == (400, "InvalidSwap")


@pytest.mark.parametrize(("text", "code"), [("👩‍👩‍👧" * 150, 200), ("x" * 301, 400), ("👩‍👩‍👧" * 170, 400)])
def test_three_hundred_graphemes_and_three_thousand_bytes_are_the_limit(
    server: BlueskyServer, text: str, code: int
) -> None:
    assert put(server, signed_in(server), text).status_code == code


def test_a_picture_that_was_never_uploaded_is_refused(server: BlueskyServer) -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 3}
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    record = {"$type": POST, "text": "", "embed": embed}
    wish = {"collection": POST, "rkey": "3m6abcdefgh2a", "record": record}
    assert call(server, "repo.putRecord", signed_in(server), **wish).json()["error"] == "BlobNotFound"


def test_a_wrong_password_and_a_stale_token_are_refused_as_the_real_server_does(server: BlueskyServer) -> None:
    wrong = call(server, "server.createSession", identifier="office.test", password="x")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "AuthenticationRequired")
    token = signed_in(server)
    server.expire_access()
    stale = put(server, token, "Hello")
    assert (stale.status_code, stale.json()["error"]) == (400, "ExpiredToken")


def test_the_public_answers_quotes_and_mentions_and_only_the_office_hears_of_it(server: BlueskyServer) -> None:
    uri = put(server, signed_in(server), "Hello").json()["uri"]
    reply = server.arrive("ann.test", "When?", answers=uri)
    server.arrive("bob.test", "Me too", answers=reply)
    server.arrive("cat.test", "Look", quotes=uri)
    server.arrive("dai.test", "Helo @office.test")
    server.arrive("eve.test", "Nothing to do with it")
    where = f"{server.url}/xrpc/app.bsky.notification.listNotifications"
    headers = {"Authorization": f"Bearer {signed_in(server)}"}
    listed = requests.get(where, params={"limit": "2"}, headers=headers, timeout=60).json()
    rest = requests.get(where, params={"cursor": listed["cursor"]}, headers=headers, timeout=60).json()
    told = [
        (notice["reason"], notice["author"]["handle"]) for notice in listed["notifications"] + rest["notifications"]
    ]
    assert told == [("mention", "dai.test"), ("quote", "cat.test"), ("reply", "bob.test"), ("reply", "ann.test")]
    assert "cursor" not in rest


def test_a_post_can_be_read_in_a_browser_as_plain_words(server: BlueskyServer) -> None:
    put(server, signed_in(server), "<script>Hello</script>")
    page = requests.get(f"{server.url}/profile/office.test/post/3m6abcdefgh2a", timeout=60)
    assert "&lt;script&gt;" in page.text
    assert requests.get(f"{server.url}/profile/office.test/post/other", timeout=60).status_code == 404
