"""Meta's own description of its nodes as a judge of every request; it never looks at our tables.

The files know no lengths and no version. What they leave out of names is written down in blind_graph.py.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Request
from tests.channels import blind_graph
from tests.channels.faulty import Front, Seen

FOLDER = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "meta"
# Told in Meta's guides and not in the files, which describe nodes only: exactly what each takes.
_GUIDED = {
    "debug_token": {"input_token"},
    "ig_hashtag_search": {"user_id", "q"},
    "oauth/access_token": {"grant_type", "client_id", "client_secret", "fb_exchange_token"},
}
_SENT_ROUND = "and/round"  # where a test sends a reader
# https://developers.facebook.com/docs/graph-api/results: what every list takes; `fields` goes with every read.
_A_WORD = frozenset({"tag"})  # "Object" in the files, a word in Meta's own Send API reference
_OF_LISTS = frozenset({"limit", "after", "before", "until", "since", "__paging_token"})
# Told in Meta's guide to resumable uploads: where a film goes, and the headers it needs with what they must look like.
_UPLOAD = re.compile(r"/ig-api-upload/v\d+\.\d+/\d+")
_UPLOAD_HEADERS = {"authorization": r"OAuth \S+", "offset": r"\d+", "file_size": r"\d+"}
_MODIFIER = re.compile(r"\.(\w+)\(([^()]*)\)")

Kinds = Callable[[str], Sequence[str]]  # the types a node of this id may have


@dataclass(frozen=True)
class Wish:
    """One field asked for, with its modifiers and its own fields."""

    name: str
    modifiers: Mapping[str, str] = field(default_factory=dict)
    inner: "tuple[Wish, ...]" = ()


@cache
def described(kind: str) -> Mapping[str, Any] | None:
    """Read what Meta says of a type, or give None where it is not at hand."""
    file = FOLDER / f"{kind}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


@cache
def values_of(enum: str) -> frozenset[str] | None:
    """Give the values of a named choice, or None when it is none."""
    every = json.loads((FOLDER / "enum_types.json").read_text("utf-8"))
    return next((frozenset(each["values"]) for each in every if each["name"] == enum), None)


@contextmanager
def judged(front: Front, kinds: Kinds) -> Iterator[Front]:
    """Run a front and judge everything it has seen when it ends; where the files are absent nothing is judged."""
    with front:
        yield front
    found = {f"{seen.method} {seen.path}: {fault}" for seen in front.seen for fault in faults_of(seen, kinds)}
    if found:
        pytest.fail("Meta's own files forbid:\n" + "\n".join(sorted(found)))


def faults_of(seen: Seen, kinds: Kinds) -> list[str]:
    """Say what Meta's files have against a request; an id of several possible types needs to fit one."""
    if _UPLOAD.fullmatch(seen.path):
        wrong = (name for name, what in _UPLOAD_HEADERS.items() if not re.fullmatch(what, seen.headers.get(name, "")))
        return [f"no such header as {name} in an upload" for name in wrong if seen.method == "POST"]
    _, _, *parts = seen.path.split("/")
    if described("Page") is None or "/".join(parts) == _SENT_ROUND:
        return []
    if (guided := _GUIDED.get("/".join(parts))) is not None:
        return [f"missing or unknown: {name}" for name in guided ^ set(written(seen))]
    verdicts = [list(_faults(kind, parts[1:], seen)) for kind in kinds(parts[0])]
    return min(verdicts, key=len, default=["no such node"])


def written(seen: Seen) -> dict[str, str]:
    """Give every field of a request, wherever it stands."""
    fields = {name: values[0] for name, values in seen.query.items()}
    if seen.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return fields | {name: values[0] for name, values in parse_qs(seen.content.decode()).items()}
    form, files = read_form(Request(seen.method, seen.path, {}, seen.headers, seen.content))
    return fields | form | dict.fromkeys(files, "bytes")


