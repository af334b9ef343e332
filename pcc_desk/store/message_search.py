"""The full-text index over messages: what it holds, and how a search is put to it."""

import json
import re
from collections.abc import Iterable

from sqlalchemy import Connection, text

from pcc_desk.model.message import MessageFilter, MessageId

# The facets let one index answer "this word, open, from this account" newest first without sorting.
_FEED = text("""
INSERT INTO message_search (rowid, author, text, facets)
SELECT id, author_name || ' ' || author_handle, text, 'a' || account_id || ' k' || kind || ' s' || state
FROM message WHERE id IN (SELECT value FROM json_each(:ids))
""")
_FORGET = text("DELETE FROM message_search WHERE rowid IN (SELECT value FROM json_each(:ids))")
_WORD = re.compile(r"[^\W_]{2}")  # a single letter matches too much to be of use
_BEGINNING = re.compile(r"[^\W_]{3}\Z")  # the index knows words by their first three letters
_LONGEST, _MOST_WORDS = 1_000, 32  # FTS5 refuses an expression nested 256 deep, which a pasted page would be
_UNSEARCHABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], " ")  # NUL and lone surrogates cannot reach the database


def feed(conn: Connection, ids: Iterable[MessageId]) -> None:
    """Put messages that are not in the index into it, as they stand now."""
    conn.execute(_FEED, {"ids": json.dumps(list(ids))})


def refresh(conn: Connection, ids: Iterable[MessageId]) -> None:
    """Bring messages that are in the index up to how they stand now."""
    numbers = json.dumps(list(ids))
    conn.execute(_FORGET, {"ids": numbers})
    conn.execute(_FEED, {"ids": numbers})


def expression(which: MessageFilter) -> str:
    """Write what to ask the index for a filter, "" when the filter is empty.

    Every word is quoted, so that nothing typed is taken for search grammar. The last word, once it has three letters,
    also matches longer words while it is still being typed, that is, until a space follows it.
    """
    words = _words(which.words)
    parts = [f"{{author text}} : ({words})"] if words else []
    facets = [
        f'"{letter}{value}"'
        for letter, value in (("a", which.account_id), ("k", which.kind), ("s", which.state))
        if value is not None
    ]
    if facets:
        parts.append(f"facets : ({' AND '.join(facets)})")
    return " AND ".join(parts)


def has_words(which: MessageFilter) -> bool:
    """Tell whether a filter holds a word long enough to search for."""
    return bool(_words(which.words))


def _words(typed: str) -> str:
    clean = typed[:_LONGEST].translate(_UNSEARCHABLE)
    words = ['"' + word.replace('"', '""') + '"' for word in clean.split() if _WORD.search(word)][:_MOST_WORDS]
    if words and _BEGINNING.search(clean):
        words[-1] += "*"
    return " AND ".join(words)
