"""Seeing on the web what everybody sees."""

from urllib.parse import urlsplit

from pcc_desk.channels import addresses
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected


def see_picture(wire: Wire, address: str) -> bytes:
    """Fetch a picture without any sign-in. Raises: ChannelError; Rejected when something else is there."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    answer = wire.at(addresses.origin(address), "Your website").get(Ask(path, raw=True))
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("image/") or not isinstance(answer.body, bytes):
        raise Rejected("Your website shows something else than the picture there.", detail=kind[:80])
    return answer.body
