"""What every part of the Instagram adapter needs to know of the account it works for."""

from dataclasses import dataclass

from pcc_desk.channels.graph import Graph
from pcc_desk.channels.graph_messages import Messages
from pcc_desk.model.channel import Steps
from pcc_desk.model.cost import Ledger

TITLE = "Instagram"
LONGEST_MESSAGE = 1_000  # bytes in one message, by Meta's page on Instagram messaging


@dataclass(frozen=True, slots=True)
class Desk:
    """One account: its id and name, the Page it is linked to, and its messages."""

    graph: Graph
    id: str
    handle: str
    page: str
    steps: Steps
    ledger: Ledger
    messages: Messages

    @property
    def us(self) -> frozenset[str]:
        """The ids and names that are ours."""
        return frozenset({self.id, self.page, self.handle})
