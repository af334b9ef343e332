"""Everything the desk does, in one value that is given to every screen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcc_desk.services.accounts import Accounts
    from pcc_desk.services.compose import Compose
    from pcc_desk.services.events import Events
    from pcc_desk.services.inbox import Inbox
    from pcc_desk.services.office import Office
    from pcc_desk.services.outbox import Outbox
    from pcc_desk.services.reports import Reports


@dataclass(frozen=True)
class Services:
    """The services of one open office; each blocks, is safe to use from many threads, and speaks in values."""

    accounts: "Accounts"
    compose: "Compose"
    outbox: "Outbox"
    inbox: "Inbox"
    events: "Events"
    reports: "Reports"
    office: "Office"
