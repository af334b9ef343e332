"""A desk killed in the middle of a page has every message once when it is done, and counts and finds each of them."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.services.inbox import Inbox
from tests.desk import open_accounts, open_store
from tests.torture import fetch_process

KILLS = {"short": 60, "full": 500}
MOST_PAGES = 60  # that a desk asks for before it is killed, of the 150 of a whole stream
A_PAGE = 0.02  # seconds, about what one takes to write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux kills")


def live(folder: Path, turn: int, death: tuple[int, float] | None) -> None:
    """Start a desk, and kill it some seconds after it asked for so many pages, or let it end."""
    command = [sys.executable, "-m", "tests.torture.fetch_process", str(folder), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        if death is not None:
            pages, seconds = death
            for _ in range(pages):
                desk.stdout.readline()
            time.sleep(seconds)
            desk.kill()
        desk.communicate(timeout=200)
        assert death is not None or desk.returncode == 0


def read_cursor(folder: Path) -> str:
    """Read how far the stream has come."""
    store = open_store(folder)
    with store.read() as conn:
        cursor = conn.exec_driver_sql("SELECT cursor FROM stream").scalar()
    store.close()
    return str(cursor or "")


def check(folder: Path) -> None:
    """Check that everything is there once, counted and found."""
    expected = fetch_process.PAGES * fetch_process.PAGE
    store = open_store(folder)
    inbox = Inbox(store, open_accounts(store))
    stored = inbox.page(MessageFilter(state=None), limit=10_000).messages
    assert [one.remote_id for one in reversed(stored)] == [f"remote-{number}" for number in range(expected)]
    assert inbox.counts().by_state[MessageState.OPEN] == expected
    for number in range(0, expected, 7):
        (found,) = inbox.page(MessageFilter(words=f"word{number} ")).messages
        assert found.remote_id == f"remote-{number}"
    inbox.stop()
    store.close()


def kill_often(folder: Path, kills: int, chance: random.Random) -> int:
    """Kill desks, stream after stream, then let the last end; give how often one died in the middle of a stream."""
    streams, turn, middles, place = 0, 0, 0, folder / "0"
    for _ in range(kills):
        place.mkdir(exist_ok=True)
        live(place, turn, (chance.randint(1, MOST_PAGES), chance.uniform(0, A_PAGE)))
        turn += 1
        cursor = read_cursor(place)
        if cursor == str(fetch_process.PAGES):
            check(place)
            streams, turn, place = streams + 1, 0, folder / str(streams + 1)
        elif cursor:
            middles += 1
    place.mkdir(exist_ok=True)
    live(place, turn, None)
    check(place)
    return middles


def test_a_desk_killed_in_the_middle_of_a_page_loses_and_repeats_nothing(tmp_path: Path) -> None:
    assert kill_often(tmp_path, 6, random.Random(20261122)) > 0


def test_the_check_sees_one_lost_message(tmp_path: Path) -> None:
    live(tmp_path, 0, None)
    check(tmp_path)
    store = open_store(tmp_path)
    with store.write() as conn:
        conn.exec_driver_sql("DELETE FROM message WHERE remote_id = 'remote-77'")
    store.close()
    with pytest.raises(AssertionError):
        check(tmp_path)


@pytest.mark.torture
@pytest.mark.timeout(3_600)
def test_a_desk_killed_hundreds_of_times_loses_and_repeats_nothing(tmp_path: Path) -> None:
    kills = KILLS[os.environ.get("PCC_TORTURE", "short")]
    assert kill_often(tmp_path, kills, random.Random()) > kills / 10
