"""The record of measures: added, settled once, read by an index, and never changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pcc_desk.model.moderation import Decision, Found, Measure, Outcome
from pcc_desk.store import messages, moderation
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.store.mail import add, add_account, incoming
from tests.store.plans import plans_of

DECISION = Decision(Measure.HIDE, "A rule", "Words")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_a_record_that_is_settled_is_never_settled_again(store: Store) -> None:
    (known,) = add(store, add_account(store), incoming(1))
    with store.write() as conn:
        message = messages.get(conn, known)
        assert message is not None
        record = moderation.begin(conn, message, DECISION, "Elin", NOW)
        moderation.settle(conn, record, Found(Outcome.DONE, "It is hidden."), NOW)
        moderation.settle(conn, record, Found(Outcome.NOT_DONE, "Another word."), NOW)
        (kept,) = moderation.of_messages(conn, [known])
    assert (kept.id, kept.outcome, kept.sentence) == (record, Outcome.DONE, "It is hidden.")


def test_records_are_found_by_their_message(store: Store) -> None:
    ids = add(store, add_account(store), incoming(1), incoming(2), incoming(3))
    with store.write() as conn:
        for message in messages.by_ids(conn, ids[:2]):
            for _ in range(2):
                moderation.begin(conn, message, DECISION, "Elin", NOW)
        found = moderation.of_messages(conn, ids)
        plan = plans_of(conn, lambda: moderation.of_messages(conn, ids))
    assert [one.message_id for one in found] == [ids[0], ids[0], ids[1], ids[1]]
    assert all("USING INDEX moderation_by_message" in step or "LIST SUBQUERY" in step for step in plan), plan
