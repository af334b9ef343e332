"""A bulletin to a list of people: in groups, to nobody twice, and every address that was refused told by name."""

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from pcc_desk.channels import mail, mail_groups
from pcc_desk.errors import RateLimited, Rejected, Unconfirmed, Unreachable
from pcc_desk.model.unreached import GROUP, STEP
from tests.channels.mail_desk import Desk, connect, whole
from tests.channels.rigs import piece
from tests.servers.mail import MailSystem

pytestmark = pytest.mark.servers


def people(tmp_path: Path, count: int) -> str:
    """Write a list of people with their consent, and one without."""
    rows = [f"p{number}@{tmp_path.name}.example,2026-0{number % 9 + 1}-01" for number in range(count)]
    place = tmp_path / "people.csv"
    place.write_text("\n".join(["Email,Consent date", *rows, f"none@{tmp_path.name}.example,", "not an address,x"]))
    return str(place)


def test_a_list_of_people_gets_it_in_groups_that_see_no_other_address(mail: MailSystem, tmp_path: Path) -> None:
    desk = connect(mail, recipients=people(tmp_path, GROUP + 5))
    desk.channel.publish(piece())
    envelopes = [each for each in mail.accepted if each.mail_from == desk.address]
    assert [len(each.rcpt_tos) for each in envelopes] == [GROUP, 5]
    assert not [one for each in envelopes for one in each.rcpt_tos if one.startswith("none@")]
    assert all(letter["To"] == desk.address for letter in desk.letters())


def test_a_list_without_consent_or_a_broken_one_is_refused_in_plain_words(mail: MailSystem, tmp_path: Path) -> None:
    place = tmp_path / "people.csv"
    for words in ("email,consent date\na@b.cd,", "nothing here", ""):
        place.write_text(words)
        with pytest.raises(Rejected) as caught:
            connect(mail, recipients=str(place))
        assert "consent date" in caught.value.sentence + caught.value.next_step
    with pytest.raises(Rejected, match="cannot be opened"):
        connect(mail, recipients=str(tmp_path / "absent.csv"))


@pytest.fixture
def system(mail: MailSystem) -> Iterator[MailSystem]:
    """The servers, which refuse nobody afterwards."""
    yield mail
    mail.refuse.clear()
    mail.reply, mail.lose_answers = "", False


def got_it(desk: Desk) -> list[str]:
    """Give every address that was sent to, as often as it was."""
    return [to for each in desk.system.accepted if each.mail_from == desk.address for to in each.rcpt_tos]


def unreached(desk: Desk) -> dict[str, str]:
    """Give whom the desk noted as not reached."""
    noted = {name: said for (_, name), said in desk.noted.steps.items()}
    return {name.removeprefix(STEP): said for name, said in noted.items() if name.startswith(STEP)}


def test_single_addresses_that_are_refused_are_told_by_name_and_everybody_else_has_it_once(
    system: MailSystem, tmp_path: Path
) -> None:
    desk = connect(system, recipients=people(tmp_path, GROUP + 5))
    gone = [f"p{number}@{tmp_path.name}.example" for number in (3, GROUP + 1)]
    system.refuse |= dict.fromkeys(gone, "550 5.1.1 User unknown")
    receipt = desk.channel.publish(piece())
    assert unreached(desk) == dict.fromkeys(gone, "550 5.1.1 User unknown")
    sent = got_it(desk)
    assert len(sent) == len(set(sent)) == GROUP + 3 and not set(gone) & set(sent)
    assert desk.channel.publish(piece()) == receipt and got_it(desk) == sent


def test_a_group_that_is_refused_whole_stops_no_other(system: MailSystem, tmp_path: Path) -> None:
    desk = connect(system, recipients=people(tmp_path, 2 * GROUP + 1))
    gone = [f"p{number}@{tmp_path.name}.example" for number in range(GROUP, 2 * GROUP)]
    system.refuse |= dict.fromkeys(gone, "550 5.1.1 User unknown")
    desk.channel.publish(piece())
    assert set(unreached(desk)) == set(gone) and len(got_it(desk)) == GROUP + 1


