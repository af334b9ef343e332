"""The office's limit for what costs money."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.cost import Forecast, Spent
from pcc_desk.ui.compose.cost_note import CostNote
from pcc_desk.ui.reading.money import say_forecast, say_spent
from pcc_desk.ui.settings.cap_field import NOT_MONEY, CapField, read_money
from tests.ui.screen import button_of, buttons_of, open_screen, words_of


@pytest.mark.parametrize(
    ("typed", "mills"),
    [("", None), ("  ", None), ("20", 20_000), ("7.50", 7_500), ("$1,000", 1_000_000), ("0.015", 15), (".5", 500)],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, mills: int | None) -> None:
    assert read_money(typed) == mills


@pytest.mark.parametrize("typed", ["twenty", "-5", "1.2.3", "1.2345", "1e9", "99999999", "5 €"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not money"):
        read_money(typed)


def test_a_limit_is_kept_and_what_is_no_amount_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    with open_screen(tmp_path, qtbot) as screen:
        account = screen.desk.accounts[0]
        field = CapField(screen.desk.services, screen.background, account.id)
        screen.show(field, 500, 200)
        field.field.setText("a lot")
        button_of(field, "Keep this limit").click()
        assert NOT_MONEY in words_of(field)
        field.field.setText("20")
        button_of(field, "Keep this limit").click()
        screen.wait(lambda: "Kept." in words_of(field))


def test_costs_are_said_before_sending(tmp_path: Path, qtbot: QtBot) -> None:
    with open_screen(tmp_path, qtbot) as screen:
        spent = Spent(screen.desk.accounts[0], "X", "mills", 3_400, 3_500)
        assert say_spent(spent).endswith(": $3.40 of $3.50 this month")
        assert say_spent(Spent(spent.account, "YouTube", "units", 3_250, 10_000)).endswith(
            "3,250 of 10,000 units today"
        )
        assert say_forecast(Forecast(15, spent)) == "X costs $0.015. Spent this month so far: $3.40."
        note = CostNote()
        screen.show(note, 400, 100)
        note.show_forecasts((Forecast(200, spent),))
        screen.wait(lambda: "The office's limit leaves $0.10 this month, so it would not go out." in words_of(note))


def test_a_link_can_be_left_out_where_it_is_dear(tmp_path: Path, qtbot: QtBot) -> None:
    with open_screen(tmp_path, qtbot) as screen:
        spent = Spent(screen.desk.accounts[0], "X", "mills", 0)
        note, chosen = CostNote(), list[tuple[object, str]]()
        note.unlinked.connect(lambda account, words: chosen.append((account, words)))
        screen.show(note, 400, 100)
        note.show_forecasts((Forecast(200, spent, "Come on Tuesday.", 185),))
        screen.wait(lambda: bool(buttons_of(note)))
        button_of(note, "Leave the link out on X and save $0.185").click()
        assert chosen == [(spent.account.id, "Come on Tuesday.")]
        note.show_forecasts((Forecast(15, spent),))
        screen.wait(lambda: not buttons_of(note))
