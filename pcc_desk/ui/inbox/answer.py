"""The box in which an answer is written; what is typed is kept on disk while typing goes on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pcc_desk.model.answering import Audience, KeptAnswer
from pcc_desk.model.cost import Forecast
from pcc_desk.model.message import Author
from pcc_desk.model.schedule import on_wall
from pcc_desk.ui import theme
from pcc_desk.ui.inbox.audience import AudienceChoice
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.money import say_forecast
from pcc_desk.ui.reading.remote_text import show_marks
from pcc_desk.ui.widgets.buttons import PrimaryButton, verbatim
from pcc_desk.ui.widgets.frames import Pane, column, row
from pcc_desk.ui.widgets.keys import on_key
from pcc_desk.ui.widgets.words import ElidedLabel, Label, is_new_look, repolish

PAUSE_MS = 300  # after the last key
LONGEST_WAIT_MS = 900  # while keys go on: every pause of typing is on disk within one second
LONG_NAME = 40
LOW, HIGH = 56, 92  # pixels at 100 % text size: of the field

Cost = Callable[[str, bool], Forecast]  # of a text, private or not: what sending it costs
Measure = Callable[[str, bool], tuple[int, int | None]]  # of a text, private or not: its length and the limit


class AnswerBox(Pane):
    """Writes one answer: who reads it, text, its length as the platform counts, and the button that sends it.

    A private one stands on another ground, and every button says which it is.

    Signals:
        keep_requested(KeptAnswer): this should be on disk now.
        send_requested(KeptAnswer): send this answer.
        left(): the person wants back to the list.
    """

    keep_requested = Signal(object)
    send_requested = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.text = QPlainTextEdit()
        self.send = PrimaryButton("Reply")
        self.audience = AudienceChoice()
        self._heading = ElidedLabel("", "strong")
        self._note = Label("", "muted", wrap=True)
        self._saved = ElidedLabel("", "small")
        self._counter = Label("", "small")
        self._price = Label("", "small", wrap=True)
        self._cost: Cost | None = None
        self._measure: Measure | None = None
        self._filling, self._roomy = False, True
        self._kept = KeptAnswer()
        self._who = self._platform = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST_WAIT_MS)
        self._build()
        self._connect()

    def address(self, author: Author, platform: str) -> None:
        """Name who is answered and where; nothing can be typed until `load`."""
        handle = author.handle.lstrip("@")
        self._who = show_marks(f"@{handle}" if handle else author.name)[:LONG_NAME]
        self._platform = platform
        self._measure = self._cost = None
        self._fill(KeptAnswer())
        self.text.setEnabled(False)
        self._saved.setText("")
        self._note.hide()
        self._show_length()

    def offer(self, audience: Audience) -> None:
        """Say how the message can be answered; what is written stays as it was meant."""
        self.audience.offer(audience)
        self._show_length()

    def load(self, kept: KeptAnswer, measure: Measure) -> None:
        """Show the answer kept so far and let the person type; `measure` gives a text's length and limit."""
        self._measure = measure
        self._fill(kept)
        self.text.setEnabled(True)
        self._saved.setText("Kept on this PC from before" if kept.text else "")
        self._show_length()

    def tell_cost(self, cost: Cost | None) -> None:
        """Say beside the button what sending costs, while it is typed; None where nothing does."""
        self._cost = cost
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
        self._fill(KeptAnswer())
        self._saved.setText("Your answer is in the outbox")
        self._show_length()

    def flush(self) -> None:
        """Ask for anything typed since the last keeping to be kept now."""
        self._pause.stop()
        self._longest.stop()
        written = self._written()
        if self._measure is not None and written != self._kept:
            self._kept = written
            self.keep_requested.emit(written)

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
        rows.addWidget(self.audience)
        rows.addLayout(above)
        rows.addWidget(self._note)
        rows.addWidget(self.text)
        rows.addWidget(self._price)
        rows.addLayout(below)
        self._note.hide()
        self._price.hide()
        self._measure_text()

    def make_room(self, roomy: bool) -> None:
        """Be lower where the conversation above would be left with too little to be read in."""
        self._roomy = roomy
        self._measure_text()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_kept"):
            self._measure_text()

    def _measure_text(self) -> None:
        self.text.setMinimumHeight(theme.px(LOW))
        self.text.setMaximumHeight(theme.px(HIGH if self._roomy else LOW))

    def _connect(self) -> None:
        self.text.textChanged.connect(self._on_text_changed)
        self.audience.chosen.connect(lambda _: self._on_text_changed())
        self.send.clicked.connect(self._on_send_clicked)
        self._pause.timeout.connect(self.flush)
        self._longest.timeout.connect(self.flush)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_key(keys, self, self.send.click)
        on_key("Esc", self.text, self.left.emit, alone=True)

    def _fill(self, kept: KeptAnswer) -> None:
        self._pause.stop()
        self._longest.stop()
        self._filling = True
        self.text.setPlainText(kept.text)
        self.audience.choose(kept.private)
        self._filling = False
        self._kept = self._written()

    def _written(self) -> KeptAnswer:
        return KeptAnswer(self.text.toPlainText(), self.audience.is_private())

    def _show_readers(self) -> None:
        """Say in the heading, on the button and by the ground who reads it."""
        private, where = self.audience.is_private(), f" on {self._platform}" if self._platform else ""
        readers = f"Only {self._who or 'its writer'}" if private else "Everybody"
        self._heading.setText(f"{readers} can read this{where}")
        way = "Reply in private" if private else "Reply in public"
        self.send.setText(verbatim(f"{way} to {self._who}" if self._who else way))
        tone = "private" if private else ""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)

    def _show_length(self) -> None:
        self._show_readers()
        text, private = self.text.toPlainText(), self.audience.is_private()
        length, limit = self._measure(text, private) if self._measure is not None and text else (0, None)
        over = limit is not None and length > limit
        words = "" if not text else str(length) if limit is None else f"{length} / {limit}"
        self._counter.setText(f"{words}: {length - limit} too many" if over and limit is not None else words)
        self._counter.set_role("red" if over else "small")
        price = self._cost(text, private) if self._cost is not None and text.strip() else None
        self._price.setVisible(price is not None)
        if price is not None:
            self._price.setText(say_forecast(price))
            self._price.set_role("amber" if price.passes_limit() else "small")
        ready = self._measure is not None and self.text.isEnabled() and not self.audience.problem()
        self.send.setEnabled(ready and bool(text.strip()) and not over)

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
        self._kept = self._written()  # in the hands of whoever sends it
        self.send_requested.emit(self._kept)
