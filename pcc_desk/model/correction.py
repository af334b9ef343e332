"""Changing what was posted."""

from dataclasses import dataclass

from pcc_desk.model.account import Account
from pcc_desk.model.delivery import Delivery, DeliveryId, Frozen


@dataclass(frozen=True, slots=True)
class Correctable:
    """Something that was posted: `stands` is what stands there now, `why_not` why it cannot be changed, or ""."""

    delivery: Delivery
    account: Account
    stands: Frozen
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """Other words for one posted delivery; its pictures stay."""

    delivery_id: DeliveryId
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class TakenDown:
    """From how many places something was taken down, and one plain sentence for each place where it still stands."""

    places: int
    left: tuple[str, ...] = ()
