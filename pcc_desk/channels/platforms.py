"""Every platform the desk can use: a new one is its table, and a line in ADAPTERS that names its adapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from pcc_desk.channels import (
    bluesky_platform,
    by_hand,
    email_platform,
    facebook_platform,
    instagram_platform,
    linkedin_platform,
    mastodon_platform,
    threads_platform,
    wordpress_platform,
    x_platform,
    youtube_platform,
)
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


class Verbs(Protocol):
    """What the module of an adapter does."""

    def sign_in(self, entering: Entering, /) -> Standing:
        """Sign in. Raises: ChannelError."""

    def open_channel(self, opening: Opening, /) -> Channel:
        """Open the channel of an account that is signed in."""


def _late(platform: Platform, module: str) -> Adapter:
    # A start must not take longer for every platform there is, so each adapter is loaded once it is spoken with.
    def verbs() -> Verbs:
        return cast(Verbs, import_module(f"pcc_desk.channels.{module}"))

    return Adapter(platform, lambda entering: verbs().sign_in(entering), lambda opening: verbs().open_channel(opening))


ADAPTERS: Mapping[str, Adapter] = {
    adapter.platform.name: adapter
    for adapter in (
        _late(bluesky_platform.PLATFORM, "bluesky"),
        _late(facebook_platform.PLATFORM, "facebook"),
        _late(instagram_platform.PLATFORM, "instagram"),
        _late(linkedin_platform.PLATFORM, "linkedin"),
        _late(email_platform.PLATFORM, "mail"),
        _late(mastodon_platform.PLATFORM, "mastodon"),
        _late(threads_platform.PLATFORM, "threads"),
        _late(wordpress_platform.PLATFORM, "wordpress"),
        _late(x_platform.PLATFORM, "x"),
        _late(youtube_platform.PLATFORM, "youtube"),
        *(Adapter(each, by_hand.signer_in(each), by_hand.opener(each)) for each in by_hand.PLATFORMS),
    )
}
