"""The same words to ten platforms through their real adapters, three troubles each: the table is right each time."""

import os
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.media import pictures
from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import DeliveryState
from tests.servers.mail import MailSystem
from tests.torture.crossing import Crossing, Table
from tests.torture.troubles import Trouble, expected

FULL = os.environ.get("PCC_TORTURE") == "full"
ROUNDS = 1_000
SECONDS = 60.0  # for as many rounds as go into them, where not all are asked for
SEED = 20261126

pytestmark = [pytest.mark.torture, pytest.mark.timeout(7_200 if FULL else 300)]


LOST, DONE, REFUSED = Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.REFUSED
TRIED, LOOKED_TWICE = [Trouble.UNREACHABLE, Trouble.LIMITED, Trouble.UNREADY], [None, None]


@pytest.fixture(autouse=True)
def fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit the one picture once for each size: the same bytes and limits always give the same bytes."""
    monkeypatch.setattr(pictures, "fit", cache(pictures.fit))


def wrong(table: Table, met: Mapping[str, Sequence[Trouble | None]]) -> list[str]:
    """Say where a table is not as the promises have it."""
    right = {name: expected(met[name], ADAPTERS[name].platform.guarantee) for name in met}
    return [f"{name}, {met[name]}: {table[name]}, not {right[name]}" for name in met if table[name] != right[name]]


def unspoilt(drawn: Mapping[str, Sequence[Trouble]], met: Mapping[str, Sequence[Trouble | None]]) -> list[str]:
    """Name the calls that met another trouble than was drawn for them; only what is done already cannot go wrong."""
    pairs = {name: list(zip(drawn[name], met[name], strict=False)) for name in drawn}
    other = {name: [one for one in pairs[name] if one[0] is not one[1]] for name in pairs}
    return [f"{name}: {one}" for name in other for one in other[name] if one != (Trouble.UNREADY, None)]


@pytest.mark.parametrize(
    ("met", "state", "copies", "by_email"),
    [
        (TRIED, "sent", 1, ("sent", 1)),
        ([DONE], "sent", 1, ("unsure", 1)),
        ([LOST], "sent", 1, ("unsure", 0)),
        ([LOST, LOST, DONE, None], "sent", 1, ("unsure", 0)),
        ([REFUSED, DONE], "held", 0, ("held", 0)),
        ([DONE, REFUSED], "unsure", 1, ("unsure", 1)),
        ([LOST, *LOOKED_TWICE, REFUSED], "held", 0, ("unsure", 0)),
        ([LOST, *LOOKED_TWICE, DONE, LOST], "sent", 1, ("unsure", 0)),
    ],
)
def test_what_is_expected_is_what_was_promised(
    met: list[Trouble | None], state: str, copies: int, by_email: tuple[str, int]
) -> None:
    for guarantee in Guarantee:
        assert expected(met, guarantee) == (by_email if guarantee is Guarantee.D else (state, copies))


def test_the_table_at_the_end_is_right_for_every_platform_by_its_own_class(tmp_path: Path, mail: MailSystem) -> None:
    chance, began = Random(SEED), time.monotonic()
    with Crossing(tmp_path, mail) as crossing:
        for number in range(ROUNDS):
            drawn = crossing.draw(chance)
            table = crossing.cross(number, drawn)
            met = crossing.met()
            assert unspoilt(drawn, met) + wrong(table, met) == [], f"round {number}"
            after = crossing.decide(number)
            assert set(after.values()) == {(DeliveryState.SENT, 1)}, f"round {number}: {table} became {after}"
            if not FULL and time.monotonic() - began > SECONDS:
                break


@pytest.mark.parametrize("fault", ["blind", "hasty"])
def test_control_a_desk_that_sees_nothing_or_takes_doubt_for_failure_doubles_where_no_key_prevents_it(
    tmp_path: Path, mail: MailSystem, fault: str
) -> None:
    chance, doubled = Random(7), set[Guarantee]()
    with Crossing(tmp_path, mail, **{fault: True}) as crossing:
        for number in range(4):
            table = crossing.cross(number, crossing.draw(chance))
            assert wrong(table, crossing.met())
            doubled |= {ADAPTERS[name].platform.guarantee for name, (_, copies) in table.items() if copies > 1}
            crossing.decide(number)
    assert doubled == {"blind": {Guarantee.C}, "hasty": {Guarantee.C, Guarantee.D}}[fault]
