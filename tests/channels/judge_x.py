"""X's own description of its interface as a judge of every request; it never looks at our tables."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Request
from tests.channels.faulty import Front, Seen

FILE = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "x" / "x-openapi-2.167.json"
_NAME = "urn:x"
# The first two are described by RFC 6749 and not in the file; the last is where a test sends a reader on purpose.
_NOT_IN_THE_FILE = ("/2/oauth2/token", "/i/oauth2/authorize", "/round/and/round")


@cache
def description() -> Mapping[str, Any] | None:
    """Read X's file, or give None where it is not at hand."""
    if not FILE.exists():
        return None
    # A reference inside the file becomes one by name, so that a part of the file can be used alone.
    whole: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8").replace('"#/', f'"{_NAME}#/'))
    return whole


@contextmanager
def judged(front: Front) -> Iterator[Front]:
    """Run a front and judge everything it has seen when it ends; where the file is absent nothing is judged."""
    with front:
        yield front
    found = [f"{seen.method} {seen.path}: {fault}" for seen in front.seen for fault in faults_of(seen)]
    if found:
        pytest.fail("X's own file forbids:\n" + "\n".join(sorted(set(found))))


def faults_of(seen: Seen) -> list[str]:
    """Say what X's file has against a request."""
    whole = description()
    if whole is None or seen.path in _NOT_IN_THE_FILE:
        return []
    for path, verbs in whole["paths"].items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path), seen.path)
        if match and seen.method.lower() in verbs:
            verb = verbs[seen.method.lower()]
            unsigned = ["no sign-in"] if verb.get("security") and not _is_signed(seen) else []
            return [*unsigned, *_query_faults(whole, verb, seen, match.groupdict()), *_body_faults(whole, verb, seen)]
    return ["no such path or method"]


def _is_signed(seen: Seen) -> bool:
    return seen.headers.get("authorization", "").startswith("Bearer ")


def _query_faults(whole: Any, verb: Any, seen: Seen, placed: Mapping[str, str]) -> Iterator[str]:
    parameters = [_resolve(whole, one) for one in verb.get("parameters", [])]
    known = {one["name"]: one for one in parameters if one["in"] == "query"}
    yield from (f"unknown query field {name}" for name in seen.query if name not in known)
    for one in parameters:
        name = one["name"]
        values = [placed[name]] if one["in"] == "path" else seen.query.get(name, [])
        if not values:
            if one.get("required"):
                yield f"missing {name}"
            continue
        schema = _resolve(whole, one["schema"])
        value: Any = ",".join(values).split(",") if schema.get("type") == "array" else values[0]
        value = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
        yield from _check(whole, schema, value, name)


def _body_faults(whole: Any, verb: Any, seen: Seen) -> Iterator[str]:
    wanted = verb.get("requestBody")
    if wanted is None:
        if seen.content:
            yield "a body nobody asked for"
        return
    kinds = _resolve(whole, wanted)["content"]
    kind = seen.headers.get("content-type", "").partition(";")[0] or "application/json"
    if kind == "multipart/form-data":
        fields, files = read_form(Request(seen.method, seen.path, {}, seen.headers, seen.content))
        value: Any = {**{n: int(v) if v.isdecimal() else v for n, v in fields.items()}, **dict.fromkeys(files, "bytes")}
    else:
        value = json.loads(seen.content)
    if kind not in kinds:
        yield f"a body of the kind {kind}"
        return
    yield from _check(whole, kinds[kind]["schema"], value, "body")
    yield from _unknown(whole, kinds[kind]["schema"], value)


def _check(whole: Any, schema: Any, value: Any, name: str) -> Iterator[str]:
    registry: Any = Registry().with_resource(_NAME, DRAFT4.create_resource(whole))
    for error in Draft4Validator(schema, registry=registry).iter_errors(value):
        yield f"{name}: {error.message[:200]}"


def _unknown(whole: Any, schema: Any, value: Any) -> Iterator[str]:
    """Name the fields the file does not: it does not forbid them everywhere, but X would not know them."""
    known = _resolve(whole, schema).get("properties")
    if known and isinstance(value, dict):
        for name, inner in value.items():
            if name not in known:
                yield f"unknown field {name}"
            else:
                yield from _unknown(whole, known[name], inner)


def _resolve(whole: Any, one: Any) -> Any:
    while "$ref" in one:
        place = whole
        for part in one["$ref"].removeprefix(f"{_NAME}#/").split("/"):
            place = place[part]
        one = place
    return one
