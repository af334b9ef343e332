"""Containers as the rehearsal servers of Meta's platforms keep them: made, prepared, published once, gone in a day."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pcc_desk.rehearsal.graph import Node, Refusal, not_there
from pcc_desk.rehearsal.loopback import Reply, Request

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
    film: bytearray = field(default_factory=bytearray, repr=False)
    size: int = 0  # of the film it waits for, once the first stretch told it

    @property
    def lacks(self) -> bool:
        """Whether it waits for a film, or for the rest of one."""
        return self.form.get("upload_type") == "resumable" and (not self.size or len(self.film) < self.size)

    def upload(self) -> Node:
        """Give what is told of the film that is brought up."""
        phase = {"status": "in_progress" if self.lacks else "complete", "bytes_transferred": len(self.film)}
        return {"uploading_phase": phase}


class Containers:
    """The containers of one account."""

    def __init__(self, now: Callable[[], datetime], number: Callable[[], str]) -> None:
        """Name containers by `number`; each is ready at once unless `slow` says how many looks it takes."""
        self._now, self._number = now, number
        self._kept: dict[str, Container] = {}
        self.slow = 0
        self.unusable = ""  # an address that cannot be fetched, by a part of it
        self.cut = 0  # how much of the next film arrives before the line breaks

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
        made.standing = "IN_PROGRESS" if made.lacks else made.standing
        made.reason = "Error: The media could not be fetched from this URI (9004)" if bad else ""
        self._kept[made.id] = made
        return made.id

    def look(self, name: str) -> Container:
        """Give one as it stands now; each look brings a slow one nearer. Raises: Refusal."""
        found = self._kept.get(name)
        if found is None:
            raise not_there(name)
        if found.standing == "IN_PROGRESS" and not found.lacks:
            self.slow -= 1
            found.standing = "IN_PROGRESS" if self.slow > 0 else "FINISHED"
        if found.standing == "FINISHED" and self._now() - found.made_at > _KEPT:
            found.standing = "EXPIRED"
        return found

    def take_film(self, request: Request, tokens: Collection[str]) -> Reply:
        """Take what is sent of a film, as the host for uploads does."""
        found = self._kept.get(request.path.rpartition("/")[2])
        told = {name: request.headers.get(name, "") for name in ("authorization", "offset", "file_size")}
        if told["authorization"].removeprefix("OAuth ") not in tokens:
            return _debug("NotAuthorizedError", "The access token is not valid")
        if found is None or told["offset"] != str(len(found.film)) or not told["file_size"].isdecimal():
            return _debug("OffsetInvalidError", "Request starting offset is invalid")
        found.size = int(told["file_size"])
        arrived, self.cut = request.content[: self.cut or None], 0
        found.film += arrived
        if len(arrived) < len(request.content):
            return Reply(b"<!doctype html>Sorry, something went wrong.", 500, kind="text/html")
        if found.lacks:
            return _debug("PartialRequestError", "Partial request (did not match length of file)")
        return Reply({"success": True, "message": "Upload successful."})

    def films_of(self, container: Container) -> tuple[bytes, ...]:
        """Give the films a container and its parts were made of."""
        parts = [self._kept[name] for name in container.form.get("children", "").split(",") if name]
        return tuple(bytes(each.film) for each in (container, *parts) if each.film)

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


def _debug(kind: str, message: str) -> Reply:
    return Reply({"debug_info": {"retriable": False, "type": kind, "message": message}}, 400)
