"""What the office did about a message, under it: what, by which rule, by whom and when, and what was written then."""

from PySide6.QtWidgets import QWidget

from pcc_desk.model.moderation import Measure, Moderated, Outcome
from pcc_desk.ui.reading.moments import present, say_when
from pcc_desk.ui.reading.remote_text import show_line, show_run
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.details import LONGEST, Details
from pcc_desk.ui.widgets.frames import Card, column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

WORDS = {
    (Measure.HIDE, Outcome.DONE): ("Hidden", "amber"),
    (Measure.SHOW, Outcome.DONE): ("Shown again", "green"),
    (Measure.REMOVE, Outcome.DONE): ("Deleted", "red"),
    (Measure.HIDE, Outcome.NOT_DONE): ("Not hidden", ""),
    (Measure.SHOW, Outcome.NOT_DONE): ("Not shown again", ""),
    (Measure.REMOVE, Outcome.NOT_DONE): ("Not deleted", ""),
    (Measure.HIDE, Outcome.UNCLEAR): ("Perhaps hidden", "violet"),
    (Measure.SHOW, Outcome.UNCLEAR): ("Perhaps shown again", "violet"),
    (Measure.REMOVE, Outcome.UNCLEAR): ("Perhaps deleted", "violet"),
}
NO_ANSWER = "No answer is known yet. If this stays so, look there, then ask again."


class MeasureNote(Card):
    """Tells one record."""

    def __init__(self, record: Moderated, words_now: str, parent: QWidget | None = None) -> None:
        super().__init__("plain", parent)
        rows = column(self, margin=8, gap=3)
        asked = record.outcome is Outcome.ASKED
        outcome = Outcome.UNCLEAR if asked else record.outcome
        tags = Wrap(gap=6)
        tags.addWidget(Chip(*WORDS[record.decision.measure, outcome]))
        tags.addWidget(Label(say_record(record), "small"))
        rows.addLayout(tags)
        rows.addWidget(Label(f"{record.decision.rule} “{show_line(record.decision.words, 500)}”", "small", wrap=True))
        if asked or record.outcome is not Outcome.DONE:
            rows.addWidget(Label(NO_ANSWER if asked else show_line(record.sentence, 500), "small", wrap=True))
        if record.detail:
            rows.addWidget(Details(show_line(record.detail, LONGEST), record.sentence))
        if record.text != words_now:
            rows.addWidget(Label("It said then:", "small"))
            rows.addWidget(Label(show_run(record.text), "muted", wrap=True).make_selectable())


def say_record(record: Moderated) -> str:
    """Say who decided, and when."""
    who = show_line(record.by, 60) or "somebody in the office"
    return f"by {who}, {say_when(record.asked_at, present())}"
