"""The sample office: real services on loopback platforms, around today."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.live import LiveState
from pcc_desk.model.message import MessageFilter, MessageKind, MessageState
from pcc_desk.rehearsal.office import RehearsalOffice
from pcc_desk.services.desk import Services

OTHERS = {"facebook", "instagram", "threads", "mastodon", "linkedin", "x"}
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalOffice]:
    """The sample office as somebody finds it."""
    office = RehearsalOffice(tmp_path_factory.mktemp("rehearsal"))
    yield office
    office.close()


@pytest.fixture(scope="module")
def services(office: RehearsalOffice) -> Services:
    """Its services."""
    return office.open(NOW)


def test_it_says_that_nothing_is_real(services: Services) -> None:
    profile = services.office.profile()
    assert profile.rehearsal
    assert profile.name == "Office of the Police and Crime Commissioner for Wexmoor"


def test_its_past_was_really_sent_and_its_future_waits(services: Services) -> None:
    lines = services.outbox.page()
    states = [line.delivery.state.value for line in lines]
    assert (states.count("sent"), states.count("due")) == (12, 6)
    assert all(line.delivery.receipt.at <= NOW for line in lines if line.delivery.receipt)
    assert all(line.delivery.due_at > NOW for line in lines if line.delivery.state.value == "due")
    assert len(services.compose.drafts()) == 3


def test_its_public_has_answered_and_old_answers_are_dealt_with(services: Services) -> None:
    counts = services.inbox.counts().by_state
    assert counts[MessageState.OPEN] > 10
    assert counts[MessageState.DONE] > 5
    newest = services.inbox.page(MessageFilter()).messages[0]
    assert newest.created_at <= NOW


def test_somebody_answers_while_one_looks(office: RehearsalOffice, services: Services) -> None:
    later = NOW + timedelta(minutes=2)
    before = services.inbox.counts().by_state[MessageState.OPEN]
    office.let_somebody_answer(NOW)
    services.inbox.fetch_due(lambda: later)
    assert services.inbox.counts().by_state[MessageState.OPEN] == before + 1


def test_its_events_stand_around_today(services: Services) -> None:
    entries = services.events.entries(NOW - timedelta(days=3), NOW + timedelta(days=21))
    assert {"event", "announcement"} == {entry.kind.value for entry in entries}
    assert len(entries) > 8


def test_every_other_channel_comes_in_once_the_desk_is_open(tmp_path: Path) -> None:
    office = RehearsalOffice(tmp_path)
    now = datetime.now(UTC)
    services = office.open(now)
    try:
        assert len(services.accounts.all()) == 2, "no start waits for them"
        being_written = services.compose.begin(now)
        for _ in range(5):  # one step more than there are: then only the public writes
            office.bring_in_more(now)
            now += timedelta(seconds=30)
            for _ in range(20):  # until everything that was on its way has come back
                services.outbox.run_due(partial(_give, now))
            services.inbox.fetch_due(partial(_give, now))
        still = services.compose.get(being_written.id)
        assert (still.version, still.text, still.approved_at) == (1, "", None), "what a person has open stays theirs"
        names = {account.id: account.platform for account in services.accounts.all()}
        assert set(names.values()) == {"bluesky", "wordpress", *OTHERS, "youtube", "nextdoor"}
        newest = services.outbox.page(limit=len(OTHERS) + 1)
        states = {line.account.platform: line.delivery.state for line in newest}
        assert states == {"nextdoor": DeliveryState.BY_HAND, **dict.fromkeys(OTHERS, DeliveryState.SENT)}
        now += timedelta(minutes=1)
        services.inbox.fetch_due(partial(_give, now))
        came = services.inbox.page(MessageFilter(state=None), limit=100).messages
        assert {names[each.account_id] for each in came} >= OTHERS
        assert {names[each.account_id] for each in came if each.kind is MessageKind.DIRECT} == {"facebook", "mastodon"}
        events = services.events.between(now, now + timedelta(days=7))
        (video,) = services.live.of_events([event.id for event in events])
        assert video.state is LiveState.PLANNED and names[video.account_id] == "facebook"
        assert services.inbox.problems() == ()
    finally:
        services.stop()
        office.close()


def _give(moment: datetime) -> datetime:
    return moment


def test_nothing_it_keeps_can_be_read(office: RehearsalOffice, services: Services, tmp_path: Path) -> None:
    folder = next(tmp_path.parent.glob("rehearsal*"))
    kept = b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())
    assert b"Wexmoor" not in kept
