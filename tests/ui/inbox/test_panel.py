"""The inbox in a real window, on a real desk, with people who really write."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.errors import StoreFull
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageFilter, MessageId, MessageKind, MessageState
from pcc_desk.services.inbox import Inbox
from pcc_desk.ui.background import Background
from pcc_desk.ui.inbox.answer import LONGEST_WAIT_MS
from pcc_desk.ui.inbox.panel import InboxPanel
from tests.desk import open_desk
from tests.ui.screen import Browser, Screen, button_of, dress, open_screen, words_of

KEY = Qt.Key


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk with one announcement out."""
    with open_screen(tmp_path, qtbot) as opened:
        opened.publish("Noson Ewlo", "Come and ask the Commissioner.")
        yield opened


def arrive(screen: Screen, *texts: str, handle: str = "member.test") -> None:
    """Let the public answer our announcement on Bluesky."""
    for text in texts:
        screen.desk.clock.advance(1)
        screen.desk.bluesky.arrive(handle, text, answers=screen.desk.bluesky.posts[0].uri)
    screen.fetch()


def open_inbox(screen: Screen, rows: int) -> InboxPanel:
    """Show the inbox and wait until it shows so many messages and the first of them."""
    panel = InboxPanel(screen.desk.services, screen.background)
    screen.show(panel)
    screen.wait(lambda: panel.rows.rowCount() == rows)
    screen.wait(lambda: not rows or (panel.pane.message() and panel.pane.answer.text.isEnabled()))
    return panel


def texts(panel: InboxPanel) -> list[str]:
    return [record.text for row in range(panel.rows.rowCount()) if (record := panel.rows.record(row))]


