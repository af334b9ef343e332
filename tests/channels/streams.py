"""Reading what comes in, as the desk does: page by page to the end of a round."""

from pcc_desk.model.message import Incoming
from tests.channels.rigs import Rig


def came(rig: Rig, stream: str, cursor: str = "") -> tuple[list[Incoming], str]:
    """Read a stream from a cursor on; give what came and the next cursor."""
    found: list[Incoming] = []
    while True:
        batch = rig.channel.fetch(stream, cursor)
        found, cursor = [*found, *batch.messages], batch.cursor
        if not batch.more:
            return found, cursor
