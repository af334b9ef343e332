"""Pictures on the office's own website, for platforms that fetch them from there instead of taking them from us."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
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
from pcc_desk.model.channel import Ability, Channel, Hosted, Hosts, Piece, Platform
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.services.keeping import AccountSteps
from pcc_desk.store import accounts, claims, deliveries, steps
from pcc_desk.store.claims import Verdict
from pcc_desk.store.engine import Store

_STEP = "hosted "
_NOT_YET = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.UNCONFIRMED)


class Doors(Protocol):
    """What hosting needs of the accounts."""

    def all(self) -> tuple[Account, ...]:
        """Give the accounts in use."""

    def open(self, account_id: AccountId) -> Channel:
        """Give the one channel of an account. Raises: DeskError."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""

    def see(self, address: str) -> bytes:
        """Fetch a picture as anybody would. Raises: ChannelError."""


class Hosting:
    """Puts pictures on the office's website before a platform is asked to fetch them, and takes them off again."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    def problem(self, account: Account, platform: Platform) -> str:
        """Say why a platform could not fetch pictures for an account, and what to do; "" when it can or need not."""
        return "" if not platform.fetches_media else find_problem(account, platform, self._host())

    def lend(self, delivery: Delivery, platform: Platform, piece: Piece) -> tuple[str, ...]:
        """Give the address of each picture, put on the website and seen there from outside; () where none is needed.

        It is safe to repeat: each picture has a name of its own there, and what was done is noted.

        Raises:
            Unreachable: it could not be done just now; nothing is public yet but pictures.
            Rejected: it cannot be done; the sentence says why.
            StoreError: it could not be noted.
        """
        if not platform.fetches_media or not piece.pictures:
            return ()
        with self._store.read() as conn:
            account = accounts.get(conn, delivery.account_id)
        assert account is not None  # a delivery's account is never removed
        host = self._host()
        if problem := find_problem(account, platform, host):
            raise Rejected(problem)
        assert host is not None
        notes, found = AccountSteps(self._store, account), []
        for number, picture in enumerate(piece.pictures, start=1):
            name = f"{_STEP}{number}"
            noted = _read(notes.get(piece.key, name))
            if noted is None:
                with _about_pictures(platform):
                    hosted = cast(Hosts, self._doors.open(host.id)).host(f"{piece.key}-{number}", picture)
                noted = (host.id, hosted)
                notes.put(piece.key, name, _write(*noted))
            self._look(account, platform, noted[1].address, len(picture.content))
            found.append(noted[1].address)
        return tuple(found)

    def known(self, delivery: Delivery) -> tuple[str, ...]:
        """Give the addresses noted for a delivery's pictures, in order. Raises: StoreError."""
        return tuple(hosted.address for _, _, hosted in self._noted(delivery))

    def count(self, delivery_id: DeliveryId) -> int:
        """Count the pictures of a delivery that stand on the website for a platform to fetch. Raises: StoreError."""
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
        return 0 if delivery is None else len(list(self._noted(delivery)))

    def remove(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Take the pictures of a delivery off the website, and record it.

        Raises:
            InputError: the platform may still have to fetch them.
            ChannelError: the website did not do it; those it did take off stay recorded.
            StoreError: it could not be kept.
        """
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
        if delivery is None:
            return Changes.NONE
        if delivery.state in _NOT_YET:
            raise InputError("The platform may still fetch these pictures.", "Remove them once this is posted.")
        with self._store.read() as conn:
            account = accounts.get(conn, delivery.account_id)
        assert account is not None  # a delivery's account is never removed
        notes = AccountSteps(self._store, account)
        for name, host_id, hosted in list(self._noted(delivery)):
            cast(Hosts, self._doors.open(host_id)).unhost(hosted.remote_id)
            notes.put(delivery.frozen.key, name, "")
        told = Verdict(delivery.state, "pictures removed", "Its pictures were removed from the website.")
        with self._store.write() as conn:
            claims.record(conn, delivery_id, told, now, now)
        return Changes.DELIVERIES

    def _host(self) -> Account | None:
        return next((account for account in self._doors.all() if self._can_host(account)), None)

    def _can_host(self, account: Account) -> bool:
        able = Ability.HOST in self._doors.platform_of(account).abilities
        return able and account.state is AccountState.CONNECTED

    def _look(self, account: Account, platform: Platform, address: str, size: int) -> None:
        if not addresses.is_here(account.address) and not addresses.is_public(address):
            raise Rejected(_not_public(platform))
        with _about_pictures(platform):
            seen = len(self._doors.see(address))
        if seen != size:
            raise Rejected(
                f"Your website shows a picture for {platform.title} in another size than it was given.",
                "Ask the website's administrator to leave the pictures of the media library as they are.",
                f"{seen} bytes instead of {size}",
            )

    def _noted(self, delivery: Delivery) -> Iterable[tuple[str, AccountId, Hosted]]:
        with self._store.read() as conn:
            noted = steps.named(conn, delivery.account_id, delivery.frozen.key, _STEP)
        for name in sorted(noted, key=lambda name: int(name.removeprefix(_STEP))):
            if (read := _read(noted[name])) is not None:
                yield name, *read


def find_problem(account: Account, platform: Platform, host: Account | None) -> str:
    """Say why a platform could not fetch pictures from the office's website, if there is one; "" when it can."""
    if host is None:
        return (
            f"{platform.title} fetches pictures from a website. "
            f"Connect your WordPress website in Settings, or leave {platform.title} out."
        )
    if not addresses.is_here(account.address) and not addresses.is_public(host.address):
        return _not_public(platform)
    return ""


def _not_public(platform: Platform) -> str:
    return (
        f"Your website can only be seen from this PC or your own network, so {platform.title} cannot fetch pictures "
        f"from it. Connect a website that everybody can see, or leave {platform.title} out."
    )


@contextmanager
def _about_pictures(platform: Platform) -> Iterator[None]:
    """Hold what the website does: whatever fails there says nothing about the platform's own account.

    Raises:
        Unreachable: it may work later.
        Rejected: it cannot work like this.
    """
    begin = f"The pictures for {platform.title} could not be put on your website."
    try:
        yield
    except (Unreachable, ServiceDown, RateLimited, Unconfirmed) as error:
        raise Unreachable(f"{begin} {error.sentence}", error.next_step, error.detail) from error
    except Unauthorized as error:
        raise Rejected(f"{begin} It does not accept the sign-in any more. Sign in again in Settings.") from error
    except ChannelError as error:
        raise Rejected(f"{begin} {error.sentence}", error.next_step, error.detail) from error


def _write(host_id: AccountId, hosted: Hosted) -> str:
    return json.dumps([host_id, hosted.remote_id, hosted.address])


def _read(noted: str | None) -> tuple[AccountId, Hosted] | None:
    if not noted:
        return None
    host_id, remote_id, address = json.loads(noted)
    return AccountId(host_id), Hosted(remote_id, address)
