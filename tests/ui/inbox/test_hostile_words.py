"""Words from the public never make the desk open a file or reach a server, wherever they are shown."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import PictureId
from pcc_desk.model.conversation import Conversation, EarlierText
from pcc_desk.model.delivery import (
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryLine,
    DeliveryState,
    Frozen,
    FrozenPicture,
    Receipt,
)
from pcc_desk.model.message import Author, Message, MessageId, MessageKind, MessageState
from pcc_desk.ui.inbox.card import MessageCard, say_message
from pcc_desk.ui.inbox.conversation import ConversationView
from pcc_desk.ui.inbox.list_column import ListColumn
from pcc_desk.ui.outbox.detail import Detail
from pcc_desk.ui.outbox.history import History
from pcc_desk.ui.reading.long_list import LongList
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Presence, read_platforms
from pcc_desk.ui.widgets.cards import CardTable
from tests.ui.screen import Screen, open_screen

IN_OPEN, IN_NONBLOCK = 0x20, 0x800


@dataclass
class Lures:
    """A folder whose every opened file is counted, and a port whose every caller is."""

    folder: Path
    watch: int
    door: socket.socket

    def texts(self) -> list[str]:
        """Give forty texts that ask for a file or for the port in all the ways Qt has been seen to follow."""
        port = self.door.getsockname()[1]
        places = [str(self.folder / f"lure{number}.png") for number in range(4)]
        targets = [places[0], f"file://{places[1]}", f"//127.0.0.1{places[2]}", f"http://127.0.0.1:{port}/x.png"]
        shapes = (
            '<img src="{}">',
            '<html><body background="{}">words</body></html>',
            '<table background="{}"><tr><td>words</td></tr></table>',
            '<p style="background-image: url({})">words</p>',
            '<link rel="stylesheet" href="{}"><b>words</b>',
            '<style>@import "{}"; body {{ background: url({}) }}</style><i>words</i>',
            "![words]({})",
            "<object data='{}'>words</object>",
            '<ul style="list-style-image: url({})"><li>words</ul>',
            '<a href="{}">words</a><br><img src={}>',
        )
        return [shape.replace("{}", target) for shape in shapes for target in targets]

    def opened(self) -> int:
        """Count the files opened since the last count."""
        try:
            return len(os.read(self.watch, 65_536)) // struct.calcsize("iIII")
        except BlockingIOError:
            return 0

    def called(self) -> bool:
        """Tell whether anybody called at the port."""
        try:
            self.door.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def lures(tmp_path: Path) -> Iterator[Lures]:
    """Four pictures and a port nobody should touch."""
    folder = tmp_path / "lures"
    folder.mkdir()
    for number in range(4):
        (folder / f"lure{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "inotify_init1"):
        pytest.skip("only Linux tells which files were opened")
    watch = libc.inotify_init1(IN_NONBLOCK)
    libc.inotify_add_watch(watch, os.fsencode(folder), IN_OPEN)
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        yield Lures(folder, watch, door)
    os.close(watch)


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def messages_of(texts: list[str], account: AccountId) -> list[Message]:
    """Make a message of every text, with the same text as its author's name, handle and subject."""
    now = present()
    return [
        Message(
            MessageId(1_000 - place),
            account,
            f"r{place}",
            MessageKind.REPLY,
            MessageState.OPEN,
            Author("a", text, text),
            text,
            now - timedelta(minutes=place),
            now,
            url=text,
            about=text,
        )
        for place, text in enumerate(texts)
    ]


def test_rich_text_would_open_the_lures_so_the_watch_sees_what_it_should(lures: Lures, qtbot: QtBot) -> None:
    document = QTextDocument()
    document.setHtml(f'<img src="{lures.folder / "lure0.png"}">')
    document.size()
    assert QSize() != document.size().toSize() and lures.opened() > 0
    with socket.create_connection(lures.door.getsockname()):
        assert lures.called()


def test_lists_conversations_and_tips_open_nothing(lures: Lures, screen: Screen) -> None:
    presences = _presences(screen)
    messages = messages_of(lures.texts(), screen.desk.accounts[0].id)
    assert len(messages) == 40
    card = MessageCard()
    card.know(presences)
    rows: LongList[Message] = LongList(lambda message: message.id, say_message)
    table = CardTable("Messages", card)
    table.setModel(rows)
    column = ListColumn(table)
    column.say_problems(lures.texts())
    screen.show(column, 500, 3_600)
    rows.start(messages, False)
    view = ConversationView()
    screen.show(view, 600, 800)
    for message in messages:
        frozen, now = Frozen(message.text), present()
        ours = Delivery(DeliveryId(1), message.account_id, frozen, DeliveryState.SENT, now, now)
        earlier = (EarlierText(message.text, present()),)
        view.show_conversation(Conversation(message, ours, (message,), (ours,), earlier), presences)
        QTest.qWait(1)
    column.grab()
    view.grab()
    assert lures.opened() == 0 and not lures.called()


def test_the_outbox_shows_hostile_words_and_opens_nothing(lures: Lures, screen: Screen) -> None:
    detail = Detail(screen.desk.services, screen.background)
    detail.know(read_platforms(screen.desk.services))
    screen.show(detail, 700, 900)
    account = screen.desk.accounts[0]
    for place, text in enumerate(lures.texts()):
        frozen = Frozen(text, title=text, pictures=(FrozenPicture(PictureId(text), text, text, 1, 1, text),))
        receipt = Receipt(text, text, present())
        delivery = Delivery(
            DeliveryId(place),
            account.id,
            frozen,
            DeliveryState.SENT,
            present(),
            present(),
            reason=text,
            receipt=receipt,
        )
        line = DeliveryLine(delivery, replace(account, handle=text, name=text), text, text, before=frozen, page=text)
        detail.show_line(line)
        told = ((delivery, (Attempt(1, present(), None, text, text, text),)),)
        detail.findChildren(History)[-1].show_record(told)
        by_hand = replace(delivery, state=DeliveryState.BY_HAND, receipt=None)
        detail.show_line(replace(line, delivery=by_hand, needs_you=True))
        QTest.qWait(1)
    detail.grab()
    assert lures.opened() == 0 and not lures.called()


def _presences(screen: Screen) -> dict[AccountId, Presence]:
    accounts = screen.desk.services.accounts
    return {each.id: Presence(each, accounts.platform_of(each)) for each in accounts.all()}
