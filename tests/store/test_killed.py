"""A desk that is killed loses nothing it had said was saved."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcc_desk.store import driver, migrations, office, schema
from tests.desk import KEY, open_store

# Says a number as soon as it is saved; the broken form says it just before.
WRITER = """
import sys, time
from pathlib import Path
from pcc_desk.store import office
from tests.desk import open_store
folder, first, broken = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "broken"
store = open_store(folder)
for number in range(first, first + 100_000):
    with store.write() as connection:
        office.put(connection, f"{number}", number)
        if broken:
            print(number, flush=True)
            time.sleep(0.01)
    if not broken:
        print(number, flush=True)
"""
# Is killed by its own hand before the statement of a given number.
MIGRATION = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from tests.desk import open_store
steps = iter(range(int(sys.argv[2])))
def count(*_):
    if next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", count)
open_store(Path(sys.argv[1]))
"""


def write_and_kill(folder: Path, first: int, rows: int, seconds: float, form: str) -> list[int]:
    """Let a writer save so many rows and go on for `seconds`, kill it, and give what it said was saved."""
    command = [sys.executable, "-c", WRITER, str(folder), str(first), form]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(rows)]
    time.sleep(seconds)
    writer.kill()
    said += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    return [int(line) for line in said if line.endswith("\n")]


def lost(folder: Path, said: list[int]) -> list[int]:
    """Give the numbers that were said to be saved and are not there."""
    store = open_store(folder)
    try:
        with store.read() as connection:
            return [number for number in said if office.get(connection, str(number)) != number]
    finally:
        store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux kills")
@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.torture)])
def test_a_killed_writer_loses_no_saved_row(tmp_path: Path, kills: int) -> None:
    open_store(tmp_path).close()
    chance = random.Random(7)
    said: list[int] = []
    for _ in range(kills):
        said += write_and_kill(tmp_path, len(said), chance.randrange(1, 20), chance.random() / 50, "honest")
        assert lost(tmp_path, said) == []
    assert len(said) > 2 * kills


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux kills")
def test_a_writer_that_speaks_too_soon_is_found_out(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    assert any(lost(tmp_path, write_and_kill(tmp_path, 1000 * n, 1, 0.004, "broken")) for n in range(8))


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux kills")
@pytest.mark.parametrize("statement", [3, 17, 45, *(pytest.param(n, marks=pytest.mark.torture) for n in range(45))])
def test_a_desk_killed_while_it_makes_its_tables_makes_them_the_next_time(tmp_path: Path, statement: int) -> None:
    command = [sys.executable, "-c", MIGRATION, str(tmp_path), str(statement)]
    killed = subprocess.run(command, check=False)
    assert killed.returncode == -signal.SIGKILL, "there are fewer statements than that"
    open_store(tmp_path).close()
    connection = driver.open_file(tmp_path / "desk.db", KEY)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_NUMBER,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_an_upgrade_that_another_desk_finished_first_does_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    before = os.stat(tmp_path / "desk.db").st_size
    with store.write() as connection:
        migrations.upgrade(connection)
        migrations.upgrade(connection)
    assert os.stat(tmp_path / "desk.db").st_size == before
