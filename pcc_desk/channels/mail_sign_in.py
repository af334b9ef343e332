"""Signing in to a mailbox: its servers, its password or token, and its list of people."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from smtplib import SMTP

from pcc_desk.channels import mail_line, mail_microsoft, mail_settings, oauth_tokens
from pcc_desk.channels.lifeline import Call
from pcc_desk.channels.mail_line import READ_SECONDS, Imap, Server, Sign
from pcc_desk.channels.mail_lists import is_address, people_in
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected, Unauthorized
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Secrets


@dataclass(frozen=True, slots=True)
class Post:
    """Both servers of an address, whom its bulletin goes to, and how to sign in."""

    incoming: Server
    outgoing: Server
    bulletin: str
    recipients: tuple[str, ...]
    user: str
    secrets: Secrets
    tokens: oauth_tokens.Tokens | None

    @contextmanager
    def reading(self, seconds: float = READ_SECONDS) -> Iterator[Imap]:
        """Lend a signed-in line to the mailbox; a token that is refused is renewed once. Raises: ChannelError."""
        with ExitStack() as stack:
            sign = self._sign()
            try:
                line = stack.enter_context(mail_line.imap(self.incoming, sign, seconds))
            except Unauthorized as refusal:
                line = stack.enter_context(mail_line.imap(self.incoming, self._renewed(sign, refusal), seconds))
            yield line

    @contextmanager
    def writing(self) -> Iterator[tuple[SMTP, Call]]:
        """Lend a signed-in line for sending, as `reading` does for the mailbox. Raises: ChannelError."""
        with ExitStack() as stack:
            sign = self._sign()
            try:
                line = stack.enter_context(mail_line.smtp(self.outgoing, sign))
            except Unauthorized as refusal:
                line = stack.enter_context(mail_line.smtp(self.outgoing, self._renewed(sign, refusal)))
            yield line

    def _sign(self) -> Sign:
        if self.tokens is not None:
            return Sign(self.user, token=self.tokens.current())
        return Sign(self.user, self.secrets.get("password") or "")

    def _renewed(self, refused: Sign, refusal: Unauthorized) -> Sign:
        """Give another proof than one that was refused. Raises: the refusal, when there is none; ChannelError."""
        if self.tokens is None:
            raise refusal
        return replace(refused, token=self.tokens.after(refused.token))


def enter(entering: Entering) -> Identity:
    """Sign in to both servers and keep what opening needs. Raises: ChannelError."""
    given, secrets = entering.given, entering.secrets
    address = given.handle.strip()
    if not is_address(address):
        raise Rejected("This is not an email address.", "Write it like office@example.org.")
    more = {name: value.strip() for name, value in given.more.items()}
    people = people_in(more["recipients"]) if more.get("recipients") else ()
    bulletin = more.get("bulletin", "")
    if bulletin and not is_address(bulletin):
        raise Rejected("The address of the bulletin list is not an email address.", "Copy it again as a whole.")
    if given.way == "microsoft":
        sign = Sign(address, token=mail_microsoft.enter(entering))
        more = {"imap": mail_microsoft.SERVERS[0], "smtp": mail_microsoft.SERVERS[1]} | _filled(more)
    else:
        secrets.put("password", given.secret)
        sign = Sign(more.get("user", "") or address, given.secret)
    incoming, outgoing = mail_settings.find(entering.wire, address, more, sign)
    secrets.put("imap", str(incoming))
    secrets.put("smtp", str(outgoing))
    secrets.put("user", sign.user)
    secrets.put("bulletin", bulletin)
    secrets.put("recipients", json.dumps(people))
    name = address.partition("@")[0].replace(".", " ").title()
    return Identity(address.lower(), address, name, f"imaps://{incoming}")


def open_post(opening: Opening) -> Post:
    """Give what was kept of an account; nothing is sent yet."""
    secrets = opening.secrets
    return Post(
        Server.read(secrets.get("imap") or "", 993),
        Server.read(secrets.get("smtp") or "", 465),
        secrets.get("bulletin") or "",
        tuple(json.loads(secrets.get("recipients") or "[]")),
        secrets.get("user") or "",
        secrets,
        mail_microsoft.tokens(opening.wire, secrets) if secrets.get("access") else None,
    )


def _filled(more: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in more.items() if value}
