"""What an answer costs is said beside it while it is typed, and what the office's limit refuses is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import Account
from pcc_desk.model.changes import Changes
from pcc_desk.model.correction import Correctable, Correction
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.rehearsal.x import XServer
from pcc_desk.ui.background import Background
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.reading.moments import present
from tests.desk import Clock
from tests.services.on_servers import OnServers, desk_on_servers
from tests.ui.screen import dress, words_of


@dataclass(frozen=True)
class Mentioned:
    """A desk on X with one mention, and its inbox."""

    desk: OnServers
    server: XServer
    account: Account
    background: Background
    panel: InboxPanel
    qtbot: QtBot

    def limit(self, mills: int | None) -> None:
        """Change the office's limit, as in Settings."""
        self.desk.services.costs.set_cap(self.account.id, mills, self.desk.clock())
        self.background.changed.emit(Changes.ACCOUNTS)

    def type(self, words: str) -> None:
        """Type an answer in place of what is written."""
        self.panel.pane.answer.text.clear()
        QTest.keyClicks(self.panel.pane.answer.text, words)

    def says(self, words: str) -> None:
        """Wait until the box says this."""
        self.qtbot.waitUntil(lambda: words in words_of(self.panel.pane.answer))


@pytest.fixture
def mentioned(tmp_path: Path, qtbot: QtBot) -> Iterator[Mentioned]:
    """The inbox of an office on X, on the screen, with a mention open."""
    dress()
    with desk_on_servers(tmp_path, Clock(present().replace(microsecond=0))) as desk:
        server, account = desk.x()
        server.arrive(desk.publish("Come and ask the Commissioner."), "@office Where is the plan?")
        desk.fetch(minutes=1)
        desk.fetch(minutes=5)
        background = Background()
        panel = InboxPanel(desk.services, background)
        qtbot.addWidget(panel)
        panel.resize(1276, 780)
        panel.show()
        qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)
        panel.table.selectRow(0)
        qtbot.waitUntil(panel.pane.answer.is_loaded)
        yield Mentioned(desk, server, account, background, panel, qtbot)
        background.stop(60)


def test_the_price_is_said_while_an_answer_is_typed(mentioned: Mentioned) -> None:
    assert "costs" not in words_of(mentioned.panel.pane.answer)
    mentioned.type("On our website.")
    mentioned.says("X costs $0.01. Spent this month so far: $0.")
    mentioned.type("See https://example.org/plan")
    mentioned.says("X costs $0.20.")
    mentioned.type("")
    mentioned.qtbot.waitUntil(lambda: "costs" not in words_of(mentioned.panel.pane.answer))


def test_an_answer_over_the_limit_is_told_before_waits_for_a_person_and_goes_once_the_limit_is_raised(
    mentioned: Mentioned,
) -> None:
    outbox, clock = mentioned.desk.services.outbox, mentioned.desk.clock
    mentioned.limit(mentioned.desk.services.costs.spent(clock())[0].amount + 100)
    mentioned.type("See https://example.org/plan")
    mentioned.says("The office's limit leaves $0.10 this month, so it would not go out. Raise the limit in Settings")
    mentioned.panel.pane.answer.send.click()
    mentioned.qtbot.waitUntil(lambda: len(outbox.page()) == 2)
    clock.advance(minutes=1)
    outbox.run_due(clock)
    line = outbox.page()[0]
    assert line.delivery.state is DeliveryState.HELD and line.needs_you and outbox.counts().attention == 1
    assert "Raise the limit in Settings and it goes out" in line.delivery.reason
    mentioned.limit(None)
    clock.advance(minutes=1)
    outbox.run_due(clock)
    assert outbox.page()[0].delivery.state is DeliveryState.SENT and outbox.counts().attention == 0


def test_a_correction_s_price_is_known_before_it_is_approved(mentioned: Mentioned) -> None:
    (posted,) = mentioned.desk.services.outbox.page()
    there = Correctable(posted.delivery, mentioned.account, posted.delivery.frozen)
    for words, mills in (("Come and ask.", 15 + 5), ("Come: https://example.org/plan", 200 + 5)):
        wish = Correction(posted.delivery.id, words)
        (cost,) = mentioned.desk.services.costs.of_corrections([(there, wish)], mentioned.desk.clock())
        assert cost.mills == mills