def test_a_list_of_which_nobody_can_be_reached_was_not_sent(system: MailSystem, tmp_path: Path) -> None:
    desk = connect(system, recipients=people(tmp_path, 3))
    system.refuse |= {f"p{number}@{tmp_path.name}.example": "550 5.1.1 User unknown" for number in range(3)}
    with pytest.raises(Rejected, match="none of these addresses") as caught:
        desk.channel.publish(piece())
    assert caught.value.detail == "550 5.1.1 User unknown" and got_it(desk) == []


def test_whom_a_server_asks_to_wait_for_gets_it_later_and_nobody_else_again(system: MailSystem, tmp_path: Path) -> None:
    desk = connect(system, recipients=people(tmp_path, GROUP + 5))
    busy = [f"p{number}@{tmp_path.name}.example" for number in (1, GROUP)]
    system.refuse |= dict.fromkeys(busy, "451 4.3.0 busy")
    with pytest.raises(Unreachable, match="2 addresses"):
        desk.channel.publish(piece())
    assert len(got_it(desk)) == GROUP + 3
    system.refuse.clear()
    desk.channel.publish(piece())
    sent = got_it(desk)
    assert len(sent) == len(set(sent)) == GROUP + 5 and set(busy) < set(sent)
    assert unreached(desk) == {}


