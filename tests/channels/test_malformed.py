"""Answers with one piece spoiled in every imaginable way: never a crash, never a good piece lost."""

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels import faulty
from tests.channels.rigs import Rig
from tests.torture import spoiling

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


def test_one_spoiled_piece_never_costs_another(rig: Rig) -> None:
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

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(choose: st.DataObject) -> None:
        body = copy.deepcopy(good)
        number = choose.draw(st.integers(0, 2))
        target = rig.pieces(body)[number]
        path = choose.draw(st.sampled_from(spoiling.places(target)[1:]))
        spoiling.put(target, path, choose.draw(NASTY))
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
