"""The mailbox on a real server: read without a gap, touched by nothing, and never surprised by what is in it."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest

from pcc_desk.channels import mail_line, mail_words, reading
from pcc_desk.model.message import MessageKind
from tests.channels.mail_desk import Desk
from tests.channels.rigs import piece
from tests.servers.mail import PASSWORD

pytestmark = pytest.mark.servers


def test_an_answer_is_linked_and_answered_in_its_thread(desk: Desk) -> None:
    receipt = desk.channel.publish(piece(title="The plan"))
    headers = {"In_Reply_To": receipt.remote_id, "References": receipt.remote_id}
    asked = desk.system.deliver("Ann Ŷ <ann@out.example>", desk.address, "Re: The plan", "When is it?", **headers)
    (message,), cursor = desk.read()
    assert (message.kind, message.answers, message.root) == (MessageKind.EMAIL, receipt.remote_id, receipt.remote_id)
    assert (message.author.name, message.author.handle) == ("Ann Ŷ", "ann@out.example")
    assert message.text == "Re: The plan\n\nWhen is it?"
    answer = piece("3m6abcdefgh2b", "On Tuesday.", title="", answers=message.reply_token)
    desk.channel.publish(answer)
    letter = desk.letters()[-1]
    assert (letter["To"], letter["Subject"], letter["In-Reply-To"]) == ("ann@out.example", "Re: The plan", asked)
    assert letter["References"].split() == [receipt.remote_id, asked]
    assert desk.read(cursor)[0] == []


def test_reading_on_gives_only_what_is_new_and_marks_nothing_as_read(desk: Desk) -> None:
    for number in range(60):
        desk.system.deliver("ann@out.example", desk.address, f"Letter {number}", "Hello")
    messages, cursor = desk.read()
    assert len({message.remote_id for message in messages}) == 60
    assert desk.read(cursor)[0] == []
    desk.system.deliver("ann@out.example", desk.address, "One more", "Hello")
    assert [message.text for message in desk.read(cursor)[0]] == ["One more\n\nHello"]
    with mail_line.imap(mail_line.Server.read(desk.system.imap, 993), sign_of(desk)) as line:
        line.select("INBOX", readonly=True)
        assert line.search(None, "UNSEEN")[1][0].split().__len__() == 61


def sign_of(desk: Desk) -> mail_line.Sign:
    return mail_line.Sign(desk.address, PASSWORD)


def test_a_mailbox_that_numbers_anew_repeats_nothing_under_another_name(desk: Desk) -> None:
    desk.system.deliver("ann@out.example", desk.address, "Hello", "Hello")
    (before,), cursor = desk.read()
    other = {**json.loads(cursor), "validity": 1}
    (after,), _ = desk.read(json.dumps(other))
    assert after.remote_id == before.remote_id


def test_two_letters_with_the_same_id_are_two_messages(desk: Desk) -> None:
    for words in ("The true one", "A false one"):
        desk.system.deliver("ann@out.example", desk.address, "Hello", words, message_id="<same@out.example>")
    assert len({message.remote_id for message in desk.read()[0]}) == 2


RUBBISH = {
    "empty": b"",
    "no headers": b"just words",
    "a lone header": b"From: ann@out.example\r\n",
    "a broken encoded word": b"From: =?utf-8?b?////?= <a@b.cd>\r\nSubject: =?x?q?\xff\xfe?=\r\n\r\nHello",
    "an unknown charset": b'From: a@b.cd\r\nContent-Type: text/plain; charset="no-such"\r\n\r\nHell\xff',
    "a boundary that never comes": b"From: a@b.cd\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHi",
    "a reply path of rubbish": b"From: a@b.cd\r\nIn-Reply-To: <<<>>>\r\nReferences: \xff\r\n\r\nHi",
    "only a page": b"From: a@b.cd\r\nContent-Type: text/html\r\n\r\n<p>Hi<script>evil()</script><img src=x>",
    "a sender that breaks the library": b"From: a@[ \r\nSubject: x\r\n\r\nHi",
    "NULs": b"From: a@b.cd\r\nSubject: a\0b\r\n\r\nHi\0",
    "deep": b"From: a@b.cd\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 300,
}


def test_rubbish_takes_no_good_letter_with_it(desk: Desk) -> None:
    for raw in RUBBISH.values():
        desk.system.deliver_raw(desk.address, raw)
    desk.system.deliver("ann@out.example", desk.address, "A good one", "Hello")
    cursor, seen, spoiled = "", list[Any](), 0
    while True:
        batch = desk.channel.fetch("inbox", cursor)
        seen += batch.messages
        spoiled += len(batch.spoiled)
        cursor = batch.cursor
        if not batch.more:
            break
    assert "A good one\n\nHello" in [message.text for message in seen]
    assert len(seen) + spoiled == len(RUBBISH) + 1
    assert not [message for message in seen if "evil" in message.text]


@pytest.mark.parametrize(
    "name", ["From", "To", "Subject", "Message-ID", "References", "Date", "Content-Type", "Content-Disposition"]
)
@pytest.mark.parametrize(
    "flood", [b"text/plain" + b"; a=b" * 36_000, b"a@b.cd," * 30_000, b"(" * 100_000, b"=?utf-8?q?a?= " * 20_000]
)
def test_a_header_without_end_is_read_soon(name: str, flood: bytes) -> None:
    began = time.process_time()
    raw = b"From: ann@out.example\r\n" + name.encode() + b": " + flood + b"\r\n\r\nHello"
    with suppress(reading.Malformed):
        mail_words.read(raw)
    mail_words.sent_at(raw)
    assert time.process_time() - began < 5


def inside_one_another(depth: int) -> bytes:
    """Write parts inside one another, the innermost with words."""
    inner = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1) for level in range(depth)
    )
    head = b"From: ann@out.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    return head + inner + b"--b%d\r\nContent-Type: text/plain\r\n\r\nHello" % depth


def test_parts_inside_one_another_are_set_aside_before_they_cost_time() -> None:
    began = time.process_time()
    for raw in (inside_one_another(3_000), b"Content-Type: message/rfc822\r\n\r\n" * 3_000):
        with pytest.raises(reading.Malformed, match="inside one another"):
            mail_words.read(raw)
    assert time.process_time() - began < 1
    assert mail_words.read(inside_one_another(20)).words == "Hello"


@pytest.mark.parametrize("code", ["unicode_escape", "RAW-unicode-escape", "idna", "punycode", "undefined"])
def test_codes_that_only_python_has_decode_nothing(code: str) -> None:
    head = f"From: =?{code}?q?=5Cp?= <a@b.cd>\r\nSubject: What is {code}?\r\n"
    kind = f"Content-Type: text/plain; charset={code}; x*={code}''%5Cp\r\n"
    letter = mail_words.read(f"{head}{kind}\r\nA\\p\\u0041".encode())
    assert (letter.words, letter.subject) == ("A\\p\\u0041", f"What is {code}?")


def test_a_thousand_senders_of_one_letter_cost_no_time() -> None:
    began = time.process_time()
    letter = mail_words.read(b"From: ann@out.example\r\n" + (b"From: " + b"(" * 100 + b"\r\n") * 1_800 + b"\r\nHello")
    assert letter.address == "ann@out.example"
    assert time.process_time() - began < 1


def test_an_attachment_is_named_and_stays_in_the_mailbox(desk: Desk) -> None:
    raw = (
        b"From: ann@out.example\r\nSubject: Plan\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\n\r\nSee it\r\n"
        b'--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="plan.pdf"\r\n\r\n'
        + b"x" * 9_000
        + b"\r\n--x--\r\n"
    )
    desk.system.deliver_raw(desk.address, raw)
    (message,), _ = desk.read()
    assert message.text == "Plan\n\nSee it\n\nAttached, and kept in the mailbox: plan.pdf (9 kB)"


def test_an_automatic_answer_is_shown_and_cannot_be_answered(desk: Desk) -> None:
    desk.system.deliver("ann@out.example", desk.address, "Away", "I am away", Auto_Submitted="auto-replied")
    (message,), _ = desk.read()
    assert message.reply_token == ""
