"""What LinkedIn itself said of a post of ours: the urn it gave or called the same, and how much of the words stands."""

import re
import time
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask, Sent
from pcc_desk.channels.linkedin_media import shows
from pcc_desk.channels.linkedin_sign_in import Page
from pcc_desk.channels.linkedin_words import coded, is_same, unlittle
from pcc_desk.channels.wire import Answer
from pcc_desk.errors import ChannelError, Gone, Rejected, Unconfirmed
from pcc_desk.model.channel import Piece, Steps

CLOCK_SLACK = timedelta(minutes=2)
_POSTED, _SAME = "posted", "same as"  # what is noted of a piece: the urn of its own, or of one LinkedIn calls the same
_UNNAMED = "a post without a name"
_OLD_WORDS = 2.0  # seconds
LOOK_THERE = "Look there, then say what you found."
_NAMED = re.compile(r"duplicate of (urn:li:(?:share|ugcPost):[0-9]{1,25})\b", re.IGNORECASE)
_URN = re.compile(r"urn:li:[a-zA-Z]{1,40}:[\w:,()-]{1,200}", re.ASCII)


class Duplicate(Unconfirmed):
    """LinkedIn took no second post with these words; `urn` is the first one's, "" where it names none."""

    def __init__(self, told: ChannelError, urn: str) -> None:
        super().__init__(told.sentence, told.next_step, told.detail)
        self.urn = urn


class Proofs:
    """What LinkedIn said of one page's posts, kept by each piece's key."""

    def __init__(self, page: Page, us: str, steps: Steps) -> None:
        self._page, self._us, self._steps = page, us, steps

    def forget(self, piece: Piece) -> None:
        """Begin a try anew: what an earlier one was told has been looked for by now."""
        for name in (_POSTED, _SAME):
            if self._steps.get(piece.key, name):
                self._steps.put(piece.key, name, "")

    def same(self, piece: Piece, urn: str) -> None:
        """Note which post LinkedIn calls the same as this piece, or that it names none."""
        self._steps.put(piece.key, _SAME, urn or _UNNAMED)

    def posted(self, piece: Piece, urn: str) -> str:
        """Note the urn a piece was given, and say what is wrong with what stands there, or ""."""
        self._steps.put(piece.key, _POSTED, urn)
        return self.look_at(urn, piece)

    def look_at(self, urn: str, piece: Piece) -> str:
        """Say what is wrong with what stands there in a piece's words, or ""."""
        try:
            return cut(self._written(urn)[0], piece.text)
        except ChannelError:  # it was taken; who may not read it, or not yet, hears no more of it
            return ""

    def look_again(self, urn: str, piece: Piece) -> str:
        """Say what is wrong after a correction, or ""; the old words may show a little longer."""
        wrong = self.look_at(urn, piece)
        if wrong:
            time.sleep(_OLD_WORDS)
            wrong = self.look_at(urn, piece)
        return wrong

    def find(self, piece: Piece, film: str) -> tuple[str, str] | None:
        """Give the urn LinkedIn itself named for a piece, and what is wrong with what stands there; None if it is gone.

        Raises:
            Rejected: it is another post, or an older one, so a person has to look.
        """
        own = self._steps.get(piece.key, _POSTED)
        urn = own or self._steps.get(piece.key, _SAME)
        if not urn or urn == _UNNAMED:
            return None
        try:
            words, at, post = self._written(urn)
        except Gone:
            return None
        recent = at >= piece.made_at - CLOCK_SLACK and reading.text_or_none(post, "author") == self._us
        same = (is_same(words, piece.text) or bool(cut(words, piece.text))) and shows(post, piece, film)
        if not own and not (recent and same):
            raise Rejected("LinkedIn took another post for the same as this one, and took no second one.", LOOK_THERE)
        return urn, cut(words, piece.text)

    def ask_about_ghost(self, piece: Piece) -> None:
        """Leave to a person what LinkedIn says it has and shows nowhere: it may refuse for a day what goes again.

        Raises:
            Rejected: there is such a post.
        """
        if not self._steps.get(piece.key, _POSTED) and self._steps.get(piece.key, _SAME):
            raise Rejected("LinkedIn says that it has this already, and does not show it.", LOOK_THERE)

    def _written(self, urn: str) -> tuple[str, datetime, object]:
        ask = Ask(f"/rest/posts/{coded(urn)}")
        post = self._page.get(ask).body
        with self._page.wire.sent("GET", ask).as_promised():
            return reading.text_or_none(post, "commentary"), moment(post, "createdAt"), post


def duplicate(sent: Sent, answer: Answer) -> Duplicate | None:
    """Read a refusal of a second post with the same words: a first try may have worked."""
    if answer.code != 422:
        return None
    message = reading.text_or_none(answer.body, "message")
    inputs = reading.dig(answer.body, "errorDetails", "inputErrors")
    codes = [reading.text_or_none(one, "code") for one in (answer.body, *(inputs if isinstance(inputs, list) else ()))]
    named = _NAMED.search(message)
    if (
        named is None
        and "duplicate of urn:li:" not in message.lower()
        and not any("DUPLICATE" in code for code in codes)
    ):
        return None
    return Duplicate(sent.late("422 duplicate"), named[1] if named else "")


def cut(written: str, words: str) -> str:
    """Say that only the first of our words stand there, as happens without any error, or ""."""
    there, ours = " ".join(unlittle(written).split()), " ".join(words.split())
    if not there or len(there) >= len(ours) or not ours.startswith(there):
        return ""
    return (
        f"LinkedIn shows only the first {len(there)} of {len(ours)} characters of this. "
        "Look there, then correct it or take it down."
    )


def moment(value: object, *path: str) -> datetime:
    """Read a time in milliseconds. Raises: Malformed."""
    try:
        return datetime.fromtimestamp(reading.number(value, *path) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise reading.Malformed(f"no time at {'.'.join(path)}") from None


def urn(value: object, field: str) -> str:
    """Read LinkedIn's name of a thing. Raises: Malformed."""
    found = reading.text(value, field)
    if _URN.fullmatch(found) is None:
        raise reading.Malformed(f"no urn at {field}", value)
    return found
