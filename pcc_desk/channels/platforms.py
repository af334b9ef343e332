"""Every platform the desk can use: a new one is its table, the line that loads its adapter, and a line in ADAPTERS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

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


# A start must not take longer for every platform there is, so each adapter is loaded late.
def _bluesky() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import bluesky

    return bluesky


def _facebook() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import facebook

    return facebook


def _instagram() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import instagram

    return instagram


def _linkedin() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import linkedin

    return linkedin


def _mail() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import mail

    return mail


def _mastodon() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import mastodon

    return mastodon


def _threads() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import threads

    return threads


def _wordpress() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import wordpress

    return wordpress


def _x() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import x

    return x


def _youtube() -> Verbs:
    # only once it is spoken with
    from pcc_desk.channels import youtube

    return youtube


def _late(platform: Platform, load: Callable[[], Verbs]) -> Adapter:
    return Adapter(platform, lambda entering: load().sign_in(entering), lambda opening: load().open_channel(opening))


ADAPTERS: Mapping[str, Adapter] = {
    adapter.platform.name: adapter
    for adapter in (
        _late(bluesky_platform.PLATFORM, _bluesky),
        _late(facebook_platform.PLATFORM, _facebook),
        _late(instagram_platform.PLATFORM, _instagram),
        _late(linkedin_platform.PLATFORM, _linkedin),
        _late(email_platform.PLATFORM, _mail),
        _late(mastodon_platform.PLATFORM, _mastodon),
        _late(threads_platform.PLATFORM, _threads),
        _late(wordpress_platform.PLATFORM, _wordpress),
        _late(x_platform.PLATFORM, _x),
        _late(youtube_platform.PLATFORM, _youtube),
        *(Adapter(each, by_hand.signer_in(each), by_hand.opener(each)) for each in by_hand.PLATFORMS),
    )
}
