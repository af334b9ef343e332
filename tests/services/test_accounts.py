"""Connecting, checking and disconnecting accounts, with real calls to a server on this PC."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcc_desk.errors import ChannelError, Unauthorized, Unreachable
from pcc_desk.model.account import Account, AccountState, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.keeping import AccountSecrets
from pcc_desk.services.signing_in import CHECK_FIELDS, CONNECT_AGAIN
from pcc_desk.store import secrets
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_accounts, open_store

HANDLE, PASSWORD = "gwent.test", "abcd-efgh-ijkl-mnop"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    """A rehearsal Bluesky with the office's account."""
    with BlueskyServer() as server:
        server.add_account(HANDLE, PASSWORD, "Gwent OPCC")
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open database."""
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def accounts(store: Store) -> Accounts:
    """Accounts on the real adapters."""
    return open_accounts(store)


def connect(accounts: Accounts, server: BlueskyServer, password: str = PASSWORD) -> Account:
    """Sign in as a person does."""
    return accounts.connect(SignIn("bluesky", server.url, HANDLE, password), NOW)


def stored_secrets(store: Store) -> int:
    """Count the secrets kept."""
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM secret").scalar_one())


def test_a_sign_in_that_works_keeps_the_account_and_its_secrets(
    accounts: Accounts, server: BlueskyServer, store: Store
) -> None:
    account = connect(accounts, server)
    assert (account.platform, account.handle, account.state) == ("bluesky", HANDLE, AccountState.CONNECTED)
    assert accounts.all() == (account,)
    assert stored_secrets(store) > 0
    assert accounts.platform_of(account).name == "bluesky"
    assert accounts.platform_of(account) in accounts.platforms()


def test_a_sign_in_that_is_refused_keeps_nothing(accounts: Accounts, server: BlueskyServer, store: Store) -> None:
    with pytest.raises(ChannelError) as refusal:
        connect(accounts, server, "wrong")
    assert refusal.value.sentence and "wrong" not in refusal.value.sentence + refusal.value.detail
    assert accounts.all() == () and stored_secrets(store) == 0
    assert refusal.value.next_step == CHECK_FIELDS


def test_a_sign_in_that_reaches_nobody_is_not_tried_again_by_itself(accounts: Accounts, server: BlueskyServer) -> None:
    server.__exit__(None, None, None)
    with pytest.raises(Unreachable) as failure:
        connect(accounts, server)
    assert failure.value.next_step == CONNECT_AGAIN


def test_the_secret_a_person_typed_shows_in_no_repr() -> None:
    assert PASSWORD not in repr(SignIn("bluesky", "", HANDLE, PASSWORD))


def test_a_check_is_a_real_call(accounts: Accounts, server: BlueskyServer) -> None:
    account = connect(accounts, server)
    assert accounts.check(account.id, NOW) is Changes.NONE
    server.__exit__(None, None, None)
    with pytest.raises(Unreachable):
        accounts.check(account.id, NOW)
    assert accounts.all()[0].state is AccountState.CONNECTED


def test_a_password_taken_back_is_seen_by_the_check(accounts: Accounts, server: BlueskyServer) -> None:
    account = connect(accounts, server)
    server.revoke(HANDLE)
    assert accounts.check(account.id, NOW) is Changes.ACCOUNTS
    assert accounts.all()[0].state is AccountState.SIGNED_OUT


def test_an_account_seen_signed_out_comes_back_with_a_good_check(accounts: Accounts, server: BlueskyServer) -> None:
    account = connect(accounts, server)
    assert accounts.sign_out_seen(account.id) is Changes.ACCOUNTS
    assert accounts.sign_out_seen(account.id) is Changes.NONE
    assert accounts.all()[0].state is AccountState.SIGNED_OUT
    assert accounts.check(account.id, NOW) is Changes.ACCOUNTS
    assert accounts.all()[0].state is AccountState.CONNECTED


def test_disconnecting_wipes_the_secrets_and_keeps_the_history(
    accounts: Accounts, server: BlueskyServer, store: Store
) -> None:
    account = connect(accounts, server)
    assert accounts.disconnect(account.id) is Changes.ACCOUNTS
    assert accounts.disconnect(account.id) is Changes.NONE
    assert accounts.all() == () and stored_secrets(store) == 0
    with pytest.raises(Unauthorized):
        accounts.open(account.id)
    assert connect(accounts, server).id == account.id


def test_an_account_has_one_channel_until_it_is_connected_anew(accounts: Accounts, server: BlueskyServer) -> None:
    account = connect(accounts, server)
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(accounts.open(account.id))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(channel) for channel in opened}) == 1
    connect(accounts, server)
    assert accounts.open(account.id) is not opened[0]


def test_a_secret_put_is_kept_for_the_accounts_own_server(
    accounts: Accounts, server: BlueskyServer, store: Store
) -> None:
    account = connect(accounts, server)
    AccountSecrets(store, account).put("fresh", "value")
    assert AccountSecrets(store, account).get("fresh") == "value"
    with store.read() as connection:
        assert secrets.get(connection, account.id, "https://elsewhere.test", "fresh") is None