def test_messages_stand_newest_first_and_new_ones_come_in_by_themselves(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    assert texts(panel) == ["Second", "First"]
    arrive(screen, "Third")
    screen.wait(lambda: texts(panel) == ["Third", "Second", "First"])
    screen.wait(lambda: panel.list.heading() == "Open 3 messages")


def test_the_message_being_read_stays_chosen_when_new_ones_come_in(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    panel.table.selectRow(1)
    arrive(screen, "Third")
    screen.wait(lambda: panel.rows.rowCount() == 3)
    message = panel.pane.message()
    assert panel.table.currentIndex().row() == 2
    assert message is not None and message.text == "First"


def test_a_conversation_shows_what_it_answers_and_who_wrote(screen: Screen) -> None:
    arrive(screen, "When does it start?")
    panel = open_inbox(screen, 1)
    screen.wait(lambda: "Noson Ewlo" in words_of(panel.pane) or "Come and ask" in words_of(panel.pane))
    seen = words_of(panel.pane)
    assert "Answers our announcement" in seen and "When does it start?" in seen
    assert "@member.test" in seen and "public reply on Bluesky" in seen


def test_done_moves_a_message_out_of_open_and_on_to_the_next(screen: Screen) -> None:
    arrive(screen, "First", "Second", "Third")
    panel = open_inbox(screen, 3)
    panel.table.selectRow(1)
    QTest.keyClick(panel.table, KEY.Key_D)
    screen.wait(lambda: texts(panel) == ["Third", "First"])
    screen.wait(lambda: (message := panel.pane.message()) is not None and message.text == "First")
    assert screen.desk.services.inbox.counts().by_state[MessageState.DONE] == 1
    assert "1 message is marked done." in words_of(panel.list)


def test_undo_brings_back_what_was_marked_done(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    QTest.keyClick(panel.table, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.wait(lambda: panel.pane.buttons[MessageState.DONE].text() == "Done (2)")
    panel.pane.buttons[MessageState.DONE].click()
    screen.wait(lambda: panel.rows.rowCount() == 0)
    button_of(panel.list, "Undo").click()
    screen.wait(lambda: texts(panel) == ["Second", "First"])


class SmallDisk:
    """Keeps answers like the real service, once there is room again."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self.full = inbox, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    def keep_answer(self, message_id: MessageId, text: str, private: bool | None) -> Changes:
        """Keep, or say that the disk is full."""
        if self.full:
            raise StoreFull("The disk is full.", "Make room on it.")
        return self._inbox.keep_answer(message_id, text, private)


def test_an_answer_that_cannot_be_kept_is_held_until_it_can(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    message = panel.pane.message()
    assert message is not None
    inbox = screen.desk.services.inbox
    disk = SmallDisk(inbox)
    panel.pane._services = replace(screen.desk.services, inbox=cast("Inbox", disk))
    screen.wait(panel.pane.answer.is_loaded)
    with screen.qtbot.waitSignal(screen.background.failed):
        panel.pane.answer.text.setPlainText("Half an answer")
    panel.table.selectRow(1)
    assert panel.is_unsaved()
    disk.full = False
    panel.pane._again.start(0)
    screen.wait(lambda: not panel.is_unsaved())
    assert inbox.kept_answer(message.id).text == "Half an answer"


def test_what_is_typed_is_on_disk_within_a_second_even_while_typing_goes_on(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pcc_desk.ui.inbox.answer.PAUSE_MS", 600_000)  # no pause is long enough
    arrive(screen, "When does it start?")
    panel = open_inbox(screen, 1)
    message = panel.pane.message()
    assert message is not None
    screen.wait(panel.pane.answer.is_loaded)

    def is_kept_while_typing() -> bool:
        QTest.keyClicks(panel.pane.answer.text, "a")
        return bool(screen.desk.services.inbox.kept_answer(message.id).text)

    screen.wait(is_kept_while_typing)
    assert LONGEST_WAIT_MS < 1_000


def test_what_is_typed_is_kept_after_a_pause_and_says_so(screen: Screen) -> None:
    arrive(screen, "When does it start?")
    panel = open_inbox(screen, 1)
    message = panel.pane.message()
    assert message is not None
    screen.wait(panel.pane.answer.is_loaded)
    QTest.keyClicks(panel.pane.answer.text, "At seven")
    screen.wait(lambda: screen.desk.services.inbox.kept_answer(message.id).text == "At seven")
    screen.wait(lambda: "Saved on this PC" in words_of(panel.pane.answer))


def test_an_answer_begun_for_one_message_waits_there_while_another_is_read(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    QTest.keyClicks(panel.pane.answer.text, "Half an answer")
    panel.table.selectRow(1)
    screen.wait(lambda: panel.pane.answer.text.isEnabled() and panel.pane.answer.text.toPlainText() == "")
    panel.table.selectRow(0)
    screen.wait(lambda: panel.pane.answer.text.toPlainText() == "Half an answer")


def test_an_answer_goes_out_and_the_conversation_says_so(screen: Screen) -> None:
    arrive(screen, "When does it start?")
    panel = open_inbox(screen, 1)
    QTest.keyClick(panel.table, KEY.Key_R)
    assert panel.window().focusWidget() is panel.pane.answer.text
    assert panel.pane.answer.send.text() == "Reply in public to @member.test"
    QTest.keyClicks(panel.pane.answer.text, "At seven.")
    QTest.keyClick(panel.pane.answer.text, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    screen.wait(lambda: screen.desk.services.inbox.page(MessageFilter(MessageState.WAITING)).messages)
    screen.wait(lambda: "Your public reply to \u2068@member.test\u2069 is in the outbox" in words_of(panel.list))
    panel.filters.states.pick(MessageState.WAITING)
    screen.wait(lambda: "Waiting to be sent" in words_of(panel.pane.conversation))
    screen.desk.clock.advance(minutes=1)
    screen.send()
    screen.wait(lambda: "Posted" in words_of(panel.pane.conversation))
    assert screen.desk.bluesky.posts[-1].record["text"] == "At seven."
    assert screen.desk.services.outbox.page()[0].delivery.state is DeliveryState.SENT


def test_an_answer_that_is_too_long_cannot_be_sent_and_says_by_how_much(screen: Screen) -> None:
    arrive(screen, "When?")
    panel = open_inbox(screen, 1)
    panel.pane.answer.text.setPlainText("x" * 305)
    assert not panel.pane.answer.send.isEnabled()
    assert "305 / 300: 5 too many" in words_of(panel.pane.answer)


def test_an_answer_through_an_account_that_is_gone_is_kept_and_explained(screen: Screen) -> None:
    arrive(screen, "When?")
    panel = open_inbox(screen, 1)
    QTest.keyClicks(panel.pane.answer.text, "At seven.")
    screen.desk.services.accounts.disconnect(screen.desk.accounts[0].id)
    panel.pane.answer.send.click()
    screen.wait(lambda: "not connected any more" in words_of(panel.pane.notice))
    assert panel.pane.answer.text.toPlainText() == "At seven."
    assert panel.pane.answer.send.isEnabled()


def test_search_looks_in_every_state_and_escape_leads_back(screen: Screen) -> None:
    arrive(screen, "Bus shelter", "Street lights")
    panel = open_inbox(screen, 2)
    panel.pane.buttons[MessageState.DONE].click()
    screen.wait(lambda: texts(panel) == ["Bus shelter"])
    panel.search("lights")
    screen.wait(lambda: texts(panel) == ["Street lights"])
    assert panel.list.heading() == "Found 1 for “lights”"
    with screen.qtbot.waitSignal(panel.search_cleared):
        QTest.keyClick(panel.table, KEY.Key_Escape)
    screen.wait(lambda: texts(panel) == ["Bus shelter"])
    assert panel.list.heading().startswith("Open")


def test_a_search_without_a_match_says_what_to_try(screen: Screen) -> None:
    arrive(screen, "Bus shelter")
    panel = open_inbox(screen, 1)
    panel.search("zebra")
    screen.wait(lambda: "Nothing found" in panel.list.empty_words())


def test_filters_count_and_choose_by_type_and_account(screen: Screen) -> None:
    arrive(screen, "A reply")
    website = screen.desk.website
    website.arrive(f"post:{website.posts[0].id}", "Rose", "A comment")
    screen.fetch()
    panel = open_inbox(screen, 2)
    panel.filters.kinds.pick(MessageKind.HELD)
    screen.wait(lambda: texts(panel) == ["A comment"])
    panel.filters.kinds.pick(None)
    panel.filters.accounts.pick(screen.desk.accounts[0].id)
    screen.wait(lambda: texts(panel) == ["A reply"])
    assert panel.filters.which().account_id == screen.desk.accounts[0].id


def test_only_types_that_came_in_take_room_beside_the_usual_ones_and_the_chosen_one(screen: Screen) -> None:
    usual = (None, MessageKind.REPLY, MessageKind.MENTION, MessageKind.QUOTE, MessageKind.COMMENT)
    arrive(screen, "A reply")
    panel = open_inbox(screen, 1)
    kinds = panel.filters.kinds
    screen.wait(lambda: kinds.count_of(MessageKind.REPLY) == 1)
    assert kinds.shown() == usual
    website = screen.desk.website
    website.arrive(f"post:{website.posts[0].id}", "Rose", "A comment")
    screen.fetch()
    screen.wait(lambda: kinds.shown() == (*usual, MessageKind.HELD))
    panel.filters.states.pick(MessageState.DONE)
    assert kinds.shown() == (*usual, MessageKind.HELD), "what came in stays, in whatever state"
    kinds.pick(MessageKind.EMAIL)
    assert kinds.shown() == (*usual, MessageKind.EMAIL, MessageKind.HELD)
    kinds.pick(None)
    assert kinds.shown() == (*usual, MessageKind.HELD)


def test_keys_walk_the_list(screen: Screen) -> None:
    arrive(screen, "First", "Second", "Third")
    panel = open_inbox(screen, 3)
    panel.table.setFocus()
    for key, row in ((KEY.Key_J, 1), (KEY.Key_J, 2), (KEY.Key_J, 2), (KEY.Key_K, 1), (KEY.Key_Up, 0)):
        QTest.keyClick(panel.table, key)
        assert panel.table.currentIndex().row() == row
    with screen.qtbot.waitSignal(panel.find_requested):
        QTest.keyClick(panel.table, KEY.Key_Slash)


def test_letters_typed_into_an_answer_are_letters_and_not_commands(screen: Screen) -> None:
    arrive(screen, "First", "Second")
    panel = open_inbox(screen, 2)
    panel.pane.answer.text.setFocus()
    QTest.keyClicks(panel.pane.answer.text, "dwojkr/")
    assert panel.pane.answer.text.toPlainText() == "dwojkr/"
    assert panel.rows.rowCount() == 2


def test_an_office_without_accounts_is_led_to_connect_one(tmp_path: Path, qtbot: QtBot) -> None:
    dress()
    background = Background()
    panel = InboxPanel(open_desk(tmp_path), background)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: "No account is connected yet" in panel.list.empty_words())
    with qtbot.waitSignal(panel.place_requested) as asked:
        button_of(panel.list, "Connect an account").click()
    assert asked.args == ["Settings"]
    background.stop(60)


def test_a_first_page_read_before_the_services_are_ready_is_shown_at_once(screen: Screen) -> None:
    arrive(screen, "First")
    inbox = screen.desk.services.inbox
    panel = InboxPanel(screen.desk.services, screen.background)
    panel.show_first_page(inbox.page(MessageFilter()), inbox.counts())
    assert texts(panel) == ["First"]
    assert panel.filters.which().state is MessageState.OPEN
    screen.show(panel)
    screen.wait(lambda: panel.pane.message() is not None)


def test_a_link_opens_only_when_asked_and_an_unprotected_one_only_after_a_question(screen: Screen) -> None:
    arrive(screen, "See https://office.example/a and http://old.example/b and file:///etc/passwd")
    browser = Browser()
    panel = open_inbox(screen, 1)
    screen.wait(lambda: "Open office.example" in words_of(panel.pane))
    button_of(panel.pane, "Open office.example").click()
    assert browser.opened == ["https://office.example/a"]
    button_of(panel.pane, "Open old.example").click()
    assert len(browser.opened) == 1
    button_of(panel.pane, "Open it").click()
    assert browser.opened == ["https://office.example/a", "http://old.example/b"]
    assert "passwd" not in " ".join(button.text() for button in panel.pane.findChildren(type(panel.pane.answer.send)))
    browser.leave()


def test_a_narrow_window_puts_the_filters_behind_a_button(screen: Screen) -> None:
    panel = open_inbox(screen, 0)
    assert panel.filters.isVisible()
    panel.resize(800, 560)
    assert not panel.filters.isVisible()
    button_of(panel.list, "Filters").click()
    assert panel.filters.isVisible()


def test_a_disconnected_account_is_no_longer_offered_as_a_filter(screen: Screen) -> None:
    panel = open_inbox(screen, 0)
    screen.wait(lambda: len(panel.filters.accounts.offered()) == 3)
    screen.desk.services.accounts.disconnect(screen.desk.accounts[1].id)
    screen.background.changed.emit(Changes.ACCOUNTS)
    screen.wait(lambda: len(panel.filters.accounts.offered()) == 2)
    assert screen.desk.services.accounts.all()[0].state is AccountState.CONNECTED
