"""Seeing on the web what everybody sees."""

import hashlib
from collections.abc import Callable

from pcc_desk.channels import addresses
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.flow import seconds_for
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.hosting import Sighting, Wanted

_NAMES = {"image": "picture", "video": "film"}


def see(wire: Wire, address: str, wanted: Wanted, alive: Callable[[], None]) -> Sighting:
    """Fetch what stands at an address without any sign-in, a stretch at a time; `alive` is called with each.

    Raises:
        Rejected: something else stands there, or something larger.
        ChannelError: it could not be fetched.
    """
    name, digest, size = _NAMES[wanted.kind], hashlib.sha256(), 0

    def take(part: bytes) -> None:
        nonlocal size
        alive()
        digest.update(part)
        size += len(part)
        if size > wanted.size:
            raise Rejected(f"Your website shows another {name} there than the one it was given.", detail="larger")

    home, path = addresses.parted(address)
    ask = Ask(path, taker=take, seconds=seconds_for(wanted.size))
    answer = wire.at(home, "Your website").get(ask)
    kind = answer.headers.get("content-type", "")
    if not kind.startswith(f"{wanted.kind}/"):
        raise Rejected(f"Your website shows something else than the {name} there.", detail=kind[:80])
    return Sighting(size, digest.hexdigest())
