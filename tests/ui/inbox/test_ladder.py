"""Hiding and deleting in the reading pane, on a real desk with a real website."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.message import Message, MessageFilter
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.inbox.reason_sheet import CHOOSE, LEAVE, ReasonSheet
from pcc_desk.ui.widgets.details import Details
from tests.ui.screen import Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk with one announcement out."""
    with open_screen(tmp_path, qtbot) as opened:
        opened.publish("Noson Ewlo", "Come and ask the Commissioner.")
        yield opened


def comment(screen: Screen, text: str, state: str = "approved") -> None:
    """Let somebody comment on the website, and fetch it."""
    website = screen.desk.website
    website.arrive(f"post:{website.posts[0].id}", "Ann", text, at=screen.desk.clock.advance(1), state=state)
    screen.fetch()


def open_inbox(screen: Screen) -> InboxPanel:
    """Show the inbox, and wait until what can be done about its first message is known."""
    panel = InboxPanel(screen.desk.services, screen.background)
    screen.show(panel)
    screen.wait(panel.pane.ladder.isVisible)
    return panel


def ask(screen: Screen, panel: InboxPanel, words: str) -> ReasonSheet:
    """Press a button of the ladder, and give the sheet that opens."""
    button_of(panel.pane.ladder, words).click()
    screen.wait(lambda: panel.findChild(ReasonSheet))
    sheet = panel.findChild(ReasonSheet)
    assert isinstance(sheet, ReasonSheet)
    return sheet


def decide(screen: Screen, panel: InboxPanel, words: str) -> None:
    """Take a measure, with the first rule and some words."""
    sheet = ask(screen, panel, words)
    sheet.rule.setCurrentIndex(1)
    sheet.words.setPlainText("It names the victim.")
    sheet.yes.click()
    screen.wait(lambda: not panel.findChild(ReasonSheet))


def _is_seen(panel: InboxPanel, words: str) -> bool:
    return words in words_of(panel.pane)


def only(screen: Screen) -> Message:
    """Give the one message there is."""
    (message,) = screen.desk.services.inbox.page(MessageFilter(state=None)).messages
    return message


def test_a_comment_is_hidden_and_shown_again_with_its_record_under_it(screen: Screen) -> None:
    comment(screen, "Rude words")
    panel = open_inbox(screen)
    decide(screen, panel, "Hide it from everybody")
    screen.wait(lambda: panel.pane.ladder.showing.isVisible())
    assert screen.desk.website.comments[0].state == "hold"
    for words in ("It is hidden on WordPress.", "Be civil: no abuse, threats or hate.", "It names the victim."):
        screen.wait(partial(_is_seen, panel, words))
    decide(screen, panel, "Show it again")
    screen.wait(lambda: panel.pane.ladder.hiding.isVisible())
    assert screen.desk.website.comments[0].state == "approved"
    screen.wait(lambda: "Shown again" in words_of(panel.pane))


def test_a_deleted_comment_is_gone_there_and_kept_here(screen: Screen) -> None:
    comment(screen, "Rude words")
    panel = open_inbox(screen)
    decide(screen, panel, "Delete it from WordPress")
    screen.wait(lambda: "It is deleted. What it said is kept in the record." in words_of(panel.pane.ladder))
    assert screen.desk.website.comments == ()
    screen.wait(lambda: "Rude words" in words_of(panel.pane))
    assert not panel.pane.ladder.removing.isVisible() and not panel.pane.ladder.hiding.isVisible()


def test_a_comment_that_waits_is_shown_to_everybody(screen: Screen) -> None:
    comment(screen, "Hello", state="hold")
    panel = open_inbox(screen)
    screen.wait(lambda: "held comment on WordPress" in words_of(panel.pane))
    decide(screen, panel, "Show it to everybody")
    screen.wait(lambda: "public comment on WordPress" in words_of(panel.pane))
    assert screen.desk.website.comments[0].state == "approved"


def test_nothing_is_done_before_a_rule_and_words_are_there_and_the_consequence_is_told(screen: Screen) -> None:
    comment(screen, "Rude words")
    panel = open_inbox(screen)
    sheet = ask(screen, panel, "Delete it from WordPress")
    assert "PCC Desk cannot bring it back." in words_of(sheet)
    assert (sheet.rule.currentText(), sheet.yes.isEnabled()) == (CHOOSE, False)
    sheet.rule.setCurrentIndex(2)
    assert not sheet.yes.isEnabled()
    sheet.words.setPlainText("  ")
    assert not sheet.yes.isEnabled()
    sheet.words.setPlainText("Gives an address.")
    assert sheet.yes.isEnabled()
    button_of(sheet, LEAVE).click()
    screen.wait(lambda: not panel.findChild(ReasonSheet))
    assert len(screen.desk.website.comments) == 1
    assert screen.desk.services.inbox.conversation(only(screen).id).moderated == ()


def test_what_a_platform_cannot_do_is_greyed_with_the_reason(screen: Screen) -> None:
    screen.desk.bluesky.arrive("member.test", "Rude", answers=screen.desk.bluesky.posts[0].uri)
    screen.fetch()
    panel = open_inbox(screen)
    ladder = panel.pane.ladder
    assert ladder.hiding.isEnabled() and not ladder.removing.isEnabled()
    assert ladder.why.text() == "PCC Desk cannot delete what others write on Bluesky."
    assert ladder.removing.accessibleDescription() == ladder.why.text()


def test_without_a_network_it_is_said_and_nothing_is_queued(screen: Screen) -> None:
    comment(screen, "Rude words")
    panel = open_inbox(screen)
    screen.desk.website.__exit__(None, None, None)
    decide(screen, panel, "Hide it from everybody")
    screen.wait(lambda: "This needs the network" in words_of(panel.pane.notice))
    screen.wait(lambda: "Not hidden" in words_of(panel.pane))
    assert panel.pane.ladder.hiding.isEnabled()
    (details,) = panel.pane.findChildren(Details)
    assert details.text.isHidden()
    details.button.click()
    assert details.text.isVisible() and "ConnectionError" in details.text.text()
