"""Publishing by containers, as Instagram and Threads do: made unseen, prepared by Meta, published once under their id.

The container's id is noted before it is published. So it can be asked later what became of it, and none is published
twice: one that may have been is never made anew.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pcc_desk.channels import graph_uploads, reading
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph, node
from pcc_desk.errors import ChannelError, Gone, Rejected, Unreachable
from pcc_desk.model.channel import Piece, Steps
from pcc_desk.model.film import PieceVideo

_PUBLISHED, _FINISHED, _IN_PROGRESS = "PUBLISHED", "FINISHED", "IN_PROGRESS"
_USELESS = frozenset({"ERROR", "EXPIRED"})
_STANDINGS = _USELESS | {_PUBLISHED, _FINISHED, _IN_PROGRESS}

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
class Part:
    """One container to make; a `film` is brought up into it; what is `slow` is prepared before the whole is made."""

    form: Form
    film: PieceVideo | None = None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a piece is made of: its parts, and how the whole is made of their ids."""

    whole: Callable[[Sequence[str]], Part]
    children: Sequence[Part] = ()


def recipe_of(parts: Sequence[Part], said: Form) -> Recipe:
    """Give what one part alone, or several as a carousel, make with the words `said`."""
    if len(parts) == 1:
        (only,) = parts
        return Recipe(lambda _: replace(only, form={**only.form, **said}))
    children = [replace(part, form={**part.form, "is_carousel_item": "true"}) for part in parts]
    return Recipe(lambda ids: Part({"media_type": "CAROUSEL", "children": ",".join(ids), **said}), children)


class Press:
    """Brings the pieces of one account out, each by a container of its own."""

    def __init__(self, graph: Graph, steps: Steps, kind: Kind, patience: Patience) -> None:
        """Note every id in `steps`, and wait for Meta with `patience`."""
        self.graph, self._steps, self._kind, self._patience = graph, steps, kind, patience

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
            container = self._whole(piece, recipe)
            self._await(piece, container)
        path = self._kind.publish
        body = self.graph.post(Call(path, form={"creation_id": container}))
        with self.graph.promised("POST", path):
            media = node(body)
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
            raise self.graph.late(method, container, "published, and not shown yet")
        self._steps.put(piece.key, "media", found)
        return found

    def _located(self, locate: Locate, method: str) -> str | None:
        try:
            return locate()
        except Rejected as error:  # two alike: it is public, and a person has to say which it is
            if method == "GET":
                raise
            raise self.graph.late(method, self._kind.publish, error.detail) from None

    def _whole(self, piece: Piece, recipe: Recipe) -> str:
        """Give the container of the whole, made of parts that are made; each goes on where it stands."""
        made = list[str]()
        if not self.is_begun(piece):
            for number, part in enumerate(recipe.children):
                made.append(self._part(piece, f"child {number}", part))
                if part.slow:
                    self._await(piece, made[-1])
        return self._part(piece, "container", recipe.whole(made))

    def _part(self, piece: Piece, name: str, part: Part) -> str:
        container = self._steps.get(piece.key, name) or self._created(piece, name, part)
        if part.film is not None and self._steps.get(piece.key, f"{name} up") != "whole":
            self._bring_up(piece, name, part.film)
        return container

    def _created(self, piece: Piece, name: str, part: Part) -> str:
        path = self._kind.make
        body = self.graph.post(Call(path, form=part.form, harmless=True))
        with self.graph.promised("GET", path):
            container = node(body)
        if part.film is not None:
            door = graph_uploads.door_of(self.graph, container, reading.text_or_none(body, "uri"))
            self._steps.put(piece.key, f"{name} door", door.path)
        self._steps.put(piece.key, name, container)
        return container

    def _bring_up(self, piece: Piece, name: str, film: PieceVideo) -> None:
        """Bring a film up into its container, going on where the last try ended."""
        container, path = (self._steps.get(piece.key, each) or "" for each in (name, f"{name} door"))
        begun = self._steps.get(piece.key, f"{name} up") == "begun"
        self._steps.put(piece.key, f"{name} up", "begun")
        try:
            graph_uploads.bring_up(self.graph, graph_uploads.Door(container, path), film, begun)
        except graph_uploads.Spent as spent:
            self._forget(piece)
            raise spent.error from None
        self._steps.put(piece.key, f"{name} up", "whole")

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
        title = self.graph.wire.title
        raise Unreachable(f"{title} is still preparing this.", "It goes out by itself as soon as that is done.")

    def _standing(self, container: str) -> tuple[str, str]:
        body = self.graph.get(Call(container, {"fields": f"id,{self._kind.standing},{self._kind.reason}"}))
        with self.graph.promised("GET", container):
            standing = reading.text(body, self._kind.standing)
            if standing not in _STANDINGS:
                raise reading.Malformed(f"no {self._kind.standing}")
            return standing, reading.text_or_none(body, self._kind.reason)

    def _refused(self, why: str) -> ChannelError:
        title = self.graph.wire.title
        said = f": “{' '.join(why.split())[:200]}”" if why else "."
        return Rejected(
            f"{title} could not use the picture or film{said}",
            "Check that your website shows it, and that it is a JPEG picture or an MP4 film. Then send it again.",
        )

    def _forget(self, piece: Piece) -> None:
        """Forget every container of a piece, so that all are made anew."""
        names, number = ["container"], 0
        while self._steps.get(piece.key, f"child {number}"):
            names.append(f"child {number}")
            number += 1
        for name in names:
            for each in (name, f"{name} up"):
                if self._steps.get(piece.key, each):
                    self._steps.put(piece.key, each, "")
