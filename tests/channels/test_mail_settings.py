"""The servers of an address are found without a person, and nobody but its own domain is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pcc_desk.channels import mail_settings
from pcc_desk.channels.mail import sign_in
from pcc_desk.channels.mail_settings import ask_domain, read_told
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, Unauthorized
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from tests.channels.mail_desk import NUMBERS
from tests.channels.rigs import Kept, Noted
from tests.servers.mail import PASSWORD, MailSystem

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="desk.example">
<domain>desk.example</domain>
<!-- an older way first -->
<incomingServer type="pop3"><hostname>pop.desk.example</hostname>
<port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap"><hostname>{imap}</hostname>
<port>{imap_port}</port><socketType>{safe}</socketType></incomingServer>
<outgoingServer type="smtp"><hostname>{smtp}</hostname>
<port>{smtp_port}</port><socketType>{safe}</socketType></outgoingServer>
</emailProvider></clientConfig>
"""


def written(imap: str = "imap.desk.example:993", smtp: str = "smtp.desk.example:465", safe: str = "SSL") -> bytes:
    """Write the file a domain tells its servers in."""
    (imap_host, _, imap_port), (smtp_host, _, smtp_port) = imap.rpartition(":"), smtp.rpartition(":")
    return FILE.format(imap=imap_host, imap_port=imap_port, smtp=smtp_host, smtp_port=smtp_port, safe=safe).encode()


@contextmanager
def domain(patch: pytest.MonkeyPatch, *answers: Reply) -> Iterator[list[str]]:
    """Stand where a domain's two places are, and note what is asked."""
    asked = list[str]()

    def answer(request: Request) -> Reply:
        asked.append(request.path)
        return answers[min(len(asked), len(answers)) - 1]

    with Loopback(answer) as server:
        patch.setattr(mail_settings, "TELLING", ((server.url, "/first"), (server.url, "/second")))
        yield asked


def test_the_domain_of_an_address_tells_its_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    with domain(monkeypatch, Reply(written(), kind="text/xml")) as asked:
        assert ask_domain(Wire(""), "desk.example") == ("imap.desk.example:993", "smtp.desk.example:465")
    assert asked == ["/first"]


@pytest.mark.parametrize(
    "first", [Reply({}, 404), Reply(b"<html>Sign in to this network</html>", kind="text/html"), Reply({}, 500)]
)
def test_the_second_place_is_asked_when_the_first_does_not_tell(first: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    with domain(monkeypatch, first, Reply(written(), kind="text/xml")) as asked:
        assert ask_domain(Wire(""), "desk.example") is not None
    assert asked == ["/first", "/second"]


def test_only_the_domain_itself_is_asked_over_a_secure_line() -> None:
    assert [base.format(domain="desk.example") for base, _ in mail_settings.TELLING] == [
        "https://autoconfig.desk.example",
        "https://desk.example",
    ]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"no file",
        b"<clientConfig/>",
        written(safe="plain"),
        written(imap="evil example:993"),
        written(smtp="smtp.desk.example:none"),
        written().replace(b"<domain>", b"<domain", 1),
        b'<!DOCTYPE c [<!ENTITY a "aaaa">]>' + written(),
        written() + b" " * 200_000,
    ],
    ids=["nothing", "no XML", "empty", "no encryption", "odd host", "odd port", "broken", "entities", "too large"],
)
def test_a_file_that_is_not_right_tells_nothing(said: bytes) -> None:
    assert read_told(said) is None
    assert read_told(written()) is not None  # the control


@given(some.binary(max_size=400) | some.text(max_size=400).map(lambda words: f"<clientConfig>{words}".encode()))
def test_no_file_whatever_breaks_the_sign_in(said: bytes) -> None:
    assert read_told(said) is None


def enter(handle: str, password: str = PASSWORD, **more: str) -> Kept:
    """Sign in with an address and a password, as a person would."""
    secrets = Kept()
    sign_in(Entering(Wire(""), SignIn("email", "", handle, password, "password", more), secrets, Noted()))
    return secrets


@pytest.mark.servers
def test_an_address_and_a_password_are_enough(mail: MailSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Reply(written(mail.imap, mail.smtp, "STARTTLS"), kind="text/xml")
    with domain(monkeypatch, told):
        secrets = enter(f"office{next(NUMBERS)}@desk.example")
    assert (secrets["imap"], secrets["smtp"]) == (mail.imap, mail.smtp)


@pytest.mark.servers
def test_what_a_person_typed_counts_more_than_what_the_domain_tells(
    mail: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with domain(monkeypatch, Reply(written("127.0.0.1:9", "127.0.0.1:9"), kind="text/xml")) as asked:
        secrets = enter(f"office{next(NUMBERS)}@desk.example", imap=mail.imap, smtp=mail.smtp)
    assert (secrets["imap"], secrets["smtp"]) == (mail.imap, mail.smtp) and not asked


@pytest.mark.servers
def test_a_wrong_password_is_told_as_one_and_not_tried_elsewhere(
    mail: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Reply(written(mail.imap, mail.smtp, "STARTTLS"), kind="text/xml")
    with domain(monkeypatch, told), pytest.raises(Unauthorized) as caught:
        enter(f"office{next(NUMBERS)}@desk.example", "not-the-password-at-all")
    assert "not-the-password-at-all" not in caught.value.detail and "AUTHENTICATIONFAILED" in caught.value.detail


def test_servers_nobody_can_find_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_settings, "TELLING", ())
    monkeypatch.setattr(mail_settings, "_guesses", lambda kind, domain: ["127.0.0.1:9", "127.0.0.1:7"])
    with pytest.raises(Rejected) as caught:
        enter("office@desk.example")
    assert "two fields" in caught.value.next_step and "127.0.0.1:9" in caught.value.detail
