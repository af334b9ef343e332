"""The box in which an answer is written; what is typed is kept on disk while typing goes on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pcc_desk.model.message import Author
from pcc_desk.model.schedule import on_wall
from pcc_desk.ui import theme
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.remote_text import show_marks
from pcc_desk.ui.widgets.buttons import PrimaryButton, verbatim
from pcc_desk.ui.widgets.frames import Pane, column, row
from pcc_desk.ui.widgets.keys import on_key
from pcc_desk.ui.widgets.words import ElidedLabel, Label, is_new_look

PAUSE_MS = 300  # after the last key
LONGEST_WAIT_MS = 900  # while keys go on: every pause of typing is on disk within one second
LONG_NAME = 40

Measure = Callable[[str], tuple[int, int | None]]


class AnswerBox(Pane):
    """Writes one answer: text, its length as the platform counts, and the button that sends it.

    Signals:
        keep_requested(str): this text should be on disk now.
        send_requested(str): send this answer.
        left(): the person wants back to the list.
    """

    keep_requested = Signal(str)
    send_requested = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.text = QPlainTextEdit()
        self.send = PrimaryButton("Reply")
        self._heading = ElidedLabel("", "strong")
        self._note = Label("", "muted", wrap=True)
        self._saved = ElidedLabel("", "small")
        self._counter = Label("", "small")
        self._measure: Measure | None = None
        self._filling = False
        self._kept = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST_WAIT_MS)
        self._build()
        self._connect()

    def address(self, author: Author, platform: str) -> None:
        """Name who is answered and where; nothing can be typed until `load`."""
        handle = author.handle.lstrip("@")
        short = show_marks(f"@{handle}" if handle else author.name)[:LONG_NAME]
        self._heading.setText(f"Reply in public on {platform}" if platform else "")
        self.send.setText(verbatim(f"Reply to {short}" if short else "Reply"))
        self._measure = None
        self._fill("")
        self.text.setEnabled(False)
        self._saved.setText("")
        self._note.hide()
        self._show_length()

    def load(self, text: str, measure: Measure) -> None:
        """Show the answer kept so far and let the person type; `measure` gives a text's length and limit."""
        self._measure = measure
        self._fill(text)
        self.text.setEnabled(True)
        self._saved.setText("Kept on this PC from before" if text else "")
        self._show_length()

    def is_loaded(self) -> bool:
        """Tell whether the answer kept so far is shown; what is typed since is newer than any other reading of it."""
        return self._measure is not None

    def forbid(self, sentence: str) -> None:
        """Say why no answer can be sent from here."""
        self._note.setText(sentence)
        self._note.show()
        self.text.setEnabled(False)
        self.send.setEnabled(False)

    def allow(self) -> None:
        """Let the person send again after an answer was not taken; the text is still there."""
        self._show_length()

    def show_kept(self) -> None:
        """Say that the text is on disk, and since when."""
        self._saved.setText(f"Saved on this PC {on_wall(present()):%H:%M:%S}")

    def show_sent(self) -> None:
        """Empty the box after an answer has been taken into the outbox."""
        self._fill("")
        self._saved.setText("Your answer is in the outbox")
        self._show_length()

    def flush(self) -> None:
        """Ask for anything typed since the last keeping to be kept now."""
        self._pause.stop()
        self._longest.stop()
        text = self.text.toPlainText()
        if self._measure is not None and text != self._kept:
            self._kept = text
            self.keep_requested.emit(text)

    def _build(self) -> None:
        self.text.setAccessibleName("Your answer")
        self.text.setPlaceholderText("Write your answer. It is kept on this PC while you type.")
        self.text.setTabChangesFocus(True)
        rows = column(self, margin=14, gap=8)
        above, below = row(), row()
        above.addWidget(self._heading, 1)
        above.addWidget(self._counter)
        below.addWidget(self._saved, 1)
        below.addWidget(self.send)
        rows.addLayout(above)
        rows.addWidget(self._note)
        rows.addWidget(self.text)
        rows.addLayout(below)
        self._note.hide()

        self._measure_text()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_kept"):
            self._measure_text()

    def _measure_text(self) -> None:
        self.text.setMinimumHeight(theme.px(56))
        self.text.setMaximumHeight(theme.px(92))

    def _connect(self) -> None:
        self.text.textChanged.connect(self._on_text_changed)
        self.send.clicked.connect(self._on_send_clicked)
        self._pause.timeout.connect(self.flush)
        self._longest.timeout.connect(self.flush)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_key(keys, self, self.send.click)
        on_key("Esc", self.text, self.left.emit, alone=True)

    def _fill(self, text: str) -> None:
        self._pause.stop()
        self._longest.stop()
        self._kept = text
        self._filling = True
        self.text.setPlainText(text)
        self._filling = False

    def _show_length(self) -> None:
        text = self.text.toPlainText()
        length, limit = self._measure(text) if self._measure is not None and text else (0, None)
        over = limit is not None and length > limit
        words = "" if not text else str(length) if limit is None else f"{length} / {limit}"
        self._counter.setText(f"{words}: {length - limit} too many" if over and limit is not None else words)
        self._counter.set_role("red" if over else "small")
        self.send.setEnabled(self._measure is not None and bool(text.strip()) and not over)

    def _on_text_changed(self) -> None:
        if self._filling:
            return
        self._show_length()
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def _on_send_clicked(self) -> None:
        self._pause.stop()
        self._longest.stop()
        self.left.emit()  # first: a button that is switched off hands the focus to whatever comes next
        self.send.setEnabled(False)
        self._kept = self.text.toPlainText()  # in the hands of whoever sends it
        self.send_requested.emit(self._kept)