def _faults(kind: str, edge: Sequence[str], seen: Seen) -> Iterator[str]:
    verb = _verb(kind, seen.method, edge)
    if verb is None:
        yield f"{kind} has no {seen.method} {'/'.join(edge) or 'of its own'}"
        return
    fields = written(seen)
    yield from _field_faults(verb["return"], wishes(fields.pop("fields", "")) if seen.method == "GET" else ())
    if seen.method == "GET" and edge:
        fields = {name: value for name, value in fields.items() if name not in _OF_LISTS}
    if seen.headers.get("content-type", "").startswith("multipart/") and edge == ["photos"]:
        fields.pop("source", None)  # the files leave the picture itself out
    yield from _parameter_faults(verb, fields)
    for one in verb["params"]:
        if one.get("required") and one["name"] not in fields:
            yield f"missing {one['name']}"


def _verb(kind: str, method: str, edge: Sequence[str]) -> Mapping[str, Any] | None:
    wanted = "/".join(edge) or {"GET": "#get", "POST": "#update", "DELETE": "#delete"}.get(method, "")
    for verb in (described(kind) or {}).get("apis", ()):
        if verb["method"] == method and wanted in (verb.get("endpoint"), verb.get("name")):
            return dict(verb)
    return None


def _parameter_faults(verb: Mapping[str, Any], fields: Mapping[str, str]) -> Iterator[str]:
    known = {one["name"]: one["type"] for one in verb["params"]}
    for name, value in fields.items():
        if name not in known:
            yield f"unknown field {name}"
        elif name not in _A_WORD and not _fits(known[name], value):
            yield f"{name} is no {known[name]}: {value[:60]}"
        elif known[name] in ("Object", "list<Object>"):
            inner = {each for one in _structured(value) for each in one}
            yield from (f"{name} has no {each}" for each in inner - blind_graph.STRUCTURED.get(name, frozenset()))


def _structured(value: str) -> Sequence[Mapping[str, Any]]:
    """Give what a structured field of a form holds; nothing for plain words."""
    read = json.loads(value) if value[:1] in ("{", "[") else []
    return [one for one in (read if isinstance(read, list) else [read]) if isinstance(one, dict)]


def _fields_of(kind: str) -> Mapping[str, str] | None:
    """Give the fields of a type with their own types, or None where nothing at all is known of it."""
    description = described(kind)
    if description is None:
        return blind_graph.TYPES.get(kind)
    told = {one["name"]: one["type"].removeprefix("list<").rstrip(">") for one in description["fields"]}
    return {name: blind_graph.OBJECTS.get((kind, name), of) for name, of in told.items()}


def _field_faults(kind: str, wanted: Sequence[Wish]) -> Iterator[str]:
    known = _fields_of(kind)
    if known is None:
        if wanted:
            yield f"nothing is known of {kind}"
        return
    for wish in wanted:
        edge = _verb(kind, "GET", [wish.name])
        if edge is not None:
            modifiers = {name: value for name, value in wish.modifiers.items() if name not in _OF_LISTS}
            yield from _parameter_faults(edge, modifiers)
            yield from _field_faults(edge["return"], wish.inner)
        elif wish.name not in known:
            yield f"{kind} has no field {wish.name}"
        elif wish.inner:
            yield from _field_faults(known[wish.name], wish.inner)


def wishes(fields: str) -> tuple[Wish, ...]:
    """Read which fields are asked for, nested ones too."""
    found, depth, start = list[Wish](), 0, 0
    for place, sign in enumerate(f"{fields},"):
        depth += (sign in "{(") - (sign in "})")
        if sign == "," and depth == 0 and fields[start:place]:
            head, brace, inner = fields[start:place].partition("{")
            modifiers = {match[1]: match[2] for match in _MODIFIER.finditer(head)}
            found.append(Wish(head.partition(".")[0], modifiers, wishes(inner[:-1]) if brace else ()))
            start = place + 1
    return tuple(found)


def _fits(kind: str, value: str) -> bool:
    if kind in ("int", "unsigned int"):
        return value.isdecimal()
    if kind == "bool":
        return value in ("true", "false")
    if kind.startswith("list<"):
        return value[:1] != "[" or all(_fits(kind[5:-1], json.dumps(each)) for each in json.loads(value))
    if kind in ("Object", "map"):
        return value[:1] == "{" and isinstance(json.loads(value), dict)
    choice = values_of(kind)
    return choice is None or value in choice


