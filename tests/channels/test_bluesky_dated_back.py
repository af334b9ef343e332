"""On the real Bluesky: what says that it was written long ago is sorted in far below, and found all the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.bluesky_notices import Bookmark
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.channel import Channel
from tests.channels.rigs import opened
from tests.channels.test_real_servers import as_member
from tests.servers.bluesky import Bluesky, BlueskyAccount

pytestmark = pytest.mark.servers


def mention(bluesky: Bluesky, ann: BlueskyAccount, office: BlueskyAccount, words: str, hours_ago: float) -> None:
    """Mention the office in a post that says it is so old, and wait until the app knows of it."""
    facet = {"$type": "app.bsky.richtext.facet#mention", "did": office.did}
    made_at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
    record = {"text": words, "createdAt": made_at, "facets": [{"index": WHOLE, "features": [facet]}]}
    bluesky.wait_until_shown(ann, str(bluesky.post(ann, record)["uri"]))


OLDEST_FIRST = (("3 h", 3.0), ("2 h", 2.0), ("90 min", 1.5), ("half an hour", 0.5), ("6 min", 0.1), ("now", 0.0))
WHOLE = {"byteStart": 0, "byteEnd": 3}


def walk(channel: Channel, cursor: str, walks: int) -> tuple[list[str], str]:
    """Walk once, as after so many walks; give the new texts and the cursor."""
    cursor, found, more = replace(Bookmark.read(cursor), walks=walks).written(), list[str](), True
    while more:
        batch = channel.fetch("notifications", cursor)
        cursor, more = batch.cursor, batch.more
        found += [message.text for message in batch.messages]
    return found, cursor


def test_a_mention_that_says_it_was_written_days_ago_comes_within_the_hour(
    bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, ann = bluesky.create_account("office"), bluesky.create_account("ann")
    channel = opened(ADAPTERS["bluesky"], Wire(bluesky.pds_url), *as_member(bluesky, office))
    monkeypatch.setattr("pcc_desk.channels.bluesky._PAGE", 3)  # as if there were hundreds
    for words, hours_ago in OLDEST_FIRST:
        mention(bluesky, ann, office, words, hours_ago)
    found, cursor = walk(channel, "", walks=1)
    assert found == [words for words, _ in reversed(OLDEST_FIRST)]
    mention(bluesky, ann, office, "two days", 48)
    found, cursor = walk(channel, cursor, walks=59)
    assert "two days" not in found
    found, cursor = walk(channel, cursor, walks=60)
    assert "two days" in found
