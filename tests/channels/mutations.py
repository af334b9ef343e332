"""Every name a request carries, changed one at a time: a judge that does not mind one of them is blind there."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from pcc_desk import channels
from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Request
from tests.channels.faulty import Seen

Judge = Callable[[Seen], list[str]]
# What these give is kept by the desk and never sent: notes of how to answer, cursors, and what a rig keeps.
_KEPT = frozenset({"write", "dumps", "write_cursor"})
_NOT_SENT = frozenset({"headers"})
# What Meta's platforms are asked for stands in lists ("id,from{id,name}"), and in what these are made with.
_A_LIST = re.compile(r"[a-z_]*(?:[,.(){}]+[a-z_]*)+")
_MADE_WITH_FIELDS = frozenset({"Nested", "Kind"})


def names_changed(seen: Seen) -> Iterator[tuple[str, Seen]]:
    """Give a request again with each of its names changed in turn: path, query fields, body fields, parts of a form."""
    yield "the path", replace(seen, path=f"{seen.path}x")
    for name in seen.query:
        yield name, replace(seen, query={f"{key}x" if key == name else key: seen.query[key] for key in seen.query})
    body = _json(seen)
    for path in _paths(body):
        yield path[-1], replace(seen, content=json.dumps(_renamed(body, path)).encode())
    for name in _parts(seen):
        named, other = f'name="{name}"'.encode(), f'name="{name}x"'.encode()
        yield name, replace(seen, content=seen.content.replace(named, other, 1))
    if "authorization" in seen.headers:
        headers = {name: value for name, value in seen.headers.items() if name != "authorization"}
        yield "authorization", replace(seen, headers=headers)


def words_changed(seen: Seen) -> Iterator[tuple[str, Seen]]:
    """Give a request again with each word of a value that is chosen from a list changed in turn."""
    for name, values in seen.query.items():
        words = ",".join(values).split(",")
        for word in words:
            other = ",".join(f"{each}x" if each == word else each for each in words)
            yield f"{name}={word}", replace(seen, query={**seen.query, name: [other]})
    body = _json(seen)
    for path in _paths(body):
        value = _at(body, path)
        if isinstance(value, str):
            changed = json.dumps(_put(body, path, f"{value}x")).encode()
            yield f"{path[-1]}={value}", replace(seen, content=changed)


def overlooked(
    requests: Iterable[Seen], judge: Judge, change: Callable[[Seen], Iterator[tuple[str, Seen]]]
) -> set[str]:
    """Change every request in every way, one at a time, and name what the judge did not mind."""
    return {
        f"{seen.method} {seen.path}: {name}"
        for seen in requests
        for name, changed in change(seen)
        if not judge(changed)
    }


def names_sent(requests: Iterable[Seen]) -> set[str]:
    """Give every name that was sent, in a query, a body or a form."""
    found = set[str]()
    for seen in requests:
        found |= {*seen.query, *_parts(seen), *(path[-1] for path in _paths(_json(seen)))}
    return found


def modules_of(name: str) -> tuple[ModuleType, ...]:
    """Give every module of an adapter, so that none is forgotten."""
    found = [one.name for one in pkgutil.iter_modules(channels.__path__) if one.name.partition("_")[0] == name]
    return tuple(importlib.import_module(f"{channels.__name__}.{one}") for one in found)


def names_written(modules: Iterable[ModuleType]) -> set[str]:
    """Give every name that stands in the source of an adapter as the name of a field it sends."""
    found = set[str]()
    for module in modules:
        found |= set(_keys(ast.parse(inspect.getsource(module))))
    return found


def fields_written(modules: Iterable[ModuleType]) -> set[str]:
    """Give every name that stands in the source of an adapter of Meta's as a field it asks for."""
    found = set[str]()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and _called(node) in _MADE_WITH_FIELDS:
                found |= {word for word in map(_words, node.args) if re.fullmatch("[a-z_]+", word)}
            if _A_LIST.fullmatch(_words(node)):
                found |= set(re.findall("[a-z_]+", _words(node)))
    return found


def _words(node: ast.AST) -> str:
    """Give a text in the source, without what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_words, node.values))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _keys(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and _called(node) in _KEPT:
        return
    if isinstance(node, ast.keyword) and node.arg in _NOT_SENT:
        return
    if isinstance(node, ast.Assign) and any(
        isinstance(each, ast.Name) and "headers" in each.id for each in node.targets
    ):
        return
    if isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _words(node.slice):
        yield _words(node.slice)
    for child in ast.iter_child_nodes(node):
        yield from _keys(child)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _json(seen: Seen) -> Any:
    return json.loads(seen.content) if seen.content.startswith(b"{") else None


def _parts(seen: Seen) -> list[str]:
    if not seen.headers.get("content-type", "").startswith("multipart/form-data"):
        return []
    fields, files = read_form(Request(seen.method, seen.path, {}, seen.headers, seen.content))
    return [*fields, *files]


def _paths(value: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield (*before, name)
            yield from _paths(inner, (*before, name))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _put(value: Any, path: tuple[str, ...], new: Any) -> Any:
    name, *further = path
    return {**value, name: _put(value[name], tuple(further), new) if further else new}


def _renamed(value: Any, path: tuple[str, ...]) -> Any:
    name, *further = path
    if further:
        return {**value, name: _renamed(value[name], tuple(further))}
    return {f"{key}x" if key == name else key: inner for key, inner in value.items()}
