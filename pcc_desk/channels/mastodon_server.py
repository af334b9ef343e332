"""One Mastodon-compatible server as one of its members: its limits, who we are, and its words as plain text."""

import re
from dataclasses import replace
from typing import Any

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.markup import plain
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Limits, Secrets

_ABSENT = frozenset({404, 410})
_UNTOLD = _ABSENT | {400, 401, 403, 405, 422, 501}
_MENTION = re.compile(r"@([\w.-]+)@[\w.-]+\.[\w-]+")


class Server:
    """The signed-in wire of one account."""

    def __init__(self, wire: Wire, secrets: Secrets) -> None:
        self.wire = wire
        self._secrets = secrets

    def get(self, ask: Ask) -> Answer:
        """Read as the account. Raises: ChannelError."""
        return self.wire.get(self._signed(ask))

    def post(self, ask: Ask) -> Answer:
        """Write as the account. Raises: ChannelError."""
        return self.wire.post(self._signed(ask))

    def put(self, ask: Ask) -> Answer:
        """Write as the account. Raises: ChannelError."""
        return self.wire.put(self._signed(ask))

    def delete(self, ask: Ask) -> Answer:
        """Delete as the account. Raises: ChannelError."""
        return self.wire.delete(self._signed(ask))

    def listed(self, ask: Ask) -> list[object]:
        """Read a list. Raises: ChannelError."""
        return self.page(ask)[0]

    def page(self, ask: Ask) -> tuple[list[object], str]:
        """Read a list, and the header that says where it goes on. Raises: ChannelError."""
        answer = self.get(ask)
        with self.wire.sent("GET", ask).as_promised():
            return reading.pieces(answer.body), answer.headers.get("link", "")

    def _signed(self, ask: Ask) -> Ask:
        return replace(ask, headers={**ask.headers, "Authorization": f"Bearer {self._secrets.get('access') or ''}"})


def who(server: Server) -> Identity:
    """Ask the server who we are. Raises: ChannelError."""
    ask = Ask("/api/v1/accounts/verify_credentials")
    body = server.get(ask).body
    with server.wire.sent("GET", ask).as_promised():
        remote_id, handle = reading.text(body, "id"), reading.text(body, "acct")
    return Identity(remote_id, handle, reading.text_or_none(body, "display_name") or handle, server.wire.base)


def app_of(server: Server) -> str:
    """Give the name of the app that our sign-in belongs to, "" where the server does not say. Raises: ChannelError.

    Source: docs.joinmastodon.org, methods, apps. A pasted token belongs to an app that somebody named there.
    """
    answer = server.get(Ask("/api/v1/apps/verify_credentials", accept=_UNTOLD, wordless=True))
    return reading.text_or_none(answer.body, "name")


def limits_of(wire: Wire, usual: Limits) -> Limits:
    """Read what the server takes; where it does not say, it is as usual. Raises: ChannelError.

    Source: the server's own /api/v2/instance, or /api/v1/instance of one that has no other.
    """
    answer = wire.get(Ask("/api/v2/instance", accept=_ABSENT))
    if answer.code in _ABSENT:
        answer = wire.get(Ask("/api/v1/instance", accept=_ABSENT))
    told = reading.dig(answer.body, "configuration")
    older = _number(answer.body, "max_toot_chars") or usual.length
    return replace(
        usual,
        length=_number(told, "statuses", "max_characters") or older,
        link_length=_number(told, "statuses", "characters_reserved_per_url") or usual.link_length,
        pictures=_number(told, "statuses", "max_media_attachments") or usual.pictures,
        picture_bytes=_number(told, "media_attachments", "image_size_limit") or usual.picture_bytes,
        alt_length=_number(told, "media_attachments", "description_limit") or usual.alt_length,
        video_bytes=_number(told, "media_attachments", "video_size_limit") or usual.video_bytes,
        video_pixels=_number(told, "media_attachments", "video_matrix_limit") or usual.video_pixels,
        video_alt=_number(told, "media_attachments", "description_limit") or usual.video_alt,
    )


def _number(value: object, *path: str) -> int | None:
    found: Any = reading.dig(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def same_words(markup: str, text: str) -> bool:
    """Tell whether what stands on the server is this text: the server links, wraps and shortens names in it."""
    return _bare(plain(markup)) == _bare(text)


def _bare(words: str) -> str:
    return " ".join(_MENTION.sub(r"@\1", words).split())
