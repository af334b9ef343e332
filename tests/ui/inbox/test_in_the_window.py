"""The inbox and the window's search box work together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from pcc_desk.model.answering import KeptAnswer
from pcc_desk.model.message import MessageId
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.outbox.panel import OutboxPanel
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.window import Window
from tests.ui.screen import Screen, open_screen


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk to which two people have written."""
    with open_screen(tmp_path, qtbot) as opened:
        opened.publish("Noson Ewlo", "Come and ask the Commissioner.")
        for text in ("Street lights", "Bus shelter"):
            opened.desk.clock.advance(1)
            opened.desk.bluesky.arrive("member.test", text, answers=opened.desk.bluesky.posts[0].uri)
        opened.fetch()
        yield opened


def open_window(screen: Screen) -> tuple[Window, InboxPanel]:
    """Show the window at its inbox."""
    factories = {"Inbox": InboxPanel, "Outbox": OutboxPanel}
    window = Window(screen.desk.services, screen.background, factories)
    window.show_place("Inbox")
    screen.show(window, 1360, 860)
    panel = window.panel("Inbox")
    assert isinstance(panel, InboxPanel)
    screen.wait(lambda: panel.rows.rowCount() == 2 and panel.pane.message() is not None)
    return window, panel


def test_a_slash_leads_to_the_search_box_and_escape_in_the_list_empties_it(screen: Screen) -> None:
    window, panel = open_window(screen)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Slash)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit) and field.window() is window
    QTest.keyClicks(field, "lights")
    screen.wait(lambda: panel.list.heading() == "Found 1 for “lights”")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Escape)
    screen.wait(lambda: panel.rows.rowCount() == 2)
    assert field.text() == "" and panel.list.heading().startswith("Open")


def test_the_message_chosen_is_brought_into_view_in_a_long_conversation(screen: Screen) -> None:
    for number in range(12):
        screen.desk.clock.advance(1)
        screen.desk.bluesky.arrive("member.test", f"More {number}", answers=screen.desk.bluesky.posts[0].uri)
    screen.fetch()
    window = Window(screen.desk.services, screen.background, {"Inbox": InboxPanel})
    window.show_place("Inbox")
    screen.show(window, 1360, 860)
    panel = window.panel("Inbox")
    assert isinstance(panel, InboxPanel)
    screen.wait(lambda: panel.rows.rowCount() == 14 and panel.pane.message() is not None)
    view = panel.pane.conversation

    def seen() -> str:
        return "\n".join(label.text() for label in view.findChildren(Label) if not label.visibleRegion().isEmpty())

    screen.wait(lambda: "More 11" in seen() and "Answers our announcement" not in seen())
    panel.table.selectRow(12)
    screen.wait(lambda: "Bus shelter" in seen() and "More 11" not in seen())


def test_what_was_said_of_the_last_answer_goes_with_another_search(screen: Screen) -> None:
    _, panel = open_window(screen)
    screen.wait(panel.pane.answer.is_loaded)
    panel.pane.answer.text.setPlainText("Thank you")
    panel.pane.answer.send.click()
    screen.wait(panel.list.sent.isVisible)
    panel.search("lights")
    assert not panel.list.sent.isVisible()


def test_after_an_answer_the_keyboard_is_at_the_messages_again(screen: Screen) -> None:
    _, panel = open_window(screen)
    box = panel.pane.answer
    screen.wait(box.text.isEnabled)
    QTest.keyClick(panel.table, Qt.Key.Key_R)
    QTest.keyClicks(box.text, "Thank you")
    QTest.keyClick(box.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    screen.wait(lambda: panel.rows.rowCount() == 1 and box.text.isEnabled())
    screen.wait(lambda: QApplication.focusWidget() is panel.table)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Escape])
def test_the_keyboard_leads_from_the_search_box_to_the_messages(key: Qt.Key, screen: Screen) -> None:
    window, panel = open_window(screen)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Slash)
    screen.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClick(field, key)
    screen.wait(lambda: QApplication.focusWidget() is panel.table)
    assert window.place() == "Inbox"


def test_a_message_asked_for_elsewhere_is_shown(screen: Screen) -> None:
    window, panel = open_window(screen)
    outbox = window.panel("Outbox")
    assert isinstance(outbox, OutboxPanel)
    outbox.message_requested.emit(MessageId(panel.rows.key(1)))
    screen.wait(lambda: (message := panel.pane.message()) is not None and message.text == "Street lights")
    assert window.place() == "Inbox"


def test_closing_the_window_keeps_the_answer_being_written(screen: Screen) -> None:
    window, panel = open_window(screen)
    message = panel.pane.message()
    assert message is not None
    screen.wait(panel.pane.answer.is_loaded)
    panel.pane.answer.text.setPlainText("Half an answer")
    window.close()
    screen.wait(lambda: screen.desk.services.inbox.kept_answer(message.id).text == "Half an answer")


def test_a_late_reading_of_what_was_kept_does_not_replace_what_is_typed(screen: Screen) -> None:
    _, panel = open_window(screen)
    message = panel.pane.message()
    assert message is not None
    screen.wait(panel.pane.answer.is_loaded)
    panel.pane.answer.text.setPlainText("Half an answer")
    panel.pane._on_kept_answer(message.id, KeptAnswer())
    assert panel.pane.answer.text.toPlainText() == "Half an answer"


def test_an_answer_that_is_not_taken_is_kept_as_it_was_written(screen: Screen) -> None:
    window, panel = open_window(screen)
    message = panel.pane.message()
    assert message is not None
    screen.wait(panel.pane.answer.is_loaded)
    screen.desk.services.accounts.disconnect(message.account_id)
    panel.pane.answer.text.setPlainText("Half an answer")
    panel.pane.answer.send.click()
    assert window.is_unsaved()
    screen.wait(lambda: panel.pane.notice.isVisible() and panel.pane.answer.send.isEnabled())
    panel.pane._again.start(0)
    screen.wait(lambda: not window.is_unsaved())
    assert screen.desk.services.inbox.kept_answer(message.id).text == "Half an answer"
