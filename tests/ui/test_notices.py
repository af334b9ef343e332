"""Notices across the window."""

from pytestqt.qtbot import QtBot

from pcc_desk.errors import Rejected, Unreachable
from pcc_desk.ui.notices import MOST, Notices
from tests.ui.screen import buttons_of, dress, words_of


def open_notices(qtbot: QtBot) -> Notices:
    """Give notices in a window."""
    dress()
    notices = Notices()
    qtbot.addWidget(notices)
    return notices


def test_a_failure_says_what_happened_and_what_to_do(qtbot: QtBot) -> None:
    notices = open_notices(qtbot)
    notices.tell(Unreachable("The website did not answer.", "It is tried again at 17:00.", "timed out after 20 s"))
    assert notices.isVisible()
    assert "The website did not answer. It is tried again at 17:00." in words_of(notices)
    assert "timed out" not in words_of(notices)
    next(button for button in buttons_of(notices) if button.text() == "Details").click()
    assert "timed out after 20 s" in words_of(notices)


def test_words_of_a_platform_are_never_read_as_markup(qtbot: QtBot) -> None:
    notices = open_notices(qtbot)
    notices.tell(Rejected("It was refused: <b>no</b> <img src='//x.example/y.png'>"))
    assert "<b>no</b> <img src='//x.example/y.png'>" in words_of(notices)


def test_the_same_sentence_is_shown_once(qtbot: QtBot) -> None:
    notices = open_notices(qtbot)
    for _ in range(5):
        notices.tell(Unreachable("The website did not answer."))
    assert notices.sentences() == ["The website did not answer."]


def test_only_the_newest_few_stay(qtbot: QtBot) -> None:
    notices = open_notices(qtbot)
    for number in range(MOST + 3):
        notices.say(f"Fact {number}")
    assert notices.sentences() == [f"Fact {number}" for number in reversed(range(3, MOST + 3))]


def test_a_notice_can_be_closed(qtbot: QtBot) -> None:
    notices = open_notices(qtbot)
    notices.say("Fact")
    next(button for button in buttons_of(notices) if button.accessibleName() == "Close this notice").click()
    assert notices.sentences() == []
    assert not notices.isVisible()
