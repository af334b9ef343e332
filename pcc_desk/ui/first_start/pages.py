"""The pages of the first start; each asks one thing."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.settings.recovery_sheet import Recovery, RecoverySheet
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

WITHOUT_KEYRING = "Without a keyring, PCC Desk asks for the recovery key each time it starts. All else is the same."
ASKED_EACH_TIME = "This PC keeps no key for you. PCC Desk asks for this one each time it starts."
WITHOUT = (
    "Without the recovery key nobody can open your office's work if this PC is lost or broken. "
    "Nobody can make a new one. You find it in Settings, under Recovery key."
)
NO_KEY_HERE = (
    "This PC keeps no key of your office, so it cannot open it by itself. "
    "Type the recovery key that was printed or saved when the office was made."
)


class WelcomePage(QWidget):
    """Offers the three ways to begin."""

    def __init__(self) -> None:
        super().__init__()
        self.new = PrimaryButton("Start a new office")
        self.open = QuietButton("Open with a recovery key")
        self.rehearse = QuietButton("Try the rehearsal office")
        rows = column(self, gap=16)
        rows.addWidget(Label("Welcome to PCC Desk", "title"))
        sentence = "Write once and publish everywhere. Read and answer everybody in one place. Nothing leaves this PC "
        rows.addWidget(Label(f"{sentence}except to the accounts you connect.", wrap=True))
        ways = (
            (self.new, "For a PC that has not been used with PCC Desk before."),
            (self.open, "For an office that already works with PCC Desk on another PC, or after a PC was lost."),
            (self.rehearse, "An invented office to look around in. Nothing in it is real and nothing is sent."),
        )
        for button, words in ways:
            card = Card()
            inside = column(card, margin=16, gap=8)
            inside.addWidget(Label(words, "muted", wrap=True))
            line = Wrap()
            line.addWidget(button)
            inside.addLayout(line)
            rows.addWidget(card)
        rows.addStretch(1)


class NamesPage(QWidget):
    """Asks for the names of the office and of the person.

    Signals:
        back_requested(): go back to the ways to begin.
    """

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.office, self.person = QLineEdit(), QLineEdit()
        self.make, self.without = PrimaryButton("Make the office"), QuietButton("Go on without a keyring")
        self._cost = Label(WITHOUT_KEYRING, "muted", wrap=True)
        for each in (self.without, self._cost):
            each.hide()
        back = QuietButton("Back")
        rows = column(self, gap=16)
        rows.addWidget(Label("Name your office and yourself", "title"))
        sentence = "These names are shown only in PCC Desk on this PC. You can change them later in Settings."
        rows.addWidget(Label(sentence, "muted", wrap=True))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.office.setPlaceholderText("For example Office of the PCC for Wexmoor")
        for words, field in (("Name of the office", self.office), ("Your name", self.person)):
            label = Label(words, "strong")
            label.setBuddy(field)
            field.setAccessibleName(words)
            field.textChanged.connect(self._show_ready)
            field.returnPressed.connect(self.make.click)
            form.addRow(label, field)
        rows.addLayout(form)
        rows.addLayout(_buttons(back, self.without, self.make))
        rows.addWidget(self._cost)
        rows.addStretch(1)
        back.clicked.connect(self.back_requested)
        self.setFocusProxy(self.office)
        self._show_ready()

    def offer_without(self) -> None:
        """Offer to go on where no keyring keeps the key, and say what that costs."""
        for each in (self.without, self._cost):
            each.show()

    def _show_ready(self) -> None:
        for button in (self.make, self.without):
            button.setEnabled(bool(self.office.text().strip() and self.person.text().strip()))


class KeyPage(QWidget):
    """Shows the new office's recovery key until the person has kept it, or goes on without it.

    Signals:
        settled(): it was printed, saved, said to be kept, or done without; it need not be offered again.
        left(): the person goes on.
    """

    settled = Signal()
    left = Signal()

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.sheet = RecoverySheet(background)
        self.kept = QCheckBox("I have kept the recovery key in a safe place")
        self.go_on, self.without = PrimaryButton("Go on"), QuietButton("Go on without it…")
        rows = column(self, gap=16)
        self.asked = Label(ASKED_EACH_TIME, "strong", wrap=True)
        rows.addWidget(Label("Keep your recovery key", "title"))
        rows.addWidget(self.asked)
        rows.addWidget(self.sheet)
        rows.addWidget(self.kept)
        rows.addLayout(_buttons(self.without, self.go_on))
        rows.addStretch(1)
        self.go_on.setEnabled(False)
        self.kept.toggled.connect(self.go_on.setEnabled)
        self.sheet.saved.connect(self._on_saved)
        self.go_on.clicked.connect(self._leave)
        self.without.clicked.connect(self._on_without_clicked)

    def show_recovery(self, recovery: Recovery, is_asked: bool = False) -> None:
        """Show the key of the office just made, and say when a person is asked for it at each start."""
        self.asked.setVisible(is_asked)
        self.without.setVisible(not is_asked)
        self.sheet.show_recovery(recovery)

    def is_only_key(self) -> bool:
        """Tell whether nothing but this page holds the key, and the person has not said that it is kept."""
        return self.asked.isVisibleTo(self) and not self.kept.isChecked()

    def _on_saved(self) -> None:
        self.kept.setChecked(True)
        self.settled.emit()

    def _on_without_clicked(self) -> None:
        question = Question(WITHOUT, "Go on without it", "Keep it now", self)
        question.accepted.connect(self._leave)
        question.open()

    def _leave(self) -> None:
        self.settled.emit()
        self.left.emit()


class OpenPage(QWidget):
    """Asks for a recovery key and for the database or backup it opens.

    Signals:
        back_requested(): go back to the ways to begin.
    """

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.key = QPlainTextEdit()
        self.place, self._elsewhere = QLineEdit(), QWidget()
        self._why = Label(NO_KEY_HERE, wrap=True)
        self.open, self.back = PrimaryButton("Open the office"), QuietButton("Back")
        self._build()
        self.setFocusProxy(self.key)
        self._show_ready()

    def ask_key_only(self) -> None:
        """Ask for nothing but the key of the office that is in its usual folder already."""
        self.back.hide()
        self._elsewhere.hide()
        self._why.show()

    def source(self) -> Path | None:
        """Give the file or folder chosen, None when the office is in the usual folder of this PC already."""
        words = self.place.text().strip()
        return Path(words) if words else None

    def _build(self) -> None:
        rows = column(self, gap=12)
        rows.addWidget(Label("Open with a recovery key", "title"))
        rows.addWidget(self._why)
        self._why.hide()
        rows.addWidget(Label("Recovery key: 13 groups of 5 letters and digits", "strong", wrap=True))
        self.key.setAccessibleName("Recovery key")
        self.key.setTabChangesFocus(True)
        self.key.setFixedHeight(theme.px(84))
        rows.addWidget(self.key)
        elsewhere = column(self._elsewhere, gap=12)
        elsewhere.addWidget(Label("Where the office's database or a backup of it lies", "strong", wrap=True))
        sentence = "Leave this empty if the office was used on this PC before. Everything stays paused after a move."
        elsewhere.addWidget(Label(sentence, "muted", wrap=True))
        self.place.setAccessibleName("Database or backup")
        elsewhere.addWidget(self.place)
        file, folder = QuietButton("Choose a file…"), QuietButton("Choose a folder…")
        elsewhere.addLayout(_buttons(file, folder))
        rows.addWidget(self._elsewhere)
        rows.addLayout(_buttons(self.back, self.open))
        rows.addStretch(1)
        file.clicked.connect(lambda: self._choose(QFileDialog.FileMode.ExistingFile))
        folder.clicked.connect(lambda: self._choose(QFileDialog.FileMode.Directory))
        self.back.clicked.connect(self.back_requested)
        self.key.textChanged.connect(self._show_ready)

    def _choose(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self, "Choose the database or backup")
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(self.place.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_ready(self) -> None:
        self.open.setEnabled(bool(self.key.toPlainText().strip()))


def _buttons(*buttons: QuietButton) -> QHBoxLayout:
    """Lay buttons out at the right, the main one last."""
    line = row(gap=8)
    line.addStretch(1)
    for button in buttons:
        line.addWidget(button)
    return line
