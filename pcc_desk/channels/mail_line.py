"""Lines to mail servers: encrypted, bounded in time and size, and every failure told as the ChannelError it is."""

import imaplib
import selectors
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Any, cast

import truststore

from pcc_desk.channels import addresses, secrecy
from pcc_desk.channels.lifeline import Call
from pcc_desk.errors import TRIES_AGAIN, ChannelError, Rejected, ServiceDown, Unauthorized, Unconfirmed, Unreachable

READ_SECONDS, WRITE_SECONDS, CONNECT_SECONDS = 60.0, 240.0, 10.0  # a write ends before its delivery's lease does
MOST_BYTES = 12_000_000  # of one answer
_TLS_PORTS = frozenset({465, 993})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; on ports 465 and 993 the line is encrypted from the first byte, elsewhere by STARTTLS."""

    host: str
    port: int

    @classmethod
    def read(cls, typed: str, port: int) -> "Server":
        """Read "host" or "host:port". Raises: Rejected."""
        words = typed.strip().partition("://")[2] or typed.strip()
        host, _, number = words.rstrip("/").rpartition(":") if words.count(":") == 1 else (words.rstrip("/"), "", "")
        fine = host and all(sign.isalnum() or sign in ".-" for sign in host) and (not number or number.isdecimal())
        if not fine or (number and not 0 < int(number) < 65_536):
            raise Rejected(f"“{typed.strip()}” is not a mail server.", "Write it like imap.example.org.")
        return cls(host.lower(), int(number) if number else port)

    def __str__(self) -> str:
        """Give "host:port"."""
        return f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether it runs on this PC, where nobody listens on the way."""
        return addresses.is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Sign:
    """How we prove who we are: a password, or an access token (XOAUTH2)."""

    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def without(self, words: str) -> str:
        """Strike our secrets out of what a server said, in whatever way it repeats them, and keep to 300 characters."""
        secrets = [secret for secret in (self.password, self.token) if secret]
        if self.password:
            quoted = self.password.replace("\\", "\\\\").replace('"', '\\"')  # as IMAP writes it
            proof = f"\0{self.user}\0{self.password}"  # as SASL PLAIN does, with somebody to act for or without
            secrets += [quoted, quoted.replace("\\", "\\\\"), proof, f"{self.user}{proof}"]
        if self.token:
            secrets.append(self.xoauth2())
        return " ".join(secrecy.strike(words, secrets).split())[:300]

    def xoauth2(self) -> str:
        """Give the words of the XOAUTH2 way (Microsoft and Google describe it alike)."""
        return f"user={self.user}\x01auth=Bearer {self.token}\x01\x01"


@contextmanager
def imap(server: Server, sign: Sign, seconds: float = READ_SECONDS) -> Iterator["Imap"]:
    """Lend a signed-in line for reading. Raises: ChannelError; ServiceDown when it breaks."""
    with Call(seconds) as call, _told(server, sign, call):
        line = _open_imap(server)
        grip = line.sock.dup()  # stays valid while TLS wraps the first one
        call.hold(grip)
        try:
            _start_imap(server, line)
            _sign_imap(line, sign)
            yield line
            with suppress(OSError, imaplib.IMAP4.error):
                line.logout()
        finally:
            with suppress(OSError):
                line.shutdown()  # a line that broke says no goodbye: nobody would answer it
            call.let_go(grip)


@contextmanager
def smtp(server: Server, sign: Sign, seconds: float = WRITE_SECONDS) -> Iterator[tuple[smtplib.SMTP, Call]]:
    """Lend a signed-in line for sending; set `left` on the call before the words go. Raises: ChannelError."""
    with Call(seconds) as call, _told(server, sign, call):
        line = _open_smtp(server)
        assert line.sock is not None
        grip = line.sock.dup()
        call.hold(grip)
        try:
            line.sock.settimeout(seconds)
            _start_smtp(server, line)
            _sign_smtp(line, sign)
            yield line, call
        finally:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()
            call.let_go(grip)


class Imap(imaplib.IMAP4):
    """A line that does not read more than the desk takes, whatever the server promises."""

    def read(self, size: int) -> bytes:
        """Read exactly so many bytes. Raises: abort."""
        if size > MOST_BYTES:
            raise self.abort("too much")
        return super().read(size)

    def idle(self, wait: Callable[["Imap"], None]) -> bool:
        """Let the server talk while `wait` waits, and tell whether the mailbox grew (RFC 2177). Raises: abort."""
        # The library of this Python knows no IDLE; 3.14 does, and then this can go.
        self.untagged_responses.pop("EXISTS", None)
        tag = self._new_tag()
        self.tagged_commands[tag] = None
        self.send(tag + b" IDLE\r\n")
        while self._get_response() is not None and self.tagged_commands[tag] is None:
            pass  # it may tell this and that before it says that it is ready
        if self.tagged_commands[tag] is None:
            wait(self)
            self.send(b"DONE\r\n")
            while self.tagged_commands[tag] is None:
                self._get_response()
        ended: Any = self.tagged_commands.pop(tag)
        if ended[0] != "OK":
            raise self.abort("no IDLE")
        return bool(self.untagged_responses.pop("EXISTS", None))

    def has_more(self, seconds: float) -> bool:
        """Wait for something to read, so many seconds at most."""
        # What was read along with the line before lies in the file, where no selector sees it.
        self.sock.settimeout(0.0)
        try:
            if cast(BufferedReader, self.file).peek(1):
                return True
        except ssl.SSLWantReadError:
            pass
        finally:
            self.sock.settimeout(CONNECT_SECONDS)
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(seconds))


