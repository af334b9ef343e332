"""Pictures and films on the office's own website, for platforms that fetch them there and take none from us."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol, cast

from pcc_desk.channels import addresses
from pcc_desk.errors import (
    ChannelError,
    InputError,
    RateLimited,
    Rejected,
    ServiceDown,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Channel, Piece, PiecePicture, Platform
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.hosting import Hosted, Hosts, Lent, Sighting, Wanted
from pcc_desk.services.keeping import AccountSteps
from pcc_desk.store import accounts, claims, deliveries, steps
from pcc_desk.store.claims import Verdict
from pcc_desk.store.engine import Store
from pcc_desk.store.pictures import fingerprint

_STEP = "hosted "
_NOT_YET = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.UNCONFIRMED)
_BOTH = Ability.PICTURES | Ability.VIDEO

Alive = Callable[[], None]


class Doors(Protocol):
    """What hosting needs of the accounts."""

    def all(self) -> tuple[Account, ...]:
        """Give the accounts in use."""

    def open(self, account_id: AccountId) -> Channel:
        """Give the one channel of an account. Raises: DeskError."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""

    def see(self, address: str, wanted: Wanted, alive: Alive) -> Sighting:
        """Look at a picture or film as anybody would. Raises: ChannelError."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """One picture or film to lend: its number in the piece from 1, what it must be, and how it is put up."""

    number: int
    wanted: Wanted
    digest: str
    put: Callable[[Hosts], Hosted]

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return _name_of(self.wanted.kind == "video")


@dataclass(frozen=True, slots=True)
class _Note:
    """What was noted of a thing: where it stands, what it is, and whether it was seen there whole."""

    host: AccountId
    hosted: Hosted
    kind: str = "image"
    seen: bool = False

    def written(self) -> str:
        """Give the text that is kept."""
        return json.dumps([self.host, self.hosted.remote_id, self.hosted.address, self.kind, self.seen])

    @classmethod
    def read(cls, noted: str | None) -> "_Note | None":
        """Read a kept text; one kept before films were lent is of a picture."""
        if not noted:
            return None
        host_id, remote_id, address, *more = json.loads(noted)
        return cls(AccountId(host_id), Hosted(remote_id, address), *more)


class Hosting:
    """Puts pictures and films on the office's website before a platform fetches them, and takes them off again."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    def problem(self, account: Account, platform: Platform, has: Ability = _BOTH) -> str:
        """Say why a platform could not fetch what a post has, and what to do; "" when it can or need not.

        `has` is Ability.PICTURES, Ability.VIDEO, or both.
        """
        wanted = has & platform.fetches
        return find_problem(account, platform, self._host(), wanted) if wanted else ""

    def lend(self, delivery: Delivery, platform: Platform, piece: Piece, alive: Alive) -> tuple[str, ...]:
        """Give the address of each picture and of the film, put on the website and seen there from outside.

        Only of those the platform fetches itself. It is safe to repeat: each has a name of its own there, and what was
        done is noted. `alive` is called now and then while a film is on its way.

        Raises:
            Unreachable: it could not be done just now; nothing is public yet but pictures and films.
            Rejected: it cannot be done; the sentence says why.
            StoreError: it could not be noted.
        """
        things = list(_things(piece, platform, delivery))
        if not things:
            return ()
        with self._store.read() as conn:
            account = accounts.get(conn, delivery.account_id)
        assert account is not None  # a delivery's account is never removed
        host = self._host()
        wanted = _ability_of(any(thing.wanted.kind == "video" for thing in things))
        if problem := find_problem(account, platform, host, wanted):
            raise Rejected(problem)
        assert host is not None
        notes, found = AccountSteps(self._store, account), []
        for thing in things:
            name = f"{_STEP}{thing.number}"
            note = _Note.read(notes.get(piece.key, name))
            if note is None:
                with _about(platform, thing):
                    note = _Note(host.id, thing.put(cast(Hosts, self._doors.open(host.id))), thing.wanted.kind)
                notes.put(piece.key, name, note.written())
                self._look(account, platform, note.hosted.address, (thing, alive))
            elif not note.seen:
                note = self._seen_again(note, host, (account, platform), (thing, alive))
            if not note.seen:  # a film is looked at once: each look brings all of it back
                note = replace(note, seen=note.kind == "video")
                notes.put(piece.key, name, note.written())
            found.append(note.hosted.address)
        return tuple(found)

    def _seen_again(
        self, note: _Note, host: Account, where: tuple[Account, Platform], what: tuple[_Thing, Alive]
    ) -> _Note:
        """Look at what was put up at an earlier try; where somebody has taken it away since, put it up again."""
        account, platform = where
        try:
            self._look(account, platform, note.hosted.address, what)
        except ChannelError:
            with _about(platform, what[0]):
                again = what[0].put(cast(Hosts, self._doors.open(host.id)))
            if again.remote_id == note.hosted.remote_id:
                raise  # it is there, and cannot be seen for another reason
            note = _Note(host.id, again, what[0].wanted.kind)
            self._look(account, platform, again.address, what)
        return note

    def known(self, delivery: Delivery) -> tuple[str, ...]:
        """Give the addresses noted for a delivery's pictures and film, in order. Raises: StoreError."""
        return tuple(note.hosted.address for _, note in self._noted(delivery))

    def count(self, delivery_id: DeliveryId) -> Lent:
        """Count what of a delivery stands on the website for a platform to fetch. Raises: StoreError."""
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
        if delivery is None:
            return Lent()
        kinds = [note.kind for _, note in self._noted(delivery)]
        return Lent(kinds.count("image"), kinds.count("video"))

    def remove(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Take the pictures and the film of a delivery off the website, and record it.

        Raises:
            InputError: the platform may still have to fetch them.
            ChannelError: the website did not do it; those it did take off stay recorded.
            StoreError: it could not be kept.
        """
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
        if delivery is None:
            return Changes.NONE
        lent = _say(self.count(delivery_id))
        if delivery.state in _NOT_YET:
            raise InputError(f"The platform may still fetch the {lent}.", "Remove them once this is posted.")
        with self._store.read() as conn:
            account = accounts.get(conn, delivery.account_id)
        assert account is not None  # a delivery's account is never removed
        notes = AccountSteps(self._store, account)
        for name, note in list(self._noted(delivery)):
            cast(Hosts, self._doors.open(note.host)).unhost(note.hosted.remote_id)
            notes.put(delivery.frozen.key, name, "")
        told = Verdict(delivery.state, f"{lent} removed", f"PCC Desk removed the {lent} for this from the website.")
        with self._store.write() as conn:
            claims.record(conn, delivery_id, told, now, now)
        return Changes.DELIVERIES

    def _host(self) -> Account | None:
        return next((account for account in self._doors.all() if self._can_host(account)), None)

    def _can_host(self, account: Account) -> bool:
        able = Ability.HOST in self._doors.platform_of(account).abilities
        return able and account.state is AccountState.CONNECTED

    def _look(self, account: Account, platform: Platform, address: str, what: tuple[_Thing, Alive]) -> None:
        """See that everybody is shown, byte for byte, what was approved."""
        thing, alive = what
        if not addresses.is_here(account.address) and not addresses.is_public(address):
            raise Rejected(_not_public(platform, _ability_of(thing.wanted.kind == "video")))
        with _about(platform, thing):
            seen = self._doors.see(address, thing.wanted, alive)
        if seen.digest != thing.digest:
            raise Rejected(
                f"Your website shows {platform.title} another {thing.name} than the one it was given.",
                f"Ask the website's administrator to leave each {thing.name} in the media library as it is.",
                f"{seen.size} bytes instead of {thing.wanted.size}",
            )

    def _noted(self, delivery: Delivery) -> Iterable[tuple[str, _Note]]:
        with self._store.read() as conn:
            noted = steps.named(conn, delivery.account_id, delivery.frozen.key, _STEP)
        for name in sorted(noted, key=lambda name: int(name.removeprefix(_STEP))):
            if (note := _Note.read(noted[name])) is not None:
                yield name, note


def find_problem(account: Account, platform: Platform, host: Account | None, wanted: Ability) -> str:
    """Say why a platform could not fetch what is wanted from the office's website, if there is one; "" when it can."""
    if host is None:
        return (
            f"{platform.title} fetches {_plural(wanted)} from a website. "
            f"Connect your WordPress website in Settings, or leave {platform.title} out."
        )
    if not addresses.is_here(account.address) and not addresses.is_public(host.address):
        return _not_public(platform, wanted)
    return ""


def _things(piece: Piece, platform: Platform, delivery: Delivery) -> Iterator[_Thing]:
    if Ability.PICTURES in platform.fetches:
        for number, picture in enumerate(piece.pictures, start=1):
            wanted, put = Wanted("image", len(picture.content)), partial(_host, f"{piece.key}-{number}", picture)
            yield _Thing(number, wanted, fingerprint(picture.content), put)
    film, frozen = piece.video, delivery.frozen.film
    if film is not None and frozen is not None and Ability.VIDEO in platform.fetches:
        number, put = len(delivery.frozen.pictures) + 1, partial(_host_film, f"{piece.key}-film", film)
        yield _Thing(number, Wanted("video", film.size), frozen.id, put)


def _host(name: str, picture: PiecePicture, host: Hosts) -> Hosted:
    return host.host(name, picture)


def _host_film(name: str, film: PieceVideo, host: Hosts) -> Hosted:
    return host.host_film(name, film)


def _ability_of(is_film: bool) -> Ability:
    return Ability.VIDEO if is_film else Ability.PICTURES


def _name_of(is_film: bool) -> str:
    return "film" if is_film else "picture"


def _plural(wanted: Ability) -> str:
    names = {Ability.PICTURES: "pictures", Ability.VIDEO: "films"}
    return " and ".join(name for ability, name in names.items() if ability in wanted)


def _say(lent: Lent) -> str:
    parts = ["pictures"] * bool(lent.pictures) + ["film"] * bool(lent.films)
    return " and ".join(parts or ["pictures"])


def _not_public(platform: Platform, wanted: Ability) -> str:
    return (
        f"Your website can only be seen from this PC or your own network, so {platform.title} cannot fetch "
        f"{_plural(wanted)} from it. Connect a website that everybody can see, or leave {platform.title} out."
    )


@contextmanager
def _about(platform: Platform, thing: _Thing) -> Iterator[None]:
    """Hold what the website does: whatever fails there says nothing about the platform's own account.

    Raises:
        Unreachable: it may work later.
        Rejected: it cannot work like this.
    """
    begin = f"The {thing.name} for {platform.title} could not be put on your website."
    try:
        yield
    except (Unreachable, ServiceDown, RateLimited, Unconfirmed) as error:
        raise Unreachable(f"{begin} {error.sentence}", error.next_step, error.detail) from error
    except Unauthorized as error:
        raise Rejected(f"{begin} It does not accept the sign-in any more. Sign in again in Settings.") from error
    except ChannelError as error:  # the outbox shows one sentence about a held post, so it tells what to do as well
        raise Rejected(f"{begin} {error.sentence} {error.next_step}".strip(), detail=error.detail) from error
