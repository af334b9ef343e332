"""The list "Before you send": one plain sentence for each thing that still stops an announcement."""

from PySide6.QtWidgets import QWidget

from pcc_desk.ui.widgets.frames import Card, Drawing, Rule, clear, column, row
from pcc_desk.ui.widgets.words import Label

READY = "Nothing stops this from being sent."


class ProblemList(QWidget):
    """Shows what still stops an announcement, or that nothing does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] | None = None
        rows = column(self, gap=6)
        rows.addWidget(Label("Before you send", "heading"))
        card = Card()
        self._lines = column(card, gap=0)
        rows.addWidget(card)

    def show_problems(self, problems: tuple[str, ...]) -> None:
        """Show these sentences."""
        if problems == self._shown:
            return
        self._shown = problems
        clear(self._lines)
        if not problems:
            self._lines.addWidget(_line("done", "green", READY))
        for place, problem in enumerate(problems):
            if place:
                self._lines.addWidget(Rule())
            self._lines.addWidget(_line("stop", "red", problem))
        self.setAccessibleDescription(" ".join(problems) or READY)

    def sentences(self) -> tuple[str, ...]:
        """Give what is shown."""
        return self._shown or ()


def _line(picture: str, tone: str, sentence: str) -> QWidget:
    line = QWidget()
    cells = row(line, margin=9, gap=9)
    cells.addWidget(Drawing(picture, tone, 16))
    cells.addWidget(Label(sentence, wrap=True), 1)
    return line
