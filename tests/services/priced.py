"""A desk on a platform that costs money, for the tests of what is spent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pcc_desk.model.account import Account
from pcc_desk.model.channel import Platform
from pcc_desk.services.costs import Costs
from tests.desk import Clock, open_store
from tests.services.scripted import Desk, World, assemble


@contextmanager
def priced_desk(folder: Path, platform: Platform) -> Iterator[Desk]:
    """Lend a desk with one account on this platform."""
    store = open_store(folder)
    made = assemble(store, World(), Clock(), platform)
    made.connect("office")
    yield made
    made.outbox.stop()
    store.close()


def costs(one: Desk) -> Costs:
    """Give what counts its costs."""
    return Costs(one.store, one.accounts)


def only(one: Desk) -> Account:
    """Give its one account."""
    (account,) = one.accounts.all()
    return account
