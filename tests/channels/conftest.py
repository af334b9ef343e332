"""The bench for every platform in turn."""

from collections.abc import Iterator

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from tests.channels.benches import RIGS
from tests.channels.mail_desk import NUMBERS, Desk, connect
from tests.channels.rigs import Rig
from tests.servers.mail import MailSystem


@pytest.fixture(
    params=sorted(name for name, adapter in ADAPTERS.items() if not adapter.platform.by_hand and name != "email")
)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """One platform on the bench; a platform without a rig fails here."""
    with RIGS[request.param]() as made:
        yield made


@pytest.fixture
def desk(mail: MailSystem) -> Iterator[Desk]:
    """An office whose bulletin goes to a list address."""
    yield connect(mail, bulletin=f"list{next(NUMBERS)}@lists.example")
    mail.refuse.clear()
    mail.reply, mail.lose_answers = "", False
