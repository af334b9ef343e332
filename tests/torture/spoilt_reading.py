"""A stream of one platform on the bench, read from spoilt answers; tells what was lost and what hung."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pcc_desk.errors import ChannelError, RateLimited
from pcc_desk.model.channel import Batch
from pcc_desk.services import intake
from tests.channels import faulty
from tests.channels.rigs import Rig
from tests.torture import spoiling

WORDS = ("One of five", "Two of five", "Three of five", "Four of five", "Five of five")
EARLY = "An early one"
LATER = "The one that came later"
LONGEST = 5.0  # seconds of one reading
_A_WAIT = timedelta(minutes=11)  # the longest that a number in an answer can ask for is ten
_WALK = 30  # readings; five messages and a platform's own posts are far fewer pages


class SpoiltReading:
    """Five messages in a stream whose answer was heard once; a sixth came after that."""

    def __init__(self, rig: Rig, channel: Any = None) -> None:
        self._rig, self._channel = rig, channel or rig.channel
        about = rig.channel.publish(rig.piece())
        rig.arrive(about.remote_id, EARLY)
        self.begin = self._walk("")[1]
        self.counted = 0  # pieces that were set aside
        self._proven = set[str]()  # cursors from which the reading was seen to go on
        for words in WORDS:
            rig.arrive(about.remote_id, words)
        self._beside = dict[str, tuple[int, bytes, dict[str, str]]]()  # what else was asked, and what it was told
        content = self._hear()
        self.good = json.loads(content)
        self.order = [next(words for words in WORDS if words in json.dumps(piece)) for piece in self.pieces(self.good)]
        assert sorted(self.order) == sorted(WORDS)
        rig.arrive(about.remote_id, LATER)
        assert not self._goes_on(self.begin)

    def _hear(self) -> bytes:
        """Read once, and give the answer that is spoilt from now on."""
        heard: list[bytes] = []
        self._headers: dict[str, str] = {}

        def remember(exchange: faulty.Exchange) -> None:
            code, content = exchange.forward()
            if self._rig.reads(exchange.seen):
                heard.append(content)
                self._headers = exchange.own
            elif exchange.seen.method == "GET":
                self._beside[_asked(exchange.seen)] = code, content, exchange.own
            exchange.answer(code, content, exchange.own)

        self._rig.front.misbehave(remember)
        batch = self._rig.channel.fetch(self._rig.stream, self.begin)
        self._rig.front.behave()
        assert sorted(_heard([message.text for message in batch.messages])) == sorted(WORDS)
        return heard[-1]

    def lose_no_piece(self, number: int) -> list[str]:
        """Read an answer with spoilt pieces among good ones, and say what is wrong with what was read."""
        spoilt = spoiling.spoil_pieces(random.Random(number), self.good, self.pieces, self._rig.needed)
        return [f"{number}: {each}" for each in self.lose_nothing_of(spoilt, number % 2 == 0)]

    def lose_nothing_of(self, spoilt: spoiling.Spoilt, told: bool = False) -> list[str]:
        """Read one answer of which some pieces are whole, and say what is wrong with what was read.

        `told` gives it the headers of the whole one, which some servers name the next place in.
        """
        batch, wrong = self._read_spoilt(spoilt.content, told)
        if batch is None:
            return [wrong or "the whole page was refused"]
        try:
            kept = intake.clean(batch, datetime.now(UTC))
        except ChannelError as error:
            return [f"refused at the border: {error.sentence}"]
        read = [message.text for message in kept.messages]
        self.counted += len(kept.spoiled)
        lost = {self.order[each] for each in spoilt.whole} - set(_heard(read))
        found = [wrong] if wrong else []
        found += [f"lost {sorted(lost)}"] if lost else []
        if len(kept.spoiled) < len(spoilt.beyond_use):
            found.append(f"{len(spoilt.beyond_use)} pieces beyond use, {len(kept.spoiled)} counted")
        fresh = [text for text in read if EARLY not in text]  # some streams tell again what was known
        if len(fresh) > len(self.order):
            found.append(f"more was read than came: {fresh}")
        return [*found, *self._goes_on(batch.cursor)]

    def survive(self, number: int) -> list[str]:
        """Read an answer spoilt anywhere at all, and say what is wrong with how that ended."""
        batch, wrong = self._read_spoilt(spoiling.spoil_answer(random.Random(number), self.good), number % 2 == 0)
        found = [wrong] if wrong else []
        if batch is not None:
            try:
                intake.clean(batch, datetime.now(UTC))
            except ChannelError as error:
                return [f"{number}: refused at the border: {error.sentence}"]
        return [f"{number}: {each}" for each in [*found, *self._goes_on(batch.cursor if batch else self.begin)]]

    def pieces(self, body: Any) -> list[Any]:
        """Give the pieces of an answer that are new; the early one comes again and is known."""
        return [piece for piece in self._rig.pieces(body) if any(words in json.dumps(piece) for words in WORDS)]

    def _goes_on(self, cursor: str) -> list[str]:
        """Read on from a server that is well again: what came later is there, and the reading ends."""
        for _ in range(3):  # a reading that was in the middle of a walk back ends it first
            if cursor in self._proven:
                return []
            began = cursor
            try:
                read, cursor = self._walk(cursor)
            except ChannelError as error:
                if isinstance(error, RateLimited) and error.until < datetime.now(UTC) + _A_WAIT:
                    self._pass_by(error.until)  # a platform may ask for a wait, and must go on after it
                    cursor = began
                    continue
                return [f"stuck: {type(error).__name__} {error.sentence}"]
            if any(LATER in text for text in read):
                self._proven.add(began)
                return []
        return ["what came later is never read"]

    def _pass_by(self, until: datetime) -> None:
        """Let the desk's clock come to a moment, on a wire that keeps no door closed from before."""
        self._rig.channel = self._rig.open(self._rig.wire(now=lambda: until))

    def _walk(self, cursor: str) -> tuple[list[str], str]:
        read = list[str]()
        for _ in range(_WALK):
            batch = self._rig.channel.fetch(self._rig.stream, cursor)
            read += [message.text for message in batch.messages]
            cursor = batch.cursor
            if not batch.more:
                return read, cursor
        return [], cursor

    def _read_spoilt(self, content: bytes, told: bool) -> tuple[Batch | None, str]:
        """Read one answer; a reading that takes too long has a second try, as the machine may have been busy."""
        front = self._rig.front
        # All of it at the time of the first reading: no server tells in one answer of what it leaves out of the next.
        front.misbehave(self._say_again, lambda seen: _asked(seen) in self._beside)
        front.misbehave(faulty.answered(200, content, self._headers if told else None), self._rig.reads)
        batch, wrong = None, ""
        for _ in range(2):
            began = time.monotonic()
            try:
                batch, wrong = self._channel.fetch(self._rig.stream, self.begin), ""
            except ChannelError:
                batch, wrong = None, ""
            except Exception as error:  # noqa: BLE001 - whatever else comes out is what is looked for
                batch, wrong = None, f"let {error!r:.200} out"
            if time.monotonic() - began < LONGEST:
                break
            wrong = "hung"
        front.behave()
        return batch, wrong

    def _say_again(self, exchange: faulty.Exchange) -> None:
        exchange.answer(*self._beside[_asked(exchange.seen)])


def _asked(seen: faulty.Seen) -> str:
    return f"{seen.method} {seen.path} {sorted(seen.query.items())}"


def _heard(texts: list[str]) -> list[str]:
    """Give which of the five messages were read, whatever an app puts around their words."""
    return [words for text in texts for words in WORDS if words in text]