def test_whom_a_server_asks_to_wait_for_a_whole_day_counts_as_not_reached(
    system: MailSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = connect(system, recipients=people(tmp_path, 3))
    full = f"p1@{tmp_path.name}.example"
    system.refuse[full] = "452 4.2.2 Mailbox full"
    with pytest.raises(Unreachable):
        desk.channel.publish(piece())
    monkeypatch.setattr(mail_groups, "LONGEST_WAIT", timedelta())
    desk.channel.publish(piece())
    assert unreached(desk) == {full: "452 4.2.2 Mailbox full"} and len(got_it(desk)) == 2


def test_a_list_that_changes_while_a_bulletin_is_on_its_way_is_for_the_next_one(
    system: MailSystem, tmp_path: Path
) -> None:
    desk = connect(system, recipients=people(tmp_path, 3))
    system.refuse[f"p1@{tmp_path.name}.example"] = "451 4.3.0 busy"
    with pytest.raises(Unreachable):
        desk.channel.publish(piece())
    system.refuse.clear()
    desk.secrets["recipients"] = json.dumps(["new@other.example", *json.loads(desk.secrets["recipients"])])
    desk.channel.publish(piece())
    assert sorted(got_it(desk)) == [f"p{number}@{tmp_path.name}.example" for number in range(3)]
    desk.channel.publish(piece("3m6abcdefgh2b"))
    assert got_it(desk).count("new@other.example") == 1


def test_a_long_list_goes_in_stretches_and_says_how_far_it_is(
    system: MailSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = connect(system, recipients=people(tmp_path, 2 * GROUP + 1))
    monkeypatch.setattr(mail, "_STRETCH_SECONDS", 0.0)
    tries = 0
    while tries < 9:
        tries += 1
        try:
            desk.channel.publish(piece())
            break
        except RateLimited as error:
            assert "groups have it" in error.sentence
    assert len(got_it(desk)) == len(set(got_it(desk))) == 2 * GROUP + 1 and tries == 3


def test_a_line_that_breaks_in_the_middle_leaves_only_its_own_group_unclear(system: MailSystem, tmp_path: Path) -> None:
    desk = connect(system, recipients=people(tmp_path, GROUP + 1))
    system.refuse[f"p{GROUP}@{tmp_path.name}.example"] = "451 4.3.0 busy"
    with pytest.raises(Unreachable):
        desk.channel.publish(piece())
    system.refuse.clear()
    system.lose_answers = True
    with pytest.raises(Unconfirmed):
        desk.channel.publish(piece())
    with pytest.raises(Rejected, match="groups of the bulletin were sent for certain"):
        desk.channel.find(piece())


def report_on(
    original: bytes, *failed: tuple[str, str], action: str = "failed", kind: str = "delivery-status"
) -> bytes:
    """Write what a mail server sends back."""
    lines = [
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: 5.1.1\nDiagnostic-Code: smtp; {why}"
        for to, why in failed
    ]
    headers, _, _ = original.partition(b"\r\n\r\n")
    told = "\n\n".join(["Reporting-MTA: dns; mx.out.example", *lines])
    parts = [
        "Content-Type: text/plain\n\nYour message could not be delivered.",
        f"Content-Type: message/delivery-status\n\n{told}",
        f"Content-Type: text/rfc822-headers\n\n{headers.decode()}",
    ]
    body = "".join(f"--b\n{part}\n\n" for part in parts)
    head = (
        "From: Mail Delivery System <MAILER-DAEMON@out.example>\nSubject: Undelivered Mail\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\nMessage-ID: <report@out.example>\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
    )
    return f"{head}{body}--b--\n".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def test_a_report_of_a_mail_server_is_known_and_is_no_message(system: MailSystem, tmp_path: Path) -> None:
    desk = connect(system, recipients=people(tmp_path, 3))
    desk.channel.publish(piece())
    sent = whole(desk.system.accepted[-1])
    desk.system.deliver_raw(desk.address, report_on(sent, ("P1@Out.example", "550 5.1.1 Nobody here")))
    batch = desk.channel.fetch("inbox", "")
    (returned,) = batch.returned
    assert batch.messages == () and returned.key == piece().key
    assert [(one.address, one.why) for one in returned.people] == [("p1@out.example", "550 5.1.1 Nobody here")]
    assert returned.instead.author.name == "Mail Delivery System" and returned.instead.reply_token == ""


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_that_it_is_only_late_or_arrived_names_nobody(system: MailSystem, tmp_path: Path, action: str) -> None:
    desk = connect(system, recipients=people(tmp_path, 1))
    desk.channel.publish(piece())
    raw = report_on(whole(desk.system.accepted[-1]), ("p0@out.example", "4.4.1 Later"), action=action)
    desk.system.deliver_raw(desk.address, raw)
    assert [one.people for one in desk.channel.fetch("inbox", "").returned] == [()]


@pytest.mark.parametrize(
    "recipient",
    [
        "Final-Recipient: jane@out.example",
        'Final-Recipient: rfc822; "jane doe"@out.example',
        "Final-Recipient: unknown; jane",
        "Original-Recipient: rfc822;\nFinal-Recipient: rfc822; unknown",
    ],
)
def test_a_report_of_whom_it_did_not_reach_that_cannot_be_read_stays_a_message(
    system: MailSystem, tmp_path: Path, recipient: str
) -> None:
    desk = connect(system, recipients=people(tmp_path, 1))
    desk.channel.publish(piece())
    raw = report_on(whole(desk.system.accepted[-1]), ("p0@out.example", "550 5.1.1 Nobody here"))
    spoilt = raw.replace(b"Final-Recipient: rfc822; p0@out.example", recipient.encode().replace(b"\n", b"\r\n"))
    assert spoilt != raw
    desk.system.deliver_raw(desk.address, spoilt)
    batch = desk.channel.fetch("inbox", "")
    assert batch.returned == () and len(batch.messages) == 1


def other(message_id: str) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = message_id
    letter.set_content("Words")
    return letter.as_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        report_on(other("<1@somebody.example>"), ("a@b.example", "no")),
        report_on(other("<3m6abcdefgh2a@desk.example>"), ("a@b.example", "no"), kind="disposition-notification"),
        report_on(other("<3m6abcdefgh2a@desk.example>"), ("a@b.example", "no")).replace(
            b"multipart/report", b"multipart/mixed"
        ),
    ],
    ids=["about somebody else's email", "a receipt of reading", "only looks like one"],
)
def test_any_other_email_stays_a_message(system: MailSystem, raw: bytes) -> None:
    desk = connect(system)
    desk.system.deliver_raw(desk.address, raw)
    batch = desk.channel.fetch("inbox", "")
    assert batch.returned == () and len(batch.messages) == 1
