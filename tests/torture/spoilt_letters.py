"""A mailbox on a real server with good letters among spoilt ones; tells which good one was lost and what hung."""

import random
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from pcc_desk.errors import ChannelError
from pcc_desk.model.channel import Batch
from tests.channels.mail_desk import Desk
from tests.torture.letter_spoils import report_on, spoil
from tests.torture.spoilt_reading import LONGEST


class SpoiltMailbox:
    """Letters delivered by the office's own server, one in three of them good; some are reports of mail servers."""

    def __init__(self, desk: Desk, through: Callable[[Any], Any] = lambda channel: channel) -> None:
        self._desk, self._through = desk, through

    def lose_no_letter(self, count: int) -> list[str]:
        """Deliver so many letters, read them all, and say what is wrong with what was read."""
        good, reports, sent = set[str](), set[str](), list[bytes]()
        for number in range(count):
            words, key = f"Good letter {number}.", f"key{number}"
            told = number % 5 == 0
            host = self._desk.address.rpartition("@")[2]
            raw = report_on(key, host, number) if told else _letter(number, words).as_bytes()
            if number % 3:
                raw = spoil(random.Random(number), raw)
            elif told:
                reports.add(key)
            else:
                good.add(words)
            sent.append(raw)
        self._desk.system.deliver_all(self._desk.address, sent)
        return self._read(good, reports, count)

    def _read(self, good: set[str], reports: set[str], count: int) -> list[str]:
        read, returned, aside, cursor, more = list[str](), list[str](), 0, "", True
        found = list[str]()
        while more:
            batch, wrong = self._fetch(cursor)
            if batch is None:
                return [*found, f"after {len(read)}: {wrong}"]
            found += [wrong] if wrong else []
            read += [message.text for message in batch.messages]
            returned += [report.key for report in batch.returned]
            aside += len(batch.spoiled)
            cursor, more = batch.cursor, batch.more
        shown = {text.rpartition("\n\n")[2] for text in read}
        found += [f"lost: {each}" for each in sorted((good - shown) | (reports - set(returned)))]
        came = len(read) + len(returned) + aside
        found += [f"{count} came, {len(read)} read, {len(returned)} reports, {aside} aside"] if came != count else []
        return found

    def _fetch(self, cursor: str) -> tuple[Batch | None, str]:
        """Read a page; one that takes too long has a second try, as the machine may have been busy."""
        batch, wrong = None, ""
        for _ in range(2):
            began = time.monotonic()
            try:
                batch, wrong = self._through(self._desk.channel).fetch("inbox", cursor), ""
            except ChannelError as error:
                batch, wrong = None, f"refused: {error.sentence}"
            if batch is not None and time.monotonic() - began < LONGEST:
                break
            wrong = wrong or "hung"
        return batch, wrong


def _letter(number: int, words: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = f"Ann {number} <ann{number}@out.example>", "office@desk.example"
    letter["Subject"], letter["Message-ID"] = f"About {number}", f"<{number}@out.example>"
    letter["Date"] = "Thu, 26 Nov 2026 09:00:00 +0000"
    letter.set_content(words)
    if number % 3 and number % 2:
        letter.add_alternative(f"<p>{words}</p>", subtype="html")
    return letter
