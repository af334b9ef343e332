"""What makes each panel; a panel's own modules are loaded when it is first visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services
    from pcc_desk.ui.background import Background


def inbox(services: Services, background: Background) -> QWidget:
    """Make the inbox panel."""
    from pcc_desk.ui.inbox.panel import InboxPanel

    return InboxPanel(services, background)


def compose(services: Services, background: Background) -> QWidget:
    """Make the compose panel."""
    from pcc_desk.ui.compose.panel import ComposePanel

    return ComposePanel(services, background)


def calendar(services: Services, background: Background) -> QWidget:
    """Make the calendar panel."""
    from pcc_desk.ui.calendar.panel import CalendarPanel

    return CalendarPanel(services, background)


def live(services: Services, background: Background) -> QWidget:
    """Make the live panel."""
    from pcc_desk.ui.live.panel import LivePanel

    return LivePanel(services, background)


def outbox(services: Services, background: Background) -> QWidget:
    """Make the outbox panel."""
    from pcc_desk.ui.outbox.panel import OutboxPanel

    return OutboxPanel(services, background)


def reports(services: Services, background: Background) -> QWidget:
    """Make the reports panel."""
    from pcc_desk.ui.reports.panel import ReportsPanel

    return ReportsPanel(services, background)
