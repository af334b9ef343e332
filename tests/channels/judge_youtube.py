"""Google's own description of YouTube's interface as a judge of every request; it never looks at our tables."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.channels.faulty import Front, Seen

FILE = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "google" / "youtube.v3.json"
# The places of uploads are given by the server, tokens are described by RFC 6749; the last is where a test sends us.
_NOT_IN_THE_FILE = re.compile(r"/session/.*|/token|/round/and/round")
_OF_UPLOADS = frozenset({"uploadType"})  # developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


@cache
def description() -> Mapping[str, Any] | None:
    """Read Google's file, or give None where it is not at hand."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else None


@contextmanager
def judged(front: Front) -> Iterator[Front]:
    """Run a front and judge everything it has seen when it ends; where the file is absent nothing is judged."""
    with front:
        yield front
    found = [f"{seen.method} {seen.path}: {fault}" for seen in front.seen for fault in faults_of(seen)]
    if found:
        pytest.fail("Google's own file forbids:\n" + "\n".join(sorted(set(found))))


def faults_of(seen: Seen) -> list[str]:
    """Say what Google's file has against a request."""
    whole = description()
    if whole is None or _NOT_IN_THE_FILE.fullmatch(seen.path):
        return []
    for method in _methods(whole["resources"]):
        uploads = (method.get("mediaUpload") or {}).get("protocols", {}).values()
        places = {f"/{method['path']}", *(each["path"] for each in uploads)}
        if method["httpMethod"] == seen.method and seen.path in places:
            is_upload = seen.path != f"/{method['path']}"
            signed = seen.headers.get("authorization", "").startswith("Bearer ")
            unsigned = ["no sign-in"] if method.get("scopes") and not signed else []
            return [*unsigned, *_query_faults(method, seen, is_upload), *_body_faults(whole, method, seen)]
    return ["no such path or method"]


def _methods(resources: Mapping[str, Any]) -> Iterator[Any]:
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource.get("resources", {}))


def _query_faults(method: Any, seen: Seen, is_upload: bool) -> Iterator[str]:
    known = method["parameters"]
    for name, values in seen.query.items():
        if name not in known:
            if not (is_upload and name in _OF_UPLOADS):
                yield f"unknown query field {name}"
            continue
        choices = known[name].get("enum")
        if choices and not set(values) <= set(choices):
            yield f"{name} is none of {choices}"
        if known[name]["type"] == "integer" and not all(value.isdecimal() for value in values):
            yield f"{name} is no number"
        most = known[name].get("maximum")
        if most is not None and any(value.isdecimal() and int(value) > int(most) for value in values):
            yield f"{name} is over {most}"
    yield from (f"missing {name}" for name, one in known.items() if one.get("required") and name not in seen.query)


def _body_faults(whole: Any, method: Any, seen: Seen) -> Iterator[str]:
    wanted = method.get("request")
    if wanted is None:
        if seen.content:
            yield "a body nobody asked for"
        return
    try:
        value = json.loads(seen.content)
    except ValueError:
        yield "a body that is not JSON"
        return
    yield from _check(whole, wanted, value, "body")


def _check(whole: Any, schema: Any, value: Any, name: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = whole["schemas"][schema["$ref"]]
    kind = _KINDS.get(schema.get("type", ""), object)
    if not isinstance(value, kind) or (isinstance(value, bool) and schema.get("type") == "integer"):
        yield f"{name} is of another kind"
        return
    if schema.get("enum") and value not in schema["enum"]:
        yield f"{name} is none of {schema['enum']}"
    if isinstance(value, dict) and "properties" in schema:
        for field, inner in value.items():
            if field in schema["properties"]:
                yield from _check(whole, schema["properties"][field], inner, field)
            else:
                yield f"unknown field {field}"
    if isinstance(value, list) and "items" in schema:
        for inner in value:
            yield from _check(whole, schema["items"], inner, name)
