"""The email bulletin and its mailbox: sent once in groups, and asked about when the last answer was lost."""

import re
import smtplib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from pcc_desk.channels import mail_idle, mail_words, mailbox, reply_tokens
from pcc_desk.channels.email_platform import PLATFORM
from pcc_desk.channels.lifeline import Call
from pcc_desk.channels.mail_groups import Groups, Taken
from pcc_desk.channels.mail_line import READ_SECONDS
from pcc_desk.channels.mail_lists import is_address
from pcc_desk.channels.mail_sign_in import Post, enter, open_post
from pcc_desk.channels.mailbox import Mailbox
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import TRIES_AGAIN, ChannelError, RateLimited, Rejected, Unreachable
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Batch, Channel, Piece, Standing, Steps
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.listening import Bell
from pcc_desk.model.unreached import HALFWAY

_STRETCH_SECONDS = 100.0  # of one try; with the last answer's wait it ends before the delivery's lease does
Line = tuple[smtplib.SMTP, Call]
More = tuple[Mapping[str, str], Callable[[], None]]  # what is answered, and what hears that the words leave
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)


class MailChannel:
    """One address of the office."""

    def __init__(self, post: Post, account: Account, steps: Steps) -> None:
        self._post = post
        self._account = account
        self._steps = steps
        self._mailbox = Mailbox(account.handle)

    def publish(self, piece: Piece) -> Receipt:
        """Send a bulletin group by group, or one answer; nobody who has it gets a second. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if Groups.are_done(self._steps, piece.key):
            return self._receipt(piece, answered)
        groups = Groups(self._steps, piece.key, self._people(answered))
        with self._post.writing() as (line, call):
            ends = time.monotonic() + _STRETCH_SECONDS
            for turn, (number, people) in enumerate(groups.to_go()):
                if turn and time.monotonic() >= ends:
                    raise _goes_on(groups)
                with _told_how_far(groups):
                    leaves = partial(groups.doubt, number)
                    taken = self._send((line, call), piece, people, (answered, leaves))
                groups.settle(number, taken, datetime.now(UTC))
        if groups.nobody():
            raise _nobody(groups)
        if groups.busy():
            raise _asked_to_wait(groups)
        groups.end()
        return self._receipt(piece, answered)

    def find(self, piece: Piece) -> Receipt | None:
        """Look for the email in the mailbox; found is certain, not found says nothing. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if Groups.are_done(self._steps, piece.key):
            return self._receipt(piece, answered)
        groups = Groups(self._steps, piece.key, self._people(answered))
        if groups.count > 1 or groups.begun():
            raise Rejected(
                f"{groups.begun()} of {groups.count} groups of the bulletin were sent for certain, perhaps another.",
                "Ask one person of the next group whether it came, then say what you found.",
            )
        with self._post.reading() as line:
            there = mailbox.holds(line, mail_words.message_id(piece, self._account.handle))
        return self._receipt(piece, answered) if there else None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give emails newer than the cursor. Raises: ChannelError."""
        with self._post.reading() as line:
            return self._mailbox.fetch(line, cursor, datetime.now(UTC))

    def listen(self, stream: str, bell: Bell) -> bool:
        """Ring whenever an email comes in. Raises: ChannelError."""
        with self._post.reading(mail_idle.LINE_SECONDS + READ_SECONDS) as line:
            if not mail_idle.is_offered(line):
                return False
            mail_idle.listen(line, bell)
        return True

    def withdraw(self, receipt: Receipt) -> None:
        """Say that an email cannot be taken back. Raises: Rejected."""
        raise Rejected("An email that was sent cannot be taken back.", "Send a correction instead.")

    def check(self) -> Standing:
        """Sign in to both servers. Raises: ChannelError."""
        with self._post.reading() as line:
            mailbox.examine(line)
        with self._post.writing():
            pass
        account = self._account
        return Standing(Identity(account.remote_id, account.handle, account.name, account.address), PLATFORM.limits)

    def _people(self, answered: Mapping[str, str]) -> Sequence[str]:
        if answered:
            return [answered["to"]]
        if self._post.bulletin:
            return [self._post.bulletin]
        if not self._post.recipients:
            raise Rejected(
                "This email account has no list to send to.",
                "Connect it again in Settings with the address of your bulletin list, or with a list of people.",
            )
        return self._post.recipients

    def _send(self, line: Line, piece: Piece, people: Sequence[str], more: More) -> Taken:
        (server, call), (answered, leaves) = line, more
        us = self._account.handle
        to = people[0] if len(people) == 1 else us  # a group sees no other address than ours
        letter = mail_words.build(piece, (self._account.name, us), to, answered)
        _expect(server.mail(us, ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []))
        taken = _address(server, people)
        if len(taken.refused) + len(taken.busy) == len(people):
            _expect(server.rset())
            return taken
        _expect(server.docmd("DATA"), 354)
        leaves()
        call.left = True
        server.send(_LINE_START_DOT.sub(b"..", letter.rstrip(b"\r\n")) + b"\r\n.\r\n")
        reply = server.getreply()
        if reply[0] < 0:  # no code at all: nobody knows what became of it
            raise smtplib.SMTPServerDisconnected("no code")
        call.left = False  # whatever it was, it was clear
        _expect(reply)
        return taken

    def _receipt(self, piece: Piece, answered: Mapping[str, str]) -> Receipt:
        known = mail_words.message_id(piece, self._account.handle)
        to = answered.get("to", self._post.bulletin)
        subject = answered.get("subject", piece.title)
        root = answered.get("root", known)
        token = reply_tokens.write({"to": to, "id": known, "root": root, "subject": subject})
        return Receipt(known, "", piece.made_at, token)


def sign_in(entering: Entering) -> Standing:
    """Sign in to both servers of an address. Raises: ChannelError."""
    return Standing(enter(entering), PLATFORM.limits)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return MailChannel(open_post(opening), opening.account, opening.steps)


@contextmanager
def _told_how_far(groups: Groups) -> Iterator[None]:
    """Say of a refusal in the middle of a bulletin that the groups before have it."""
    try:
        yield
    except ChannelError as error:  # a line that broke is told of further out: this was a clear answer
        groups.doubt(None)
        if isinstance(error, Rejected) and (done := groups.begun()):
            told = f"{done} of {groups.count} groups have it. Trying again sends it to the others only."
            error.sentence, error.next_step = f"{HALFWAY} {told} {error.sentence}", told
        raise


def _goes_on(groups: Groups) -> RateLimited:
    # A delivery is lent to one desk for minutes only, so a long list goes out in stretches.
    said = f"The bulletin is going out: {groups.begun()} of {groups.count} groups have it."
    return RateLimited(said, datetime.now(UTC), "It goes on by itself.")


def _asked_to_wait(groups: Groups) -> Unreachable:
    count = groups.busy()
    who = "1 address, whose server asks" if count == 1 else f"{count} addresses, whose servers ask"
    return Unreachable(f"Everybody has it but {who} to wait.", TRIES_AGAIN)


def _nobody(groups: Groups) -> Rejected:
    return Rejected(
        "The mail server takes none of these addresses.", "Nothing was sent to them. Put the list right.", groups.why()
    )


def _address(line: smtplib.SMTP, people: Sequence[str]) -> Taken:
    refused, busy = dict[str, str](), dict[str, str]()
    for one in people:
        code, said = line.rcpt(one)
        words = f"{code} {' '.join(said.decode('utf-8', 'replace').split())[:200]}"
        if code == 421:  # it hangs up
            _expect((code, said))
        if code not in (250, 251):
            (busy if 400 <= code < 500 else refused)[one] = words
    return Taken(refused, busy)


def _expect(reply: tuple[int, bytes], wanted: int = 250) -> None:
    code, said = reply
    if code == wanted:
        return
    words = " ".join(said.decode("utf-8", "replace").split())[:200]
    raise _refusal(code, words)


def _refusal(code: int, words: str) -> ChannelError:
    if 400 <= code < 500:
        return Unreachable("The mail server asks to wait a little.", TRIES_AGAIN, f"{code} {words}")
    return Rejected(
        f"The mail server refused it: “{words}”", "Nothing was sent. Change it and send it again.", f"{code} {words}"
    )


def _read_token(token: str) -> Mapping[str, str]:
    if not token:
        return {}
    fields = reply_tokens.read(token)
    if not is_address(fields.get("to", "")) or not fields.get("id"):
        raise Rejected("PCC Desk does not know which email this answers.", "Answer it in your mail program instead.")
    return fields
