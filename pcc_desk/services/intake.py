"""The border of what comes in: it leaves here fit to be stored, or is set aside with the reason."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.errors import Unexpected
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind
from pcc_desk.model.unreached import Returned, Unreached

TEXT_BYTES = 100_000  # no platform lets a person write more; the whole of a longer one is set aside
RAW_BYTES = 1_000_000
_LONGEST_MARK = 10_000  # characters in an id or a note of how to answer
_LONGEST_CURSOR = 100_000  # the short marks of a thousand messages take 15,000
_LONGEST_NAME = 500
_FIRST_AT = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class _UnreadableError(Exception):
    """One incoming piece cannot be stored; the words say why."""


def clean(batch: Batch, now: datetime) -> Batch:
    """Give a page in which every value can be stored and shown as plain text.

    A message that cannot be read becomes a Spoiled and takes no other with it. A time of writing that cannot be true
    (before 2000, or more than a day ahead) becomes `now`, the time the message was received.

    Raises:
        Unexpected: the page itself, or its cursor, is not what an adapter may give.
    """
    if not isinstance(batch, Batch) or not _is_mark(batch.cursor, _LONGEST_CURSOR):
        raise Unexpected("The messages came in a form PCC Desk does not know.", "PCC Desk tries again later.")
    kept, spoiled = [], [_clean_spoiled(one) for one in batch.spoiled if isinstance(one, Spoiled)]
    for one in batch.messages:
        try:
            message, rest = _clean_message(one, now)
        except _UnreadableError as why:
            spoiled.append(Spoiled(_describe(one), str(why)))
        else:
            kept.append(message)
            spoiled.extend(rest)
    returned = []
    for report in batch.returned:
        try:
            returned.append(_clean_returned(report, now))
        except _UnreadableError as why:
            spoiled.append(Spoiled(_describe(report), str(why)))
    missing = tuple(_clean_missing(batch.missing))
    return Batch(tuple(kept), batch.cursor, bool(batch.more), tuple(spoiled), missing, tuple(returned))


def _clean_message(one: object, now: datetime) -> tuple[Incoming, tuple[Spoiled, ...]]:
    if not isinstance(one, Incoming) or not isinstance(one.author, Author):
        raise _UnreadableError("It is not a message.")
    if not isinstance(one.kind, MessageKind):
        raise _UnreadableError("Its kind is not known.")
    if not _is_mark(one.remote_id) or not one.remote_id:
        raise _UnreadableError("It has no name of its own on the platform.")
    words = _plain(one.text)
    whole = words.encode()
    shown = words if len(whole) <= TEXT_BYTES else whole[:TEXT_BYTES].decode(errors="ignore")
    author = one.author
    message = Incoming(
        remote_id=one.remote_id,
        kind=one.kind,
        author=Author(_mark(author.remote_id), _name(author.name), _name(author.handle)),
        text=shown,
        created_at=_believable(one.created_at, now),
        url=_link(one.url),
        answers=_mark(one.answers),
        root=_mark(one.root),
        reply_token=_mark(one.reply_token),
    )
    return message, (() if shown == words else (Spoiled(whole[:RAW_BYTES], "Too long: only its start is shown."),))


def _clean_returned(one: object, now: datetime) -> Returned:
    if not isinstance(one, Returned) or not _is_mark(one.key):
        raise _UnreadableError("It is not a report.")
    people = [Unreached(_name(person.address), _name(person.why)) for person in one.people]
    return Returned(one.key, tuple(people), _clean_message(one.instead, now)[0])


def _clean_spoiled(one: Spoiled) -> Spoiled:
    raw = one.raw if isinstance(one.raw, bytes) else _describe(one)
    return replace(one, raw=raw[:RAW_BYTES], why=_plain(one.why)[:_LONGEST_NAME] if isinstance(one.why, str) else "")


def _clean_missing(missing: Iterable[object]) -> Iterable[Missing]:
    for one in missing:
        if isinstance(one, Missing) and _is_moment(one.from_at) and _is_moment(one.to_at):
            yield replace(one, reason=_plain(one.reason)[:_LONGEST_NAME] if isinstance(one.reason, str) else "")


def _plain(value: object) -> str:
    """Give text that a database and a screen can take: no lone surrogates, no NUL."""
    if not isinstance(value, str):
        raise _UnreadableError("A part of it that should be text is not.")
    if not value.isascii():
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value.replace("\0", _REPLACED)


def _name(value: object) -> str:
    return _plain(value)[:_LONGEST_NAME]


def _mark(value: object) -> str:
    if not _is_mark(value):
        raise _UnreadableError("A part of it that the platform needs back is not as it should be.")
    return str(value)


def _is_mark(value: object, longest: int = _LONGEST_MARK) -> bool:
    """Tell whether a value can be stored and given back to the platform exactly as it came."""
    return isinstance(value, str) and len(value) <= longest and _plain(value) == value


def _link(value: object) -> str:
    url = _plain(value)
    return url if url.lower().startswith(("https://", "http://")) and len(url) <= _LONGEST_MARK else ""


def _believable(value: object, now: datetime) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _UnreadableError("Its time of writing is not known.")
    return value if _FIRST_AT <= value <= now + _AHEAD else now


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None


def _describe(one: object) -> bytes:
    """Write down what a piece held, without trusting any of it to describe itself."""
    if not isinstance(one, Incoming | Spoiled):
        return type(one).__name__.encode()
    lines = [f"{field.name}: {_show(getattr(one, field.name))}" for field in fields(one)]
    return "\n".join(lines).encode("utf-8", "backslashreplace")[:RAW_BYTES]


def _show(value: object) -> str:
    match value:
        case str():
            return value
        case int():
            return hex(value)  # decimal digits of a very long number are refused by Python
        case Author():
            return ", ".join(_show(part) for part in (value.remote_id, value.name, value.handle))
        case datetime() if value.utcoffset() is None:
            return f"{value.isoformat()} in no zone"
        case datetime():
            return value.isoformat()
    return type(value).__name__
