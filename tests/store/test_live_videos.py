"""Live videos and their talk are found by an index, however much there is."""

from pathlib import Path

from pcc_desk.model.event import EventId
from pcc_desk.store import live_videos, messages
from tests.desk import open_store
from tests.store.mail import add, add_account, answering
from tests.store.plans import plans_of, slow_steps


def test_live_videos_and_their_talk_are_found_by_an_index(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    account_id = add_account(store)
    add(store, account_id, answering(1, "live-1"), answering(2, "live-1"), answering(3, "live-2"))
    with store.read() as conn:
        said = messages.of_root(conn, account_id, "live-1", 5)
        assert slow_steps(plans_of(conn, lambda: messages.of_root(conn, account_id, "live-1", 5))) == []
        plan = plans_of(conn, lambda: live_videos.of_events(conn, [EventId(1), EventId(2)]))
    assert [one.remote_id for one in said] == ["remote-2", "remote-1"]
    assert all("USING INDEX live_video_by_event" in step for step in plan), plan
    store.close()
