"""Live videos on an event's card, with a real Page behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Event
from pcc_desk.model.live import LiveState
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.facebook_records import Live
from pcc_desk.ui.background import Background
from pcc_desk.ui.live.panel import LivePanel
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.question import Question
from tests.desk import Clock
from tests.services.on_air import event_at
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
    bridge.stop(10)


@dataclass(frozen=True)
class Stage:
    """A desk with a Page and a website, an event in an hour, and its card."""

    desk: OnServers
    server: FacebookServer
    event: Event
    panel: LivePanel
    background: Background
    qtbot: QtBot

    def press(self, words: str, yes: str) -> None:
        """Press a button of the card, and answer the question."""
        self.sees(words)
        button_of(self.panel, words).click()
        button_of(self.question(), yes).click()
        self.qtbot.waitUntil(lambda: not self.panel.findChild(Question))

    def question(self) -> Question:
        """Give the question that is asked."""
        self.qtbot.waitUntil(lambda: bool(self.panel.findChild(Question)))
        question = self.panel.findChild(Question)
        assert isinstance(question, Question)
        return question

    def sees(self, words: str) -> None:
        """Wait until words are in sight."""
        self.qtbot.waitUntil(lambda: words in words_of(self.panel))

    def becomes(self, state: LiveState) -> None:
        """Wait until the one live video stands so."""
        self.qtbot.waitUntil(
            lambda: [each.state for each in self.desk.services.live.of_events([self.event.id])] == [state]
        )

    def begin(self) -> Live:
        """Plan the live video and go live."""
        self.press("Plan a live video on Facebook", "Announce it")
        self.press("Go live", "Go live")
        self.becomes(LiveState.LIVE)
        (live,) = self.server.wall.lives.values()
        return live


@pytest.fixture
def stage(desk: OnServers, background: Background, qtbot: QtBot) -> Stage:
    (server, _), _ = desk.facebook(), desk.wordpress()
    event = desk.services.events.save(event_at(desk.clock() + timedelta(hours=1)), desk.clock())
    panel = LivePanel(desk.services, background, desk.clock)
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    panel.show()
    return Stage(desk, server, event, panel, background, qtbot)


def test_what_cannot_go_live_is_named_and_has_no_button(stage: Stage) -> None:
    stage.sees("No live video from here: WordPress.")
    assert "Plan a live video on WordPress" not in words_of(stage.panel)
    assert button_of(stage.panel, "Plan a live video on Facebook").isEnabled()


def test_the_stream_key_is_shown_when_asked_for_and_copied(stage: Stage) -> None:
    stage.press("Plan a live video on Facebook", "Announce it")
    stage.sees("Show the stream key")
    assert "Secret" not in words_of(stage.panel)
    button_of(stage.panel, "Show the stream key").click()
    assert "Secret" in stage.question().text()
    button_of(stage.question(), "Copy the stream key").click()
    stage.qtbot.waitUntil(lambda: QApplication.clipboard().text().endswith("-Secret"))


def test_what_is_said_stands_on_the_card_and_leads_to_the_inbox(stage: Stage) -> None:
    live = stage.begin()
    stage.server.wall.arrive(live.id, "Will there be more officers?", at=stage.desk.clock())
    stage.background.changed.emit(stage.desk.services.inbox.fetch_due(stage.desk.clock))
    stage.sees("Will there be more officers?")
    talk = next(words for words in words_of(stage.panel).splitlines() if "more officers" in words)
    with stage.qtbot.waitSignal(stage.panel.message_requested):
        button_of(stage.panel, talk).click()


def test_a_live_video_that_goes_on_after_its_event_can_still_be_ended(stage: Stage) -> None:
    live = stage.begin()
    stage.desk.clock.advance(hours=3)
    stage.background.changed.emit(Changes.EVENTS)
    stage.sees("Over")
    stage.press("End", "End it")
    stage.becomes(LiveState.ENDED)
    assert live.standing == "VOD"
    stage.qtbot.waitUntil(lambda: not stage.panel.cards())


def test_without_a_network_it_is_said_and_nothing_is_planned(stage: Stage) -> None:
    stage.sees("Plan a live video on Facebook")
    stage.server.__exit__(None, None, None)
    stage.press("Plan a live video on Facebook", "Announce it")
    stage.sees("cannot be reached")
    assert stage.desk.services.live.of_events([stage.event.id]) == ()
