"""Lists by key, conversations, states and links, on a real encrypted database."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from pcc_desk.model.account import AccountId
from pcc_desk.model.answering import KeptAnswer
from pcc_desk.model.delivery import DeliveryId, Frozen, Order
from pcc_desk.model.message import MessageFilter, MessageId, MessageKind, MessageState
from pcc_desk.store import deliveries, message_counts, messages
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.store.mail import add, add_account, answering, incoming
from tests.store.plans import plans_of, slow_steps

ALL = MessageFilter(state=None)
KINDS = tuple(MessageKind)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an open database."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def two(store: Store) -> tuple[AccountId, AccountId]:
    """Give two accounts with sixty messages each, of every kind and state."""
    accounts = (add_account(store), add_account(store, "website", "wordpress"))
    for offset, account_id in enumerate(accounts):
        chosen = [incoming(2 * n + offset, "the same words", KINDS[n % 4]) for n in range(60)]
        ids = add(store, account_id, *chosen)
        with store.write() as conn:
            messages.set_state(conn, ids[::3], MessageState.DONE)
            messages.set_state(conn, ids[1::3], MessageState.WAITING)
    return accounts


def every_filter(account_id: AccountId) -> Iterator[MessageFilter]:
    """Give every combination of state, account, kind and words."""
    for state, chosen, kind, words in product(
        (None, MessageState.OPEN), (None, account_id), (None, MessageKind.QUOTE), ("", "same ", "wor")
    ):
        yield MessageFilter(state, chosen, kind, words)


def walk(store: Store, which: MessageFilter, limit: int = 7) -> list[MessageId]:
    """Read a whole list page by page."""
    found: list[MessageId] = []
    before, more = None, True
    with store.read() as conn:
        while more:
            page = messages.page(conn, which, before, limit)
            found += [message.id for message in page.messages]
            before, more = found[-1] if found else None, page.more
    return found


def test_every_list_gives_each_matching_message_once_newest_first(
    store: Store, two: tuple[AccountId, AccountId]
) -> None:
    with store.read() as conn:
        everything = messages.page(conn, ALL, None, 500).messages
    assert len(everything) == 120
    for which in every_filter(two[0]):
        expected = [
            message.id
            for message in everything
            if which.state in (None, message.state)
            and which.account_id in (None, message.account_id)
            and which.kind in (None, message.kind)
        ]
        assert expected
        assert walk(store, which) == sorted(expected, reverse=True), which


def test_what_is_newer_than_a_message_comes_without_it_and_nearest_first_to_be_cut(
    store: Store, two: tuple[AccountId, AccountId]
) -> None:
    for which in every_filter(two[1]):
        whole = walk(store, which)
        with store.read() as conn:
            newer = [message.id for message in messages.newer(conn, which, whole[-2], 3)]
            assert newer == whole[-2 - len(newer) : -2], which
            assert messages.newer(conn, which, whole[0], 3) == ()


def test_no_list_reads_more_as_messages_grow_in_number(store: Store, two: tuple[AccountId, AccountId]) -> None:
    with store.read() as conn:
        some = messages.page(conn, ALL, None, 5).messages
        for which in every_filter(two[0]):
            assert slow_steps(plans_of(conn, partial(messages.page, conn, which, some[1].id, 5))) == []
            assert slow_steps(plans_of(conn, partial(messages.newer, conn, which, some[1].id, 5))) == []
        assert slow_steps(plans_of(conn, lambda: messages.by_ids(conn, [one.id for one in some]))) == []
        assert slow_steps(plans_of(conn, lambda: messages.around(conn, some[0], 5))) == []
        assert slow_steps(plans_of(conn, lambda: messages.earlier(conn, some[0].id))) == []
        assert slow_steps(plans_of(conn, lambda: messages.of_delivery(conn, 1, 5))) == []


def test_the_reading_of_plans_finds_a_slow_list(store: Store, two: tuple[AccountId, AccountId]) -> None:
    slow = (
        "SELECT id FROM message ORDER BY received_at DESC LIMIT 5",
        "SELECT id FROM message WHERE text LIKE '%a%' LIMIT 5",
        "SELECT id FROM message WHERE account_id = 1 ORDER BY id DESC LIMIT 5",
    )
    with store.read() as conn:
        for query in slow:
            assert slow_steps(plans_of(conn, partial(conn.exec_driver_sql, query))), query


def test_a_message_is_given_as_it_came(store: Store) -> None:
    came = answering(3, "their-post", "their-root")
    (number,) = add(store, add_account(store), came)
    with store.read() as conn:
        message = messages.get(conn, number)
    assert message is not None
    assert (message.author, message.text, message.url) == (came.author, came.text, came.url)
    assert (message.answers, message.root, message.reply_token) == ("their-post", "their-root", "token-3")
    assert (message.created_at, message.received_at) == (came.created_at, NOW)
    assert (message.state, message.delivery_id, message.about) == (MessageState.OPEN, None, "")


def test_a_message_that_does_not_exist_is_none(store: Store) -> None:
    with store.read() as conn:
        assert messages.get(conn, MessageId(5)) is None
        assert messages.by_ids(conn, []) == ()


def test_a_conversation_holds_its_start_and_its_answers_oldest_first(store: Store) -> None:
    account_id = add_account(store)
    start, *answers = add(store, account_id, incoming(1), *(answering(n, "remote-1") for n in range(2, 9)))
    add(store, account_id, incoming(20), answering(21, "remote-20"))
    with store.read() as conn:
        middle = messages.get(conn, answers[3])
        first = messages.get(conn, start)
        assert middle is not None
        assert first is not None
        assert [one.id for one in messages.around(conn, middle, 50)] == [start, *answers]
        assert [one.id for one in messages.around(conn, first, 50)] == [start, *answers]
        assert [one.id for one in messages.around(conn, middle, 2)] == [start, *answers[2:6]]


def test_moving_messages_changes_lists_search_and_counts_together(store: Store) -> None:
    account_id = add_account(store)
    ids = add(store, account_id, *(incoming(n, "broken lamp") for n in range(5)))
    with store.write() as conn:
        assert messages.set_state(conn, ids[:2], MessageState.DONE)
        assert not messages.set_state(conn, ids[:2], MessageState.DONE)
        assert not messages.set_state(conn, [], MessageState.DONE)
    for words in ("", "lamp "):
        assert walk(store, MessageFilter(MessageState.DONE, words=words)) == [ids[1], ids[0]]
        assert walk(store, MessageFilter(MessageState.OPEN, words=words)) == [ids[4], ids[3], ids[2]]
    with store.read() as conn:
        counts = message_counts.read(conn)
    assert counts.by_state == {MessageState.OPEN: 3, MessageState.WAITING: 0, MessageState.DONE: 2}
    assert counts.by_account[account_id, MessageState.DONE] == 2
    assert counts.by_kind[MessageKind.REPLY, MessageState.OPEN] == 3


def test_the_draft_of_an_answer_is_kept_until_it_is_emptied(store: Store) -> None:
    (number,) = add(store, add_account(store), incoming(1))
    with store.write() as conn:
        assert messages.kept_answer(conn, number).text == ""
        messages.keep_answer(conn, number, KeptAnswer("Diolch yn fawr"))
    with store.read() as conn:
        assert messages.kept_answer(conn, number).text == "Diolch yn fawr"
        assert messages.kept_answer(conn, MessageId(77)) == KeptAnswer()


def send(store: Store, account_id: AccountId, text: str) -> DeliveryId:
    """Put a delivery that answers a new message into the outbox."""
    (number,) = add(store, account_id, incoming(900))
    with store.write() as conn:
        order = Order(account_id, Frozen(key="", text=text), NOW, in_reply_to=number)
        return deliveries.enqueue(conn, order, NOW)


def test_replies_that_arrived_before_our_receipt_are_linked_when_it_comes(store: Store) -> None:
    account_id, other = add_account(store), add_account(store, "other")
    ours = send(store, account_id, "Our words on the bridge.")
    root, direct, elsewhere = (
        *add(store, account_id, answering(90_000, "somebody", "ours"), answering(90_001, "ours", "their-root")),
        *add(store, other, answering(90_002, "ours")),
    )
    with store.write() as conn:
        assert messages.link(conn, account_id, "ours", ours)
        assert not messages.link(conn, account_id, "nobody-answers-this", ours)
        found = {one.id: one for one in messages.by_ids(conn, [root, direct, elsewhere])}
        assert [one.id for one in messages.of_delivery(conn, ours, 10)] == [direct, root]
    assert found[root].delivery_id == found[direct].delivery_id == ours
    assert found[root].about == "Our words on the bridge."
    assert found[elsewhere].delivery_id is None


def test_looking_for_what_to_link_reads_only_what_came_since(store: Store) -> None:
    account_id = add_account(store)
    ours = send(store, account_id, "Our words.")
    with store.write() as conn:
        assert slow_steps(plans_of(conn, lambda: messages.link(conn, account_id, "ours", ours))) == []
