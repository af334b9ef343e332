"""Answers with one piece spoiled in every imaginable way: never a crash, never a good piece lost."""

import copy
import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels import faulty
from tests.channels.rigs import Rig

NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(
        ["", "\ud800", "\0", "9999-12-31T23:59:59Z", "0000-00-00", "1969-01-01T00:00:00+23:59", "did:", "at://"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the path of every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, child in inner for place in places(child, (*path, name)))]


def spoil(body: Any, path: tuple[Any, ...], new: Any) -> None:
    """Put another value at a path."""
    for name in path[:-1]:
        body = body[name]
    body[path[-1]] = new


def check(rig: Rig, examples: int) -> None:
    """Spoil one of three pieces, many times over."""
    about = rig.channel.publish(rig.piece())
    words = ["One", "Two", "Three"]
    for each in words:
        rig.arrive(about.remote_id, each)
    bodies: list[bytes] = []

    def remember(exchange: faulty.Exchange) -> None:
        bodies.append(exchange.forward()[1])
        exchange.answer(200, bodies[-1])

    rig.front.misbehave(remember, rig.reads)
    cursor = json.dumps({"after": "2020-01-01T00:00:00+00:00", "page": 1, "seen": []})
    order = [message.text for message in rig.channel.fetch(rig.stream, cursor).messages]
    good = json.loads(bodies[-1])

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(choose: st.DataObject) -> None:
        body = copy.deepcopy(good)
        number = choose.draw(st.integers(0, 2))
        target = rig.pieces(body)[number]
        path = choose.draw(st.sampled_from(places(target)[1:]))
        spoil(target, path, choose.draw(NASTY))
        rig.front.behave()
        rig.front.misbehave(faulty.answered(200, json.dumps(body).encode()), rig.reads)
        batch = rig.channel.fetch(rig.stream, cursor)
        found = [message.text for message in batch.messages]
        assert set(found) >= set(order) - {order[number]}
        assert len(found) + len(batch.spoiled) <= 3
        for message in batch.messages:
            assert json.loads(json.dumps(message.remote_id + message.text)).encode("utf-8")
        rig.channel.fetch(rig.stream, batch.cursor)

    one()


def test_one_spoiled_piece_never_costs_another(rig: Rig) -> None:
    check(rig, 150)


@pytest.mark.torture
def test_thousands_of_spoiled_pieces_never_cost_another(rig: Rig) -> None:
    check(rig, 10_000 if os.environ.get("PCC_TORTURE") == "full" else 1_000)
