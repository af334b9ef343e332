"""The list "Before you send": one plain sentence for each thing that stops an announcement or is worth knowing."""

from PySide6.QtWidgets import QWidget

from pcc_desk.ui.widgets.frames import Card, Drawing, Rule, clear, column, row
from pcc_desk.ui.widgets.words import Label

READY = "Nothing stops this from being sent."


class ProblemList(QWidget):
    """Shows what still stops an announcement, or that nothing does, and what else is worth knowing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] | None = None
        self._warnings: tuple[str, ...] = ()
        self._advice: tuple[str, ...] = ()
        rows = column(self, gap=6)
        rows.addWidget(Label("Before you send", "heading"))
        card = Card()
        self._lines = column(card, gap=0)
        rows.addWidget(card)

    def show_problems(self, problems: tuple[str, ...], advice: tuple[str, ...] = ()) -> None:
        """Show these sentences, and after them the advice, which stops nothing."""
        if (problems, advice) != (self._shown, self._advice):
            self._shown, self._advice = problems, advice
            self._fill()

    def show_warnings(self, warnings: tuple[str, ...]) -> None:
        """Show these sentences too; they stop nothing."""
        if warnings != self._warnings:
            self._warnings = warnings
            self._fill()

    def _fill(self) -> None:
        clear(self._lines)
        problems = self.sentences()
        lines = [("stop", "red", problem) for problem in problems] or [("done", "green", READY)]
        lines += [("warning", "amber", warning) for warning in (*self._warnings, *self._advice)]
        for place, line in enumerate(lines):
            if place:
                self._lines.addWidget(Rule())
            self._lines.addWidget(_line(*line))
        self.setAccessibleDescription(" ".join(sentence for _, _, sentence in lines))

    def sentences(self) -> tuple[str, ...]:
        """Give what is shown."""
        return self._shown or ()


def _line(picture: str, tone: str, sentence: str) -> QWidget:
    line = QWidget()
    cells = row(line, margin=9, gap=9)
    cells.addWidget(Drawing(picture, tone, 16))
    cells.addWidget(Label(sentence, wrap=True), 1)
    return line
