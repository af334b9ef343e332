"""The desk that the tests stand on is a real one."""

from datetime import timedelta
from pathlib import Path

from pcc_desk.model.account import AccountState
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageFilter
from tests.desk import Clock, open_connected_desk, open_desk


def test_time_stands_still_until_the_test_moves_it() -> None:
    clock = Clock()
    before = clock()
    assert clock() == before
    assert clock.advance(minutes=2, seconds=1) == before + timedelta(seconds=121)


def test_a_new_desk_is_empty(tmp_path: Path) -> None:
    services = open_desk(tmp_path)
    assert services.accounts.all() == () and services.compose.drafts() == () and services.outbox.page() == ()
    assert services.inbox.page(MessageFilter()).messages == ()


def test_a_connected_desk_sends_and_receives(tmp_path: Path) -> None:
    with open_connected_desk(tmp_path) as desk:
        services, clock = desk.services, desk.clock
        assert [account.state for account in services.accounts.all()] == [AccountState.CONNECTED] * 2
        draft = services.compose.begin(clock())
        changed = type(draft)(draft.id, "Noson Ewlo", "Come and ask the Commissioner.", draft.accounts)
        services.compose.approve(services.compose.save(changed, clock()).id, clock())
        services.outbox.run_due(clock)
        assert [line.delivery.state for line in services.outbox.page()] == [DeliveryState.SENT] * 2
        assert len(desk.bluesky.posts) == 1 and len(desk.website.posts) == 1
        desk.bluesky.arrive("member.test", "When does it start?", answers=desk.bluesky.posts[0].uri)
        services.inbox.fetch_due(clock)
        assert [message.text for message in services.inbox.page(MessageFilter()).messages] == ["When does it start?"]
