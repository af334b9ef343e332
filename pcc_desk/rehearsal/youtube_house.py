"""What every room of the rehearsal YouTube shares: its refusals, its lists, its numbers."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pcc_desk.rehearsal.loopback import Reply, Request


class Refusal(Exception):
    """YouTube says no, in the shape of Google's errors."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        told = {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}
        self.reply = Reply({"error": told}, code)


@dataclass
class House:
    """Where the rooms stand: the time, the office's channel (id, name), and numbers nobody else has."""

    now: Callable[[], datetime]
    url: str
    channel: tuple[str, str] = ("", "")
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def next(self, prefix: str) -> str:
        """Give a new id."""
        return f"{prefix}{next(self.numbers):09}"


def listed(shown: Sequence[Mapping[str, Any]]) -> Reply:
    """Answer with a list that is whole."""
    return Reply({"items": list(shown), "pageInfo": {"totalResults": len(shown)}})


def paged(request: Request, shown: Sequence[Mapping[str, Any]]) -> Reply:
    """Answer with one page of a list."""
    limit, start = int(request.first("maxResults", "20")), int(request.first("pageToken", "0"))
    body: dict[str, Any] = {"items": list(shown[start : start + limit])}
    if len(shown) > start + limit:
        body["nextPageToken"] = str(start + limit)
    return Reply(body)
