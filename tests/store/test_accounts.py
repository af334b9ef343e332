"""Accounts keep their history, and their secrets go to their own server only."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from pcc_desk.model.account import AccountId, AccountState, Identity
from pcc_desk.store import accounts, office, secrets
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store

GWENT = Identity("did:plc:1", "gwent.example", "Heddlu Gwent", "https://pds.example")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An open database."""
    return open_store(tmp_path)


def add(connection: Connection, identity: Identity = GWENT) -> AccountId:
    """Connect an account."""
    return accounts.add(connection, "bluesky", identity, NOW)


def test_an_account_comes_back_as_it_was_kept(store: Store) -> None:
    with store.write() as connection:
        account_id = add(connection)
        kept = accounts.get(connection, account_id)
    assert kept is not None
    assert (kept.platform, kept.address, kept.remote_id) == ("bluesky", GWENT.address, GWENT.remote_id)
    assert (kept.handle, kept.name, kept.state) == (GWENT.handle, GWENT.name, AccountState.CONNECTED)
    assert kept.connected_at == NOW


def test_connecting_the_same_account_again_keeps_its_id_and_takes_its_new_name(store: Store) -> None:
    with store.write() as connection:
        first = add(connection)
        accounts.set_state(connection, first, AccountState.DISCONNECTED)
        again = add(connection, Identity("did:plc:1", "new.example", "Gwent Police", "https://pds.example"))
        kept = accounts.get(connection, again)
    assert again == first and kept is not None
    assert (kept.handle, kept.name, kept.state) == ("new.example", "Gwent Police", AccountState.CONNECTED)


def test_another_person_on_the_same_server_is_another_account(store: Store) -> None:
    with store.write() as connection:
        assert add(connection) != add(connection, Identity("did:plc:2", "b", "B", "https://pds.example"))
        assert [each.remote_id for each in accounts.all_in_use(connection)] == ["did:plc:1", "did:plc:2"]


def test_a_disconnected_account_is_not_in_use_but_can_be_read(store: Store) -> None:
    with store.write() as connection:
        account_id = add(connection)
        assert accounts.set_state(connection, account_id, AccountState.DISCONNECTED)
        assert not accounts.set_state(connection, account_id, AccountState.DISCONNECTED)
        assert accounts.all_in_use(connection) == ()
        assert accounts.get(connection, account_id) is not None


def test_a_secret_is_given_for_its_own_server_only(store: Store) -> None:
    with store.write() as connection:
        account_id = add(connection)
        secrets.put(connection, account_id, "https://pds.example", "password", "old")
        secrets.put(connection, account_id, "https://pds.example", "password", "new")
        assert secrets.get(connection, account_id, "https://pds.example", "password") == "new"
        assert secrets.get(connection, account_id, "https://attacker.example", "password") is None
        secrets.wipe(connection, account_id)
        assert secrets.get(connection, account_id, "https://pds.example", "password") is None


def test_the_pause_holds_until_it_is_lifted(store: Store) -> None:
    with store.write() as connection:
        assert office.paused_at(connection) is None
        assert office.pause(connection, NOW) and not office.pause(connection, NOW.replace(hour=23))
        assert office.paused_at(connection) == NOW
        assert office.resume(connection) and not office.resume(connection)
        assert office.paused_at(connection) is None
