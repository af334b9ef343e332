"""Storing what comes in: once, in the order of writing, linked, counted and searchable."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pcc_desk.model.account import AccountId
from pcc_desk.model.delivery import Frozen, Order
from pcc_desk.model.message import Author, Incoming, MessageFilter, MessageId, MessageKind, MessageState
from pcc_desk.store import arrivals, deliveries, message_counts, messages
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.store.mail import YESTERDAY, add, add_account, answering, incoming
from tests.store.plans import plans_of, slow_steps


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an open database."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def account_id(store: Store) -> AccountId:
    """Give a connected account."""
    return add_account(store)


def read_all(store: Store, words: str = "") -> list[str]:
    """Give the remote ids of every message that holds the words, newest first."""
    with store.read() as conn:
        page = messages.page(conn, MessageFilter(state=None, words=words), None, 1_000)
    return [message.remote_id for message in page.messages]


def test_a_page_that_comes_again_writes_nothing(store: Store, account_id: AccountId) -> None:
    page = [incoming(number) for number in range(20)]
    assert len(add(store, account_id, *page)) == 20
    with store.write() as conn:
        again = arrivals.add(conn, account_id, [*page, page[3]], NOW)
        written = conn.exec_driver_sql("SELECT total_changes()").scalar()
        arrivals.add(conn, account_id, page, NOW)
        assert conn.exec_driver_sql("SELECT total_changes()").scalar() == written
    assert again == arrivals.Arrivals((), ())
    assert len(read_all(store)) == 20


def test_a_message_twice_on_one_page_is_stored_once_as_it_came_last(store: Store, account_id: AccountId) -> None:
    assert len(add(store, account_id, incoming(1, "first"), incoming(1, "second"))) == 1
    assert read_all(store, "second") == ["remote-1"]
    assert read_all(store, "first ") == []


def test_the_same_remote_id_on_two_accounts_is_two_messages(store: Store, account_id: AccountId) -> None:
    other = add_account(store, "other")
    (mine,), (theirs,) = add(store, account_id, incoming(1)), add(store, other, incoming(1))
    assert mine != theirs


def test_messages_of_one_moment_keep_the_order_they_came_in(store: Store, account_id: AccountId) -> None:
    same = [replace(incoming(number), created_at=YESTERDAY) for number in range(6)]
    first, second = add(store, account_id, *same[:3]), add(store, account_id, *same[3:])
    assert list(first + second) == sorted({*first, *second})
    assert read_all(store) == [f"remote-{number}" for number in range(5, -1, -1)]


def test_an_old_message_that_comes_late_takes_its_place_in_time(store: Store, account_id: AccountId) -> None:
    add(store, account_id, incoming(10), incoming(30))
    add(store, account_id, incoming(20))
    assert read_all(store) == ["remote-30", "remote-20", "remote-10"]


def test_a_message_its_author_changed_is_changed_here_and_its_earlier_words_are_kept(
    store: Store, account_id: AccountId
) -> None:
    (number,) = add(store, account_id, incoming(1, "The lamp is broken"))
    later = NOW + timedelta(hours=1)
    with store.write() as conn:
        messages.set_state(conn, [number], MessageState.DONE)
        changed = arrivals.add(conn, account_id, [incoming(1, "The lamp is mended")], later)
    assert changed == arrivals.Arrivals((), (number,))
    with store.read() as conn:
        message = messages.get(conn, number)
        earlier = messages.earlier(conn, number)
    assert message is not None
    assert (message.text, message.state, message.received_at) == ("The lamp is mended", MessageState.DONE, NOW)
    assert [(one.text, one.replaced_at) for one in earlier] == [("The lamp is broken", later)]
    assert read_all(store, "mended ") == ["remote-1"]
    assert read_all(store, "broken ") == []


def test_a_new_name_of_the_author_is_no_new_wording(store: Store, account_id: AccountId) -> None:
    (number,) = add(store, account_id, incoming(1))
    add(store, account_id, replace(incoming(1), author=Author("person-1", "Blodwen", "b.example")))
    with store.read() as conn:
        assert messages.earlier(conn, number) == ()
    assert read_all(store, "Blodwen") == ["remote-1"]


def test_a_reply_is_linked_to_what_it_answers_before_what_began_the_conversation(
    store: Store, account_id: AccountId
) -> None:
    (about,) = add(store, account_id, incoming(1))
    with store.write() as conn:
        order = Order(account_id, Frozen(key="", text="Our answer."), NOW, in_reply_to=about)
        first, second = deliveries.enqueue(conn, order, NOW), deliveries.enqueue(conn, order, NOW)
        for number, remote_id in ((first, "ours-1"), (second, "ours-2")):
            conn.execute(text("UPDATE delivery SET remote_id = :r WHERE id = :id"), {"r": remote_id, "id": number})
    replies = (answering(2, "ours-1"), answering(3, "ours-2", "ours-1"), answering(4, "else", "ours-1"), incoming(5))
    ids = add(store, account_id, *replies)
    with store.read() as conn:
        found = {one.id: one.delivery_id for one in messages.by_ids(conn, ids)}
    assert [found[number] for number in ids] == [first, second, first, None]


def test_storing_reads_only_what_the_page_names(store: Store, account_id: AccountId) -> None:
    add(store, account_id, *(incoming(number) for number in range(5)))
    page = [incoming(1), incoming(2, "changed"), answering(70, "somebody")]
    with store.write() as conn:
        assert slow_steps(plans_of(conn, lambda: arrivals.add(conn, account_id, page, NOW))) == []


def test_a_write_that_fails_leaves_no_part_of_the_page(store: Store, account_id: AccountId) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as conn:
        arrivals.add(conn, account_id, [incoming(1)], NOW)
        raise ZeroDivisionError
    assert read_all(store) == read_all(store, "words") == []
    with store.read() as conn:
        assert message_counts.read(conn).by_state[MessageState.OPEN] == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "done", "open", "waiting")),
        st.lists(st.integers(0, 12), min_size=1, max_size=8),
        st.sampled_from(("pothole", "lamp", "bench")),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_counts_and_search_always_say_what_the_table_says(
    store: Store, steps: list[tuple[str, list[int], str]]
) -> None:
    with store.write() as conn:
        for table in ("message_revision", "message_search", "message_count", "message"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
    account_id = add_account(store)
    kinds = tuple(MessageKind)
    for verb, numbers, word in steps:
        with store.write() as conn:
            if verb == "add":
                arrivals.add(conn, account_id, [incoming(n, f"a {word} here", kinds[n % 4]) for n in numbers], NOW)
            else:
                known = messages.page(conn, MessageFilter(state=None), None, 50).messages
                chosen = [one.id for one in known if int(one.remote_id.partition("-")[2]) in numbers]
                messages.set_state(conn, chosen, MessageState(verb))
    with store.read() as conn:
        stored = messages.page(conn, MessageFilter(state=None), None, 50).messages
        counts = message_counts.read(conn)
        assert Counter(one.state for one in stored) == Counter(counts.by_state)
        assert Counter((one.kind, one.state) for one in stored) == Counter(counts.by_kind)
        for state in MessageState:
            for word in ("pothole", "lamp", "bench"):
                found = messages.page(conn, MessageFilter(state, account_id, words=f"{word} "), None, 50).messages
                assert list(found) == [one for one in stored if one.state is state and word in one.text]


def test_ids_hold_the_time_of_writing(store: Store, account_id: AccountId) -> None:
    ids = add(store, account_id, *(incoming(number) for number in range(3)))
    with store.read() as conn:
        times = [one.created_at for one in messages.by_ids(conn, ids)]
    assert times == [incoming(number).created_at for number in (2, 1, 0)]
    assert all(isinstance(number, int) and number < 1 << 63 for number in (MessageId(one) for one in ids))


def test_a_page_of_nothing_is_fine(store: Store, account_id: AccountId) -> None:
    nothing: list[Incoming] = []
    assert add(store, account_id, *nothing) == ()
