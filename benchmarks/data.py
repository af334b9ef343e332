"""Invented messages, the same on every machine, and encrypted databases full of them, kept under .cache/bench."""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Connection

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import Author, Incoming, MessageId, MessageKind, MessageState
from pcc_desk.store import message_counts, message_search
from pcc_desk.store.engine import Store
from pcc_desk.store.message_rows import SEQUENCE_BITS
from pcc_desk.store.schema import EPOCH, account

SEED = 20261122
SMALL, LARGE = 20_000, 1_000_000
ACCOUNTS = tuple(AccountId(number) for number in range(1, 11))
KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
VOCABULARY = 40_000
COMMON = ("police", "street", "people", "crime", "council", "meeting", "village", "speed", "thank")
RARE = tuple(f"zq{letter}vorth" for letter in "abcdefghij")  # about 100 messages each in a million
FILL_BATCH = 20_000
INSERT = """
INSERT INTO message (id, account_id, remote_id, kind, state, author_id, author_name, author_handle, text, url,
  received_at, answers, root, reply_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# Raised whenever what a database holds or how it is laid out changes, so that an old one is not measured.
LAYOUT = 2

_RARE_IN = 1_000  # one message in this many holds some rare word
_SPACING = timedelta(seconds=47)
_SYLLABLES = ("an", "ber", "co", "del", "en", "fa", "gri", "hol", "im", "jo", "ke", "lo", "mar", "or", "pe", "ri")
_CACHE = Path(__file__).parent.parent / ".cache" / "bench"


def database(count: int) -> Path:
    """Give the path of a database that holds `count` messages, made with `KEY` when it is not there yet."""
    path = _CACHE / f"{count}-{LAYOUT}" / "desk.db"
    done = path.with_name("done")
    if not done.exists():
        for left in path.parent.glob("desk.db*"):
            left.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(path, count)
        done.touch()
    return path


def open_store(path: Path) -> Store:
    """Open or create a database with the accounts of the invented office."""
    store = Store(path, KEY)
    with store.write() as conn:
        known = set(conn.execute(account.select().with_only_columns(account.c.id)).scalars())
        rows = [_account(number) for number in ACCOUNTS if number not in known]
        if rows:
            conn.execute(account.insert(), rows)
    return store


def fill(path: Path, count: int) -> None:
    """Write `count` messages into a new database, four in five of them dealt with, in larger pages than the desk's."""
    store = open_store(path)
    chance = random.Random(SEED)
    for start in range(0, count, FILL_BATCH):
        batch = list(stream(start, min(FILL_BATCH, count - start), count))
        with store.write() as conn:
            _write(conn, batch, chance)
        print(f"\rwriting {count:,} messages: {start + len(batch):,}", end="", file=sys.stderr)
    print(file=sys.stderr)
    store.close()


def row(one: Incoming, account_id: AccountId, state: MessageState) -> tuple[object, ...]:
    """Give the values of `INSERT` for a message, its number being its time of writing."""
    author = (one.author.remote_id, one.author.name, one.author.handle)
    rest = (one.text, one.url, _millis(NOW), one.answers, one.root, one.reply_token)
    return (number_of(one), account_id, one.remote_id, one.kind.value, state.value, *author, *rest)


def number_of(one: Incoming) -> MessageId:
    """Give the id a message gets when no other was written in its millisecond."""
    return MessageId(_millis(one.created_at) << SEQUENCE_BITS)


def _write(conn: Connection, batch: Sequence[Incoming], chance: random.Random) -> None:
    states = chance.choices((MessageState.DONE, MessageState.OPEN, MessageState.WAITING), (16, 3, 1), k=len(batch))
    places = list(zip(batch, chance.choices(ACCOUNTS, k=len(batch)), states, strict=True))
    conn.exec_driver_sql(INSERT, [row(one, account_id, state) for one, account_id, state in places])
    message_search.feed(conn, map(number_of, batch))
    message_counts.shift(conn, Counter((account_id, one.kind, state) for one, account_id, state in places))


def _millis(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def stream(start: int, length: int, count: int) -> Iterator[Incoming]:
    """Invent messages number `start` to `start + length` of `count`, oldest first, ending a minute before `NOW`."""
    chance = random.Random(SEED + start)
    words, weights = _vocabulary()
    for number in range(start, start + length):
        chosen = chance.choices(words, cum_weights=weights, k=max(3, round(chance.gauss(27, 9))))
        if chance.randrange(_RARE_IN) == 0:
            chosen.append(chance.choice(RARE))
        person = chance.randrange(1 + count // 20)
        yield Incoming(
            remote_id=f"at://post/{number:08x}",
            kind=chance.choice(_KINDS),
            author=Author(f"did:{person}", f"{words[person % VOCABULARY].title()} {person}", f"person{person}.example"),
            text=" ".join(chosen),
            created_at=NOW - _SPACING * (count - number),
            url=f"https://social.example/{number:08x}",
            answers=f"at://ours/{number // 40:x}",
            root=f"at://ours/{number // 40:x}",
            reply_token=f'{{"parent":"at://post/{number:08x}"}}',
        )


_KINDS = tuple(MessageKind)


@cache
def _vocabulary() -> tuple[Sequence[str], Sequence[float]]:
    """Make words used as often as in a living language (Zipf), the common ones among the first two hundred."""
    chance = random.Random(SEED)
    words = ["the", "a", "to", "and", "of", "in", "is", "you", "for", "on", "it", "that", "with", "we", "this", "at"]
    words += COMMON
    seen = set(words)
    while len(words) < VOCABULARY:
        longest = 2 if len(words) < 150 else 4  # 20 syllables make 420 words of one or two
        word = "".join(chance.choices(_SYLLABLES, k=chance.randint(1, longest)))
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))


def _account(number: AccountId) -> dict[str, object]:
    return {
        "id": number,
        "platform": "bluesky",
        "address": f"https://{number}.example",
        "remote_id": f"did:office:{number}",
        "handle": f"office{number}.example",
        "name": "The office",
        "state": "connected",
        "connected_at": NOW,
    }
