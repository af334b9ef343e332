"""Who reads an answer: chosen above it, said by every word and by the ground, and never another than was chosen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.model.answering import Audience, KeptAnswer
from pcc_desk.model.changes import Changes
from pcc_desk.model.message import Author, MessageKind
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.inbox.answer import AnswerBox
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.reading.moments import present
from tests.desk import Clock
from tests.services.on_servers import OnServers, desk_on_servers
from tests.ui.screen import button_of, dress, words_of

PUBLIC, PRIVATE = "Reply in public", "Reply in private"
ANN = Author("person-1", "Ann", "ann.test")


@dataclass(frozen=True)
class Page:
    """A desk with a Facebook Page at which a comment and then a private message came in, and its inbox."""

    desk: OnServers
    server: FacebookServer
    background: Background
    panel: InboxPanel
    qtbot: QtBot

    @property
    def answer(self) -> AnswerBox:
        """The box the answer is written in."""
        return self.panel.pane.answer

    def open(self, kind: MessageKind) -> None:
        """Open the one message of a kind, and wait until it can be answered."""
        rows = self.panel.rows
        row = next(n for n in range(rows.rowCount()) if (one := rows.record(n)) is not None and one.kind is kind)
        self.panel.table.selectRow(row)
        self.wait(lambda: (shown := self.panel.pane.message()) is not None and shown.kind is kind)
        self.wait(self.answer.is_loaded)

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(until()))

    def send(self, text: str) -> None:
        """Type an answer, press the button, and let it go out."""
        before = len(self.desk.services.outbox.page())
        QTest.keyClicks(self.answer.text, text)
        self.answer.send.click()
        self.wait(lambda: len(self.desk.services.outbox.page()) == before + 1)
        self.desk.clock.advance(minutes=1)
        self.desk.services.outbox.run_due(self.desk.clock)
        self.background.changed.emit(Changes.DELIVERIES | Changes.MESSAGES)

    def commented(self) -> list[str]:
        """Give what stands in public under the post."""
        return [comment.text for comment in self.server.wall.comments]

    def messaged(self) -> list[str]:
        """Give what was written where only one person reads it."""
        return [said.text for each in self.server.wall.conversations.values() for said in each.said]


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[Page]:
    """The inbox of an office with a Page, on the screen."""
    dress()
    with desk_on_servers(tmp_path, Clock(present().replace(microsecond=0))) as desk:
        server, _ = desk.facebook()
        post = desk.publish("Come and ask the Commissioner.")
        desk.clock.advance(minutes=1)
        server.wall.arrive(post, "My neighbour is afraid.", "Ann")
        server.wall.write_message("Please keep this to yourselves.", "Ben")
        desk.fetch(minutes=10)
        background = Background()
        panel = InboxPanel(desk.services, background)
        qtbot.addWidget(panel)
        panel.resize(1276, 780)
        panel.show()
        qtbot.waitUntil(lambda: panel.rows.rowCount() == 2 and panel._around is not None)
        yield Page(desk, server, background, panel, qtbot)
        background.stop(60)


def test_a_comment_is_answered_in_public_unless_private_is_chosen(page: Page) -> None:
    page.open(MessageKind.COMMENT)
    assert "Everybody can read this on Facebook" in words_of(page.answer)
    assert page.answer.send.text() == f"{PUBLIC} to Ann"
    page.send("Thank you, Ann.")
    assert page.commented()[-1] == "Thank you, Ann." and "Thank you, Ann." not in page.messaged()


def test_a_private_reply_to_a_comment_is_read_by_its_writer_only_and_shown_so(page: Page) -> None:
    page.open(MessageKind.COMMENT)
    button_of(page.answer, PRIVATE).click()
    assert "Only Ann can read this on Facebook" in words_of(page.answer)
    assert page.answer.send.text() == f"{PRIVATE} to Ann" and page.answer.property("tone") == "private"
    page.send("Tell us here.")
    assert page.messaged()[-1] == "Tell us here." and "Tell us here." not in page.commented()
    page.wait(lambda: "Your private reply to \u2068Ann\u2069 is in the outbox" in words_of(page.panel.list))


def test_a_second_private_reply_to_a_comment_is_greyed_with_the_reason(page: Page) -> None:
    page.open(MessageKind.COMMENT)
    button_of(page.answer, PRIVATE).click()
    page.send("Tell us here.")
    page.panel.filters.states.pick(None)
    page.wait(lambda: page.panel.rows.rowCount() == 2)
    page.open(MessageKind.COMMENT)
    page.wait(lambda: not page.answer.audience.private.isEnabled())
    assert "one private reply to a comment, and you have written it" in words_of(page.answer)
    page.wait(lambda: "Only they can read it" in words_of(page.panel.pane.conversation))


def test_a_private_message_offers_no_public_reply_and_says_why(page: Page) -> None:
    page.open(MessageKind.DIRECT)
    assert not button_of(page.answer, PUBLIC).isEnabled()
    assert "This message is private, so your reply is private too." in words_of(page.answer)
    assert page.answer.send.text() == f"{PRIVATE} to Ben"
    page.send("We will.")
    assert page.messaged()[-1] == "We will." and "We will." not in page.commented()


def test_a_draft_comes_back_to_the_readers_it_was_meant_for(page: Page) -> None:
    page.open(MessageKind.COMMENT)
    button_of(page.answer, PRIVATE).click()
    QTest.keyClicks(page.answer.text, "Only for you")
    page.open(MessageKind.DIRECT)
    page.open(MessageKind.COMMENT)
    page.wait(lambda: page.answer.text.toPlainText() == "Only for you")
    assert page.answer.audience.is_private() and page.answer.send.text() == f"{PRIVATE} to Ann"


@pytest.fixture
def box(qtbot: QtBot) -> AnswerBox:
    """An answer box on the screen, for a public message."""
    dress()
    box = AnswerBox()
    qtbot.addWidget(box)
    box.show()
    box.address(ANN, "Bluesky")
    box.offer(Audience(private=False, why_not_private="Bluesky has none."))
    return box


def test_what_cannot_be_is_greyed_with_its_reason_in_sight(box: AnswerBox) -> None:
    assert not box.audience.private.isEnabled() and box.audience.private.accessibleDescription() == "Bluesky has none."
    assert "Bluesky has none." in words_of(box)


def test_a_private_draft_is_never_sent_in_public_when_private_has_become_impossible(box: AnswerBox) -> None:
    box.load(KeptAnswer("Only for you", private=True), lambda text, private: (len(text), None))
    assert box.audience.is_private() and not box.send.isEnabled()
    box.audience.public.click()
    assert box.send.isEnabled() and box.send.text() == f"{PUBLIC} to @ann.test"


def test_choosing_readers_is_kept_like_words(box: AnswerBox, qtbot: QtBot) -> None:
    box.offer(Audience(private=False))
    box.load(KeptAnswer("Half"), lambda text, private: (len(text), 5 if private else 300))
    with qtbot.waitSignal(box.keep_requested) as kept:
        box.audience.private.click()
    assert kept.args == [KeptAnswer("Half", private=True)] and "4 / 5" in words_of(box)


@pytest.mark.parametrize("dark", [False, True])
def test_a_private_answer_stands_on_another_ground(box: AnswerBox, dark: bool) -> None:
    dress(dark)
    box.offer(Audience(private=True))
    box.load(KeptAnswer(), lambda text, private: (0, None))
    look = theme.DARK if dark else theme.LIGHT
    assert box.grab().toImage().pixelColor(box.width() - 4, 4).name() == look.violet_soft
