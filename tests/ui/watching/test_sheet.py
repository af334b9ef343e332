"""Watching a hashtag in real windows, with accounts that can search and others that cannot."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.event import EventId
from pcc_desk.model.watch import Window
from pcc_desk.ui.background import Background
from pcc_desk.ui.calendar.detail import DetailPane
from pcc_desk.ui.calendar.editor import begin_event
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.watching.sheet import WatchSheet
from tests.desk import Clock
from tests.services.on_servers import OnServers, desk_on_servers
from tests.ui.screen import button_of, dress, words_of


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[OnServers]:
    """A desk without accounts, whose clock starts now."""
    dress()
    with desk_on_servers(tmp_path, Clock(present().replace(microsecond=0))) as opened:
        yield opened


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    """The bridge that panels use."""
    bridge = Background()
    yield bridge
    bridge.stop(60)


def open_inbox(desk: OnServers, background: Background, qtbot: QtBot) -> tuple[InboxPanel, WatchSheet]:
    """Show the inbox, and the sheet that its filters open."""
    panel = InboxPanel(desk.services, background)
    qtbot.addWidget(panel)
    panel.resize(1276, 780)
    panel.show()
    panel.filters.watching.click()
    return panel, sheet_of(panel, qtbot)


def sheet_of(panel: InboxPanel | DetailPane, qtbot: QtBot) -> WatchSheet:
    """Give the open sheet, once it knows the accounts."""
    sheet = panel.findChild(WatchSheet)
    assert isinstance(sheet, WatchSheet)
    qtbot.waitUntil(lambda: bool(sheet.boxes))
    return sheet


def test_a_hashtag_is_watched_found_filtered_and_stopped(desk: OnServers, background: Background, qtbot: QtBot) -> None:
    server, account = desk.mastodon()
    panel, sheet = open_inbox(desk, background, qtbot)
    sheet.tag.setText("#OurPlan")
    assert sheet.boxes[account.id].isChecked()
    sheet.begin.click()
    qtbot.waitUntil(lambda: "#OurPlan on Mastodon, until you stop it." in words_of(sheet))
    server.arrive("ann", "More buses #OurPlan", at=desk.clock.advance(1))
    server.arrive("ann", "@office hello", at=desk.clock.advance(1))
    desk.clock.advance(minutes=5)
    background.changed.emit(desk.services.inbox.fetch_due(desk.clock))
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 2)
    panel.filters.hashtags.pick("#OurPlan")
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)
    record = panel.rows.record(0)
    assert record is not None and record.text == "More buses #OurPlan"
    button_of(sheet, "Stop watching #OurPlan").click()
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 2)
    assert desk.services.watching.all(desk.clock()) == ()
    assert not panel.filters.hashtags.isVisible()


def test_an_account_that_cannot_search_is_grey_and_one_that_charges_is_left_to_the_person(
    desk: OnServers, background: Background, qtbot: QtBot
) -> None:
    (_, website), (_, on_x) = desk.wordpress(), desk.x()
    _, sheet = open_inbox(desk, background, qtbot)
    assert not sheet.boxes[website.id].isEnabled()
    qtbot.waitUntil(lambda: "PCC Desk cannot look for a hashtag on WordPress." in words_of(sheet))
    assert sheet.boxes[on_x.id].isEnabled() and not sheet.boxes[on_x.id].isChecked()
    price = "X charges 0.5 US cents for each post it finds. This month X has cost $0.00 so far."
    assert price in words_of(sheet)


def test_what_cannot_be_watched_is_told_and_stays_typed(desk: OnServers, background: Background, qtbot: QtBot) -> None:
    desk.mastodon()
    _, sheet = open_inbox(desk, background, qtbot)
    sheet.tag.setText("two words")
    sheet.begin.click()
    qtbot.waitUntil(lambda: "A hashtag is one word of letters and numbers." in sheet.notice.text())
    assert sheet.tag.text() == "two words"


def test_an_event_offers_its_hashtag_and_its_days(desk: OnServers, background: Background, qtbot: QtBot) -> None:
    desk.mastodon()
    made = begin_event(desk.clock().replace(tzinfo=None) + timedelta(days=10))
    event = desk.services.events.save(
        type(made)(EventId(0), "", "Hashtag hour", made.kind, made.starts, made.ends, hashtag="#OurPlan"), desk.clock()
    )
    pane = DetailPane(desk.services, background)
    qtbot.addWidget(pane)
    pane.show()
    now = desk.clock()
    (entry,) = desk.services.events.entries(now, now + timedelta(days=30))
    pane.show_entry(entry)
    qtbot.waitUntil(lambda: "Watch #OurPlan from … to …" in words_of(pane))
    button_of(pane, "Watch #OurPlan from … to …").click()
    sheet = sheet_of(pane, qtbot)
    usual = desk.services.watching.usual_window(event, now)
    assert usual.from_at is not None and usual.until_at is not None
    assert sheet.first.date().toPython() == usual.from_at.date()
    assert sheet.last.date().toPython() == (event.ends.wall + timedelta(days=7)).date()
    sheet.begin.click()
    qtbot.waitUntil(lambda: bool(desk.services.watching.all(desk.clock())))
    (watch,) = desk.services.watching.all(desk.clock())
    assert Window(None, watch.until_at) == Window(None, usual.until_at)
