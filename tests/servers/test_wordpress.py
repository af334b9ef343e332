"""The facts about WordPress that the desk leans on, on a real site."""

import pytest
import requests

from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers
POSTS, MEDIA, COMMENTS = "/wp/v2/posts", "/wp/v2/media", "/wp/v2/comments"
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def test_the_editor_is_known_by_the_application_password(wordpress: WordPress) -> None:
    assert wordpress.call("GET", "/wp/v2/users/me").json()["slug"] == "editor"


def test_a_draft_is_hidden_until_it_is_published(wordpress: WordPress) -> None:
    draft = wordpress.call(
        "POST", POSTS, {"title": "Soon", "content": "Words", "status": "draft", "slug": "soon"}
    ).json()
    anyone = {"rest_route": f"{POSTS}/{draft['id']}"}
    assert requests.get(wordpress.url, params=anyone, timeout=30).status_code == 401
    wordpress.call("POST", f"{POSTS}/{draft['id']}", {"status": "publish"})
    shown = requests.get(wordpress.url, params=anyone, timeout=30).json()
    assert (shown["slug"], shown["status"]) == ("soon", "publish")
    assert requests.get(shown["link"], timeout=30).status_code == 200


def test_a_post_is_found_by_its_slug_whatever_its_state(wordpress: WordPress) -> None:
    wordpress.call("POST", POSTS, {"title": "Key", "content": "Words", "status": "draft", "slug": "key-1"})
    found = wordpress.call("GET", POSTS, slug="key-1", status="any").json()
    assert [each["slug"] for each in found] == ["key-1"]


def test_a_picture_keeps_its_description(wordpress: WordPress) -> None:
    answer = requests.post(
        wordpress.url,
        params={"rest_route": MEDIA},
        data=ONE_PIXEL,
        headers={"Content-Type": "image/png", "Content-Disposition": 'attachment; filename="dot.png"'},
        auth=(wordpress.editor, wordpress.app_password),
        timeout=30,
    )
    wordpress.call("POST", f"{MEDIA}/{answer.json()['id']}", {"alt_text": "A dot"})
    assert wordpress.call("GET", f"{MEDIA}/{answer.json()['id']}").json()["alt_text"] == "A dot"


def test_a_comment_from_the_public_waits_for_the_editor(wordpress: WordPress) -> None:
    post = wordpress.call("POST", POSTS, {"title": "Ask", "content": "us", "status": "publish"}).json()
    comment = wordpress.anonymous_comment(post["id"], "Ann", "When is it?")
    held = wordpress.call("GET", COMMENTS, status="hold", post=str(post["id"])).json()
    assert [each["id"] for each in held] == [comment]
    approved = wordpress.call("POST", f"{COMMENTS}/{comment}", {"status": "approved"}).json()
    assert (approved["author_name"], approved["status"]) == ("Ann", "approved")


def test_a_wrong_password_is_refused(wordpress: WordPress) -> None:
    with pytest.raises(requests.HTTPError) as refused:
        WordPress(wordpress.url, wordpress.editor, "wrong").call("GET", "/wp/v2/users/me")
    assert refused.value.response.status_code == 401
