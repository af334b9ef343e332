"""Every platform the desk can use; a new one is one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pcc_desk.channels import bluesky, by_hand, mastodon, wordpress, x
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.model.channel import Channel, Platform, Standing


@dataclass(frozen=True, slots=True)
class Adapter:
    """How to sign in to a platform, and how to open the channel of an account that is signed in.

    `sign_in` puts into the secrets what `open` will need, and raises ChannelError; `open` sends nothing yet.
    """

    platform: Platform
    sign_in: Callable[[Entering], Standing]
    open: Callable[[Opening], Channel]


ADAPTERS: Mapping[str, Adapter] = {
    adapter.platform.name: adapter
    for adapter in (
        Adapter(bluesky.PLATFORM, bluesky.sign_in, bluesky.open_channel),
        Adapter(mastodon.PLATFORM, mastodon.sign_in, mastodon.open_channel),
        Adapter(wordpress.PLATFORM, wordpress.sign_in, wordpress.open_channel),
        Adapter(x.PLATFORM, x.sign_in, x.open_channel),
        *(Adapter(each, by_hand.signer_in(each), by_hand.opener(each)) for each in by_hand.PLATFORMS),
    )
}
