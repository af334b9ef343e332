"""Writing, checking and sending in a real window, on a whole desk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import Announcement
from pcc_desk.model.changes import Changes
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.compose.editor import Editor, TitleField
from pcc_desk.ui.compose.footer import Footer, WhenDialog
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.compose.picture_strip import PictureCard
from pcc_desk.ui.compose.previews import Preview
from pcc_desk.ui.compose.problem_list import READY, ProblemList
from pcc_desk.ui.compose.tabs import ChannelTab
from pcc_desk.ui.compose.text_box import TextBox
from pcc_desk.ui.widgets.cards import RECORD, CardTable
from pcc_desk.ui.widgets.spanned_text import SpannedText
from tests.ui.screen import Screen, button_of, buttons_of, dress, open_screen, words_of

HOUR = timedelta(hours=1)
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Writing:
    """The compose panel over a whole desk."""

    screen: Screen
    panel: ComposePanel

    @property
    def box(self) -> TextBox:
        """Give the text box."""
        return self.panel.findChildren(TextBox)[0]

    @property
    def editor(self) -> Editor:
        """Give the editor."""
        return self.panel.findChildren(Editor)[0]

    def begin(self) -> Announcement:
        """Begin an announcement and wait for its page."""
        before = self.editor.announcement().id
        self.panel.begin()
        self.screen.wait(lambda: self.editor.announcement().id != before and self.box.isVisible())
        return self.editor.announcement()

    def write(self, text: str, title: str = "") -> None:
        """Type a title and a text."""
        if title:
            QTest.keyClicks(self.panel.findChildren(TitleField)[0], title)
        self.box.setFocus()
        self.box.insertPlainText(text)

    def tab(self, words: str) -> ChannelTab:
        """Give a tab."""
        self.screen.wait(lambda: words in self.tabs())
        return next(tab for tab in self.panel.findChildren(ChannelTab) if tab.text() == words and tab.isVisible())

    def tabs(self) -> list[str]:
        """Give the names of the tabs, once they are laid out."""
        QApplication.processEvents()
        return [tab.text() for tab in self.panel.findChildren(ChannelTab) if tab.isVisible()]

    def stored(self) -> Announcement:
        """Read the open announcement from the disk."""
        return self.screen.desk.services.compose.get(self.editor.announcement().id)

    def settle(self) -> None:
        """Wait until everything typed is on the disk."""
        self.panel.flush()
        here = self.editor.announcement
        self.screen.wait(lambda: self.panel._keeper.is_clean() and self.stored().text == here().text)

    def shelf(self) -> list[str]:
        """Give the names on the shelf."""
        rows = self.panel.findChildren(CardTable)[0].model()
        return [rows.index(row, 0).data(RECORD).name for row in range(rows.rowCount())]

    def press(self, words: str) -> None:
        """Press the button with these words."""
        button_of(self.panel, words).click()

    def problems(self) -> tuple[str, ...]:
        """Give what stops the announcement, as shown."""
        return self.panel.findChildren(ProblemList)[0].sentences()


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """The compose panel on the screen, with a new announcement."""
    with open_screen(tmp_path, qtbot) as screen:
        panel = ComposePanel(screen.desk.services, screen.background, screen.desk.clock)
        screen.show(panel)
        writing = Writing(screen, panel)
        writing.begin()
        yield writing


def walk(key: Qt.Key, steps: int) -> set[QWidget]:
    """Press a key and give every control that had the focus."""
    reached = set()
    for _ in range(steps):
        here = QApplication.focusWidget()
        assert here is not None
        reached.add(here)
        QTest.keyClick(here, key)
    return reached


def picture(colour: str = "green") -> bytes:
    """Make a picture."""
    content = BytesIO()
    Image.new("RGB", (64, 48), colour).save(content, "PNG")
    return content.getvalue()


def test_what_is_typed_is_on_the_disk_and_says_so(writing: Writing) -> None:
    writing.write("Tell us by 15 January.", "Budget")
    writing.screen.wait(lambda: writing.stored().text == "Tell us by 15 January.")
    assert writing.stored().title == "Budget"
    clock = on_wall(writing.screen.desk.clock()).strftime("%H:%M:%S")
    writing.screen.wait(lambda: f"Saved on this PC {clock} · version" in words_of(writing.panel))
    writing.screen.wait(lambda: writing.shelf() == ["Budget"])


def test_an_answer_about_an_older_state_never_replaces_newer_typing(writing: Writing) -> None:
    text = ""
    for number in range(60):
        word = f"word{number} "
        text += word
        QTest.keyClicks(writing.box, word)
        writing.screen.background.changed.emit(Changes.ANNOUNCEMENTS)
        if number % 10 == 0:
            writing.panel.flush()
        writing.screen.qtbot.wait(5)
    assert writing.box.text() == text
    writing.settle()
    assert writing.stored().text == text


def test_each_tab_counts_as_its_network_does(writing: Writing) -> None:
    writing.write("👩‍👩‍👧‍👦 Cymru")
    tab = writing.tab("Bluesky")
    assert tab.accessibleName() == "Bluesky, 7 of 300"
    writing.write("x" * 300)
    assert tab.accessibleName() == "Bluesky, 307 of 300"
    writing.screen.wait(lambda: any("7 too many" in problem for problem in writing.problems()))
    writing.screen.wait(lambda: "7 characters too many" in words_of(writing.panel))


def test_a_channel_can_be_worded_apart_and_brought_back(writing: Writing) -> None:
    writing.write("Shared text.")
    writing.tab("Bluesky").click()
    assert "Bluesky uses the shared text. Type here to word it apart." in words_of(writing.panel)
    QTest.keyClicks(writing.box, " Only here.")
    assert writing.tab("Bluesky").accessibleName() == "Bluesky, 23 of 300, own wording"
    writing.tab("All channels").click()
    assert writing.box.text() == "Shared text."
    QTest.keyClicks(writing.box, " More.")
    writing.tab("Bluesky").click()
    assert "The shared text has changed since you worded Bluesky apart." in words_of(writing.panel)
    writing.press("Keep this wording")
    assert "Bluesky has its own wording." in words_of(writing.panel)
    writing.press("Use the shared text again")
    assert writing.box.text() == "Shared text. More."
    assert writing.editor.announcement().wordings == {}
    writing.box.undo()
    assert writing.box.text() == "Shared text. Only here."
    assert writing.tab("Bluesky").accessibleName().endswith("own wording")


def test_undo_goes_back_to_the_first_letter_and_each_page_has_its_own(writing: Writing) -> None:
    for word in ("one ", "two ", "three "):
        QTest.keyClicks(writing.box, word)
    writing.tab("Bluesky").click()
    QTest.keyClicks(writing.box, "apart")
    writing.tab("All channels").click()
    for _ in range(20):
        QTest.keyClick(writing.box, Qt.Key.Key_Z, CONTROL)
    assert writing.box.text() == ""
    writing.tab("Bluesky").click()
    assert writing.box.text() == "one two three apart"


def test_an_account_can_be_left_out(writing: Writing) -> None:
    writing.write("Text", "Title")
    menu = writing.editor._channels_menu
    website = next(action for action in menu.actions() if "Bluesky" not in action.text())
    website.trigger()
    assert writing.tabs() == ["All channels", "Bluesky"]
    assert button_of(writing.panel, "Send now to 1 channel")
    assert len(writing.editor.announcement().accounts) == 1


def test_a_picture_must_be_described_or_said_to_be_decorative(writing: Writing) -> None:
    writing.write("Text", "Title")
    writing.editor.pictures_offered.emit([picture()])
    writing.screen.wait(lambda: writing.panel.findChildren(PictureCard))
    card = writing.panel.findChildren(PictureCard)[0]
    assert "64×48 · 1 KB" in words_of(card)
    writing.screen.wait(lambda: any("Picture 1 needs a description" in problem for problem in writing.problems()))
    alt, reason = card.findChildren(QLineEdit)
    assert alt.property("wanting") is True
    QTest.keyClicks(alt, "A green card")
    writing.screen.wait(lambda: READY in words_of(writing.panel))
    assert alt.property("wanting") is False
    card.findChildren(QCheckBox)[0].click()
    assert not alt.isVisible()
    writing.screen.wait(lambda: any("Picture 1 needs a description" in problem for problem in writing.problems()))
    QTest.keyClicks(reason, "It is a plain colour")
    writing.screen.wait(lambda: READY in words_of(writing.panel))
    writing.settle()
    assert writing.stored().pictures[0].decorative_because == "It is a plain colour"


def test_a_picture_can_be_taken_away(writing: Writing) -> None:
    writing.editor.pictures_offered.emit([picture("green"), picture("red")])
    writing.screen.wait(lambda: len(writing.editor.announcement().pictures) == 2)
    first = writing.editor.announcement().pictures[0].picture
    card = next(each for each in writing.panel.findChildren(PictureCard) if each.placed().picture == first)
    next(each for each in buttons_of(card) if each.accessibleName().startswith("Take away")).click()
    assert [each.picture.id == first.id for each in writing.editor.announcement().pictures] == [False]


def test_a_file_that_is_no_picture_is_refused_in_plain_words(writing: Writing, tmp_path: Path) -> None:
    fake = tmp_path / "holiday.png"
    fake.write_bytes(b"<svg onload=alert(1)>" * 50)
    writing.write("Kept")
    writing.editor.pictures_offered.emit([fake])
    writing.screen.wait(lambda: "holiday.png" in words_of(writing.panel))
    assert writing.editor.announcement().pictures == ()
    assert writing.box.text() == "Kept"


def test_previews_show_what_each_channels_readers_will_see(writing: Writing) -> None:
    writing.write("See gov.uk <b>now</b>", "Title for the website")
    writing.tab("Bluesky").click()
    QTest.keyClicks(writing.box, " #Budget")
    wanted = ["See gov.uk <b>now</b> #Budget", "See gov.uk <b>now</b>"]
    find = writing.panel.findChildren
    writing.screen.wait(lambda: [each.findChildren(SpannedText)[0].text() for each in find(Preview)] == wanted)
    previews = find(Preview)
    writing.screen.wait(lambda: "Title for the website" in words_of(previews[1]))
    assert "Title for the website" not in words_of(previews[0])


def test_it_is_sent_to_every_channel_exactly_as_it_was_written(writing: Writing) -> None:
    writing.write("Tell us by 15 January. gov.uk #Budget", "Budget")
    writing.screen.wait(lambda: READY in words_of(writing.panel))
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "Going out now to 2 channels." in words_of(writing.panel))
    writing.screen.send()
    assert [post.text for post in writing.screen.desk.bluesky.posts] == ["Tell us by 15 January. gov.uk #Budget"]
    writing.screen.wait(lambda: words_of(writing.panel).count("Copy the link") == 2)
    assert words_of(writing.panel).count("Posted ") == 2
    writing.press("Sent")
    writing.screen.wait(lambda: writing.shelf() == ["Budget"])


def test_the_last_key_before_sending_is_sent_too(writing: Writing) -> None:
    writing.write("Almost", "Title")
    writing.settle()
    QTest.keyClicks(writing.box, " done")
    writing.press("Send now to 2 channels")
    writing.screen.wait(lambda: "Going out now" in words_of(writing.panel))
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
    assert f"{when.wall:%H:%M} to 2 channels" in words
    writing.press(words)
    writing.screen.wait(lambda: "It goes out " in words_of(writing.panel))
    writing.screen.wait(lambda: writing.shelf() == ["Title"])
    writing.screen.wait(writing.box.isReadOnly)
    writing.press("&Take it back to the drafts")
    writing.screen.wait(lambda: not writing.box.isReadOnly())
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


def test_a_draft_chosen_on_the_shelf_opens_with_what_was_last_typed(writing: Writing) -> None:
    writing.write("First", "One")
    first = writing.editor.announcement().id
    writing.settle()
    writing.begin()
    writing.write("Second", "Two")
    writing.panel.show_announcement(first)
    writing.screen.wait(lambda: writing.box.text() == "First")
    writing.screen.wait(lambda: sorted(writing.shelf()) == ["One", "Two"])


def test_another_desks_change_is_shown_when_nothing_is_being_typed(writing: Writing) -> None:
    writing.write("Mine", "Title")
    writing.settle()
    compose, clock = writing.screen.desk.services.compose, writing.screen.desk.clock
    compose.save(replace(writing.stored(), text="Theirs"), clock())
    writing.screen.background.changed.emit(Changes.ANNOUNCEMENTS)
    writing.screen.wait(lambda: writing.box.text() == "Theirs")


def test_three_million_letters_can_be_pasted(writing: Writing) -> None:
    QApplication.clipboard().setText("A long line of words that goes on. " * 90_000)
    writing.box.setFocus()
    writing.box.paste()
    assert len(writing.box.text()) > 3_000_000
    writing.settle()
    assert len(writing.stored().text) > 3_000_000
    writing.screen.wait(lambda: any("too many" in problem for problem in writing.problems()))


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_cut_off_in_a_small_window(writing: Writing, scale: float) -> None:
    dress(scale=scale)
    panel = ComposePanel(writing.screen.desk.services, writing.screen.background, writing.screen.desk.clock)
    writing.write("Text", "Title")
    writing.settle()
    writing.screen.show(panel, 870, 520)
    small = Writing(writing.screen, panel)
    writing.screen.wait(lambda: small.editor.announcement().text == "Text")
    small.editor.pictures_offered.emit([picture()])
    writing.screen.wait(lambda: panel.findChildren(PictureCard))
    assert small.editor.horizontalScrollBar().maximum() == 0
    for button in buttons_of(panel):
        assert button.width() >= button.minimumSizeHint().width(), button.text()
    small.press("Show the &preview")
    assert not small.box.isVisible()
    assert panel.findChildren(Preview)[0].isVisible()
    small.press("Back to the &text")
    assert small.box.isVisible()
    small.settle()
    dress()


def test_every_control_is_reached_with_the_tab_key_and_has_a_name(writing: Writing) -> None:
    writing.write("Text", "Title")
    writing.settle()
    controls = [
        each
        for each in writing.panel.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
    ]
    controls[0].setFocus(Qt.FocusReason.TabFocusReason)
    reached = walk(Qt.Key.Key_Tab, len(controls) * 2)
    writing.tab("All channels").setFocus()
    reached |= walk(Qt.Key.Key_Right, 5)  # within a row of tabs the arrows walk
    assert set(controls) <= reached, [type(each).__name__ for each in set(controls) - reached]
    assert not writing.tab("All channels").isChecked()
    for each in controls:
        assert each.accessibleName() or getattr(each, "text", str)(), each
