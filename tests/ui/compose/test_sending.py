"""Sending, scheduling and bringing back in a real window, on a whole desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pcc_desk.model.changes import Changes
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.compose.footer import Footer, WhenDialog
from pcc_desk.ui.compose.preview_card import PreviewCard
from pcc_desk.ui.compose.previews import Preview, Previews
from pcc_desk.ui.compose.problem_list import READY
from pcc_desk.ui.reading.endings import say_end
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.frames import Scroll
from pcc_desk.ui.widgets.spanned_text import SpannedText
from tests.ui.compose.writing import Writing, open_writing
from tests.ui.screen import button_of, buttons_of, words_of

HOUR = timedelta(hours=1)


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """A new announcement on the screen."""
    with open_writing(tmp_path, qtbot) as writing:
        yield writing


def test_previews_show_what_each_channels_readers_will_see(writing: Writing) -> None:
    writing.write("See gov.uk <b>now</b>", "Title for the website")
    writing.tab("Bluesky").click()
    QTest.keyClicks(writing.box, " #Budget")
    wanted = ["See gov.uk <b>now</b> #Budget", "See gov.uk <b>now</b>"]
    find = writing.panel.findChildren
    writing.screen.wait(lambda: [each.findChildren(SpannedText)[0].text() for each in find(Preview)] == wanted)
    previews = find(Preview)
    writing.screen.wait(lambda: "Title for the website" in words_of(previews[1]))
    # Bluesky shows the title on the card of the link, and nowhere else.
    cards = previews[0].findChildren
    writing.screen.wait(lambda: [words_of(each).count("Title for the website") for each in cards(PreviewCard)] == [1])
    assert words_of(previews[0]).count("Title for the website") == 1


def test_it_is_sent_to_every_channel_exactly_as_it_was_written(writing: Writing) -> None:
    writing.write("Tell us by 15 January. gov.uk #Budget", "Budget")
    writing.screen.wait(lambda: READY in words_of(writing.panel))
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "In the outbox for 2 channels." in words_of(writing.panel))
    writing.screen.send()
    assert [post.text for post in writing.screen.desk.bluesky.posts] == ["Tell us by 15 January. gov.uk #Budget"]
    writing.screen.wait(lambda: words_of(writing.panel).count("Copy the link") == 2)
    assert words_of(writing.panel).count("Posted ") == 2
    writing.press("Sent")
    writing.screen.wait(lambda: writing.shelf() == ["Budget"])


def test_a_time_beyond_the_end_of_a_sign_in_is_warned_of_and_stops_nothing(writing: Writing) -> None:
    now = present()
    writing.screen.desk.end_sign_in(writing.screen.desk.accounts[0], now + timedelta(days=3))
    writing.screen.background.changed.emit(Changes.ACCOUNTS)
    writing.write("Tell us by 15 January.", "Budget")
    writing.screen.wait(lambda: READY in words_of(writing.panel))
    warning = f"The sign-in to Bluesky ends {say_end(now + timedelta(days=3), now)}, before this goes out."
    assert warning not in words_of(writing.panel)
    wall = on_wall(now + timedelta(days=5)).replace(second=0, microsecond=0)
    writing.editor.schedule(choose(wall))
    writing.screen.wait(lambda: warning in words_of(writing.panel))
    assert READY in words_of(writing.panel) and writing.problems() == ()
    writing.editor.schedule(choose(wall - timedelta(days=4)))
    writing.screen.wait(lambda: warning not in words_of(writing.panel))


def test_the_sentence_about_one_announcement_is_gone_when_the_next_is_begun(writing: Writing) -> None:
    writing.write("Tell us by 15 January.", "Budget")
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "In the outbox for 2 channels." in words_of(writing.panel))
    writing.begin()
    writing.screen.wait(lambda: "In the outbox" not in words_of(writing.panel))


def test_a_preview_is_no_wider_than_its_column(writing: Writing) -> None:
    writing.write("Come and ask the Commissioner. " * 2000, "A long article")
    writing.screen.wait(lambda: "61,700 too many" in words_of(writing.panel.findChildren(Previews)[0]))
    scroll = writing.panel.findChildren(Previews)[0].findChildren(Scroll)[0]
    writing.screen.wait(lambda: scroll.verticalScrollBar().isVisible())
    inside = scroll.widget()
    assert inside is not None and inside.width() <= scroll.viewport().width()


def test_the_last_key_before_sending_is_sent_too(writing: Writing) -> None:
    writing.write("Almost", "Title")
    writing.settle()
    QTest.keyClicks(writing.box, " done")
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "In the outbox" in words_of(writing.panel))
    writing.screen.send()
    assert [post.text for post in writing.screen.desk.bluesky.posts] == ["Almost done"]


def test_what_cannot_be_sent_says_why_and_stays_a_draft(writing: Writing) -> None:
    writing.write("No title for the website")
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "This cannot be sent yet." in words_of(writing.panel))
    assert any("Give this one a title." in problem for problem in writing.problems())
    assert writing.stored().approved_at is None
    assert button_of(writing.panel, "Send now to 2 channels").isEnabled()
    assert writing.screen.desk.services.outbox.counts().waiting == 0


def test_a_time_is_offered_in_the_words_of_what_will_happen_and_can_be_taken_back(writing: Writing) -> None:
    writing.write("Reminder", "Title")
    when = choose(on_wall(writing.screen.desk.clock()).replace(second=0, microsecond=0) + 48 * HOUR)
    writing.panel.findChildren(Footer)[0].schedule_chosen.emit(when)
    words = next(each.text() for each in buttons_of(writing.panel) if each.text().startswith("Schedule for "))
    assert words.endswith(f"{when.wall:%H:%M}")
    writing.press(words)
    writing.screen.wait(lambda: "It goes out " in words_of(writing.panel))
    writing.screen.wait(lambda: writing.shelf() == ["Title"])
    writing.screen.wait(writing.box.isReadOnly)
    writing.press("&Take it back to the drafts")
    writing.screen.wait(lambda: not writing.box.isReadOnly())
    assert "It goes out" not in words_of(writing.panel)
    assert writing.screen.desk.services.outbox.counts().waiting == 0
    assert writing.editor.announcement().text == "Reminder"


def test_a_time_that_has_passed_is_refused_in_the_dialog(writing: Writing) -> None:
    footer, now = writing.panel.findChildren(Footer)[0], writing.screen.desk.clock()
    writing.editor.schedule(choose(on_wall(now) - HOUR))
    dialog = footer.ask_time(now)
    assert isinstance(dialog, WhenDialog)
    writing.screen.wait(dialog.isVisible)
    button_of(dialog, "&Use this time").click()
    assert "That time has passed. Choose a later one." in words_of(dialog)
    assert dialog.isVisible()
    dialog.reject()


def test_the_times_offered_lie_ahead(writing: Writing) -> None:
    footer, now = writing.panel.findChildren(Footer)[0], writing.screen.desk.clock()
    footer.offer_times(now)
    chosen: list[object] = []
    footer.schedule_chosen.connect(chosen.append)
    for action in footer._menu.actions()[:-2]:
        action.trigger()
    assert chosen[0] is None
    assert all(schedule.at > now for schedule in chosen[1:])  # type: ignore[attr-defined]  # a signal carries objects
    assert len(chosen) >= 3


def test_an_earlier_version_comes_back_and_can_be_undone(writing: Writing) -> None:
    writing.write("First words")
    writing.settle()
    writing.screen.desk.clock.advance(minutes=5)
    writing.box.put("Quite different words")
    writing.settle()
    versions = writing.screen.desk.services.compose.versions(writing.stored().id)
    first = next(each.version for each in versions if each.text == "First words")
    writing.panel._actions.restore(writing.stored().id, first)
    writing.screen.wait(lambda: writing.box.text() == "First words")
    writing.box.undo()
    assert writing.box.text() == "Quite different words"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # a screen without a window system
def test_the_menu_of_versions_names_each(writing: Writing) -> None:
    writing.write("First words")
    writing.settle()
    writing.screen.desk.clock.advance(minutes=5)
    writing.box.put("Second & last")
    writing.settle()
    writing.panel.findChildren(Footer)[0].versions_requested.emit()
    menus: list[QMenu] = []

    def opened() -> bool:
        menus[:] = [each for each in writing.panel.findChildren(QMenu) if each.isVisible()]
        return bool(menus)

    writing.screen.wait(opened)
    assert any("First words" in action.text() for action in menus[0].actions())
    menus[0].close()


def test_a_discarded_draft_can_be_brought_back(writing: Writing) -> None:
    writing.write("Do not lose me", "Kept")
    writing.settle()
    writing.panel.findChildren(Footer)[0].discard_requested.emit()
    writing.screen.wait(lambda: "It is kept for 30 days." in words_of(writing.panel))
    writing.screen.wait(lambda: writing.shelf() == [])
    writing.press("Bring it back")
    writing.screen.wait(lambda: writing.shelf() == ["Kept"])
    writing.screen.wait(lambda: writing.box.text() == "Do not lose me")
