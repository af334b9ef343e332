"""A platform that wants to be left alone is left alone after a start anew as well."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import RateLimited
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from pcc_desk.services.doors import KeptDoors
from tests.desk import open_store

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
USED_UP = Reply({}, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "900"})
REFUSED = Reply({}, 429, {"Retry-After": "900"})


@pytest.mark.parametrize("reply", [USED_UP, REFUSED], ids=["the last call of a window", "too many"])
def test_a_door_stays_closed_when_the_program_is_started_anew(tmp_path: Path, reply: Reply) -> None:
    heard: list[Request] = []

    def answer(request: Request) -> Reply:
        heard.append(request)
        return reply

    with Loopback(answer) as server:
        for kept in (True, False):
            for _ in range(2):
                store = open_store(tmp_path)
                manners = Manners(doors=KeptDoors(store)) if kept else Manners()
                try:
                    Wire(server.url, manners=manners).get(Ask("/x"))
                except RateLimited as limited:
                    assert timedelta(minutes=14) < limited.until - datetime.now(UTC) <= timedelta(minutes=15)
                store.close()
            assert len(heard) == (1 if kept else 3)  # the second is the control: without a memory it is asked again


def test_a_usual_pace_is_not_kept_and_a_moment_that_cannot_be_true_closes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    doors = KeptDoors(store)
    manners = Manners(doors=doors)
    manners.close("a.example", NOW + timedelta(seconds=5), "chat")
    assert not doors.read()
    manners.close("a.example", NOW.replace(year=2030), most=1)
    manners.close("b.example", NOW + timedelta(hours=1), "GET /2/dm_events", most=1)
    anew = Manners(doors=KeptDoors(store))
    assert anew.closed_until("a.example", NOW) is None
    assert anew.closed_until("b.example", NOW, "GET /2/dm_events") == NOW + timedelta(hours=1)
    assert anew.closed_until("b.example", NOW) is None
    store.close()
