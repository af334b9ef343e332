"""Cropping for a channel that does not show every shape: chosen by a person, seen before, undone with one click."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import Announcement
from pcc_desk.model.cropping import Focus, Shape
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.ui.background import Background
from pcc_desk.ui.compose.crop_sheet import CropSheet, CropView
from pcc_desk.ui.compose.editor import Editor
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.compose.picture_strip import PictureCard
from pcc_desk.ui.compose.preview_picture import PreviewPicture
from pcc_desk.ui.compose.thumbnails import Thumbnails
from tests.desk import Clock
from tests.services.on_servers import OnServers, desk_on_servers
from tests.ui.screen import button_of, dress, words_of


def flag(width: int = 1_500, height: int = 300) -> bytes:
    """Give a long picture, red at its left end and blue elsewhere."""
    drawn, out = Image.new("RGB", (width, height), "blue"), io.BytesIO()
    drawn.paste("red", (0, 0, height, height))
    drawn.save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Writing:
    """A person who writes for Instagram and the website."""

    desk: OnServers
    instagram: InstagramServer
    website: WordPressServer
    panel: ComposePanel
    qtbot: QtBot

    @property
    def editor(self) -> Editor:
        """Give the editor."""
        return self.panel.findChildren(Editor)[0]

    def wait_for(self, words: str) -> None:
        """Wait until a person reads this."""
        self.qtbot.waitUntil(lambda: words in words_of(self.panel))

    def sheet(self, words: str = "Crop it") -> CropSheet:
        """Press the button beside the picture, and give the sheet."""
        (card,) = self.panel.findChildren(PictureCard)
        button_of(card, words).click()
        self.qtbot.waitUntil(lambda: any(each.isVisible() for each in self.panel.findChildren(CropSheet)))
        return next(each for each in self.panel.findChildren(CropSheet) if each.isVisible())

    def stored(self) -> Announcement:
        """Give the draft as it is on the disk."""
        self.panel.flush()
        self.qtbot.waitUntil(lambda: not self.panel.is_unsaved())
        return self.desk.services.compose.get(self.editor.announcement().id)

    def previews(self) -> list[float]:
        """Give the shape of the picture in each preview: width through height."""
        shown = [each for each in self.panel.findChildren(PreviewPicture) if each.isVisibleTo(self.panel)]
        return sorted(round(each._part.width / each._part.height, 2) for each in shown)


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """An announcement with a picture too wide for Instagram, open in a window."""
    dress()
    with desk_on_servers(tmp_path, Clock()) as desk:
        website, _ = desk.wordpress()
        instagram, _ = desk.instagram()
        background = Background()
        panel = ComposePanel(desk.services, background, desk.clock)
        qtbot.addWidget(panel)
        panel.resize(1276, 820)
        panel.show()
        made = Writing(desk, instagram, website, panel, qtbot)
        panel.begin()
        qtbot.waitUntil(lambda: len(made.editor.announcement().accounts) == 2)
        made.editor.pictures_offered.emit([flag()])
        qtbot.waitUntil(lambda: len(panel.findChildren(PictureCard)) == 1)
        yield made
        background.stop(60)


def test_who_does_not_show_the_shape_is_named_and_the_crop_is_offered_beside_the_picture(writing: Writing) -> None:
    writing.wait_for("Picture 1 is too wide for Instagram. Press “Crop it” beside the picture")
    assert "Not the shape Instagram shows" in words_of(writing.panel)
    assert writing.previews() == [5.0, 5.0]
    sheet = writing.sheet()
    assert "Instagram shows this part" in words_of(sheet)
    button_of(sheet, "Cancel").click()
    assert writing.stored().pictures[0].focus is None


def test_the_part_a_person_points_at_is_shown_before_and_undone_with_one_click(writing: Writing) -> None:
    sheet = writing.sheet()
    QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=QPoint(3, sheet.view.height() // 2))
    assert sheet.view.box().left == 0
    sheet.crop.click()
    writing.wait_for("Cropped for Instagram")
    writing.qtbot.waitUntil(lambda: writing.previews() == [1.91, 5.0])
    writing.qtbot.waitUntil(lambda: "too wide for Instagram" not in words_of(writing.panel))
    assert writing.stored().pictures[0].focus is not None
    (card,) = writing.panel.findChildren(PictureCard)
    button_of(card, "Undo the crop").click()
    writing.wait_for("Not the shape Instagram shows")
    writing.qtbot.waitUntil(lambda: writing.previews() == [5.0, 5.0])
    assert writing.stored().pictures[0].focus is None


@pytest.mark.parametrize("size", [(1_080, 20_000), (10, 6_000), (1, 6_000)])
def test_of_a_strip_the_frame_is_drawn_about_what_will_be_sent(writing: Writing, size: tuple[int, int]) -> None:
    picture = writing.desk.services.compose.add_picture(flag(*size), "strip.png")
    thumbnails = Thumbnails(writing.desk.services, writing.panel._background, writing.panel)
    writing.qtbot.waitUntil(lambda: not thumbnails.picture(picture.id).isNull())
    view = CropView(picture, Shape(0.8, 1.91), Focus(0.5, 1.0), thumbnails)
    writing.qtbot.addWidget(view)
    view.resize(500, 400)
    whole, frame, box = view._whole(), view._frame(), view.box()
    top, bottom = ((edge - whole.y()) / whole.height() for edge in (frame.top(), frame.bottom()))
    assert abs(top - box.top / size[1]) < 0.001 and abs(bottom - box.bottom / size[1]) < 0.001
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 10))
    assert view.box().top < box.top


def test_the_keyboard_alone_moves_the_frame_and_the_edges_stop_it(writing: Writing) -> None:
    view = writing.sheet().view
    before = view.box().left
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.box().left - before == 30
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.box().left == before
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.box().left == 0
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.box().left == 30
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
        assert (view.box().top, view.box().left) == (0, 30)


def test_a_channel_that_shows_every_shape_asks_for_no_crop(writing: Writing) -> None:
    instagram = next(each for each in writing.desk.services.accounts.all() if each.platform == "instagram")
    writing.editor._on_channel_toggled(instagram.id, False)
    writing.qtbot.waitUntil(lambda: "Instagram shows" not in words_of(writing.panel))


def test_what_was_approved_is_sent_cropped_to_one_and_whole_to_the_other(writing: Writing) -> None:
    sheet = writing.sheet()
    QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=QPoint(3, sheet.view.height() // 2))
    sheet.crop.click()
    writing.wait_for("Cropped for Instagram")
    services, clock = writing.desk.services, writing.desk.clock
    draft = writing.stored()
    described = (replace(draft.pictures[0], alt="A flag"),)
    services.compose.save(replace(draft, title="The plan", text="Watch the plan.", pictures=described), clock())
    services.compose.approve(draft.id, clock())
    frozen = {line.account.platform: line.delivery.frozen.pictures[0] for line in services.outbox.page()}
    assert (frozen["instagram"].width, frozen["instagram"].height) == (573, 300)
    assert (frozen["wordpress"].width, frozen["wordpress"].height) == (1_500, 300)
    sent = Image.open(io.BytesIO(services.compose.picture_bytes(frozen["instagram"].id))).convert("RGB")
    pixel = sent.getpixel((100, 150))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert red > 200 > blue, "the end that was pointed at is there"
