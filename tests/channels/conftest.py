"""The bench for every platform in turn."""

from collections.abc import Iterator

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from tests.channels.benches import RIGS
from tests.channels.rigs import Rig


@pytest.fixture(params=sorted(name for name, adapter in ADAPTERS.items() if not adapter.platform.by_hand))
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """One platform on the bench; a platform without a rig fails here."""
    with RIGS[request.param]() as made:
        yield made
