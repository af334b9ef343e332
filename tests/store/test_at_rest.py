"""Nothing the office wrote, received or signed in with lies readable on the disk."""

import sqlite3
from pathlib import Path

from sqlalchemy import insert, text

from pcc_desk.model.account import AccountId, Identity
from pcc_desk.store import accounts, office, schema, secrets
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, open_store

CANARIES = [f"canary-{number:03}-{'quidditch'[number % 9 :]}" for number in range(200)]


def found(folder: Path) -> set[str]:
    """Find the canaries in every file under a folder, in both ways a text lies on a disk; the key counts as one."""
    wanted = {canary: (canary.encode(), canary.encode("utf-16-le")) for canary in CANARIES}
    wanted["key"] = (KEY, KEY.hex().encode())
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return {canary for canary, forms in wanted.items() if any(form in content for form in forms)}


def plant(store: Store) -> None:
    """Write canaries as texts, secrets, pictures, and search words."""
    with store.write() as connection:
        identity = Identity("did:1", CANARIES[0], CANARIES[1], "https://" + CANARIES[2])
        account_id = accounts.add(connection, "bluesky", identity, NOW)
        for canary in CANARIES[3:40]:
            secrets.put(connection, account_id, "https://a", canary[:10], canary)
        for canary in CANARIES[40:80]:
            office.put(connection, canary, canary)
        for number, canary in enumerate(CANARIES[80:160]):
            draft = {"version": 1, "title": canary, "body": canary * 40, "edited_at": NOW}
            connection.execute(insert(schema.announcement).values(id=number + 1, **draft))
        search = text("INSERT INTO message_search (rowid, author, text, facets) VALUES (:id, :word, :word, '')")
        for number, canary in enumerate(CANARIES[160:], start=1):
            connection.execute(search, {"id": number, "word": canary})


def test_no_canary_can_be_read_from_database_log_or_backup(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    plant(store)
    assert (tmp_path / "desk.db-wal").stat().st_size > 0
    assert found(tmp_path) == set()
    with store.write() as connection:
        secrets.wipe(connection, AccountId(1))
    store.back_up(NOW)
    assert found(tmp_path) == set()
    store.close()
    assert found(tmp_path) == set()
    with open_store(tmp_path).read() as connection:
        assert office.get(connection, CANARIES[40]) == CANARIES[40]


def test_the_search_for_canaries_finds_them_where_nothing_is_encrypted(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE t (a)")
    plain.executemany("INSERT INTO t VALUES (?)", [(canary,) for canary in CANARIES])
    plain.commit()
    plain.close()
    assert found(tmp_path) == set(CANARIES)
