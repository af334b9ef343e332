"""What is worth knowing before sending stands under what stops it."""

from pytestqt.qtbot import QtBot

from pcc_desk.ui.compose.problem_list import READY, ProblemList
from tests.ui.screen import dress

ADVICE = "Instagram may count only 5 hashtags."


def test_advice_stands_beside_warnings_and_stops_nothing(qtbot: QtBot) -> None:
    dress()
    shown = ProblemList()
    qtbot.addWidget(shown)
    shown.show_warnings(("The sign-in ends soon.",))
    shown.show_problems((), (ADVICE,))
    assert shown.accessibleDescription() == f"{READY} The sign-in ends soon. {ADVICE}"
    assert shown.sentences() == ()
    shown.show_problems(("There is nothing to send yet.",))
    assert ADVICE not in shown.accessibleDescription()
