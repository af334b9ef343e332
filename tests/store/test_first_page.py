"""The first page through the driver alone says what the desk says, and never stands in the way of opening."""

import subprocess
import sys
from pathlib import Path

from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.store import driver, first_page, message_counts, messages
from tests.desk import KEY, open_store
from tests.store.mail import add, add_account, incoming

HEAVY = ("sqlalchemy", "alembic", "requests", "keyring")


def test_the_first_page_is_the_one_the_desk_gives(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    ids = add(store, add_account(store), *(incoming(number) for number in range(30)))
    with store.write() as conn:
        messages.set_state(conn, ids[::2], MessageState.DONE)
    with store.read() as conn:
        expected = messages.page(conn, MessageFilter(MessageState.OPEN), None, 10), message_counts.read(conn)
    while_open = first_page.read(tmp_path / "desk.db", KEY, 10)
    store.close()
    assert while_open == first_page.read(tmp_path / "desk.db", KEY, 10) == expected
    assert len(expected[0].messages) == 10


def test_an_empty_inbox_has_a_first_page(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    found = first_page.read(tmp_path / "desk.db", KEY, 10)
    assert found is not None
    assert (found[0].messages, found[0].more, found[1].by_state[MessageState.OPEN]) == ((), False, 0)


def test_a_database_that_cannot_be_read_as_it_stands_gives_no_first_page(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    assert first_page.read(path, KEY, 10) is None
    assert not path.exists()
    driver.open_file(tmp_path / "empty.db", KEY).close()
    assert first_page.read(tmp_path / "empty.db", KEY, 10) is None
    open_store(tmp_path).close()
    assert first_page.read(path, KEY[::-1], 10) is None
    path.write_bytes(b"\0" * path.stat().st_size)
    assert first_page.read(path, KEY, 10) is None


def test_the_first_page_loads_no_slow_library() -> None:
    seen = "import sys, pcc_desk.store.first_page; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlcipher3" in loaded
    assert not set(HEAVY) & set(loaded)
