"""A notice says what happened in plain words, whatever a server put between them."""

from pytestqt.qtbot import QtBot

from pcc_desk.errors import Rejected
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.words import Label
from tests.ui.screen import dress


def shown(qtbot: QtBot, error: Rejected) -> list[str]:
    """Tell an error, and give every text that the notice then has."""
    dress()
    banner = Banner()
    qtbot.addWidget(banner)
    banner.tell(error)
    return [label.text() for label in banner.findChildren(Label)]


def test_a_failure_is_its_sentence_its_next_step_and_its_detail(qtbot: QtBot) -> None:
    texts = shown(qtbot, Rejected("It was refused: “Dydd Gŵyl 👩‍👩‍👧”.", "Change it.", "POST example.org: 400"))
    assert "It was refused: “Dydd Gŵyl 👩‍👩‍👧”. Change it." in texts and "POST example.org: 400" in texts


def test_words_that_turn_round_what_stands_beside_them_are_shown_as_marks(qtbot: QtBot) -> None:
    texts = shown(qtbot, Rejected("No Page “\u202eecneloiv\u200b”.", "Use \u2066it.", "\u202ddetail"))
    assert not any(sign in text for text in texts for sign in "\u202e\u200b\u2066\u202d")
    assert any("⟦RLO⟧ecneloiv" in text for text in texts)


def test_a_name_of_megabytes_does_not_hold_the_window(qtbot: QtBot) -> None:
    texts = shown(qtbot, Rejected(f"No Page {'x' * 5_000_000}.", "y" * 5_000_000, "z" * 5_000_000))
    assert max(map(len, texts)) < 2_100


def test_a_word_without_end_does_not_widen_the_window(qtbot: QtBot) -> None:
    dress()
    banner = Banner()
    qtbot.addWidget(banner)
    banner.tell(Rejected(f"It is no address: https://example.org/{'W' * 900}.", "Check it.", "x" * 900))
    assert banner.minimumSizeHint().width() < 1_200
