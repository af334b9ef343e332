"""Sign-ins that end: kept with the account, asked for again in time, and told once for each of the days ahead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.model.account import AccountState, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.endings import LOOK_AHEAD, Endings
from pcc_desk.store.engine import Store
from tests.channels.visiting import APP, Person, honest
from tests.desk import HANDLE, NOW, ConnectedDesk, open_connected_desk, open_store
from tests.services.rehearsed import PLATFORM, Rehearsed, open_wire

ENDS = NOW + timedelta(days=10)


class Bench:
    """One account whose platform says when its sign-in ends."""

    def __init__(self, store: Store, server: Authorizer) -> None:
        self.platform = Rehearsed(server, ENDS)
        person = Person(honest, server)
        self.accounts = Accounts(store, {PLATFORM.name: self.platform.adapter()}, open_wire, person.visit)
        self.endings = Endings(store, self.accounts)
        self.store = store
        self.account = self.sign_in()

    def sign_in(self) -> int:
        """Sign in."""
        more = {"app_id": APP.client_id, "app_secret": APP.secret}
        return self.accounts.connect(SignIn(PLATFORM.name, more=more), NOW).id


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A fresh bench."""
    store = open_store(tmp_path)
    with Authorizer({APP.client_id: APP.secret}) as server:
        yield Bench(store, server)
    store.close()


def test_the_end_the_platform_told_is_known(bench: Bench) -> None:
    (end,) = bench.endings.all()
    assert (end.account_id, end.title, end.handle, end.ends_at, end.told) == (1, "Rehearsal", "office", ENDS, None)


def test_what_was_told_is_remembered_until_the_end_is_another_one(bench: Bench) -> None:
    (end,) = bench.endings.all()
    assert bench.endings.note_told(end.account_id, end.ends_at, 14) is Changes.NONE
    assert bench.endings.all()[0].told == 14
    bench.endings.note_told(end.account_id, end.ends_at, 7)
    assert Endings(bench.store, bench.accounts).all()[0].told == 7
    bench.platform.expires_at = ENDS + timedelta(days=60)
    assert bench.sign_in() == bench.account  # the same account, with its history
    assert [(each.ends_at, each.told) for each in bench.endings.all()] == [(ENDS + timedelta(days=60), None)]


def test_an_end_that_the_platform_has_moved_is_seen_before_anybody_is_told(bench: Bench) -> None:
    bench.platform.expires_at = ENDS + timedelta(days=60)
    assert bench.endings.look(NOW) is Changes.ACCOUNTS
    assert bench.endings.all()[0].ends_at == ENDS + timedelta(days=60)
    assert timedelta(days=14) < LOOK_AHEAD


def test_an_end_far_away_asks_nobody(bench: Bench) -> None:
    bench.platform.expires_at = None
    assert bench.endings.look(NOW - timedelta(days=30)) is Changes.NONE
    assert bench.endings.all()


def test_a_sign_in_that_does_not_end_is_not_told(bench: Bench) -> None:
    bench.platform.expires_at = None
    bench.endings.look(NOW)
    assert bench.endings.all() == ()


def test_an_account_that_is_signed_out_or_disconnected_has_no_end_to_tell(bench: Bench) -> None:
    bench.accounts.sign_out_seen(bench.accounts.all()[0].id)
    assert bench.endings.all() == ()
    bench.sign_in()
    bench.accounts.disconnect(bench.accounts.all()[0].id)
    assert bench.endings.all() == ()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConnectedDesk]:
    """A whole desk with two accounts."""
    with open_connected_desk(tmp_path) as opened:
        yield opened


def test_one_platform_that_is_down_keeps_no_other_from_being_looked_at(desk: ConnectedDesk) -> None:
    for account in desk.accounts:
        desk.end_sign_in(account, NOW + timedelta(days=3))
    desk.bluesky.__exit__(None, None, None)
    assert desk.services.endings.look(NOW) is Changes.ACCOUNTS
    assert [end.handle for end in desk.services.endings.all()] == [HANDLE]  # the website's does not end, it said
    assert all(account.state is AccountState.CONNECTED for account in desk.services.accounts.all())


def test_the_situation_of_the_desk_tells_the_ends(desk: ConnectedDesk) -> None:
    assert desk.services.situation().ends == ()
    desk.end_sign_in(desk.accounts[0], ENDS)
    assert [end.title for end in desk.services.situation().ends] == ["Bluesky"]
