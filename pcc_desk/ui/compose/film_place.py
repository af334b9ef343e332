"""Where an announcement's film is added, how far that has come, and the film itself."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from pcc_desk.model.film import Film, PlacedFilm
from pcc_desk.ui.compose.film_card import FilmCard
from pcc_desk.ui.compose.text_box import FILM_ENDINGS
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

CAPTION_ENDINGS = (".vtt", ".srt")


class FilmPlace(QWidget):
    """Shows the film, or one on its way; `add` is the button that stands among the editor's tools.

    Signals:
        edited(object): the PlacedFilm after a change, or None when it was taken away.
        film_offered(Path): add this file.
        captions_offered(Film, Path): take this file's captions for the film.
        cancel_requested(): add it no more.
    """

    edited = Signal(object)
    film_offered = Signal(object)
    captions_offered = Signal(object, object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add = QuietButton("Add a &film", "film")
        self.add.setParent(self)  # until the editor places it: shown without a parent it would be a window of its own
        self._adding, self._cancel = Label("", "muted", wrap=True), QuietButton("Cancel")
        self._card: FilmCard | None = None
        self._locked = False
        self._rows = column(self, gap=6)
        self._progress = QWidget()
        line = Wrap(self._progress, gap=10)
        line.addWidget(self._adding)
        line.addWidget(self._cancel)
        self._rows.addWidget(self._progress)
        self._progress.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.add.clicked.connect(self._on_add_clicked)
        self._cancel.clicked.connect(self.cancel_requested)
        self._arrange()

    def show_film(self, placed: PlacedFilm | None, locked: bool) -> None:
        """Show this film, or none; the card of the one that is there keeps what is being typed in it."""
        if self._card is not None and (placed is None or placed.film != self._card.film()):
            self._drop()
        if placed is not None and self._card is None:
            self._card = FilmCard(placed)
            self._card.edited.connect(self.edited)
            self._card.captions_requested.connect(self._on_captions_requested)
            self._card.removal_requested.connect(self._on_removal_requested)
            self._rows.addWidget(self._card)
        if self._card is not None:
            self._card.lock(locked)
        self._locked = locked
        self._arrange()

    def forget(self) -> None:
        """Drop what is shown before another announcement is."""
        self._drop()
        self.show_progress("")

    def show_progress(self, sentence: str) -> None:
        """Say how far a film has come, with a way to stop it; "" takes that away."""
        self._adding.setText(sentence)
        self._progress.setVisible(bool(sentence))
        self._arrange()

    def caption(self, film: Film, captions: str) -> None:
        """Give the film its captions, if it is still there."""
        if self._card is not None and self._card.film() == film:
            self._card.caption(captions)

    def _drop(self) -> None:
        if self._card is not None:
            self._rows.removeWidget(self._card)
            self._card.hide()
            self._card.deleteLater()
            self._card = None

    def _arrange(self) -> None:
        busy = self._progress.isVisibleTo(self)
        self.setVisible(self._card is not None or busy)
        self.add.setVisible(not self._locked)
        self.add.setEnabled(self._card is None and not busy)

    def _on_removal_requested(self) -> None:
        self._drop()
        self._arrange()
        self.edited.emit(None)

    def _on_add_clicked(self) -> None:
        dialog = _dialog(self, "Add a film", "Films", FILM_ENDINGS)
        dialog.fileSelected.connect(lambda name: self.film_offered.emit(Path(name)))
        dialog.open()

    def _on_captions_requested(self) -> None:
        if self._card is not None:
            dialog, film = _dialog(self, "Add captions", "Captions", CAPTION_ENDINGS), self._card.film()
            dialog.fileSelected.connect(lambda name: self.captions_offered.emit(film, Path(name)))
            dialog.open()


def _dialog(parent: QWidget, title: str, what: str, endings: tuple[str, ...]) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", f"{what} ({' '.join(f'*{each}' for each in endings)})")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.finished.connect(dialog.deleteLater)
    return dialog
