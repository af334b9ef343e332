"""Every platform the desk can use; a new one is one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pcc_desk.channels import bluesky, wordpress
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, Identity, SignIn
from pcc_desk.model.channel import Channel, Platform, Secrets


@dataclass(frozen=True, slots=True)
class Adapter:
    """How to sign in to a platform, and how to open the channel of an account that is signed in.

    Both take a wire to the address typed or kept; `sign_in` puts into the secrets what `open` will need.
    """

    platform: Platform
    sign_in: Callable[[Wire, SignIn, Secrets], Identity]
    open: Callable[[Wire, Account, Secrets], Channel]


ADAPTERS: Mapping[str, Adapter] = {
    adapter.platform.name: adapter
    for adapter in (
        Adapter(bluesky.PLATFORM, bluesky.sign_in, bluesky.open_channel),
        Adapter(wordpress.PLATFORM, wordpress.sign_in, wordpress.open_channel),
    )
}
