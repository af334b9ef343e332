"""What the compose panel reads in one go off Qt's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.cost import Forecast
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.ui.compose.shelf import Shelf
from pcc_desk.ui.reading.presence import Presences, read_presences

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

FINAL = (DeliveryState.SENT, DeliveryState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Opened:
    """An announcement with what became of it, and the accounts it may go to."""

    announcement: Announcement
    deliveries: tuple[Delivery, ...]
    presences: Presences
    corrections: tuple[Delivery, ...] = ()

    def is_over(self) -> bool:
        """Tell whether everything approved has ended, so that only its record is left to see."""
        approved = self.announcement.approved_at is not None
        return approved and bool(self.deliveries) and all(each.state in FINAL for each in self.deliveries)


@dataclass(frozen=True, slots=True)
class Shelved:
    """The announcements of one list."""

    shelf: Shelf
    announcements: tuple[Announcement, ...]
    presences: Presences


@dataclass(frozen=True, slots=True)
class Checked:
    """What still stops a draft, what sending it would cost, and what is worth knowing besides."""

    problems: tuple[str, ...]
    forecasts: tuple[Forecast, ...] = ()
    advice: tuple[str, ...] = ()


def read_checked(services: Services, state: Announcement, now: datetime) -> Checked:
    """Examine a draft as it stands in the editor. Raises: StoreError."""
    compose = services.compose
    return Checked(compose.problems(state, now), services.costs.forecast(state, now), compose.advice(state))


def read_opened(services: Services, announcement_id: AnnouncementId) -> Opened:
    """Read one announcement. Raises: InputError when it was discarded, StoreError."""
    announcement = services.compose.get(announcement_id)
    if not announcement.approved_at:
        return Opened(announcement, (), read_presences(services))
    deliveries = services.outbox.of_announcement(announcement_id)
    return Opened(announcement, deliveries, read_presences(services), services.corrections.made(announcement_id))


def read_shelved(services: Services, shelf: Shelf) -> Shelved:
    """Read one list. Raises: StoreError."""
    compose = services.compose
    read = {Shelf.DRAFTS: compose.drafts, Shelf.SCHEDULED: compose.approved, Shelf.SENT: compose.sent}[shelf]
    return Shelved(shelf, read(), read_presences(services))
