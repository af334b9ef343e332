"""Containers as the rehearsal servers of Meta's platforms keep them: made, prepared, published once, gone in a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcc_desk.rehearsal.graph import Refusal, not_there

_KEPT = timedelta(hours=24)


@dataclass
class Container:
    """One container: what it was made of, where it stands, and what it became."""

    id: str
    form: Mapping[str, str]
    made_at: datetime
    standing: str
    became: str = ""
    reason: str = ""


class Containers:
    """The containers of one account."""

    def __init__(self, now: Callable[[], datetime], number: Callable[[], str]) -> None:
        """Name containers by `number`; each is ready at once unless `slow` says how many looks it takes."""
        self._now, self._number = now, number
        self._kept: dict[str, Container] = {}
        self.slow = 0
        self.unusable = ""  # an address that cannot be fetched, by a part of it

    @property
    def all(self) -> tuple[Container, ...]:
        """Every container, oldest first."""
        return tuple(self._kept.values())

    def make(self, form: Mapping[str, str]) -> str:
        """Make one and give its id. Raises: Refusal."""
        address = form.get("image_url") or form.get("video_url") or ""
        for child in filter(None, form.get("children", "").split(",")):
            if self._kept.get(child) is None:
                raise not_there(child)
        bad = bool(self.unusable) and self.unusable in address
        made = Container(
            self._number(), form, self._now(), "ERROR" if bad else "IN_PROGRESS" if self.slow else "FINISHED"
        )
        made.reason = "Error: The media could not be fetched from this URI (9004)" if bad else ""
        self._kept[made.id] = made
        return made.id

    def look(self, name: str) -> Container:
        """Give one as it stands now; each look brings a slow one nearer. Raises: Refusal."""
        found = self._kept.get(name)
        if found is None:
            raise not_there(name)
        if found.standing == "IN_PROGRESS":
            self.slow -= 1
            found.standing = "IN_PROGRESS" if self.slow > 0 else "FINISHED"
        if found.standing == "FINISHED" and self._now() - found.made_at > _KEPT:
            found.standing = "EXPIRED"
        return found

    def publish(self, name: str, publication: Callable[[Container], str]) -> str:
        """Publish one once, and give what it became. Raises: Refusal."""
        found = self._kept.get(name)
        if found is None:
            raise not_there(name)
        if found.standing != "FINISHED":
            raise Refusal(9_007, "The media is not ready to be published", 2_207_027)
        found.became, found.standing = publication(found), "PUBLISHED"
        return found.became

    def forget(self) -> None:
        """Forget them all, as happens after a day."""
        self._kept.clear()
