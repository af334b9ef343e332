"""Channels a person posts to: nothing leaves this PC for them, and nothing is ever called posted by the desk."""

import socket
from collections.abc import Callable

import pytest

from pcc_desk.channels import by_hand
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.channel import Channel, Guarantee, Platform
from pcc_desk.model.delivery import Receipt
from tests.channels.rigs import MADE_AT, Kept, Noted, opened, piece

NAMES = [platform.name for platform in by_hand.PLATFORMS]


@pytest.fixture(params=by_hand.PLATFORMS, ids=NAMES)
def platform(request: pytest.FixtureRequest) -> Platform:
    """Each of them in turn."""
    chosen: Platform = request.param
    return chosen


def enter(platform: Platform, name: str = "Nextdoor  Gwent", address: str = "nextdoor.co.uk/agency") -> Account:
    given = SignIn(platform.name, address, name, way="by hand")
    found = ADAPTERS[platform.name].sign_in(Entering(Wire(""), given, Kept(), Noted())).identity
    state = AccountState.CONNECTED
    return Account(
        AccountId(1), platform.name, found.address, found.remote_id, found.handle, found.name, state, MADE_AT
    )


def channel_of(platform: Platform) -> Channel:
    return opened(ADAPTERS[platform.name], Wire(""), enter(platform), Kept())


def test_it_is_written_down_without_asking_anybody(platform: Platform) -> None:
    account = enter(platform)
    assert (account.handle, account.address) == ("Nextdoor Gwent", "https://nextdoor.co.uk/agency")
    assert channel_of(platform).check().identity.handle == "Nextdoor Gwent"


@pytest.mark.parametrize(
    ("name", "address"), [("", "nextdoor.co.uk"), ("N", ""), ("N", "file:///etc"), ("N", "http://n.uk")]
)
def test_a_page_that_cannot_be_opened_safely_is_refused(platform: Platform, name: str, address: str) -> None:
    with pytest.raises(Rejected):
        enter(platform, name, address)


def test_nothing_leaves_this_pc_and_nothing_is_called_posted(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)  # whoever wants to send anything fails here
    channel = channel_of(platform)
    receipt = Receipt("https://nextdoor.co.uk/p/1", "https://nextdoor.co.uk/p/1", MADE_AT)
    verbs: list[Callable[[], object]] = [lambda: channel.publish(piece()), lambda: channel.find(piece())]
    verbs.append(lambda: channel.withdraw(receipt))
    for verb in verbs:
        with pytest.raises(ChannelError) as caught:
            verb()
        assert platform.title in caught.value.sentence and caught.value.next_step.endswith(".")
    assert channel.fetch("anything", "mark").messages == ()


def test_the_desk_never_sends_again_what_only_a_person_can_see(platform: Platform) -> None:
    assert platform.guarantee is Guarantee.D and platform.by_hand
