"""A bulletin's people in groups: who has it, whom a server asked to wait for, and whom it refused."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pcc_desk.model.channel import Steps
from pcc_desk.model.unreached import ALL, DOUBT, GROUP, PEOPLE, REACHED, STEP

LONGEST_WAIT = timedelta(hours=24)  # for a server that asks to wait for one address; then it counts as refused
_SENT = "sent"


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server said about the addresses of one group that it did not take; everybody else has it."""

    refused: Mapping[str, str] = field(default_factory=dict)
    busy: Mapping[str, str] = field(default_factory=dict)


class Groups:
    """The people of one piece, as they were when it first went out: a list that changes is for the next one."""

    def __init__(self, steps: Steps, key: str, people: Sequence[str]) -> None:
        self._steps = steps
        self._key = key
        if (kept := steps.get(key, PEOPLE)) is None:
            steps.put(key, PEOPLE, json.dumps(list(people)))
        self._people: list[str] = list(people) if kept is None else json.loads(kept)
        self.count = -(-len(self._people) // GROUP)

    @classmethod
    def are_done(cls, steps: Steps, key: str) -> bool:
        """Tell whether everybody of a piece has it who can."""
        return steps.get(key, ALL) == _SENT

    def to_go(self) -> Iterator[tuple[int, list[str]]]:
        """Give each group that does not have it, or those in it for whom the server asked to wait."""
        for number in range(self.count):
            if self._noted(number) != _SENT:
                yield number, self._asked(number)

    def begun(self) -> int:
        """Count the groups that have it, apart from single people."""
        return sum(self._noted(number) is not None for number in range(self.count))

    def busy(self) -> int:
        """Count the people for whom the server asked to wait."""
        noted = [self._noted(number) for number in range(self.count)]
        return sum(len(json.loads(each)["busy"]) for each in noted if each not in (None, _SENT) and each)

    def nobody(self) -> bool:
        """Tell whether every single address was refused."""
        return all(self._steps.get(self._key, f"{STEP}{address}") is not None for address in self._people)

    def why(self) -> str:
        """Give what was said of the first address that was refused, or ""."""
        return next(filter(None, (self._steps.get(self._key, f"{STEP}{one}") for one in self._people)), "")

    def doubt(self, number: int | None) -> None:
        """Note that the words go to a group now, or with None that this ended clearly."""
        self._steps.put(self._key, DOUBT, "" if number is None else str(number))

    def settle(self, number: int, taken: Taken, now: datetime) -> None:
        """Note how a group was taken; it is on disk when this returns."""
        before = self._noted(number)
        since = now.isoformat() if before is None else str(json.loads(before)["since"])
        waits = bool(taken.busy) and now - datetime.fromisoformat(since) < LONGEST_WAIT
        if len(taken.refused) + len(taken.busy) < len(self._asked(number)):
            self._steps.put(self._key, REACHED, _SENT)
        # The group first: with it noted, an end at any moment sends nothing twice.
        left = json.dumps({"busy": list(taken.busy), "since": since}) if waits else _SENT
        self._steps.put(self._key, f"group {number}", left)
        self.doubt(None)
        for address, said in {**taken.refused, **({} if waits else taken.busy)}.items():
            self._steps.put(self._key, f"{STEP}{address}", said)

    def end(self) -> None:
        """Note that everybody has it who can; the list itself need not be kept any longer."""
        self._steps.put(self._key, ALL, _SENT)
        self._steps.put(self._key, PEOPLE, "[]")

    def _asked(self, number: int) -> list[str]:
        noted = self._noted(number)
        if noted is None:
            return self._people[number * GROUP : (number + 1) * GROUP]
        return list(json.loads(noted)["busy"])

    def _noted(self, number: int) -> str | None:
        return self._steps.get(self._key, f"group {number}")
