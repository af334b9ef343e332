"""What searching a million messages costs, newest first: words in many messages against words in few."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from benchmarks import data
from benchmarks.figure import Figure, compare, milliseconds
from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.store import messages

METRICS = ("search_rare", "search_common", "search_narrow", "search_typing")
ROUNDS = 20
LIMIT = 50
TYPED = ("pol", "the", "mee", "poli", "coun")  # the last word while it is being typed


def measure() -> Iterator[Figure]:
    """Compare the newest 50 messages of the dearest word of each sort with those of rare words."""
    store = data.open_store(data.database(data.LARGE))
    with store.read() as conn:
        value, ratio = compare(_first_page(conn), _rare(conn), ROUNDS)
        yield Figure("search_rare", value, "ms", ratio, "the newest messages, without a search", ROUNDS)
        for metric, narrow, words in (
            ("search_common", MessageFilter(state=None), [f"{word} " for word in data.COMMON]),
            ("search_narrow", MessageFilter(MessageState.OPEN, data.ACCOUNTS[0]), [f"{w} " for w in data.COMMON[:4]]),
            ("search_typing", MessageFilter(state=None), TYPED),
        ):
            figures = [compare(_rare(conn), _search(conn, narrow, (word,)), ROUNDS) for word in words]
            value, ratio = max(figures, key=lambda figure: figure[1])
            yield Figure(metric, value, "ms", ratio, f"a rare word; the dearest of {len(words)}", ROUNDS)
    store.close()


def _first_page(conn: Connection) -> Callable[[], float]:
    return lambda: milliseconds(lambda: messages.page(conn, MessageFilter(state=None), None, LIMIT))


def _rare(conn: Connection) -> Callable[[], float]:
    return _search(conn, MessageFilter(state=None), [f"{word} " for word in data.RARE])


def _search(conn: Connection, narrow: MessageFilter, words: list[str] | tuple[str, ...]) -> Callable[[], float]:
    turns = 0

    def search() -> float:
        nonlocal turns
        turns += 1
        which = MessageFilter(narrow.state, narrow.account_id, narrow.kind, words[turns % len(words)])
        return milliseconds(lambda: messages.page(conn, which, None, LIMIT))

    return search
