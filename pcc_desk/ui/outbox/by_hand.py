"""What a person needs to post something by hand: the words and their count, the pictures, and the page for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from pcc_desk.errors import DeskError, InputError
from pcc_desk.model.delivery import DeliveryLine, FrozenPicture
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.links import Verdict, judge
from pcc_desk.ui.reading.opening import OpenLink
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

Count = tuple[int, int | None]
PRIVATE = "This is private. Send it as a message that only this person can read, never as a public reply."


class ByHand(QWidget):
    """Offers the steps in their order; the words themselves stand below, as approved."""

    def __init__(self, services: Services, background: Background, line: DeliveryLine) -> None:
        super().__init__()
        self._services, self._background, self._line = services, background, line
        self._frozen = line.next_part().frozen
        self._count, self._told = Label("", "muted"), Label("", "muted", wrap=True)
        self._told.hide()
        rows = column(self, gap=8)
        if self._frozen.private:
            rows.addWidget(Label(PRIVATE, "red", wrap=True))
        rows.addWidget(self._count)
        steps = Wrap(gap=8)
        self._add_steps(steps)
        rows.addLayout(steps)
        rows.addWidget(self._told)
        background.ask(partial(services.compose.length, line.account, self._frozen.text), self._on_counted)

    def _add_steps(self, steps: Wrap) -> None:
        if self._frozen.title:
            steps.addWidget(self._copier("Copy the title", self._frozen.title, "The title is copied."))
        steps.addWidget(self._copier("Copy the text", self._frozen.text, "The text is copied. Paste it there."))
        if self._frozen.pictures:
            save = QuietButton("Save the pictures")
            save.clicked.connect(self._on_save_clicked)
            steps.addWidget(save)
        link = judge(self._line.page)
        if link.verdict is Verdict.OPEN:  # https only: what is not protected could be another page
            steps.addWidget(OpenLink(link, "Open the page"))

    def _copier(self, words: str, text: str, told: str) -> QuietButton:
        button = QuietButton(words)
        button.clicked.connect(partial(self._copy, text, told))
        return button

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._tell(told)

    def _tell(self, sentence: str) -> None:
        if isValid(self):
            self._told.setText(sentence)
            self._told.show()

    def _on_counted(self, count: Count) -> None:
        if isValid(self):
            length, limit = count
            most = "" if limit is None else f" of {limit:,} at most"
            self._count.setText(f"{length:,} characters{most}")

    def _on_save_clicked(self) -> None:
        dialog = QFileDialog(self, "Save the pictures in this folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda chosen: self.save_pictures(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_pictures(self, folder: Path) -> None:
        """Write the pictures into a folder, beside what is there."""
        pictures = self._frozen.pictures
        read = self._services.compose.picture_bytes
        self._background.reach(
            lambda: [_write(folder, picture, read(picture.id)) for picture in pictures],
            self._on_saved,
            self._on_not_saved,
        )

    def _on_saved(self, paths: list[Path]) -> None:
        self._tell(f"Saved in {paths[0].parent}: {', '.join(path.name for path in paths)}.")

    def _on_not_saved(self, error: DeskError) -> None:
        self._tell(f"{error.sentence} {error.next_step}")


def _write(folder: Path, picture: FrozenPicture, content: bytes) -> Path:
    """Write one picture under a name that is free there. Raises: InputError."""
    name = Path(picture.name.replace("\\", "/")).name or "picture"
    stem, ending = Path(name).stem, Path(name).suffix
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}{ending}"
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{name} could not be saved there.", "Choose another folder.", str(error)) from error
    return path
