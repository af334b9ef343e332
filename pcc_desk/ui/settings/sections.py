"""The smaller parts of the settings: the office's names, its key, its copies, the look, and what this program is."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, qVersion
from PySide6.QtWidgets import QButtonGroup, QFormLayout, QLineEdit, QWidget

from pcc_desk import __version__
from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.person import Office
from pcc_desk.settings import TEXT_SIZES, Settings
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present, say_clock
from pcc_desk.ui.settings.recovery_sheet import Recovery, RecoverySheet
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import FilterButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

THEMES = {"system": "Follow this PC", "light": "Light", "dark": "Dark"}
LIBRARIES = ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "requests", "Pillow", "icalendar")


class OfficeNames(QWidget):
    """The names the office and the person at this desk go by."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self.office, self.person = QLineEdit(), QLineEdit()
        self.save = PrimaryButton("Save the names")
        self.result = Banner("green")
        self._known: Office | None = None
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for words, field in (("Name of the office", self.office), ("Your name", self.person)):
            label = Label(words, "strong")
            label.setBuddy(field)
            field.setAccessibleName(words)
            field.textChanged.connect(self._show_ready)
            field.returnPressed.connect(self.save.click)
            form.addRow(label, field)
        rows, below = column(self, gap=10), Wrap(gap=8)
        below.addWidget(self.save)
        rows.addLayout(form)
        rows.addWidget(self.result)
        rows.addLayout(below)
        self.save.clicked.connect(self._on_save_clicked)
        background.changed.connect(self._on_changed)
        self._read()

    def hand_over(self) -> tuple[str, str] | None:
        """Give the names typed and not saved, or None."""
        typed = self.office.text(), self.person.text()
        return None if self._known is None or typed == _names(self._known) else typed

    def take_over(self, typed: tuple[str, str]) -> None:
        """Go on with names that were typed in another window."""
        self.office.setText(typed[0])
        self.person.setText(typed[1])

    def _read(self) -> None:
        self._background.ask(lambda: self._services.office.profile(), self._on_profile)

    def _on_changed(self, changes: Changes) -> None:
        if changes & Changes.OFFICE:
            self._read()

    def _on_profile(self, office: Office) -> None:
        there = self.office.text(), self.person.text()
        untouched = there == (("", "") if self._known is None else _names(self._known))
        self._known = office
        if untouched:
            self.office.setText(office.name)
            self.person.setText(office.person.name)
        self._show_ready()

    def _show_ready(self) -> None:
        names = self.office.text().strip(), self.person.text().strip()
        self.save.setEnabled(self._known is not None and all(names) and names != _names(self._known))

    def _on_save_clicked(self) -> None:
        office, person = self.office.text(), self.person.text()
        self._background.do(lambda: self._services.office.rename(office, person), self._on_saved, self._on_failed)

    def _on_saved(self, _: Changes) -> None:
        self.result.say("The names are saved.", "green")

    def _on_failed(self, error: DeskError) -> None:
        self.result.say("", "red")
        self.result.tell(error)


