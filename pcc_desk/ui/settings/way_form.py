"""One way to sign in: its steps, numbered, and its fields."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from pcc_desk.model.account import Remembered
from pcc_desk.model.channel import Field, Way
from pcc_desk.ui.reading.links import Verdict, judge
from pcc_desk.ui.reading.opening import OpenLink
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import clear, column, row
from pcc_desk.ui.widgets.words import Label

KEPT = "Kept from last time. Leave this empty to use it again."


class FieldRow(QWidget):
    """One field under its label; what is typed into a secret one is hidden until Show is pressed."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.asks = field
        self.line, self.show_button, self.choose_button = QLineEdit(), QuietButton("Show"), QuietButton("Choose…")
        label = Label(field.label, "strong", wrap=True)
        label.setBuddy(self.line)
        self.line.setAccessibleName(field.label)
        if field.example:
            self.line.setPlaceholderText(f"For example {field.example}")
        rows, cells = column(self, gap=4), row(gap=8)
        cells.addWidget(self.line, 1)
        cells.addWidget(self.show_button)
        cells.addWidget(self.choose_button)
        rows.addWidget(label)
        rows.addLayout(cells)
        self.show_button.setVisible(field.secret)
        self.choose_button.setVisible(bool(field.file))
        self.choose_button.setAccessibleDescription(f"Choose the file for {field.label}")
        self.choose_button.clicked.connect(self._on_choose_clicked)
        if field.secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
            self.show_button.setCheckable(True)
            self.show_button.setAccessibleDescription(f"Show what is typed under {field.label}")
            self.show_button.toggled.connect(self._on_show_toggled)

    def offer_kept(self) -> None:
        """Say that a secret is kept and need not be typed again."""
        self.line.setPlaceholderText(KEPT)
        self.line.setAccessibleDescription(KEPT)

    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, self.asks.label)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{self.asks.file.upper()} (*.{self.asks.file})")
        dialog.fileSelected.connect(self.line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_show_toggled(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.show_button.setText("Hide" if shown else "Show")


class WayForm(QWidget):
    """Shows one way; what was typed stays when another way with the same field is shown.

    Signals:
        changed(): something was typed.
        submitted(): Enter was pressed in a field.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, FieldRow] = {}
        self._typed: dict[str, str] = {}
        self._kept: frozenset[str] = frozenset()
        self._steps, self._fields = column(gap=6), column(gap=10)
        lines = column(self, gap=12)
        lines.addLayout(self._steps)
        lines.addLayout(self._fields)

    def show_way(self, way: Way) -> None:
        """Show the steps and fields of a way."""
        self._typed |= self.values()
        clear(self._steps)
        clear(self._fields)
        steps = [step.strip() for step in way.steps.splitlines() if step.strip()]
        for number, step in enumerate(steps, 1):
            self._steps.addWidget(_step(f"{number}." if len(steps) > 1 else "", step))
        if (link := judge(way.page)).verdict is not Verdict.REFUSE:
            self._steps.addWidget(
                OpenLink(link, f"Open {link.host} in your web browser"), 0, Qt.AlignmentFlag.AlignLeft
            )
        self.rows = {field.name: FieldRow(field) for field in way.fields}
        for name, each in self.rows.items():
            each.line.setText(self._typed.get(name, ""))
            each.line.textChanged.connect(self.changed)
            each.line.returnPressed.connect(self.submitted)
            if each.asks.secret and name in self._kept:
                each.offer_kept()
            self._fields.addWidget(each)

    def offer(self, remembered: Remembered) -> None:
        """Fill the empty fields with what is offered again."""
        self._kept = remembered.secrets
        self.fill(remembered.typed)
        for name, each in self.rows.items():
            if each.asks.secret and name in self._kept:
                each.offer_kept()
        self.changed.emit()

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill the fields that are still empty, also those of ways not shown yet."""
        self._typed = {**values, **{name: value for name, value in self._typed.items() if value}}
        for name, each in self.rows.items():
            if not each.line.text() and values.get(name):
                each.line.setText(values[name])

    def values(self) -> dict[str, str]:
        """Give what is typed, by the names of the fields shown."""
        return {name: each.line.text().strip() for name, each in self.rows.items()}

    def is_filled(self) -> bool:
        """Tell whether everything this way needs is typed, or kept from the last time."""
        typed = self.values()
        return all(typed[name] or name in self._kept or not each.asks.needed for name, each in self.rows.items())

    def forget_secrets(self) -> None:
        """Empty every secret field: it was used and is kept in the database now."""
        for name, each in self.rows.items():
            if each.asks.secret:
                self._typed.pop(name, None)
                each.line.clear()

    def forget(self) -> None:
        """Forget everything typed: another channel is chosen."""
        self._typed, self._kept = {}, frozenset()
        for each in self.rows.values():
            each.line.clear()

    def set_free(self, free: bool) -> None:
        """Let the fields be changed, or not while a sign-in is on its way; the steps can be read all the time."""
        for each in self.rows.values():
            each.setEnabled(free)

    def focus_first(self, failed: bool = False) -> bool:
        """Go to the first field still to be filled, after a failure to the secret; tell whether there is one."""
        rows = [each for name, each in self.rows.items() if each.asks.needed and name not in self._kept]
        wanted = [each for each in rows if not each.line.text()]
        if failed and not wanted:
            wanted = [each for each in self.rows.values() if each.asks.secret] or list(self.rows.values())
        for each in wanted[:1]:
            each.line.setFocus()
            each.line.selectAll()
        return bool(wanted)


def _step(number: str, words: str) -> QWidget:
    line = QWidget()
    cells = row(line, gap=8)
    if number:
        mark = Label(number, "strong")
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        cells.addWidget(mark)
    text = Label(words, wrap=True)
    if "://" in words or "_" in words:  # to be copied into a form of the platform, or found there
        text.make_selectable()
    cells.addWidget(text, 1)
    return line
