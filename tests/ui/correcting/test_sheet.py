"""Correcting and taking down what was posted, in a real window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.correction import TakenDown
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.correcting.afterwards import say_taken_down
from pcc_desk.ui.correcting.sheet import CorrectSheet, Words
from pcc_desk.ui.outbox.history import History
from pcc_desk.ui.outbox.panel import OutboxPanel
from pcc_desk.ui.widgets.question import Question
from tests.ui.screen import Screen, button_of, open_screen, words_of

WRONG, RIGHT = "The meeting is on Tuesday.", "The meeting is on Thursday."


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def open_sent(screen: Screen, announcement_id: AnnouncementId) -> ComposePanel:
    """Show what became of an announcement."""
    panel = ComposePanel(screen.desk.services, screen.background)
    screen.show(panel)
    panel.show_announcement(announcement_id)
    screen.wait(lambda: "Take it down everywhere" in words_of(panel))
    return panel


def sheet_of(screen: Screen, panel: ComposePanel | OutboxPanel) -> CorrectSheet:
    """Press "Correct it" and wait until the sheet shows what stands there."""
    button_of(panel, "Correct it").click()
    screen.wait(lambda: [each for each in panel.findChildren(CorrectSheet) if each.findChildren(Words)])
    return panel.findChildren(CorrectSheet)[-1]


def correct_in_outbox(screen: Screen) -> OutboxPanel:
    """Post the wrong words, and approve the right ones in the outbox."""
    screen.publish("Meeting", WRONG)
    panel = OutboxPanel(screen.desk.services, screen.background)
    screen.show(panel)
    screen.wait(lambda: panel.rows.rowCount() == 2 and "Correct it" in words_of(panel.detail))
    sheet = sheet_of(screen, panel)
    sheet.findChildren(Words)[0].text.setPlainText(RIGHT)
    screen.wait(button_of(sheet, "Correct it").isEnabled)
    button_of(sheet, "Correct it").click()
    screen.wait(lambda: panel.rows.rowCount() == 3)
    return panel


def test_the_words_are_corrected_where_that_can_be_and_elsewhere_it_says_why_not(screen: Screen) -> None:
    announcement_id = screen.publish("Meeting", WRONG)
    panel = open_sent(screen, announcement_id)
    sheet = sheet_of(screen, panel)
    screen.wait(lambda: "Bluesky does not let PCC Desk change a post" in words_of(sheet))
    (words,) = sheet.findChildren(Words)
    send = button_of(sheet, "Correct it")
    assert words.text.toPlainText() == WRONG and not send.isEnabled()
    words.text.setPlainText(RIGHT)
    screen.wait(send.isEnabled)
    send.click()
    screen.wait(lambda: screen.desk.services.corrections.made(announcement_id))
    screen.desk.clock.advance(minutes=5)  # the sheet asks this PC for the time
    screen.send()
    screen.wait(lambda: RIGHT in screen.desk.website.posts[0].content)
    assert screen.desk.bluesky.posts[0].text == WRONG
    screen.send()
    screen.wait(lambda: "Corrected" in words_of(panel))
    assert WRONG in words_of(panel) and RIGHT in words_of(panel)


def test_words_that_cannot_go_are_told_while_typing(screen: Screen) -> None:
    sheet = sheet_of(screen, open_sent(screen, screen.publish("Meeting", WRONG)))
    (words,) = sheet.findChildren(Words)
    words.text.setPlainText(" ")
    screen.wait(lambda: "There is no text for WordPress yet." in words_of(sheet))
    assert not button_of(sheet, "Correct it").isEnabled()
    words.text.setPlainText(WRONG)
    screen.wait(lambda: "There is no text" not in words_of(sheet))
    assert not button_of(sheet, "Correct it").isEnabled()


def test_the_outbox_shows_a_correction_with_what_stood_there_before(screen: Screen) -> None:
    panel = correct_in_outbox(screen)
    panel.table.selectRow(0)
    screen.wait(lambda: "What stood there before" in words_of(panel.detail))
    seen = words_of(panel.detail)
    assert "Correction: Meeting" in seen and seen.index(WRONG) < seen.index(RIGHT)


def test_what_is_on_the_screen_tells_that_it_was_corrected_as_soon_as_it_is(screen: Screen) -> None:
    panel = correct_in_outbox(screen)
    screen.desk.clock.advance(minutes=5)
    screen.send()
    screen.wait(lambda: "Corrected" in words_of(panel.detail.findChildren(History)[-1]))
    assert "Correction: Meeting" not in words_of(panel.detail)


def test_an_announcement_is_taken_down_everywhere_after_a_question(screen: Screen) -> None:
    panel = open_sent(screen, screen.publish("Meeting", WRONG))
    button_of(panel, "Take it down everywhere").click()
    button_of(panel, "Leave it there").click()
    assert len(screen.desk.bluesky.posts) == len(screen.desk.website.posts) == 1
    button_of(panel, "Take it down everywhere").click()
    next(each for each in panel.findChildren(Question) if each.isVisible()).yes.click()
    screen.wait(lambda: not screen.desk.bluesky.posts and not screen.desk.website.posts)
    screen.wait(lambda: "Taken down from 2 channels." in words_of(panel))


def test_what_still_stands_is_said() -> None:
    assert say_taken_down(TakenDown(2)) == "Taken down from 2 channels."
    told = say_taken_down(TakenDown(1, ("X: PCC Desk cannot take it down. Do it on X itself.",)))
    assert (
        told == "Taken down from 1 channel. It still stands here: X: PCC Desk cannot take it down. Do it on X itself."
    )