class ImapTls(imaplib.IMAP4_SSL, Imap):
    """The same, encrypted from the first byte."""


def _trust() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _open_imap(server: Server) -> Imap:
    if server.port in _TLS_PORTS:
        return ImapTls(server.host, server.port, ssl_context=_trust(), timeout=CONNECT_SECONDS)
    return Imap(server.host, server.port, timeout=CONNECT_SECONDS)


def _start_imap(server: Server, line: imaplib.IMAP4) -> None:
    if server.port in _TLS_PORTS:
        return
    if "STARTTLS" in line.capabilities:
        line.starttls(_trust())
    elif not server.is_here:
        raise _not_secure(server)


def _sign_imap(line: imaplib.IMAP4, sign: Sign) -> None:
    try:
        if sign.token:
            # The answer to a second question ends a refusal, which the server tells only then.
            line.authenticate("XOAUTH2", lambda question: b"" if question else sign.xoauth2().encode())
        else:
            line.login(sign.user, sign.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _signed_out(sign.without(_words(error))) from None
    except UnicodeEncodeError:
        raise _signed_out("a sign that this server cannot read") from None


def _open_smtp(server: Server) -> smtplib.SMTP:
    if server.port in _TLS_PORTS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_SECONDS, context=_trust())
    return smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)


def _start_smtp(server: Server, line: smtplib.SMTP) -> None:
    line.ehlo_or_helo_if_needed()
    if server.port in _TLS_PORTS:
        return
    if line.has_extn("starttls"):
        line.starttls(context=_trust())
        line.ehlo()
    elif not server.is_here:
        raise _not_secure(server)


def _sign_smtp(line: smtplib.SMTP, sign: Sign) -> None:
    try:
        if sign.token:
            line.auth("XOAUTH2", lambda question=None: "" if question else sign.xoauth2())
        else:
            line.login(sign.user, sign.password)
    except smtplib.SMTPAuthenticationError as error:
        raise _not_let_in(error.smtp_code, sign.without(_plain(error.smtp_error))) from None
    except smtplib.SMTPNotSupportedError:
        raise Rejected("This mail server takes no sign-in.", "Ask your IT team for the server to send from.") from None
    except UnicodeEncodeError:
        raise _signed_out("a sign that this server cannot read") from None


def _not_let_in(code: int, words: str) -> ChannelError:
    told = f"{code} {words}"
    if 400 <= code < 500:
        return Unreachable("The mail server cannot sign anybody in just now.", TRIES_AGAIN, told)
    if "SmtpClientAuthentication is disabled" in words:  # Exchange Online, which says so by 535 5.7.139
        return Rejected(
            "Microsoft 365 does not let programs send from this mailbox.",
            "Ask your IT team to switch on “Authenticated SMTP” for this mailbox, then try again.",
            told,
        )
    return _signed_out(told)


@contextmanager
def _told(server: Server, sign: Sign, call: Call) -> Iterator[None]:
    """Tell every failure of the line as what the desk must do about it."""
    try:
        yield
    except ChannelError:
        raise
    except ssl.SSLCertVerificationError:
        raise Unreachable(
            f"This PC could not make a secure connection to {server.host}.",
            "Nothing was sent. Ask your IT team whether this PC trusts the certificate that this network shows.",
        ) from None
    except (OSError, EOFError, smtplib.SMTPException, imaplib.IMAP4.error) as error:
        why = "deadline" if call.expired else f"{type(error).__name__} {sign.without(_words(error))}".strip()
        raise _broken(call, error, f"{server}: {why}") from None


def _words(error: Exception) -> str:
    """Give what a server or the library said, which comes in bytes as the server wrote it, or in words."""
    return " ".join(_plain(each) for each in error.args)


def _plain(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _broken(call: Call, error: Exception, why: str) -> ChannelError:
    if call.left:
        return Unconfirmed(
            "The mail server did not give a clear answer.",
            "It may have been sent. Look in your mailbox, then say what you found.",
            why,
        )
    if isinstance(error, imaplib.IMAP4.error | EOFError):
        return ServiceDown("The mailbox cannot be read just now.", TRIES_AGAIN, why)
    return Unreachable("The mail server cannot be reached from this PC just now.", TRIES_AGAIN, why)


def _signed_out(detail: str) -> Unauthorized:
    return Unauthorized(
        "The mail server does not accept this sign-in.",
        "Check the address and the password, and connect the account again in Settings. Everything is kept.",
        detail,
    )


def _not_secure(server: Server) -> Rejected:
    return Rejected(
        f"{server.host} offers no secure connection, so PCC Desk gives it no password.",
        "Ask your IT team for the secure port, such as 993 for incoming and 465 or 587 for outgoing email.",
    )
