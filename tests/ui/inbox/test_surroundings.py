"""What is missing or fails is said above the list, with the next step."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform
from pcc_desk.model.message import Gap
from pcc_desk.ui.inbox.list_column import ListColumn
from pcc_desk.ui.inbox.surroundings import say_gap
from pcc_desk.ui.reading.presence import Presence
from tests.ui.screen import dress

NOW = datetime(2026, 11, 23, 8, 43, tzinfo=UTC)
BLUESKY = Platform("b", "Bluesky", "B", "#000000", Limits(300, Counting.GRAPHEMES), Ability.NONE, Guarantee.A, ())
OURS = AccountId(1)
GAP = Gap(1, OURS, "n", datetime(2026, 11, 20, 17, 4, tzinfo=UTC), datetime(2026, 11, 23, 8, 41, tzinfo=UTC), "")


def test_a_gap_says_what_is_missing_and_where_to_look() -> None:
    account = Account(OURS, "b", "https://b.example", "r", "us", "Us", AccountState.CONNECTED, NOW)
    sentence = "Bluesky could not give us Fri 17:04 to 08:41. Look on Bluesky for this time."
    assert say_gap(GAP, {OURS: Presence(account, BLUESKY)}, NOW) == sentence
    assert say_gap(GAP, {}, NOW).startswith("The platform could not give us")


def test_notices_stand_above_the_list_and_go_when_all_is_well(qtbot: QtBot) -> None:
    dress()
    column = ListColumn(QTableView())
    qtbot.addWidget(column)
    column.show()
    column.say_gaps(["One gap.", "Another gap."])
    column.say_problems(["Bluesky: the server does not answer."])
    assert column.gaps.isVisible() and column.gaps.text() == "One gap.\nAnother gap."
    assert column.problems.isVisible()
    column.say_gaps([])
    column.say_problems([])
    assert not column.gaps.isVisible() and not column.problems.isVisible()
