"""The recovery key on screen, on paper and in a file."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.file_saving import FileWish, keep_private, save_file
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import Card, column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

A_LINE = 4  # groups on one line
ADVICE = (
    "This key opens your office's work on another PC, and after this PC is lost. Nobody can make a new one. "
    "Print it and lock it away, for example in the office safe. Do not keep it on this PC or send it by email."
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """The recovery key of one office."""

    office: str
    key: str

    def lines(self) -> str:
        """Give the key's groups, a few on a line."""
        groups = self.key.split()
        return "\n".join("  ".join(groups[at : at + A_LINE]) for at in range(0, len(groups), A_LINE))

    def sheet(self) -> str:
        """Give everything the paper says."""
        return f"PCC Desk recovery key\n\n{self.office}\n\n{self.lines()}\n\n{ADVICE}\n"


class RecoverySheet(Card):
    """Shows a recovery key and puts it on paper or into a file.

    Signals:
        saved(): it was printed or written to a file.
    """

    saved = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._background = background
        self._recovery = Recovery("", "")
        self.key = Label("").make_selectable()
        self.result = Label("", "green", wrap=True)
        self._build()

    def show_recovery(self, recovery: Recovery) -> None:
        """Show the key of an office."""
        self._recovery = recovery
        self.key.setText(recovery.lines())
        self.result.hide()

    def recovery(self) -> Recovery:
        """Give the key shown."""
        return self._recovery

    def _build(self) -> None:
        rows = column(self, margin=16, gap=10)
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPixelSize(theme.px(15))
        self.key.setFont(mono)
        self.key.setAccessibleName("Recovery key")
        rows.addWidget(self.key)
        rows.addWidget(Label(ADVICE, "muted", wrap=True))
        wrap = Wrap(gap=8)
        paper, file = QuietButton("Print…", "print"), QuietButton("Save to a file…", "save")
        paper.clicked.connect(self._on_print_clicked)
        file.clicked.connect(self._on_save_clicked)
        for button in (paper, file):
            wrap.addWidget(button)
        rows.addLayout(wrap)
        rows.addWidget(self.result)
        self.result.hide()

    def _on_print_clicked(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet; where the printer is a file, only this person may read it."""
        if name := printer.outputFileName():
            keep_private(Path(name))
        painter = QPainter()
        if not painter.begin(printer):
            self._say("The printer did not answer. Save the key to a file, or try another printer.")
            return
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        font.setPointSize(12)
        painter.setFont(font)
        page = QRectF(painter.viewport())
        room = page.adjusted(page.width() * 0.1, page.height() * 0.1, -page.width() * 0.1, -page.height() * 0.1)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), self._recovery.sheet())
        painter.end()
        self._on_saved("It was sent to the printer. Check the paper, then lock it away.")

    def _on_save_clicked(self) -> None:
        recovery = self._recovery
        wish = FileWish(
            "Save the recovery key",
            "PCC Desk recovery key.txt",
            "Text",
            "txt",
            lambda: recovery.sheet().encode("utf-8"),
            secret=True,
        )
        words = "It is in {}. Move it off this PC, then delete that file."
        save_file(self, self._background, wish, lambda path: self._on_saved(words.format(path.name)))

    def _say(self, words: str) -> None:
        self.result.setText(words)
        self.result.show()

    def _on_saved(self, words: str) -> None:
        self._say(words)
        self.saved.emit()
