"""The inbox's list filled with any number of invented messages, in a window nobody sees."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache

from PySide6.QtWidgets import QApplication, QTableView

from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform
from pcc_desk.model.message import Author, Message, MessageId, MessageKind, MessageState
from pcc_desk.ui import theme
from pcc_desk.ui.inbox.card import MessageCard, say_message
from pcc_desk.ui.reading.long_list import LongList
from pcc_desk.ui.reading.presence import Presence
from pcc_desk.ui.widgets.cards import CardTable

SMALL, LARGE = 1_000, 1_000_000
WIDTH, HEIGHT, PAGE, CHUNK = 1000, 800, 100, 5_000
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAMES = ("Mill Lane Kev", "Dee Parmar", "Cai Jenkins", "Rose Lidgate", "Amir Bashir", "Jo Fenn", "Marl parish council")
WORDS = "two lads near the bus shelter on the lane again and nobody has come to look at the street lights since"
KINDS = tuple(MessageKind)


def application() -> QApplication:
    """Give the one application of this process, in the desk's look."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
        theme.apply(app, dark=False)
    return app


def message(number: int) -> Message:
    """Invent the message of a number; a greater number is newer."""
    at, name = NOW + timedelta(seconds=47 * (number - LARGE)), NAMES[number % len(NAMES)]
    start = number % 40
    text = f"{number} {WORDS[start:]} {WORDS}"
    author = Author(f"a{number}", name, f"{name.split()[0].lower()}.example")
    kind, account = KINDS[number % len(KINDS)], AccountId(1 + number % 2)
    key, about = MessageId(number), "Rural crime drop-in" if number % 3 else ""
    return Message(key, account, f"r{number}", kind, MessageState.OPEN, author, text, at, at, about=about)


def page(first: int, count: int) -> list[Message]:
    """Invent `count` messages from number `first` downwards, newest first."""
    return [message(number) for number in range(first, max(first - count, 0), -1)]


@cache
def fill(count: int) -> LongList[Message]:
    """Load `count` rows as scrolling through them all would."""
    rows: LongList[Message] = LongList(lambda record: record.id, say_message)
    for first in range(count, 0, -CHUNK):
        rows.extend(page(first, CHUNK), first > CHUNK)
    rows.extend([], False)
    return rows


def show(rows: LongList[Message]) -> CardTable:
    """Show rows as the inbox does."""
    card = MessageCard()
    platforms = {AccountId(1): _platform("B", "#0f73d9"), AccountId(2): _platform("W", "#21759b")}
    card.know({number: Presence(_account(number), platform) for number, platform in platforms.items()})
    table = CardTable("Messages", card)
    table.setModel(rows)
    reveal(table)
    return table


def reveal(table: QTableView) -> None:
    """Show a table at the size of every measurement."""
    table.resize(WIDTH, HEIGHT)
    table.show()
    application().processEvents()
    table.viewport().repaint()


def hold(rows: LongList[Message], row: int) -> None:
    """Bring back the records of the page that starts at a row, as the feed does when they are missing."""
    last = rows.key(min(row + PAGE, rows.rowCount()) - 1)
    if rows.record(row) is None or rows.record(rows.row_of(last)) is None:
        rows.merge(page(rows.key(row), PAGE), rows.key(row - 1), False)


def _platform(letter: str, colour: str) -> Platform:
    limits = Limits(300, Counting.GRAPHEMES)
    return Platform(letter, letter, letter, colour, limits, Ability.ANSWER, Guarantee.A, ())


def _account(number: AccountId) -> Account:
    return Account(number, "x", "https://x.example", "x", "x", "x", AccountState.CONNECTED, NOW)
