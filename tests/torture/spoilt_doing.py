"""What the office does on a platform whose answers are spoilt; tells what came out wrong, too late or as a lie."""

import contextlib
import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pcc_desk.errors import ChannelError, Gone, Rejected, Unauthorized, Unconfirmed, Unexpected
from pcc_desk.model.channel import Ability, Piece
from pcc_desk.model.delivery import Receipt
from tests.channels import faulty
from tests.channels.rigs import MADE_AT, Rig
from tests.torture import spoiling, spoilt_reading

# What these verbs say of a call that may have worked: it is tried again, or looked for.
_A_PERSON_LOOKS = "Look there, then say what you found."
_DEFINITE = (Rejected, Gone, Unauthorized)
_UNSURE = (Unconfirmed, Unexpected)
_CODES = (400, 403, 404, 409, 422, 429, 500)
_NEEDS: Mapping[str, Ability] = {
    "publish": Ability.NONE,
    "find": Ability.NONE,
    "answer": Ability.ANSWER,
    "find an answer": Ability.ANSWER,
    "edit": Ability.EDIT,
    "withdraw": Ability.WITHDRAW,
    "hide": Ability.HIDE,
    "remove": Ability.REMOVE,
}
_IN_PUBLIC = frozenset({"publish", "find", "edit", "withdraw"})  # nobody has to write first
# Where else the office answers, which goes by another way there than under its own posts.
ANSWERED: Mapping[str, Sequence[str]] = {
    "bluesky": ["direct", "tag"],
    "facebook": ["mentions", "visitors", "reviews", "messages", "live"],
    "instagram": ["mentions", "messages"],
    "mastodon": ["tag"],
    "threads": ["answers", "mentions", "held"],
    "x": ["direct"],
    "youtube": ["held"],
}
# What can be an id there. A spoilt one that looks like one is nobody's fault.
_IDS: Mapping[str, str] = {
    "bluesky": r"dm:[\w.:+=/~-]*\w",
    "facebook": r"[0-9]+(_[0-9]+)?|[\w.:+=/~-]*\w",
    "instagram": r"[0-9]+|[\w.:+=/~-]*\w",
    "linkedin": r"urn:li:.+",
    "mastodon": r"\w+",
    "threads": r"[0-9]+",
    "wordpress": r"(post|comment):[1-9][0-9]*",
    "x": r"(dm:)?[0-9]+",
    "youtube": r"[\w.:+=/~-]*\w",
}
_LATER = timedelta(minutes=20)  # a post can still be corrected then


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do, and the piece it is about."""

    name: str
    act: Callable[[Any], Any]  # by a channel
    piece: Piece | None = None
    done: Receipt | None = None  # what was published before


class Spoiler:
    """Lets everything happen, and spoils the answer to one request."""

    def __init__(self, chance: random.Random, place: int) -> None:
        self._chance, self._left = chance, place
        self.good: Any = None  # the answer as it was
        self.content: bytes | None = None  # and as it was given
        self.hid_success = False  # of a request that writes

    def __call__(self, exchange: faulty.Exchange) -> None:
        """Answer one request."""
        self._left -= 1
        if self._left != -1:
            exchange.pass_on()
            return
        if self._chance.random() < 0.2:  # a refusal that makes no sense
            self.content = spoiling.spoil_answer(self._chance, {"error": {"code": 1, "message": "No"}, "errors": []})
            exchange.answer(self._chance.choice(_CODES), self.content)
            return
        code, content = exchange.forward()
        with contextlib.suppress(ValueError):
            self.good = json.loads(content)
        self.content = spoiling.spoil_answer(self._chance, self.good)
        self.hid_success = exchange.seen.method != "GET" and code < 400
        exchange.answer(code if code != 204 else 200, self.content, exchange.own)


class SpoiltDoing:
    """Every verb of one platform, over and over."""

    def __init__(self, rig: Rig, channel: Any = None, lengths: dict[tuple[str, str, bool], int] | None = None) -> None:
        """`lengths` keeps how many requests each deed takes."""
        self._rig, self._channel = rig, channel or self._well(rig)
        self._lengths = {} if lengths is None else lengths
        platform = rig.adapter.platform
        can = [name for name, needs in _NEEDS.items() if needs in platform.abilities]
        self.deeds = can if platform.streams[0] == rig.stream else ["answer", "find an answer"]
        self._keys = 0

    def stay_honest(self, number: int) -> list[str]:
        """Do one thing with one answer spoilt, and say what is wrong with how it ended."""
        name, chance = self.deeds[number % len(self.deeds)], random.Random(number)
        pictured = chance.random() < 0.3
        kind = (self._rig.stream.partition(":")[0], name, pictured)
        if kind not in self._lengths:
            deed = self._deed(name, pictured)
            before = len(self._rig.front.seen)
            deed.act(self._well(self._rig))
            self._lengths[kind] = len(self._rig.front.seen) - before
        deed = self._deed(name, pictured)
        spoiler = Spoiler(chance, chance.randrange(self._lengths[kind]))
        self._rig.front.misbehave(spoiler)
        began = time.monotonic()
        try:
            outcome = deed.act(self._channel)
        except Exception as error:  # noqa: BLE001 - the worst that comes out is what is looked for
            outcome = error
        took = time.monotonic() - began
        self._rig.front.behave()
        found = ["hung"] if took > spoilt_reading.LONGEST else []
        if isinstance(outcome, Exception) and not isinstance(outcome, ChannelError):
            found.append(f"let {outcome!r:.200} out")
        else:
            found += self._lies(deed, outcome, spoiler)
        return [f"{number}, {self._rig.stream}, {name}: {each}" for each in found]

    @staticmethod
    def _well(rig: Rig) -> Any:
        """Give a channel that has heard nothing yet, a while after everything."""
        return rig.open(rig.wire(now=lambda: MADE_AT + _LATER))

    def _lies(self, deed: Deed, outcome: Any, spoiler: Spoiler) -> list[str]:
        well = self._well(self._rig)
        try:
            if deed.name in ("publish", "answer"):
                assert deed.piece is not None
                return self._lies_of_sending(well, deed.piece, outcome)
            if deed.name.startswith("find"):
                return self._lies_of_finding(deed, outcome, spoiler)
            if spoiler.hid_success and isinstance(outcome, _DEFINITE):
                return [f"it may have worked, and is called {outcome!r}"]
            again = deed.act(well)
            return [] if deed.done is None or again is None else self._wrong_id(again, deed.done)
        except ChannelError as error:
            return [f"{outcome!r:.200}, and then it cannot be done: {type(error).__name__} {error.sentence}"]

    def _lies_of_sending(self, well: Any, piece: Piece, outcome: Any) -> list[str]:
        there = well.find(piece)
        if isinstance(outcome, Receipt):
            return ["called sent, and is not there"] if there is None else self._wrong_id(outcome, there)
        if there is not None:
            return [] if isinstance(outcome, _UNSURE) else [f"is there, and called {outcome!r}"]
        sent = well.publish(piece)
        there = well.find(piece)
        return ["is sent again, and not there"] if there is None else self._wrong_id(sent, there)

    def _lies_of_finding(self, deed: Deed, outcome: Any, spoiler: Spoiler) -> list[str]:
        assert deed.done is not None
        if isinstance(outcome, Receipt):
            return self._wrong_id(outcome, deed.done)
        if outcome is None and spoiler.content is not None and _still_tells(spoiler, deed.done.remote_id):
            return ["called not there, and the answer does not say so"]
        if isinstance(outcome, Rejected) and outcome.next_step == _A_PERSON_LOOKS:
            return []  # nobody is told that it failed: what was found is another's, for all that the answer says
        return [f"called {outcome!r}"] if isinstance(outcome, _DEFINITE) and spoiler.good is not None else []

    def _wrong_id(self, told: Receipt, true: Receipt) -> list[str]:
        likely = re.fullmatch(_IDS[self._rig.account.platform], told.remote_id, re.ASCII) and len(told.remote_id) < 300
        return [] if told.remote_id == true.remote_id or likely else [f"has the made-up id {told.remote_id[:60]!r}"]

    def _deed(self, name: str, pictured: bool) -> Deed:
        rig, piece = self._rig, self._piece(pictured)
        if name == "publish":
            return Deed(name, lambda channel: channel.publish(piece), piece)
        if name in _IN_PUBLIC:
            done = rig.channel.publish(piece)
            if name == "find":
                return Deed(name, lambda channel: channel.find(piece), piece, done)
            if name == "withdraw":
                return Deed(name, lambda channel: channel.withdraw(done))
            other = self._piece(False)
            return Deed(name, lambda channel: channel.edit(done, other), done=done)
        about = rig.channel.publish(self._piece(False)).remote_id
        cursor = self._read("")[1]
        rig.arrive(about, f"Question {self._keys}")
        (message, *_), _ = self._read(cursor)
        if name == "hide":
            return Deed(name, lambda channel: channel.hide(message.remote_id, message.reply_token, True))
        if name == "remove":
            return Deed(name, lambda channel: channel.remove(message.remote_id, message.reply_token))
        answer = self._piece(False, message.reply_token)
        if name == "answer":
            return Deed(name, lambda channel: channel.publish(answer), answer)
        said = rig.channel.publish(answer)
        return Deed(name, lambda channel: channel.find(answer), answer, said)

    def _piece(self, pictured: bool, answers: str = "") -> Piece:
        self._keys += 1
        pictures = {"pictures": (self._rig.picture(),)} if pictured and "video" not in self._rig.made else {}
        words = f"Words number {self._keys}."
        return self._rig.piece(f"3m6abcdefg{self._keys:03}", words, answers=answers, **pictures)

    def _read(self, cursor: str) -> tuple[list[Any], str]:
        found, more = list[Any](), True
        while more:
            batch = self._rig.channel.fetch(self._rig.stream, cursor)
            found, cursor, more = [*found, *batch.messages], batch.cursor, batch.more
        return found, cursor


def _still_tells(spoiler: Spoiler, known: str) -> bool:
    """Tell whether a spoilt answer shows what is looked for whole, or is no list that could be without it."""
    if spoiler.good is None:  # refused, as what is gone is
        return False
    try:
        spoilt = json.loads((spoiler.content or b"").decode("utf-8", "replace"))
    except RecursionError:
        return False
    except ValueError:
        return True
    bare = known.rpartition(":")[2]
    ours = [each for each in _in_lists(spoiler.good) if bare in json.dumps(each)]
    return not ours or any(each in _in_lists(spoilt) for each in ours)


def _in_lists(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    inner = value.values() if isinstance(value, dict) else ()
    return [each for child in inner for each in _in_lists(child)]
