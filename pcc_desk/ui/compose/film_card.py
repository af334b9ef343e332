"""The film of an announcement, with its captions and its description."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from pcc_desk.model.film import Film, PlacedFilm
from pcc_desk.ui import theme
from pcc_desk.ui.compose.wording import say_count
from pcc_desk.ui.reading.films import say_film
from pcc_desk.ui.widgets.buttons import IconButton, QuietButton
from pcc_desk.ui.widgets.frames import Card, Drawing, column, row
from pcc_desk.ui.widgets.words import ElidedLabel, Label, mark_wanting
from pcc_desk.ui.widgets.wrap import Wrap

WIDTH, SIDE = 460, 40
NO_REASON = " "  # the box is ticked, its reason is still to come; the checks ask for it


class FilmCard(Card):
    """One film with its fields.

    Signals:
        edited(PlacedFilm): the captions, the description, a reason or a tick changed.
        captions_requested(): choose a file with captions.
        removal_requested(): take the film away.
    """

    edited = Signal(object)
    captions_requested = Signal()
    removal_requested = Signal()

    def __init__(self, placed: PlacedFilm) -> None:
        super().__init__()
        self._placed = placed
        self._captioned = Label("", "small", wrap=True)
        self._add = QuietButton("Add captions")
        self._alt = QLineEdit(placed.alt)
        self._silent = _Exception("Needs no captions", placed.uncaptioned_because)
        self._plain = _Exception("Needs no description", placed.undescribed_because)
        self._remove = IconButton("remove", f"Take away {placed.film.name}")
        self._build()
        self._settle()
        self._connect()

    def placed(self) -> PlacedFilm:
        """Give the film with what its fields say."""
        return replace(
            self._placed,
            alt="" if self._plain.tick.isChecked() else self._alt.text(),
            uncaptioned_because=self._silent.words(),
            undescribed_because=self._plain.words(),
        )

    def film(self) -> Film:
        """Give the film."""
        return self._placed.film

    def caption(self, captions: str) -> None:
        """Put captions in the place of those before."""
        self._placed = replace(self._placed, captions=captions)
        self._silent.tick.setChecked(False)
        self._on_edited()

    def lock(self, locked: bool) -> None:
        """Let the fields be read only."""
        for field in (self._alt, self._silent.reason, self._plain.reason):
            field.setReadOnly(locked)
        for tick in (self._silent.tick, self._plain.tick):
            tick.setEnabled(not locked)
        self._add.setEnabled(not locked)
        self._remove.setVisible(not locked)

    def sizeHint(self) -> QSize:
        """Ask for room for the words on the buttons."""
        return QSize(theme.px(WIDTH), super().sizeHint().height())

    def _build(self) -> None:
        film = self._placed.film
        self._alt.setPlaceholderText("Describe what the film shows")
        self._alt.setAccessibleName(f"Describe what the film shows: {film.name}")
        across = row(self, margin=8, gap=10)
        across.addWidget(Drawing("film", "muted", SIDE), 0, Qt.AlignmentFlag.AlignTop)
        rows = column(gap=4)
        head = row(gap=4)
        head.addWidget(ElidedLabel(film.name), 1)
        head.addWidget(self._remove)
        rows.addLayout(head)
        rows.addWidget(Label(say_film(film), "small", wrap=True))
        rows.addWidget(self._captioned)
        captions = Wrap(gap=10)
        captions.addWidget(self._add)
        captions.addWidget(self._silent.tick)
        rows.addLayout(captions)
        rows.addWidget(self._silent.reason)
        for each in (self._alt, self._plain.reason, self._plain.tick):
            rows.addWidget(each)
        across.addLayout(rows, 1)

    def _connect(self) -> None:
        for field in (self._alt, self._silent.reason, self._plain.reason):
            field.textEdited.connect(self._on_edited)
        for tick in (self._silent.tick, self._plain.tick):
            tick.toggled.connect(self._on_edited)
        self._add.clicked.connect(self.captions_requested)
        self._remove.clicked.connect(self.removal_requested)

    def _settle(self) -> None:
        captions = self._placed.captions
        self._captioned.setText(
            f"Captions: {say_count(captions.count(' --> '), 'line')} on screen" if captions else "Captions: none yet"
        )
        self._captioned.setVisible(bool(captions) or not self._silent.tick.isChecked())
        self._add.setText("Change the captions" if captions else "Add captions")
        self._silent.tick.setVisible(not captions)
        self._silent.reason.setVisible(self._silent.tick.isChecked())
        self._alt.setVisible(not self._plain.tick.isChecked())
        self._plain.reason.setVisible(self._plain.tick.isChecked())
        mark_wanting(self._alt, self._silent.reason, self._plain.reason)

    def _on_edited(self) -> None:
        self._settle()
        self.edited.emit(self.placed())


class _Exception:
    """A tick that something is not needed, and the reason why."""

    def __init__(self, words: str, because: str) -> None:
        self.tick, self.reason = QCheckBox(words), QLineEdit(because.strip())
        self.tick.setChecked(bool(because))
        self.reason.setPlaceholderText("Why not")
        self.reason.setAccessibleName(f"{words}: why not")

    def words(self) -> str:
        """Give the reason, "" when it is needed after all."""
        return (self.reason.text().strip() or NO_REASON) if self.tick.isChecked() else ""