def mutations(seen: Seen, kinds: Kinds) -> Iterator[tuple[str, Seen]]:
    """Give the request once for each name in it, with that name changed: fields, fields of fields, and the edge."""
    if _UPLOAD.fullmatch(seen.path):
        for name in _UPLOAD_HEADERS:
            headers = {f"{each}x" if each == name else each: value for each, value in seen.headers.items()}
            yield name, Seen(seen.method, seen.path, seen.query, headers, seen.content)
        return
    if seen.path.endswith(_SENT_ROUND):
        return
    if _edge(seen):
        yield f"/{seen.path.rpartition('/')[2]}", replace(seen, path=f"{seen.path}x")
    for name, value in written(seen).items():
        if name == "fields":
            (kind, *_) = [kind for kind in kinds(seen.path.split("/")[2]) if not list(_faults(kind, _edge(seen), seen))]
            verb = _verb(kind, seen.method, _edge(seen))
            assert verb is not None  # the front has judged it
            for place in _places(verb["return"], wishes(seen.query["fields"][0])):
                yield place, _with_query(seen, "fields", _renamed(seen.query["fields"][0], place))
        if name in seen.query:
            query = {f"{each}x" if each == name else each: values for each, values in seen.query.items()}
            yield name, Seen(seen.method, seen.path, query, seen.headers, seen.content)
        else:
            yield from _inner_mutations(seen, name, value)
            content = re.sub(
                rb'(^|&|name=")' + re.escape(name.encode()) + rb'(=|")', rb"\1" + name.encode() + rb"x\2", seen.content
            )
            yield name, Seen(seen.method, seen.path, seen.query, seen.headers, content)


def _inner_mutations(seen: Seen, name: str, value: str) -> Iterator[tuple[str, Seen]]:
    """Give the request once for each name inside a structured field of its form."""
    if name not in blind_graph.STRUCTURED:
        return
    form = parse_qs(seen.content.decode())
    for inner in {each for one in _structured(value) for each in one}:
        renamed = [{f"{each}x" if each == inner else each: one[each] for each in one} for one in _structured(value)]
        changed = {**form, name: [json.dumps(renamed if value[:1] == "[" else renamed[0])]}
        yield f"{name}.{inner}", replace(seen, content=urlencode(changed, doseq=True).encode())


def _edge(seen: Seen) -> list[str]:
    return seen.path.split("/")[3:]


def _with_query(seen: Seen, name: str, value: str) -> Seen:
    return Seen(seen.method, seen.path, {**seen.query, name: [value]}, seen.headers, seen.content)


def _places(kind: str, wanted: Sequence[Wish]) -> Iterator[str]:
    """Name every field asked for, nested ones with dots."""
    known = _fields_of(kind) or {}
    for wish in wanted:
        edge = _verb(kind, "GET", [wish.name])
        yield wish.name
        inner = edge["return"] if edge else known.get(wish.name, "")
        yield from (f"{wish.name}.{place}" for place in _places(inner, wish.inner))
        yield from (f"{wish.name}.{name}()" for name in wish.modifiers)


def _renamed(fields: str, place: str) -> str:
    """Write the fields again with the name at a place changed."""

    def write(wanted: Sequence[Wish], path: str) -> str:
        return ",".join(_written_wish(wish, path, write) for wish in wanted)

    return write(wishes(fields), place)


def _written_wish(wish: Wish, path: str, write: Callable[[Sequence[Wish], str], str]) -> str:
    first, _, rest = path.partition(".")
    here = first == wish.name
    name = f"{wish.name}x" if here and not rest else wish.name
    modifiers = "".join(
        f".{each}x({value})" if here and rest == f"{each}()" else f".{each}({value})"
        for each, value in wish.modifiers.items()
    )
    inner = f"{{{write(wish.inner, rest if here else '')}}}" if wish.inner else ""
    return f"{name}{modifiers}{inner}"
