"""Meta's own collection of requests to Threads as a judge of every request; it never looks at our tables.

The collection is made of examples: it knows methods, paths, and the names of fields, and no types or lengths.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.channels.faulty import Front, Seen
from tests.channels.judge_graph import written

FILE = (
    Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "threads" / "threads-api.postman_collection.json"
)
# The blind spot of the file at hand: in a newer issue of Meta's collection and on its page about reply management
# (https://developers.facebook.com/docs/threads/reply-management). A person wrote these down.
_NEWER = (
    ("GET", "{{thread_id}}/pending_replies", {"reverse": "false", "approval_status": "pending"}),
    ("POST", "{{reply_thread_id}}/manage_pending_reply", {"approve": "true"}),
)
_CHOICES = {"approval_status": ("pending", "ignored")}
_YES_OR_NO = frozenset({"true", "false"})
# Meta's documentation has these for every list; the last path is where a test sends a reader.
_OF_LISTS = frozenset({"limit", "after", "before"})
_NOT_IN_THE_FILE = ("round/and/round",)


@dataclass(frozen=True)
class Example:
    """One request of the collection: what its path looks like, its fields, and the values given for them."""

    method: str
    path: str
    fields: Mapping[str, str]

    def fits(self, method: str, path: str) -> bool:
        """Tell whether a request is of this kind."""
        pattern = re.sub(r"\\\{\\\{\w+\\\}\\\}", r"[^/]+", re.escape(self.path.strip("/")))
        return method == self.method and re.fullmatch(pattern, path) is not None


@cache
def examples() -> tuple[Example, ...]:
    """Read the collection; nothing where it is not at hand."""
    if not FILE.exists():
        return ()
    whole = json.loads(FILE.read_text("utf-8"))
    known = {each["key"]: each["value"] for each in whole["variable"]}

    def walk(parts: Any) -> Iterator[Example]:
        for part in parts:
            if "item" in part:
                yield from walk(part["item"])
                continue
            url = part["request"]["url"]
            fields = {q["key"]: _filled(q.get("value") or "", known) for q in url.get("query", [])}
            yield Example(part["request"]["method"], "/".join(url["path"]), fields)

    newer = [
        Example(method, path, {**fields, "fields": known["fields_replies"]} if method == "GET" else fields)
        for method, path, fields in _NEWER
    ]
    return (*walk(whole["item"]), *newer)


def _filled(value: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: known.get(match[1], ""), value)


@contextmanager
def judged(front: Front) -> Iterator[Front]:
    """Run a front and judge everything it has seen when it ends; where the file is absent nothing is judged."""
    with front:
        yield front
    found = {f"{seen.method} {seen.path}: {fault}" for seen in front.seen for fault in faults_of(seen)}
    if found:
        pytest.fail("Meta's own collection forbids:\n" + "\n".join(sorted(found)))


def faults_of(seen: Seen) -> list[str]:
    """Say what the collection has against a request; one example it fits is enough."""
    path = seen.path.strip("/").removeprefix("v1.0/")
    if not examples() or path in _NOT_IN_THE_FILE:
        return []
    alike = [example for example in examples() if example.fits(seen.method, path)]
    fields = written(seen)
    if seen.path.endswith("me/threads") and seen.method == "POST":
        alike = [example for example in alike if example.fields["media_type"] == fields.get("media_type")]
        known = {name: value for example in alike for name, value in example.fields.items()}
        unknown = [f"unknown field {name}" for name in fields if name not in known]
        return [*unknown, *_unchosen(known, fields)] if alike else ["no such media_type"]
    verdicts = [list(_faults(example, seen.method, fields)) for example in alike]
    return min(verdicts, key=len, default=["no such path or method"])


def _faults(example: Example, method: str, fields: Mapping[str, str]) -> Iterator[str]:
    spare = _OF_LISTS if method == "GET" else frozenset()
    for name, value in fields.items():
        if name not in example.fields and name not in spare:
            yield f"unknown field {name}"
        elif name == "fields":
            known = set(re.findall(r"\w+", example.fields["fields"]))
            yield from (
                f"unknown field of the answer {each}" for each in re.findall(r"\w+", value) if each not in known
            )
        elif name in ("search_type", "search_mode", "grant_type") and name in example.fields:
            yield from () if value in (example.fields[name], "RECENT") else (f"{name} is no {value}",)
    yield from _unchosen(example.fields, fields)
    yield from (
        f"missing {name}" for name in ("creation_id", "hide", "approve", "q") if name in {*example.fields} - {*fields}
    )


def _unchosen(known: Mapping[str, str], fields: Mapping[str, str]) -> Iterator[str]:
    """Name what has a value that is none of those it takes."""
    for name, value in fields.items():
        choice = _CHOICES.get(name, _YES_OR_NO if known.get(name) in _YES_OR_NO else (value,))
        if value not in choice:
            yield f"{name} is no {value}"


def mutations(seen: Seen) -> Iterator[tuple[str, Seen]]:
    """Give the request once for each name in it, with that name changed, and for its edge and each chosen word."""
    if seen.path.rstrip("/").endswith(_NOT_IN_THE_FILE):
        return
    if re.search("[a-z]$", seen.path):
        yield f"/{seen.path.rpartition('/')[2]}", replace(seen, path=f"{seen.path}x")
    for name, value in written(seen).items():
        if name == "fields":
            for each in value.split(","):
                wrong = ",".join(f"{one}x" if one == each else one for one in value.split(","))
                yield f"fields {each}", replace(seen, query={**seen.query, "fields": [wrong]})
        if name in seen.query:
            query = {f"{each}x" if each == name else each: values for each, values in seen.query.items()}
            yield name, replace(seen, query=query)
            if name in _CHOICES or value in _YES_OR_NO:
                yield f"{name}={value}", replace(seen, query={**seen.query, name: [f"{value}x"]})
        else:
            for change in (rb"\1\2x\3\4", *((rb"\1\2\3\4x",) if value in _YES_OR_NO else ())):
                content = re.sub(rb"(^|&)(" + name.encode() + rb")(=)([^&]*)", change, seen.content)
                yield name, replace(seen, content=content)
