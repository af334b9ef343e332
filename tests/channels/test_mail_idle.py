"""A real mailbox that tells by itself when something came, over a line that may break at any moment."""

import threading
from collections.abc import Callable
from queue import Queue
from typing import Any

import pytest

from pcc_desk.channels import mail_idle, mail_line
from pcc_desk.channels.mail import MailChannel
from pcc_desk.channels.mail_line import Imap
from pcc_desk.errors import ChannelError, ServiceDown, Unauthorized, Unreachable
from tests.channels.mail_desk import Desk, connect
from tests.servers.fault_proxy import BLACKHOLE, FaultProxy
from tests.servers.mail import MailSystem

pytestmark = pytest.mark.servers
SECONDS = 60.0  # only a test that fails waits so long


class Listener:
    """A desk that listens on a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self.rung: Queue[str] = Queue()
        self.over = threading.Event()
        self.ended: list[bool | ChannelError] = []
        self._channel = desk.channel
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Listener":
        self.thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self.over.set()
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()

    def ring(self) -> None:
        """Note a ring."""
        self.rung.put("rung")

    def is_over(self) -> bool:
        """Tell whether the test has heard enough."""
        return self.over.is_set()

    def wait(self) -> None:
        """Wait for the next ring."""
        assert self.rung.get(timeout=SECONDS) == "rung"

    def end(self) -> bool | ChannelError:
        """Wait for the end of the line and give how it came."""
        self.thread.join(SECONDS)
        return self.ended[0]

    def _run(self) -> None:
        assert isinstance(self._channel, MailChannel)
        try:
            self.ended.append(self._channel.listen("inbox", self))
        except ChannelError as error:
            self.ended.append(error)


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> Queue[bool]:
    """Every time the server is asked anew to tell, and whether the mailbox had grown."""
    asked: Queue[bool] = Queue()
    idle = Imap.idle

    def noted(line: Imap, wait: Callable[[Imap], None]) -> bool:
        grown = idle(line, wait)
        asked.put(grown)
        return grown

    monkeypatch.setattr(Imap, "idle", noted)
    return asked


def test_a_new_email_rings_at_once(mail: MailSystem) -> None:
    desk = connect(mail)
    with Listener(desk) as listener:
        listener.wait()  # the line is open: something may have come before
        for number in range(3):
            mail.deliver("ann@out.example", desk.address, f"Question {number}", "When is the meeting?")
            listener.wait()
    assert listener.ended == [True]
    assert len(desk.read()[0]) == 3  # ringing has read nothing


def test_an_email_that_is_only_opened_or_removed_rings_nobody(mail: MailSystem, again: "Queue[bool]") -> None:
    desk = connect(mail)
    mail.deliver("ann@out.example", desk.address, "Question", "When is the meeting?")
    with Listener(desk) as listener:
        listener.wait()
        mail.remove_all(desk.address)
        assert again.get(timeout=SECONDS) is False  # the server did tell of it
        assert listener.rung.empty()
        mail.deliver("ann@out.example", desk.address, "Another", "And where?")  # the control: this one does
        listener.wait()


def test_the_line_is_asked_anew_long_before_anybody_on_the_way_forgets_it(
    mail: MailSystem, again: "Queue[bool]", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mail_idle.AGAIN_SECONDS < 29 * 60
    monkeypatch.setattr(mail_idle, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(mail_idle, "_LOOK_SECONDS", 0.01)
    desk = connect(mail)
    with Listener(desk) as listener:
        listener.wait()
        for _ in range(3):
            assert again.get(timeout=SECONDS) is False
        mail.deliver("ann@out.example", desk.address, "Question", "When?")
        listener.wait()


def test_a_server_that_drops_the_line_ends_it_with_a_clear_error(mail: MailSystem) -> None:
    desk = connect(mail)
    with FaultProxy(int(mail.imap.rpartition(":")[2])) as proxy:
        desk.secrets["imap"] = proxy.url.removeprefix("http://")
        with Listener(desk) as listener:
            listener.wait()
            proxy.hang_up()
            assert isinstance(listener.end(), ServiceDown | Unreachable)


def test_a_line_that_somebody_on_the_way_forgot_is_found_dead_when_it_is_asked_anew(
    mail: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_idle, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(mail_idle, "_LOOK_SECONDS", 0.01)
    desk = connect(mail)
    with FaultProxy(int(mail.imap.rpartition(":")[2])) as proxy:
        desk.secrets["imap"] = proxy.url.removeprefix("http://")
        with Listener(desk) as listener:
            listener.wait()
            monkeypatch.setattr(mail_line, "CONNECT_SECONDS", 1.0)
            proxy.fault = BLACKHOLE
            assert isinstance(listener.end(), ServiceDown | Unreachable)


def test_a_pc_that_slept_trusts_no_line_from_before(mail: MailSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_idle, "_SLEPT_SECONDS", -1.0)  # every look comes as after a sleep
    with Listener(connect(mail)) as listener:
        listener.wait()
        assert isinstance(listener.end(), ServiceDown)


def test_a_desk_that_closes_ends_the_line_by_itself(mail: MailSystem) -> None:
    with Listener(connect(mail)) as listener:
        listener.wait()
        listener.over.set()
        assert listener.end() is True


def test_a_sign_in_that_is_refused_is_told(mail: MailSystem) -> None:
    desk = connect(mail)
    desk.secrets["password"] = "wrong"
    with Listener(desk) as listener:
        assert isinstance(listener.end(), Unauthorized)


@pytest.mark.parametrize(("told", "offered"), [(b"IMAP4rev1 IDLE SORT", True), (b"IMAP4rev1 XIDLE", False)])
def test_a_server_that_does_not_offer_it_is_left_alone(told: bytes, offered: bool) -> None:
    class Line:
        def capability(self) -> tuple[str, list[bytes]]:
            return "OK", [told]

    line: Any = Line()  # a server that lacks it: ours has it
    assert mail_idle.is_offered(line) is offered
