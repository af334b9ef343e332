"""A real mail system on this machine: aiosmtpd takes the post, Dovecot keeps it and shows it."""

import grp
import imaplib
import logging
import os
import pwd
import smtplib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd import smtp as taking
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.servers.process import Launch, find_program, free_ports, is_listening, private_folder, running, unprivileged
from tests.servers.tokens import TokenHouse

PASSWORD = "correct-horse-battery"
_CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
auth_failure_delay = 0
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""
_NOT_FOR_PROGRAMS = (
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
    "Visit https://aka.ms/smtp_auth_disabled for more information."
)
_TOKENS = """
tokeninfo_url = {url}/tokeninfo?access_token=
username_attribute = email
"""


@dataclass
class MailSystem:
    """The servers' places ("host:port"), and how they misbehave when told to."""

    imap: str
    smtp: str
    lmtp_port: int
    tokens: TokenHouse
    accepted: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)  # an address → the reply to it
    reply: str = ""  # to the whole of a letter, instead of taking it
    lose_letters: bool = False  # hang up without a word instead of taking the letter
    lose_answers: bool = False  # take the letter and hang up without a word
    said: str = "250 OK: queued"  # to the whole of a letter, once it was taken
    sends_for_programs: bool = True  # else as Exchange Online where "Authenticated SMTP" is switched off

    def deliver(self, sender: str, to: str, subject: str, words: str, **headers: str) -> str:
        """Let somebody write to an address; give the message id."""
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = sender, to, subject
        letter["Message-ID"] = headers.pop("message_id", f"<{len(self.accepted)}.{abs(hash(words))}@out.example>")
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content(words)
        self.deliver_raw(to, letter.as_bytes())
        return str(letter["Message-ID"])

    def remove_all(self, address: str) -> None:
        """Remove everything from an address's inbox, as somebody else who looks into it may."""
        host, _, port = self.imap.rpartition(":")
        with imaplib.IMAP4(host, int(port), timeout=30) as line:
            line.login(address, PASSWORD)
            line.select()
            line.store("1:*", "+FLAGS", "\\Deleted")
            line.expunge()

    def deliver_raw(self, to: str, raw: bytes) -> None:
        """Put bytes into a mailbox as they are."""
        self.deliver_all(to, [raw])

    def deliver_all(self, to: str, raws: Iterable[bytes]) -> None:
        """Put many letters into a mailbox, in their order."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=30) as line:
            for raw in raws:
                line.sendmail("somebody@out.example", [to], raw)


class _Taking:
    """What aiosmtpd asks about each letter."""

    def __init__(self, system: MailSystem) -> None:
        self._system = system
        setattr(self, "handle_DATA", self._take)  # noqa: B010  # the library's name for it, which no class of ours may say

    async def handle_MAIL(
        self, server: taking.SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take letters only from who has signed in."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: taking.SMTP, session: Session, envelope: Envelope, to: str, options: Any
    ) -> str:
        """Take an address, or refuse it."""
        if to in self._system.refuse:
            return self._system.refuse[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def auth_XOAUTH2(self, server: taking.SMTP, args: list[str]) -> AuthResult:
        """Let in who brings a good token of the address, as Exchange Online does."""
        if not self._system.sends_for_programs:
            return AuthResult(success=False, handled=False, message=_NOT_FOR_PROGRAMS)
        user, _, bearer = b64decode(args[1]).decode().removeprefix("user=").partition("\x01auth=Bearer ")
        if self._system.tokens.owner_of(bearer.removesuffix("\x01\x01")) == user:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False, message="535 5.7.3 Authentication unsuccessful")

    async def _take(self, server: taking.SMTP, session: Session, envelope: Envelope) -> str:
        """Take a letter and hand it over to the mailboxes."""
        if self._system.reply:
            return self._system.reply
        if self._system.lose_letters and server.transport is not None:
            server.transport.close()
            return self._system.said
        self._system.accepted.append(envelope)
        content = envelope.content
        assert isinstance(content, bytes)
        for to in envelope.rcpt_tos:
            await server.loop.run_in_executor(None, self._system.deliver_raw, to, content)
        if self._system.lose_answers and server.transport is not None:
            server.transport.close()
        return self._system.said


def _admit(server: taking.SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def mail() -> Iterator[MailSystem]:
    """Run both servers and lend the system; any address at PASSWORD is a mailbox. Raises: ServerFailed."""
    program = find_program("dovecot")
    user = unprivileged()
    entry = pwd.getpwnam(user) if user else pwd.getpwuid(os.geteuid())
    with private_folder("mail", user) as folder, TokenHouse() as tokens:
        imap, lmtp, smtp = free_ports(3)
        config, log = folder / "dovecot.conf", folder / "log"
        (folder / "oauth2.conf").write_text(_TOKENS.format(url=tokens.url))
        config.write_text(
            _CONFIG.format(
                folder=folder,
                user=entry.pw_name,
                group=grp.getgrgid(entry.pw_gid).gr_name,
                uid=entry.pw_uid,
                gid=entry.pw_gid,
                password=PASSWORD,
                imap=imap,
                lmtp=lmtp,
            )
        )
        log.touch()
        _own(folder, entry)
        drop = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"] if user else []
        launch = Launch([*drop, program, "-F", "-c", config], log)
        with running(launch, lambda: is_listening(imap) and is_listening(lmtp)):
            system = MailSystem(f"127.0.0.1:{imap}", f"127.0.0.1:{smtp}", lmtp, tokens)
            with _door(system, smtp):
                yield system


@contextmanager
def _door(system: MailSystem, port: int) -> Iterator[None]:
    door = Controller(_Taking(system), hostname="127.0.0.1", port=port, authenticator=_admit, auth_require_tls=False)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own old names
    door.start()
    try:
        yield
    finally:
        door.stop(no_assert=True)


def _own(folder: Path, entry: pwd.struct_passwd) -> None:
    (folder / "mail").mkdir()
    for path in (folder, *folder.iterdir()):
        os.chown(path, entry.pw_uid, entry.pw_gid)
