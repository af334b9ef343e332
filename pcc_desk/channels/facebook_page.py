"""What every part of the Facebook adapter needs to know of the Page it works for."""

from dataclasses import dataclass

from pcc_desk.channels.graph import Graph
from pcc_desk.channels.graph_messages import Messages
from pcc_desk.model.channel import Steps

TITLE = "Facebook"
VIDEO_HOST = "https://graph-video.facebook.com"  # films go in here, and nowhere else
SITE = "https://www.facebook.com"


@dataclass(frozen=True, slots=True)
class Page:
    """One Page: its id, where it is seen, and what is known of pieces on their way, and its conversations."""

    graph: Graph
    id: str
    site: str
    steps: Steps
    messages: Messages

    def url(self, node: str) -> str:
        """Give the address under which a post or comment is seen."""
        return f"{self.site}/{node}"
