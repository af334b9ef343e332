"""How often an account may ask the rehearsal X, counted and told as the real one does (docs.x.com, rate limits)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pcc_desk.rehearsal.loopback import Reply, Request

LENGTH = timedelta(minutes=15)
MOST: Mapping[str, int] = {
    "GET /2/dm_events": 15,
    "GET /2/dm_conversations/with/*/dm_events": 15,
    "POST /2/dm_conversations/with/*/messages": 15,
    "GET /2/users/*/mentions": 300,
    "GET /2/tweets/search/recent": 300,
    "PUT /2/tweets/*/hidden": 50,
    "DELETE /2/tweets/*": 50,
    "POST /2/tweets": 100,
}
_ID = re.compile(r"\d{5,}")
_TOO_MANY = {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429, "type": "about:blank"}


class Windows:
    """Counts the calls of each account in windows of a quarter of an hour."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._begun: dict[tuple[str, str], tuple[datetime, int]] = {}

    def counted(self, request: Request, answer: Callable[[Request], Reply]) -> Reply:
        """Answer a call that is within its window, and tell with any what is left of it."""
        kind = f"{request.method} {_ID.sub('*', request.path)}"
        most = MOST.get(kind)
        if most is None:
            return answer(request)
        key, now = (request.headers.get("authorization", ""), kind), self._now()
        began, used = self._begun.get(key, (now, 0))
        if now >= began + LENGTH:
            began, used = now, 0
        self._begun[key] = (began, used + 1)
        reply = answer(request) if used < most else Reply(_TOO_MANY, 429)
        told = {
            "x-rate-limit-limit": str(most),
            "x-rate-limit-remaining": str(max(0, most - used - 1)),
            "x-rate-limit-reset": str(round((began + LENGTH).timestamp())),
        }
        return replace(reply, headers={**reply.headers, **told})
