"""What a platform tells by itself comes in by the one road in, without waiting for the next look."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ServiceDown
from pcc_desk.model.account import AccountId, SignIn
from pcc_desk.model.channel import Ability, Channel
from pcc_desk.model.listening import Bell
from pcc_desk.model.message import MessageFilter
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.inbox import Inbox
from pcc_desk.services.listening import Listening
from tests.desk import Clock, open_store
from tests.servers.mail import PASSWORD, MailSystem

SECONDS = 60.0  # only a test that fails waits so long


class Office:
    """A desk with one email account on the real servers, and a clock that stands still: no look ever becomes due."""

    def __init__(self, folder: Path, mail: MailSystem, adapter: Adapter) -> None:
        self.store, self.clock = open_store(folder), Clock()
        self.accounts = Accounts(self.store, {"email": adapter}, Wire)
        self.inbox = Inbox(self.store, self.accounts, patience=60)
        self.address = f"{folder.name}@desk.example".lower()
        servers = {"imap": mail.imap, "smtp": mail.smtp}
        given = SignIn("email", "", self.address, PASSWORD, "password", servers)
        self.account = self.accounts.connect(given, self.clock())

    def subjects(self) -> list[str]:
        """Fetch what is due and give what stands in the inbox, newest first."""
        self.inbox.fetch_due(self.clock)
        return [each.text.partition("\n")[0] for each in self.inbox.page(MessageFilter(state=None)).messages]

    def close(self) -> None:
        """Close the desk."""
        self.inbox.stop()
        until(lambda: not listeners())
        self.store.close()


def listeners() -> list[threading.Thread]:
    """Give the threads that listen."""
    return [each for each in threading.enumerate() if each.name == "listening"]


def until(comes: Callable[[], object]) -> None:
    """Wait until something comes about."""
    ends = time.monotonic() + SECONDS
    while not comes():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


@pytest.fixture
def office(tmp_path: Path, mail: MailSystem) -> Iterator[Office]:
    """The desk."""
    made = Office(tmp_path, mail, ADAPTERS["email"])
    yield made
    made.close()


@pytest.mark.servers
def test_an_email_comes_in_without_waiting_for_the_next_look(office: Office, mail: MailSystem) -> None:
    assert office.subjects() == []
    for number in (1, 2):
        mail.deliver("ann@out.example", office.address, f"Question {number}", "When is the meeting?")
        until(lambda: f"Question {number}" in office.subjects())  # noqa: B023 - asked at once


@pytest.mark.servers
def test_control_a_platform_that_does_not_tell_waits_for_the_next_look(tmp_path: Path, mail: MailSystem) -> None:
    adapter = ADAPTERS["email"]
    silent = replace(adapter.platform, abilities=adapter.platform.abilities & ~Ability.TELLS)
    office = Office(tmp_path, mail, replace(adapter, platform=silent))
    assert office.subjects() == []
    mail.deliver("ann@out.example", office.address, "Question", "When is the meeting?")
    assert office.subjects() == [] and not listeners()
    office.clock.advance(seconds=70)
    assert office.subjects() == ["Question"]
    office.close()


@pytest.mark.servers
def test_an_account_that_is_disconnected_is_not_listened_to_any_more(office: Office) -> None:
    office.subjects()
    until(listeners)
    office.accounts.disconnect(office.account.id)
    office.subjects()
    until(lambda: not listeners())


@pytest.mark.servers
def test_a_desk_that_closes_waits_for_no_line(office: Office) -> None:
    office.subjects()
    until(listeners)
    assert all(each.daemon for each in listeners())
    began = time.monotonic()
    office.inbox.stop()
    assert time.monotonic() - began < SECONDS / 2  # a line is silent for minutes
    until(lambda: not listeners())


class Scripted:
    """A channel whose line breaks, or rings and holds until the bell is over."""

    def __init__(self, breaks: int = 0, offers: bool = True) -> None:
        self.breaks, self.offers, self.lines = breaks, offers, 0

    def listen(self, stream: str, bell: Bell) -> bool:
        """Do the next thing."""
        self.lines += 1
        if self.lines <= self.breaks:
            raise ServiceDown("It hung up.")
        if not self.offers:
            return False
        bell.ring()
        until(bell.is_over)
        return True

    def open(self, account_id: AccountId) -> Channel:
        """Give itself."""
        return cast(Channel, self)


HERE = (AccountId(1), "inbox")


def test_a_line_that_breaks_is_opened_again_and_rings(tmp_path: Path) -> None:
    door = Scripted(breaks=3)
    listening = Listening(door, shortest_rest=0.01)
    listening.keep([HERE])
    until(listening.rung)
    assert door.lines == 4 and listening.rung() == {HERE}
    listening.answered([HERE])
    assert not listening.rung()
    listening.stop()
    until(lambda: not listeners())


def test_a_stream_is_listened_to_once_however_often_it_is_asked_for() -> None:
    door = Scripted()
    listening = Listening(door, shortest_rest=0.01)
    for _ in range(5):
        listening.keep([HERE])
    until(listening.rung)
    assert len(listeners()) == door.lines == 1
    listening.stop()
    until(lambda: not listeners())
    listening.keep([HERE])  # a run that was under way while the desk closed begins nothing anew
    assert not listeners()


def test_a_server_that_does_not_offer_it_is_asked_once_and_let_be() -> None:
    door = Scripted(offers=False)
    listening = Listening(door, shortest_rest=0.0)
    listening.keep([HERE])
    until(lambda: door.lines)
    (thread,) = listeners()
    thread.join(0.3)  # with a rest of nothing it would come again in this time
    assert door.lines == 1 and not listening.rung()
    listening.stop()
    until(lambda: not listeners())
