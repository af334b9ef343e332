"""Email on real servers: sent once, read without a gap, and asked about when the last answer was lost."""

import time
from base64 import b64encode
from collections.abc import Callable

import pytest

from pcc_desk.channels import mail_line
from pcc_desk.channels.email_platform import PLATFORM
from pcc_desk.channels.mail import MailChannel
from pcc_desk.errors import ChannelError, Rejected, ServiceDown, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.channel import Channel, Guarantee
from tests.channels.mail_desk import NUMBERS, Desk, connect
from tests.channels.rigs import PICTURE, piece
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mail import MailSystem

pytestmark = pytest.mark.servers
HARD = 'pa\\ss"word'  # a password that is written otherwise in each protocol


@pytest.mark.parametrize(
    "said",
    [
        HARD,
        r'"pa\\ss\"word"',
        repr(rb'"pa\\ss\"word"'),
        b64encode(HARD.encode()).decode(),
        b64encode(b"\0office\0" + HARD.encode()).decode(),
    ],
    ids=["bare", "quoted", "as bytes", "LOGIN", "PLAIN"],
)
def test_a_password_that_a_server_repeats_is_struck_out_in_every_form(said: str) -> None:
    kept = mail_line.Sign("office", HARD).without(f"No such command: {said} (office)")
    assert "[secret]" in kept and kept.endswith("(office)")
    assert "word" not in kept and said not in kept


def test_a_bulletin_arrives_as_words_and_as_a_page_with_its_described_picture(desk: Desk) -> None:
    said = piece(text="Read https://gwent.pcc.police.uk & come\n\nŶd <b>", title="The plan’s out", pictures=(PICTURE,))
    receipt = desk.channel.publish(said)
    (letter,) = desk.letters()
    assert letter["Message-ID"] == receipt.remote_id == f"<{said.key}@desk.example>"
    assert (letter["Subject"], letter["To"]) == ("The plan’s out", desk.secrets["bulletin"])
    assert "unsubscribe" in letter["List-Unsubscribe"]
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain.get_content().replace("\r\n", "\n").strip() == said.text
    shown = page.get_content()
    assert f'alt="{PICTURE.alt}"' in shown and "&lt;b&gt;" in shown and '<a href="https://gwent' in shown
    pictures = [part for part in letter.walk() if part.get_content_maintype() == "image"]
    assert [part.get_content() for part in pictures] == [PICTURE.content]


def test_the_same_piece_is_always_the_same_bytes(desk: Desk) -> None:
    said = piece(pictures=(PICTURE,))
    desk.channel.publish(said)
    desk.noted.steps.clear()
    desk.channel.publish(said)
    first, second = (envelope.content for envelope in desk.system.accepted[-2:])
    assert first == second


def test_what_was_sent_once_is_never_sent_again_by_the_same_desk(desk: Desk) -> None:
    assert desk.channel.publish(piece()) == desk.channel.publish(piece()) == desk.channel.find(piece())
    assert len(desk.letters()) == 1


def test_a_lost_last_answer_is_unconfirmed_and_asked_about(desk: Desk) -> None:
    desk.system.lose_answers = True
    with pytest.raises(Unconfirmed) as caught:
        desk.channel.publish(piece())
    assert "Look in your mailbox" in caught.value.next_step
    assert desk.channel.find(piece()) is None  # which says nothing: nobody keeps a copy
    assert PLATFORM.guarantee is Guarantee.D
    assert len(desk.letters()) == 1


def test_control_sending_again_after_a_lost_answer_sends_it_twice(desk: Desk) -> None:
    desk.system.lose_answers = True
    with pytest.raises(Unconfirmed):
        desk.channel.publish(piece())
    desk.system.lose_answers = False
    desk.channel.publish(piece())
    assert len(desk.letters()) == 2


def test_a_copy_that_came_back_proves_that_it_was_sent(mail: MailSystem) -> None:
    number = next(NUMBERS) + 1
    desk = connect(mail, bulletin=f"office{number}@desk.example")
    assert desk.address == desk.secrets["bulletin"]  # it is its own list, as a test group often is
    mail.lose_answers = True
    with pytest.raises(Unconfirmed):
        desk.channel.publish(piece())
    mail.lose_answers = False
    found = desk.channel.find(piece())
    assert found is not None and found.remote_id == f"<{piece().key}@desk.example>"
    assert desk.read()[0] == []  # our own words never come in as a message