class RecoveryKey(QWidget):
    """The recovery key, shown only after a question."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self.show_button, self.sheet = QuietButton("Show the recovery key…", "key"), RecoverySheet(background)
        rows, below = column(self, gap=10), Wrap(gap=8)
        sentence = (
            "Your office's work is locked with a key that only this PC knows. "
            "The recovery key opens it on another PC, or after this PC is lost."
        )
        rows.addWidget(Label(sentence, "muted", wrap=True))
        below.addWidget(self.show_button)
        rows.addLayout(below)
        rows.addWidget(self.sheet)
        self.sheet.hide()
        self.sheet.saved.connect(lambda: background.do(lambda: services.office.settle_recovery()))
        self.show_button.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        if self.sheet.isVisibleTo(self):
            self._hide()
            return
        sentence = "Whoever sees the recovery key can read everything in PCC Desk. Can nobody else see your screen?"
        question = Question(sentence, "Show it", "Not now", self)
        question.accepted.connect(self._read)
        question.open()

    def _read(self) -> None:
        self._background.ask(self._recovery, self._on_recovery)

    def _recovery(self) -> Recovery:
        office = self._services.office
        return Recovery(office.profile().name, office.recovery_key())

    def _on_recovery(self, recovery: Recovery) -> None:
        self.sheet.show_recovery(recovery)
        self.sheet.show()
        self.show_button.setText("Hide the recovery key")

    def _hide(self) -> None:
        self.sheet.show_recovery(Recovery("", ""))
        self.sheet.hide()
        self.show_button.setText("Show the recovery key…")


class Backups(QWidget):
    """Today's encrypted copy: where it lies, and a way to make it now."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self.make, self.result = QuietButton("Make today's backup now", "save"), Banner("green", closable=False)
        rows, below = column(self, gap=10), Wrap(gap=8)
        sentence = (
            "Each day you open PCC Desk it keeps a locked copy of everything, and it proves that the copy opens. "
            "Copies lie on this PC, so have the folder copied to another place too."
        )
        rows.addWidget(Label(sentence, "muted", wrap=True))
        rows.addWidget(self.result)
        below.addWidget(self.make)
        rows.addLayout(below)
        self.make.clicked.connect(self._on_make_clicked)

    def _on_make_clicked(self) -> None:
        self.make.setEnabled(False)
        now = present()
        self._background.do(lambda: self._services.office.back_up(now), self._on_made, self._on_failed)

    def _on_made(self, place: Path) -> None:
        self.make.setEnabled(True)
        self.result.say(f"Today's backup is {place.name} in {place.parent}. Checked {say_clock(present())}.", "green")

    def _on_failed(self, error: DeskError) -> None:
        self.make.setEnabled(True)
        self.result.say("", "red")
        self.result.tell(error)


class Appearance(QWidget):
    """Light or dark, and how large the text is.

    Signals:
        look_chosen(str, int): the person chose a theme (one of settings.THEMES) and a text size in per cent.
    """

    look_chosen = Signal(str, int)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.themes = {name: FilterButton(words) for name, words in THEMES.items()}
        self.sizes = {size: FilterButton(f"{size} %") for size in TEXT_SIZES}
        self.themes[settings.theme].setChecked(True)
        self.sizes[settings.text_size].setChecked(True)
        rows = column(self, gap=10)
        for words, buttons in (("Colours", list(self.themes.values())), ("Text size", list(self.sizes.values()))):
            rows.addWidget(Label(words, "strong"))
            pills, group = Wrap(gap=6), QButtonGroup(self)
            for button in buttons:
                button.setAccessibleDescription(words)
                group.addButton(button)
                pills.addWidget(button)
            rows.addLayout(pills)
            group.buttonClicked.connect(self._on_clicked)

    def chosen_size(self) -> FilterButton:
        """Give the button of the text size in force."""
        return next(button for button in self.sizes.values() if button.isChecked())

    def _on_clicked(self) -> None:
        chosen = next(name for name, button in self.themes.items() if button.isChecked())
        size = next(size for size, button in self.sizes.items() if button.isChecked())
        self.look_chosen.emit(chosen, size)


class About(QWidget):
    """The versions in use and where the data lies."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        rows = column(self, gap=6)
        rows.addWidget(Label(f"PCC Desk {__version__}", "strong"))
        rows.addWidget(Label(" · ".join(_versions()), "muted", wrap=True).make_selectable())
        if folder is not None:
            rows.addWidget(Label("Everything is kept on this PC, in this folder:", "muted", wrap=True))
            rows.addWidget(Label(str(folder), wrap=True).make_selectable())
        promise = "Nothing leaves this PC except to the accounts your office connected."
        rows.addWidget(Label(promise, "muted", wrap=True))


def _versions() -> tuple[str, ...]:
    found = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # a frozen program may carry a library without its papers
            continue
    return tuple(found)


def _names(office: Office) -> tuple[str, str]:
    return office.name, office.person.name
