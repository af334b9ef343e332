"""How a filter becomes a query for a list of messages, also before the store is open; free of slow libraries."""

import re

from pcc_desk.model.message import MessageFilter
from pcc_desk.store.message_rows import list_sql

_WORD = re.compile(r"[^\W_]{2}")  # a single letter matches too much to be of use
_BEGINNING = re.compile(r"[^\W_]{3}\Z")  # the index knows words by their first three letters
_LONGEST, _MOST_WORDS = 1_000, 32  # FTS5 refuses an expression nested 256 deep, which a pasted page would be
_UNSEARCHABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], " ")  # NUL and lone surrogates cannot reach the database
_IN_SEARCH = """message.id IN (
  SELECT rowid FROM message_search WHERE message_search MATCH :search AND rowid < :before AND rowid > :after
  ORDER BY rowid {order} LIMIT :limit
)"""


def list_query(
    which: MessageFilter, between: tuple[int, int], limit: int, newest_first: bool = True
) -> tuple[str, dict[str, object]]:
    """Write the query for `limit` messages whose ids lie `between` two others, and the values it is given."""
    after, before = between
    values: dict[str, object] = {"after": after, "before": before, "limit": limit}
    if _has_an_index(which):
        named = {"state": which.state, "account_id": which.account_id, "kind": which.kind}
        asked = {name: value for name, value in named.items() if value is not None}
        conditions = [f"message.{name} = :{name}" for name in asked]
        return list_sql((*conditions, "message.id < :before", "message.id > :after"), newest_first), values | asked
    searched = _IN_SEARCH.format(order="DESC" if newest_first else "ASC")
    return list_sql((searched,), newest_first), values | {"search": expression(which)}


def expression(which: MessageFilter) -> str:
    """Write what to ask the full-text index for a filter, "" when the filter is empty.

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


def _has_an_index(which: MessageFilter) -> bool:
    """Tell whether an index of the table gives this list in order; the search gives every other."""
    if _words(which.words) or (which.account_id is not None and which.kind is not None):
        return False
    return which.state is not None or (which.account_id is None and which.kind is None)


def _words(typed: str) -> str:
    clean = typed[:_LONGEST].translate(_UNSEARCHABLE)
    words = ['"' + word.replace('"', '""') + '"' for word in clean.split() if _WORD.search(word)][:_MOST_WORDS]
    if words and _BEGINNING.search(clean):
        words[-1] += "*"
    return " AND ".join(words)