@pytest.mark.parametrize(("reply", "error"), [("550 5.7.1 Too rude", Rejected), ("451 4.7.1 Try later", Unreachable)])
def test_a_clear_answer_of_the_server_is_believed(desk: Desk, reply: str, error: type[ChannelError]) -> None:
    desk.system.reply = reply
    with pytest.raises(error) as caught:
        desk.channel.publish(piece())
    assert reply[4:] in caught.value.sentence + caught.value.detail
    assert desk.letters() == []


@pytest.mark.parametrize(
    "token", ["nonsense", "[]", '{"to": "a@b.cd\\r\\nBcc: x@y.zz", "id": "<1@b.cd>"}', '{"id": "<1>"}']
)
def test_an_answer_to_nobody_knows_whom_is_refused(desk: Desk, token: str) -> None:
    with pytest.raises(Rejected):
        desk.channel.publish(piece(answers=token))
    assert desk.letters() == []


def test_a_title_cannot_smuggle_a_header_in(desk: Desk) -> None:
    desk.channel.publish(piece(title="Plan\r\nBcc: everybody@out.example"))
    (letter,) = desk.letters()
    assert letter["Bcc"] is None and letter["Subject"] == "Plan Bcc: everybody@out.example"


def test_a_line_of_one_dot_arrives_as_written(desk: Desk) -> None:
    desk.channel.publish(piece(text="Before\n.\n..after"))
    (letter,) = desk.letters()
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == "Before\n.\n..after"


def test_a_wrong_password_is_told_and_the_sign_in_ends(desk: Desk) -> None:
    desk.secrets["password"] = "wrong"
    verbs: list[Callable[[], object]] = [
        desk.channel.check,
        lambda: desk.channel.publish(piece()),
        lambda: desk.channel.fetch("inbox", ""),
    ]
    for verb in verbs:
        with pytest.raises(Unauthorized) as caught:
            verb()
        assert caught.value.detail and not caught.value.detail.startswith(("b'", 'b"'))
    assert desk.letters() == []


def through(desk: Desk, which: str, proxy: FaultProxy) -> Channel:
    """Give a channel whose one server stands behind a bad network."""
    desk.secrets[which] = proxy.url.removeprefix("http://")
    return desk.channel


def test_without_a_connection_nothing_has_left(desk: Desk) -> None:
    desk.secrets["imap"] = desk.secrets["smtp"] = "127.0.0.1:9"
    for verb in (lambda: desk.channel.publish(piece()), lambda: desk.channel.fetch("inbox", "")):
        with pytest.raises(Unreachable):
            verb()


def test_a_mailbox_that_falls_silent_ends_at_its_deadline(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultProxy(int(desk.system.imap.rpartition(":")[2])) as proxy:
        channel = through(desk, "imap", proxy)
        channel.fetch("inbox", "")
        monkeypatch.setattr(mail_line, "CONNECT_SECONDS", 1.0)
        proxy.fault = Fault(delay=60.0)
        started = time.monotonic()
        with pytest.raises((ServiceDown, Unreachable)):
            channel.fetch("inbox", "")
        assert time.monotonic() - started < 45


@pytest.mark.parametrize("typed", ["imap example", "http://x/y", "a:b", "a:99999999", "a@b"])
def test_what_is_no_server_is_refused(typed: str) -> None:
    with pytest.raises(Rejected, match="not a mail server"):
        mail_line.Server.read(typed, 993)


def test_a_server_elsewhere_without_encryption_gets_no_password() -> None:
    class Plain:
        capabilities = ("IMAP4REV1",)

    with pytest.raises(Rejected, match="no secure connection"):
        mail_line._start_imap(mail_line.Server("imap.example.org", 143), Plain())  # type: ignore[arg-type] # no server elsewhere may be asked in a test


def test_an_account_without_a_list_says_so_and_reads_all_the_same(mail: MailSystem) -> None:
    desk = connect(mail)
    with pytest.raises(Rejected, match="no list to send to"):
        desk.channel.publish(piece())
    assert isinstance(desk.channel, MailChannel) and desk.read()[0] == []
