"""The reason for hiding, showing or deleting what somebody wrote, asked for before anything is done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QWidget

from pcc_desk.model.moderation import REASONS_TO_SHOW, Decision, Measure
from pcc_desk.ui import theme
from pcc_desk.ui.widgets.buttons import DangerButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import column, fit_window
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

CHOOSE = "Choose a reason"
LEAVE = "Leave it as it is"
CONSEQUENCES = {
    Measure.HIDE: "The public does not see it on {} any more. Its writer is not told. You can show it again.",
    Measure.SHOW: "Everybody sees it on {} again.",
    Measure.REMOVE: (
        "It is deleted from {} for everybody, perhaps with the answers under it. PCC Desk cannot bring it back. "
        "People may have seen or copied it already."
    ),
}
TITLES = {
    Measure.HIDE: "Hide it from everybody",
    Measure.SHOW: "Show it again",
    Measure.REMOVE: "Delete it from {}",
}
KEPT = (
    "PCC Desk keeps a record for good: what it said, who decided, when, and why. Criticism of the office is not a "
    "reason to hide it."
)


class ReasonSheet(QDialog):
    """Says what a measure does, and takes a rule and words for the record.

    Signals:
        decided(Decision): the person wants it done.
    """

    decided = Signal(object)

    def __init__(self, measure: Measure, rules: Sequence[str], names: tuple[str, str], parent: QWidget) -> None:
        """Offer the office's `rules`; `names` are the platform's title, and who still sees what is hidden there."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._measure = measure
        title, hiding = names
        shows = measure is Measure.SHOW
        self.rule = QComboBox()
        self.rule.addItem(CHOOSE)
        self.rule.addItems(list(REASONS_TO_SHOW if shows else rules))
        self.words = QPlainTextEdit()
        name = TITLES[measure].format(title)
        self.yes = PrimaryButton(name) if shows else DangerButton(name)
        self.no = QuietButton(LEAVE)
        self.setWindowTitle(name)
        self._build(name, " ".join(filter(None, (CONSEQUENCES[measure].format(title), self._aside(hiding)))))
        self._show_ready()

    def _aside(self, hiding: str) -> str:
        return (hiding or "Its writer may still see it.") if self._measure is Measure.HIDE else ""

    def _build(self, name: str, consequence: str) -> None:
        rows = column(self, margin=16, gap=10)
        rows.addWidget(Label(name, "heading", wrap=True))
        rows.addWidget(Label(consequence, wrap=True))
        asked = Label("Why?" if self._measure is Measure.SHOW else "Which rule of your office does it break?", "strong")
        asked.setBuddy(self.rule)
        self.rule.setAccessibleName(asked.text())
        rows.addWidget(asked)
        rows.addWidget(self.rule)
        more = Label("In your own words", "strong")
        more.setBuddy(self.words)
        self.words.setAccessibleName(more.text())
        self.words.setTabChangesFocus(True)
        self.words.setPlaceholderText("One sentence is enough, for example: names the victim.")
        self.words.setMinimumHeight(theme.px(64))
        rows.addWidget(more)
        rows.addWidget(self.words, 1)
        rows.addWidget(Label(KEPT, "small", wrap=True))
        foot = Wrap(gap=8)
        foot.addWidget(self.yes)
        foot.addWidget(self.no)
        rows.addLayout(foot)
        self.rule.currentIndexChanged.connect(self._show_ready)
        self.words.textChanged.connect(self._show_ready)
        self.yes.clicked.connect(self._on_yes_clicked)
        self.no.clicked.connect(self.reject)
        fit_window(self, 460, 400)

    def _show_ready(self) -> None:
        self.yes.setEnabled(self.rule.currentIndex() > 0 and bool(self.words.toPlainText().strip()))

    def _on_yes_clicked(self) -> None:
        self.decided.emit(Decision(self._measure, self.rule.currentText(), self.words.toPlainText()))
        self.accept()
