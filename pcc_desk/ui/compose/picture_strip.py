"""The pictures of an announcement, each with its description for people who cannot see it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QSizePolicy, QWidget

from pcc_desk.model.announcement import Picture, PictureId, PlacedPicture
from pcc_desk.model.cropping import Focus, Shape
from pcc_desk.ui import theme
from pcc_desk.ui.compose.crop_sheet import CropSheet
from pcc_desk.ui.compose.text_box import PICTURE_ENDINGS
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.widgets.buttons import IconButton, LinkButton
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.words import ElidedLabel, Label, mark_wanting
from pcc_desk.ui.widgets.wrap import Wrap

WIDTH, THUMB = 340, 92
NO_REASON = " "  # decorative is ticked, its reason is still to come; the checks ask for it


class PictureCard(Card):
    """One picture with its fields.

    Signals:
        edited(): the description, the reason, the tick or the crop changed.
        removal_requested(): take this picture away.
    """

    edited = Signal()
    removal_requested = Signal()

    def __init__(self, placed: PlacedPicture, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._placed, self._thumbnails = placed, thumbnails
        self._thumb = Label()
        self._alt, self._reason = QLineEdit(placed.alt), QLineEdit(placed.decorative_because.strip())
        self._decorative = QCheckBox("Decorative")
        self._decorative.setChecked(bool(placed.decorative_because))
        self._remove = IconButton("remove", f"Take away {placed.picture.name}")
        self._shapes: dict[str, Shape] = {}  # of the platforms that do not show this one's, by title
        self._cropped = ElidedLabel("", "small")
        self.crop, self.whole = LinkButton("Crop it"), LinkButton("Undo the crop")
        self._locked = False
        self._build()
        self._show_thumb()
        self._settle()
        thumbnails.arrived.connect(self._show_thumb)
        self._alt.textEdited.connect(self._on_edited)
        self._reason.textEdited.connect(self._on_edited)
        self._decorative.toggled.connect(self._on_edited)
        self._remove.clicked.connect(self.removal_requested)
        self.crop.clicked.connect(self._on_crop_clicked)
        self.whole.clicked.connect(lambda: self._crop_about(None))

    def know(self, shapes: Mapping[str, Shape]) -> None:
        """Take what the chosen platforms show, by their titles."""
        size = self._placed.picture.width, self._placed.picture.height
        self._shapes = {title: shape for title, shape in shapes.items() if shape.crop(*size, Focus()) != (0, 0, *size)}
        self._show_crop()

    def placed(self) -> PlacedPicture:
        """Give the picture with what its fields say."""
        reason = (self._reason.text().strip() or NO_REASON) if self._decorative.isChecked() else ""
        alt = "" if self._decorative.isChecked() else self._alt.text()
        return replace(self._placed, alt=alt, decorative_because=reason)

    def lock(self, locked: bool) -> None:
        """Let the fields be read only."""
        for field in (self._alt, self._reason):
            field.setReadOnly(locked)
        self._decorative.setEnabled(not locked)
        self._remove.setVisible(not locked)
        self._locked = locked
        self._show_crop()

    def sizeHint(self) -> QSize:
        """Ask for a fixed width, so that cards stand in columns."""
        return QSize(theme.px(WIDTH), super().sizeHint().height())

    def _build(self) -> None:
        picture = self._placed.picture
        self._thumb.setFixedSize(theme.px(THUMB), theme.px(72))
        self._thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._thumb.setAccessibleName(f"Small picture of {picture.name}")
        for field, words in (
            (self._alt, "Describe this picture"),
            (self._reason, "Why it needs no description"),
        ):
            field.setPlaceholderText(words)
            field.setAccessibleName(f"{words}: {picture.name}")
        across = row(self, margin=8, gap=10)
        across.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        rows = column(gap=4)
        head = row(gap=4)
        head.addWidget(ElidedLabel(picture.name), 1)
        head.addWidget(self._remove)
        rows.addLayout(head)
        rows.addWidget(Label(say_size(picture), "small"))
        for each in (self._alt, self._reason, self._decorative):
            rows.addWidget(each)
        rows.addWidget(self._cropped)
        crop = row(gap=8)
        crop.addWidget(self.crop)
        crop.addWidget(self.whole)
        crop.addStretch(1)
        rows.addLayout(crop)
        across.addLayout(rows, 1)

    def _show_thumb(self) -> None:
        small = self._thumbnails.picture(self._placed.picture.id)
        if not small.isNull():
            room = self._thumb.size()
            mode = Qt.TransformationMode.SmoothTransformation
            self._thumb.setPixmap(small.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode))

    def _show_crop(self) -> None:
        cropped, titles = self._placed.focus is not None, " and ".join(self._shapes)
        self._cropped.setText(f"Cropped for {titles}" if cropped else f"Not the shape {titles} shows")
        self._cropped.setVisible(bool(titles))
        self.crop.setText("Change the crop" if cropped else "Crop it")
        self.crop.setAccessibleName(f"{self.crop.text()}: {self._placed.picture.name}")
        self.crop.setVisible(bool(titles) and not self._locked)
        self.whole.setVisible(bool(titles) and cropped and not self._locked)

    def _on_crop_clicked(self) -> None:
        sheet = CropSheet(self._placed.picture, self._placed.focus, self._shapes, self._thumbnails, self)
        sheet.chosen.connect(self._crop_about)
        sheet.open()

    def _crop_about(self, focus: Focus | None) -> None:
        self._placed = replace(self._placed, focus=focus)
        self._show_crop()
        self.edited.emit()

    def _settle(self) -> None:
        decorative = self._decorative.isChecked()
        self._alt.setVisible(not decorative)
        self._reason.setVisible(decorative)
        mark_wanting(self._alt, self._reason)

    def _on_edited(self) -> None:
        self._settle()
        self.edited.emit()


class PictureStrip(QWidget):
    """The cards of all pictures.

    Signals:
        edited(tuple): the PlacedPictures after a change.
    """

    edited = Signal(object)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._cards: dict[PictureId, PictureCard] = {}
        self._row = Wrap(self, gap=10)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_pictures(
        self, pictures: tuple[PlacedPicture, ...], locked: bool, shapes: Mapping[str, Shape] | None = None
    ) -> None:
        """Show these; the cards of pictures already there keep what is being typed in them.

        `shapes` is what the chosen platforms show, by their titles.
        """
        ids = [each.picture.id for each in pictures]
        for gone in [each for each in self._cards if each not in ids]:
            self._drop(gone)
        for each in pictures:
            if each.picture.id not in self._cards:
                self._add(each)
            self._cards[each.picture.id].lock(locked)
            self._cards[each.picture.id].know(shapes or {})
        self.setVisible(bool(self._cards))

    def forget(self) -> None:
        """Drop every card before another announcement is shown."""
        for each in list(self._cards):
            self._drop(each)

    def _add(self, placed: PlacedPicture) -> None:
        card = self._cards[placed.picture.id] = PictureCard(placed, self._thumbnails)
        card.edited.connect(self._on_edited)
        card.removal_requested.connect(lambda: self._on_removal_requested(placed.picture.id))
        self._row.addWidget(card)

    def _drop(self, picture_id: PictureId) -> None:
        card = self._cards.pop(picture_id)
        self._row.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _on_edited(self) -> None:
        self.edited.emit(tuple(card.placed() for card in self._cards.values()))

    def _on_removal_requested(self, picture_id: PictureId) -> None:
        self._drop(picture_id)
        self.setVisible(bool(self._cards))
        self._on_edited()


def choose_pictures(parent: QWidget, take: Callable[[list[Path]], object]) -> None:
    """Let a person choose picture files, and give those that were chosen."""
    endings = " ".join(f"*{each}" for each in PICTURE_ENDINGS)
    dialog = QFileDialog(parent, "Add pictures", "", f"Pictures ({endings})")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def say_size(picture: Picture) -> str:
    """Say a picture's size: "1200×675 · 184 KB"."""
    return f"{picture.width}×{picture.height} · {max(1, round(picture.size / 1000)):,} KB"
