"""What the rehearsal servers of Meta's platforms share: requests read, fields chosen, lists paged, errors told."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from pcc_desk.rehearsal.forms import File, read_form
from pcc_desk.rehearsal.loopback import Reply, Request

Node = dict[str, Any]
_MODIFIER = re.compile(r"\.(\w+)\(([^)]*)\)")
_USAGE = '{"call_count":1,"total_time":1,"total_cputime":1}'


class Refusal(Exception):
    """Meta says no: a number of its own, a finer one, and a sentence."""

    def __init__(self, number: int, message: str, sub: int = 0, code: int = 400) -> None:
        super().__init__(message)
        error: Node = {"message": f"(#{number}) {message}", "type": "OAuthException", "code": number}
        if sub:
            error["error_subcode"] = sub
        self.reply = Reply({"error": {**error, "fbtrace_id": "Arehearsal"}}, code)


def not_there(name: str) -> Refusal:
    """Say that something is gone, or not for this token to see, which Meta does not tell apart."""
    return Refusal(
        100,
        f"Unsupported request. Object with ID '{name}' does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation",
        33,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request below the version: where it goes, its fields from wherever they stood, its files, and its token."""

    method: str
    parts: tuple[str, ...]
    fields: Mapping[str, str]
    files: Mapping[str, File]
    token: str
    root: str

    def wanted(self, name: str) -> str:
        """Give a field that must be there. Raises: Refusal."""
        if not self.fields.get(name):
            raise Refusal(100, f"The parameter {name} is required")
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Choice:
    """One field asked for, with its own fields and modifiers when it is a list or another node."""

    inner: Mapping[str, "Choice"] = field(default_factory=dict)
    limit: int | None = None


def read(request: Request, version: str) -> Asked:
    """Read a request as Meta does: fields of the address and of the form are one. Raises: Refusal."""
    parts = tuple(part for part in request.path.split("/") if part)
    if not parts or parts[0] != version:
        raise Refusal(2_500, f"Unknown path components: {request.path}")
    form, files = _form(request)
    fields = {name: values[0] for name, values in request.query.items()} | dict(form)
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ").removeprefix("OAuth ") or fields.pop("access_token", "")
    return Asked(request.method, parts[1:], fields, files, token, f"http://{request.headers.get('host', '')}")


def _form(request: Request) -> tuple[Mapping[str, str], Mapping[str, File]]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        told = parse_qs(request.content.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in told.items()}, {}
    return read_form(request)


def choices(fields: str) -> dict[str, Choice]:
    """Read which fields are asked for, nested ones too; the id always comes."""
    chosen = {"id": Choice()}
    for each in _split(fields):
        head, brace, rest = each.partition("{")
        modifiers = {match[1]: match[2] for match in _MODIFIER.finditer(head)}
        limit = int(modifiers["limit"]) if "limit" in modifiers else None
        chosen[head.partition(".")[0]] = Choice(choices(rest[:-1]) if brace else {}, limit)
    return chosen


def _split(fields: str) -> list[str]:
    parts, depth, start = list[str](), 0, 0
    for place, sign in enumerate(f"{fields},"):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            parts.append(fields[start:place].strip())
            start = place + 1
    return [part for part in parts if part]


def chosen(node: Node, fields: Mapping[str, Choice]) -> Node:
    """Give a node with the fields asked for that it has; lists inside come with their own pages."""
    shown: Node = {}
    for name, choice in fields.items():
        value = node.get(name)
        if callable(value):  # an edge: its nodes, newest first
            value = page(value(), choice.inner, choice.limit or 25, "", f"/{node['id']}/{name}")
            if not value["data"]:
                continue
        elif isinstance(value, dict) and choice.inner:
            inner = value.get("data")
            value = {"data": [chosen(e, choice.inner) for e in inner]} if inner else chosen(value, choice.inner)
        if value not in (None, {}):
            shown[name] = value
    return shown


def page(nodes: Sequence[Node], fields: Mapping[str, Choice], limit: int, after: str, path: str) -> Node:
    """Give one page of a list as Meta does: cursors, and the address of the next page while there is one."""
    names = [str(node.get("id", node.get("created_time"))) for node in nodes]
    start = names.index(after) + 1 if after in names else 0
    part, rest = nodes[start : start + limit], nodes[start + limit :]
    told: Node = {"data": [chosen(node, fields) for node in part]}
    if part:
        last = names[start + len(part) - 1]
        told["paging"] = {"cursors": {"before": names[start], "after": last}}
        if rest:
            query = urlencode({"access_token": "of-the-page", "limit": limit, "after": last})
            told["paging"]["next"] = f"https://graph.facebook.com{path}?{query}"
    return told


def listed(asked: Asked, nodes: Sequence[Node], most: int = 100) -> Node:
    """Answer a request for a list."""
    limit = min(int(asked.fields.get("limit", "25")), most)
    path = f"/{'/'.join(asked.parts)}"
    return page(nodes, choices(asked.fields.get("fields", "")), limit, asked.fields.get("after", ""), path)


def shown(asked: Asked, node: Node) -> Node:
    """Answer a request for a node."""
    return chosen(node, choices(asked.fields.get("fields", "")))


def answered(told: Callable[[], Node]) -> Reply:
    """Answer as Meta does, errors and usage included."""
    try:
        return Reply(told(), headers={"X-App-Usage": _USAGE})
    except Refusal as refusal:
        return refusal.reply


def stamp(at: datetime) -> str:
    """Write a time as Meta does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
