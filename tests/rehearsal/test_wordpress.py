"""The rehearsal website answers as WordPress does."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from pcc_desk.rehearsal.wordpress import WordPressServer


@pytest.fixture
def site() -> Iterator[WordPressServer]:
    """A rehearsal site with one editor."""
    with WordPressServer(name="The office") as running:
        running.add_user("officer", "abcd")
        running.add_user("guest", "efgh", editor=False)
        yield running


def call(
    site: WordPressServer, method: str, route: str, body: Any = None, user: str = "officer:abcd"
) -> requests.Response:
    login, _, password = user.partition(":")
    path, _, query = route.partition("?")
    wanted = dict(pair.split("=") for pair in query.split("&") if pair)
    where = {"rest_route": path, **wanted}
    return requests.request(method, f"{site.url}/", params=where, json=body, auth=(login, password), timeout=60)


def test_a_draft_is_found_by_its_slug_and_published_by_its_number(site: WordPressServer) -> None:
    made = call(site, "POST", "/wp/v2/posts", {"title": "T", "content": "<p>C", "slug": "pccdesk-k", "status": "draft"})
    assert (made.status_code, site.posts) == (201, ())
    (found,) = call(site, "GET", "/wp/v2/posts?slug=pccdesk-k&status=any").json()
    for _ in range(2):
        assert call(site, "POST", f"/wp/v2/posts/{found['id']}", {"status": "publish"}).json()["status"] == "publish"
    assert [post.slug for post in site.posts] == ["pccdesk-k"]
    assert "<p>C" in requests.get(f"{site.url}/pccdesk-k/", timeout=60).text


def test_two_drafts_may_share_a_slug_and_two_posts_may_not(site: WordPressServer) -> None:
    numbers = [call(site, "POST", "/wp/v2/posts", {"slug": "same"}).json()["id"] for _ in range(2)]
    assert len(call(site, "GET", "/wp/v2/posts?slug=same").json()) == 2
    for number in numbers:
        call(site, "POST", f"/wp/v2/posts/{number}", {"status": "publish"})
    assert [post.slug for post in site.posts] == ["same", "same-2"]


def test_what_is_in_the_bin_is_gone_and_cannot_go_there_twice(site: WordPressServer) -> None:
    number = call(site, "POST", "/wp/v2/posts", {"slug": "x", "status": "publish"}).json()["id"]
    assert call(site, "DELETE", f"/wp/v2/posts/{number}").status_code == 200
    assert call(site, "DELETE", f"/wp/v2/posts/{number}").status_code == 410
    assert call(site, "DELETE", "/wp/v2/posts/999").status_code == 404
    assert site.posts == ()


def test_the_same_words_twice_are_refused(site: WordPressServer) -> None:
    number = call(site, "POST", "/wp/v2/posts", {"slug": "x", "status": "publish"}).json()["id"]
    said = {"post": number, "content": "Hello", "author_user_agent": "PCC Desk pccdesk-k"}
    assert call(site, "POST", "/wp/v2/comments", said).json()["author_user_agent"] == "PCC Desk pccdesk-k"
    again = call(site, "POST", "/wp/v2/comments", said)
    assert (again.status_code, again.json()["code"]) == (409, "comment_duplicate")


def test_the_public_s_comments_wait_and_are_listed_by_time(site: WordPressServer) -> None:
    number = call(site, "POST", "/wp/v2/posts", {"slug": "x", "status": "publish"}).json()["id"]
    first = site.arrive(f"post:{number}", "Ann & co", "5 < 6")
    site.arrive(first, "Bob", "Quite", state="approved")
    listed = call(site, "GET", "/wp/v2/comments?status=all&order=asc").json()
    assert [(c["author_name"], c["content"]["raw"], c["parent"]) for c in listed] == [
        ("Ann &amp; co", "5 &lt; 6", 0),
        ("Bob", "Quite", 1),
    ]
    assert len(call(site, "GET", "/wp/v2/comments?status=hold").json()) == 1
    assert call(site, "GET", "/wp/v2/comments?status=all&after=2031-01-01T00:00:00Z").json() == []


@pytest.mark.parametrize("user", ["officer:wrong", "nobody:abcd", ":"])
def test_a_wrong_password_is_refused_as_the_real_site_does(site: WordPressServer, user: str) -> None:
    refused = call(site, "GET", "/wp/v2/users/me", user=user)
    assert (refused.status_code, refused.json()["code"]) == (401, "rest_not_logged_in")


def test_a_guest_may_not_publish(site: WordPressServer) -> None:
    assert call(site, "POST", "/wp/v2/posts", {"slug": "x"}, user="guest:efgh").status_code == 403
    assert not call(site, "GET", "/wp/v2/users/me", user="guest:efgh").json()["capabilities"].get("publish_posts")


def test_it_looks_like_a_website_to_a_browser(site: WordPressServer) -> None:
    assert "The office" in requests.get(site.url, timeout=60).text
    assert requests.get(f"{site.url}/none/", timeout=60).status_code == 404
    assert requests.get(f"{site.url}/wp-json/", timeout=60).json()["namespaces"] == ["wp/v2"]
    assert call(site, "GET", "/wp/v2/nothing").json()["code"] == "rest_no_route"
