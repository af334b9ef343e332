"""The facts about Bluesky that the desk leans on, on the real servers."""

import time
from collections.abc import Callable

import pytest
import requests

from tests.servers.bluesky import Bluesky, BlueskyAccount

pytestmark = pytest.mark.servers
WHEN = "2026-11-22T10:00:00.000Z"
POST = "app.bsky.feed.post"


def eventually(ask: Callable[[], object]) -> object:
    """Return the first answer that is not empty, asking for at most a minute."""
    deadline = time.monotonic() + 60
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


def note(text: str) -> dict[str, object]:
    """Return a post record with this text."""
    return {"$type": POST, "text": text, "createdAt": WHEN}


def test_a_reply_arrives_as_a_notification_in_the_appview(bluesky: Bluesky) -> None:
    office, resident = bluesky.create_account("office"), bluesky.create_account("resident")
    first = bluesky.post(office, note("Open meeting on Tuesday"))
    root = {"uri": first["uri"], "cid": first["cid"]}
    bluesky.wait_until_shown(office, str(first["uri"]))
    bluesky.post(resident, note("What time?") | {"reply": {"root": root, "parent": root}})
    token = bluesky.sign_in(office)
    heard = eventually(lambda: bluesky.ask("app.bsky.notification.listNotifications", token)["notifications"])
    assert isinstance(heard, list)
    assert [(each["reason"], each["record"]["text"]) for each in heard] == [("reply", "What time?")]


def test_putting_the_same_record_twice_makes_one_post(bluesky: Bluesky) -> None:
    office = bluesky.create_account("twice")
    token = bluesky.sign_in(office)
    answers = [put(bluesky, office, token, note("Once")) for _ in range(2)]
    assert answers[0]["cid"] == answers[1]["cid"]
    assert "commit" in answers[0]
    assert "commit" not in answers[1]
    listed = bluesky.ask("com.atproto.repo.listRecords", token, repo=office.did, collection=POST)["records"]
    assert isinstance(listed, list)
    assert len(listed) == 1


def test_a_second_create_with_a_used_key_is_a_server_error_and_no_second_post(bluesky: Bluesky) -> None:
    office = bluesky.create_account("used")
    token = bluesky.sign_in(office)
    wish = {"repo": office.did, "collection": POST, "rkey": "3n2vdfp2e622j", "record": note("Once")}
    bluesky.call("com.atproto.repo.createRecord", wish, token)
    with pytest.raises(requests.HTTPError) as refused:
        bluesky.call("com.atproto.repo.createRecord", wish, token)
    assert refused.value.response.status_code == 500


def test_a_wrong_password_is_refused(bluesky: Bluesky) -> None:
    office = bluesky.create_account("wrong")
    with pytest.raises(requests.HTTPError) as refused:
        bluesky.sign_in(office._replace(app_password="aaaa-bbbb-cccc-dddd"))
    assert refused.value.response.status_code == 401


def test_301_graphemes_are_too_many(bluesky: Bluesky) -> None:
    office = bluesky.create_account("long")
    bluesky.post(office, note("ŵ" * 300))
    with pytest.raises(requests.HTTPError) as refused:
        bluesky.post(office, note("ŵ" * 301))
    assert refused.value.response.status_code == 400


def put(bluesky: Bluesky, office: BlueskyAccount, token: str, record: dict[str, object]) -> dict[str, object]:
    """Put `record` under one fixed key."""
    wish = {"repo": office.did, "collection": POST, "rkey": "3n2vdfp2e622j", "record": record, "swapRecord": None}
    return bluesky.call("com.atproto.repo.putRecord", wish, token)
