"""Searching messages: newest first, as it is typed, and nothing typed can break it."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.store import message_query, messages
from pcc_desk.store.engine import Store
from tests.desk import open_store
from tests.store.mail import add, add_account, incoming

TEXTS = (
    "Police at Mill Lane again",
    "When is the next policing meeting?",
    "Ymgynghoriad: beth am y tŷ?",
    "O'Neil asked about #OurPlan, thanks",
    "The office is open until five",
    "a b c 2 x",
    'He said "never" AND left; NEAR(me) OR not*',
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a database that holds the texts, in that order of writing."""
    opened = open_store(tmp_path_factory.mktemp("search"))
    add(opened, add_account(opened), *(incoming(number, words) for number, words in enumerate(TEXTS)))
    yield opened
    opened.close()


def find(store: Store, typed: str, which: MessageFilter | None = None) -> list[int]:
    """Give the numbers of the texts a search finds, in its order."""
    asked = which or MessageFilter(state=None, words=typed)
    with store.read() as conn:
        page = messages.page(conn, asked, None, 50)
    return [int(message.remote_id.partition("-")[2]) for message in page.messages]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pol", [1, 0]),  # still being typed
        ("polic", [1, 0]),
        ("police", [0]),
        ("police ", [0]),
        ("pol ", []),  # a word that has ended
        ("po", []),  # two letters are a word, not the beginning of one
        ("is", [4, 1]),
        ("POLICE mill ", [0]),
        ("mill lane polic", [0]),
        ("ty", [2]),  # without its accent
        ("tŷ", [2]),
        ("ourplan", [3]),
        ("#OurPlan", [3]),
        ("o'neil", [3]),
        ("neil", [3]),
        ("person3", [3]),
        ("@person3.example", [3]),
        ("person", [6, 5, 4, 3, 2, 1, 0]),
        ("never AND left", [6]),
        ("nowhere", []),
        ("🙂🙂", [6, 5, 4, 3, 2, 1, 0]),  # no word in it, so nothing is asked
        ("x", [6, 5, 4, 3, 2, 1, 0]),
        ("x police", [0]),
        ("", [6, 5, 4, 3, 2, 1, 0]),
        ("   ", [6, 5, 4, 3, 2, 1, 0]),
    ],
)
def test_what_is_typed_finds(store: Store, typed: str, found: list[int]) -> None:
    assert find(store, typed) == found


def test_the_names_of_states_and_accounts_are_no_words_of_a_message(store: Store) -> None:
    assert find(store, "sopen") == find(store, "a1 kreply") == []
    assert find(store, "open ") == [4]
    assert find(store, "", MessageFilter(MessageState.OPEN, AccountId(1), words="policing ")) == [1]
    assert find(store, "", MessageFilter(MessageState.DONE, words="policing ")) == []


def test_a_search_is_read_page_by_page(store: Store) -> None:
    which = MessageFilter(state=None, words="person")
    with store.read() as conn:
        first = messages.page(conn, which, None, 4)
        second = messages.page(conn, which, first.messages[-1].id, 4)
    assert (len(first.messages), first.more, len(second.messages), second.more) == (4, True, 3, False)
    assert {one.id for one in first.messages}.isdisjoint(one.id for one in second.messages)


SIGNS = ('"', "*", "NEAR(", "AND", "NOT", "^", "{author}:", "-", "(", ")", ":", "+", "police", "\0", "\ud800")
GRAMMAR = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(SIGNS))).map(" ".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRAMMAR)
def test_nothing_typed_is_taken_for_search_grammar(store: Store, typed: str) -> None:
    assert len(find(store, typed)) <= len(TEXTS)
    assert set(find(store, f"police {typed} ")) <= {0}


def test_unquoted_words_would_have_been_taken_for_grammar(store: Store) -> None:
    with pytest.raises(Exception, match="unterminated string"), store.read() as conn:
        conn.exec_driver_sql("SELECT rowid FROM message_search WHERE message_search MATCH ?", ('police" NEAR(',)).all()


@pytest.mark.parametrize("typed", ["police " * 20_000, "p" * 500_000, "a'b " * 5_000, '"' * 9_000])
def test_a_pasted_page_is_searched_quickly(store: Store, typed: str) -> None:
    started = time.thread_time()  # of this thread alone, whatever else the machine does
    find(store, typed)
    assert time.thread_time() - started < 2


def test_an_empty_filter_asks_the_index_nothing() -> None:
    assert message_query.expression(MessageFilter(state=None)) == ""
