"""Writing and checking in a real window, on a whole desk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.schedule import on_wall
from pcc_desk.services.desk import Services
from pcc_desk.ui.compose import panel as panel_module
from pcc_desk.ui.compose.cost_note import CostNote
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.compose.picture_strip import PictureCard
from pcc_desk.ui.compose.previews import Preview
from pcc_desk.ui.compose.problem_list import READY
from pcc_desk.ui.compose.reads import Shelved, read_shelved
from pcc_desk.ui.compose.shelf import Shelf
from tests.ui.compose.writing import Writing, open_writing, picture
from tests.ui.screen import button_of, buttons_of, dress, words_of

DAY_MS = 86_400_000
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """A new announcement on the screen."""
    with open_writing(tmp_path, qtbot) as writing:
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


def test_what_is_typed_is_on_the_disk_and_says_so(writing: Writing) -> None:
    writing.write("Tell us by 15 January.", "Budget")
    writing.screen.wait(lambda: writing.stored().text == "Tell us by 15 January.")
    assert writing.stored().title == "Budget"
    clock = on_wall(writing.screen.desk.clock()).strftime("%H:%M:%S")
    writing.screen.wait(lambda: f"Saved on this PC {clock} · version" in words_of(writing.panel))
    writing.screen.wait(lambda: writing.shelf() == ["Budget"])


def test_leaving_a_link_out_words_one_channel_apart_and_shows_it(writing: Writing) -> None:
    writing.write("Read https://example.org/plan today.")
    account = writing.editor.announcement().accounts[0]
    writing.panel.findChildren(CostNote)[0].unlinked.emit(account, "Read today.")
    shown = writing.editor.announcement()
    assert shown.wordings[account].text == "Read today." == writing.box.text()
    assert shown.text == "Read https://example.org/plan today."
    writing.screen.wait(lambda: writing.stored().wording_for(account) == "Read today.")


def test_words_are_counted_as_soon_as_a_draft_is_opened(writing: Writing) -> None:
    editor = writing.editor
    editor._words_pause.setInterval(DAY_MS)  # only the opening counts now, and no pause in typing
    presences = editor._presences
    draft = replace(editor.announcement(), id=AnnouncementId(99), text="Tell us what you think.")
    editor.show_announcement(draft, presences)
    assert "5 words" in words_of(writing.panel)
    editor.show_announcement(replace(draft, id=AnnouncementId(100), text="Thank you"), presences)
    assert "2 words" in words_of(writing.panel)


def test_what_is_begun_before_the_accounts_are_known_counts_for_them_once_they_are(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Event()

    def read_late(services: Services, shelf: Shelf) -> Shelved:
        opened.wait(60)
        return read_shelved(services, shelf)

    monkeypatch.setattr(panel_module, "read_shelved", read_late)
    with open_writing(tmp_path, qtbot) as writing:
        assert "No drafts" not in words_of(writing.panel)  # nobody has looked yet
        writing.write("Words from the first second.")
        assert writing.tabs() == ["All channels"]
        opened.set()
        writing.screen.wait(lambda: writing.tab("Bluesky").accessibleName() == "Bluesky, 28 of 300")
        writing.screen.wait(lambda: len(writing.panel.findChildren(Preview)) == 2)
        assert writing.box.text() == "Words from the first second."


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
    writing.screen.wait(lambda: tab.accessibleName() == "Bluesky, 7 of 300")
    writing.write("x" * 300)
    writing.screen.wait(lambda: tab.accessibleName() == "Bluesky, 307 of 300")
    writing.screen.wait(lambda: any("7 too many" in problem for problem in writing.problems()))
    writing.screen.wait(lambda: "7 too many" in words_of(writing.panel))


def test_a_counter_is_painted_anew_at_each_letter_and_a_press_on_it_opens_its_tab(writing: Writing) -> None:
    tab, window = writing.tab("Bluesky"), writing.panel.window()
    row, room = tab.parentWidget(), tab.room.translated(tab.pos())
    assert row is not None
    before = row.grab(room).toImage()
    QTest.keyClicks(writing.box, "a")
    writing.screen.wait(lambda: row.grab(room).toImage() != before)
    QTest.mouseClick(window.windowHandle(), LEFT, pos=tab.mapTo(window, tab.room.center()))
    assert tab.isChecked()


def test_a_channel_can_be_worded_apart_and_brought_back(writing: Writing) -> None:
    writing.write("Shared text.")
    writing.tab("Bluesky").click()
    assert "Bluesky uses the shared text. Type here to word it apart." in words_of(writing.panel)
    QTest.keyClicks(writing.box, " Only here.")
    writing.screen.wait(lambda: writing.tab("Bluesky").accessibleName() == "Bluesky, 23 of 300, own wording")
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
    writing.screen.wait(lambda: writing.tab("Bluesky").accessibleName().endswith("own wording"))


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
    menu = writing.editor._channels.menu()
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
    small.screen.wait(lambda: any(each.isVisible() for each in panel.findChildren(Preview)))
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


def test_a_thread_is_offered_where_the_words_do_not_fit_and_every_part_is_seen_with_its_count(writing: Writing) -> None:
    text = " ".join(f"Sentence {number} of the plan is written here." for number in range(12))
    writing.write(text, "The plan")
    offer = "Send as a thread of 2"
    writing.screen.wait(lambda: offer in words_of(writing.panel))
    assert "Bluesky: too long for one post." in words_of(writing.panel)
    button_of(writing.panel, offer).click()
    writing.screen.wait(lambda: "Part 2 of 2" in words_of(writing.panel))
    seen = words_of(writing.panel)
    assert "Bluesky: goes out as a thread of 2." in seen and "thread of 2" in seen and "/300" in seen
    assert writing.tab("Bluesky").accessibleName() == "Bluesky, as a thread" and not writing.tab("Bluesky").counter.over
    writing.settle()
    assert len(writing.stored().threads) == 1
    button_of(writing.panel, "Keep it one post").click()
    writing.screen.wait(lambda: "Part 2 of 2" not in words_of(writing.panel))
    assert writing.tab("Bluesky").counter.over
