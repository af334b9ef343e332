"""Publishing by containers, as Instagram and Threads do: made unseen, prepared by Meta, published once under their id.

The container's id is noted before it is published. So it can be asked later what became of it, and none is published
twice: one that may have been is never made anew.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pcc_desk.channels import reading
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph
from pcc_desk.errors import ChannelError, Gone, Rejected, Unreachable
from pcc_desk.model.channel import Piece, Steps

_PUBLISHED, _FINISHED, _IN_PROGRESS = "PUBLISHED", "FINISHED", "IN_PROGRESS"
_USELESS = frozenset({"ERROR", "EXPIRED", ""})

Form = Mapping[str, str]
Locate = Callable[[], str | None]  # looks for the publication by what it says; gives its id


@dataclass(frozen=True, slots=True)
class Kind:
    """What one platform calls its containers: where they are made and published, and the fields that tell of one."""

    make: str
    publish: str
    standing: str
    reason: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Meta is waited for: `waits` seconds between the looks; the next try goes on from there."""

    waits: Sequence[float] = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0)
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a piece is made of: the forms of its parts, and how the form of the whole is made of their ids."""

    whole: Callable[[Sequence[str]], Form]
    children: Sequence[Form] = ()


class Press:
    """Brings the pieces of one account out, each by a container of its own."""

    def __init__(self, graph: Graph, steps: Steps, kind: Kind, patience: Patience) -> None:
        """Note every id in `steps`, and wait for Meta with `patience`."""
        self._graph, self._steps, self._kind, self._patience = graph, steps, kind, patience

    def bring_out(self, piece: Piece, recipe: Recipe, locate: Locate) -> str:
        """Publish a piece once and give its id.

        Raises:
            Unreachable: nothing is public yet; the next try goes on from here.
            Unconfirmed: it may be public.
            ChannelError: refused.
        """
        with nothing_public_yet():
            known = self._became(piece, locate, "POST")
            if known is not None:
                return known
            container = self._steps.get(piece.key, "container") or self._make(piece, recipe)
            self._await(piece, container)
        path = self._kind.publish
        body = self._graph.post(Call(path, form={"creation_id": container}))
        with self._graph.promised("POST", path):
            media = reading.text(body, "id")
        self._steps.put(piece.key, "media", media)
        return media

    def find(self, piece: Piece, locate: Locate) -> str | None:
        """Give the id of what a piece became, or None when it is not public. Raises: ChannelError."""
        if not self._steps.get(piece.key, "container") and not self._steps.get(piece.key, "media"):
            return locate()
        return self._became(piece, locate, "GET")

    def is_begun(self, piece: Piece) -> bool:
        """Tell whether a container was made for a piece."""
        return bool(self._steps.get(piece.key, "container"))

    def _became(self, piece: Piece, locate: Locate, method: str) -> str | None:
        """Tell what the container noted became; forget one that is of no use any more."""
        media = self._steps.get(piece.key, "media")
        container = self._steps.get(piece.key, "container")
        if media or not container:
            return media or None
        try:
            standing, _ = self._standing(container)
        except Gone:  # containers are kept for a day, published ones too
            standing = _PUBLISHED
            found = self._located(locate, method)
            if found is None:
                self._forget(piece)
                return None
        else:
            if standing in _USELESS:
                self._forget(piece)
            if standing != _PUBLISHED:
                return None
            found = self._located(locate, method)
        if found is None:
            raise self._graph.late(method, container, "published, and not shown yet")
        self._steps.put(piece.key, "media", found)
        return found

    def _located(self, locate: Locate, method: str) -> str | None:
        try:
            return locate()
        except Rejected as error:  # two alike: it is public, and a person has to say which it is
            if method == "GET":
                raise
            raise self._graph.late(method, self._kind.publish, error.detail) from None

    def _make(self, piece: Piece, recipe: Recipe) -> str:
        made = [self._child(piece, number, form) for number, form in enumerate(recipe.children)]
        container = self._created(recipe.whole(made))
        self._steps.put(piece.key, "container", container)
        return container

    def _child(self, piece: Piece, number: int, form: Form) -> str:
        known = self._steps.get(piece.key, f"child {number}")
        if known:
            return known
        child = self._created(form)
        self._steps.put(piece.key, f"child {number}", child)
        return child

    def _created(self, form: Form) -> str:
        path = self._kind.make
        body = self._graph.post(Call(path, form=form, harmless=True))
        with self._graph.promised("GET", path):
            return reading.text(body, "id")

    def _await(self, piece: Piece, container: str) -> None:
        """Wait until Meta has prepared a container."""
        for seconds in self._patience.waits:
            if seconds:
                self._patience.wait(seconds)
            standing, why = self._standing(container)
            if standing == _FINISHED:
                return
            if standing in _USELESS:
                self._forget(piece)
                raise self._refused(why)
        title = self._graph.wire.title
        raise Unreachable(f"{title} is still preparing this.", "It goes out by itself as soon as that is done.")

    def _standing(self, container: str) -> tuple[str, str]:
        body = self._graph.get(Call(container, {"fields": f"id,{self._kind.standing},{self._kind.reason}"}))
        with self._graph.promised("GET", container):
            return reading.text(body, self._kind.standing), reading.text_or_none(body, self._kind.reason)

    def _refused(self, why: str) -> ChannelError:
        title = self._graph.wire.title
        said = f": “{' '.join(why.split())[:200]}”" if why else "."
        return Rejected(
            f"{title} could not use the picture or film{said}",
            "Check that your website shows it, and that it is a JPEG picture or an MP4 film. Then send it again.",
        )

    def _forget(self, piece: Piece) -> None:
        self._steps.put(piece.key, "container", "")
        number = 0
        while self._steps.get(piece.key, f"child {number}"):
            self._steps.put(piece.key, f"child {number}", "")
            number += 1
