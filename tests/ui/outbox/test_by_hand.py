"""Posting by hand, in a real window: the words, the pictures, and the link that makes it posted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import PlacedPicture
from pcc_desk.model.delivery import DeliveryLine, DeliveryState
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.outbox.by_hand import ByHand
from pcc_desk.ui.outbox.panel import OutboxPanel
from tests.media.samples import jpeg
from tests.ui.screen import Browser, Screen, button_of, open_screen, words_of

TEXT = "Come and ask the Commissioner."


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk that missed the time of an announcement with a picture."""
    with open_screen(tmp_path, qtbot) as opened:
        compose, clock = opened.desk.services.compose, opened.desk.clock
        picture = PlacedPicture(compose.add_picture(jpeg(), "hall.jpeg"), "A hall")
        when = choose(on_wall(clock() + timedelta(minutes=5)).replace(microsecond=0))
        draft = compose.begin(clock())
        written = replace(draft, title="Noson", text=TEXT, pictures=(picture,), schedule=when)
        compose.approve(compose.save(replace(written, accounts=draft.accounts[:1]), clock()).id, clock())
        clock.advance(hours=3)
        opened.send()
        yield opened


def open_by_hand(screen: Screen) -> OutboxPanel:
    """Show the delivery and choose to post it by hand."""
    panel = OutboxPanel(screen.desk.services, screen.background)
    screen.show(panel)
    screen.wait(lambda: "Post it by hand instead" in words_of(panel.detail))
    button_of(panel.detail, "Post it by hand instead").click()
    screen.wait(lambda: "Copy the text" in words_of(panel.detail))
    return panel


def line_of(screen: Screen) -> DeliveryLine:
    (line,) = screen.desk.services.outbox.page()
    return line


def test_the_words_are_counted_and_copied_and_the_pictures_saved(screen: Screen, tmp_path: Path) -> None:
    panel = open_by_hand(screen)
    screen.wait(lambda: f"{len(TEXT)} characters of 300 at most" in words_of(panel.detail))
    assert "By hand: waiting for you" in words_of(panel.detail)
    button_of(panel.detail, "Copy the text").click()
    assert QGuiApplication.clipboard().text() == TEXT
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "hall.jpg").write_bytes(b"somebody's own")
    panel.detail.findChildren(ByHand)[-1].save_pictures(folder)
    screen.wait(lambda: "Saved in" in words_of(panel.detail))
    assert (folder / "hall.jpg").read_bytes() == b"somebody's own"
    saved = line_of(screen).delivery.frozen.pictures[0]
    assert (folder / "hall 2.jpg").read_bytes() == screen.desk.services.compose.picture_bytes(saved.id)


def test_a_folder_that_cannot_be_written_is_said(screen: Screen, tmp_path: Path) -> None:
    panel = open_by_hand(screen)
    panel.detail.findChildren(ByHand)[-1].save_pictures(tmp_path / "nowhere")
    screen.wait(lambda: "could not be saved there. Choose another folder." in words_of(panel.detail))


def test_the_link_pasted_back_makes_it_posted(screen: Screen) -> None:
    panel = open_by_hand(screen)
    panel.detail.address.setText("nowhere")
    button_of(panel.detail, "It is posted").click()
    screen.wait(lambda: "That is not a web address." in words_of(panel.detail))
    assert line_of(screen).delivery.state is DeliveryState.BY_HAND
    panel.detail.address.setText("https://bsky.example/post/1")
    button_of(panel.detail, "It is posted").click()
    screen.wait(lambda: line_of(screen).delivery.state is DeliveryState.SENT)
    screen.wait(lambda: "See it on Bluesky" in words_of(panel.detail))
    assert screen.desk.bluesky.posts == ()


def test_the_page_is_opened_only_when_it_is_protected(screen: Screen) -> None:
    line = replace(line_of(screen), page="https://nextdoor.example/pages/office")
    steps = ByHand(screen.desk.services, screen.background, line)
    screen.show(steps)
    browser = Browser()
    button_of(steps, "Open the page").click()
    browser.leave()
    assert browser.opened == ["https://nextdoor.example/pages/office"]
    plain = ByHand(screen.desk.services, screen.background, replace(line, page="http://nextdoor.example/pages/office"))
    screen.show(plain)
    assert "Open the page" not in words_of(plain)
