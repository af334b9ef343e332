"""What a platform grants an account, and the office's own app there: kept, compared, and read from what was pasted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pcc_desk.channels.oauth_fields import APP_ID, APP_SECRET
from pcc_desk.errors import Rejected, Unauthorized
from pcc_desk.model.channel import Secrets

SIGNS = re.compile(r"[\x21-\x7e]+")  # what a token and an app's id are made of (RFC 6749, appendix A)
_SHORTEST_TOKEN, _LONGEST_TOKEN = 16, 8_192


@dataclass(frozen=True, slots=True)
class App:
    """The office's own app at a platform; a public one has no secret."""

    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform granted: tokens, and when the access and its renewing end (aware UTC) where that is told.

    `more` are the answer's further fields.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict, repr=False)
    renewing_ends_at: datetime | None = None


def keep(grant: Grant, secrets: Secrets) -> None:
    """Keep a grant; a refresh token and scopes that the new answer does not tell stay as they are."""
    # The old refresh token may be dead by now: the new one comes first, so that a crash in between loses nothing.
    if grant.refresh:
        secrets.put("refresh", grant.refresh)
    if grant.scopes:
        secrets.put("scopes", " ".join(sorted(grant.scopes)))
    if grant.refresh or grant.renewing_ends_at:
        secrets.put("renewing_ends_at", grant.renewing_ends_at.isoformat() if grant.renewing_ends_at else "")
    secrets.put("expires_at", grant.expires_at.isoformat() if grant.expires_at else "")
    secrets.put("access", grant.access)


def kept(secrets: Secrets) -> Grant | None:
    """Give the grant kept, or None."""
    access, refresh = secrets.get("access") or "", secrets.get("refresh") or ""
    ends, last = (secrets.get(name) or "" for name in ("expires_at", "renewing_ends_at"))
    scopes = tuple((secrets.get("scopes") or "").split())
    ends_at, renewing_ends_at = (datetime.fromisoformat(each) if each else None for each in (ends, last))
    return Grant(access, refresh, ends_at, scopes, renewing_ends_at=renewing_ends_at) if access else None


def keep_app(app: App, secrets: Secrets) -> None:
    """Keep the office's app, which renewing asks for."""
    secrets.put(APP_ID, app.client_id)
    secrets.put(APP_SECRET, app.secret)


def kept_app(secrets: Secrets) -> App:
    """Give the office's app as it was kept."""
    return App(secrets.get(APP_ID) or "", secrets.get(APP_SECRET) or "")


def is_weaker(new: Grant, old: Grant) -> bool:
    """Tell whether a grant allows less than another: fewer scopes, no renewing of itself, or an earlier end."""
    if not set(old.scopes) <= set(new.scopes) or (old.refresh and not new.refresh):
        return True
    if new.refresh or new.expires_at is None:
        return False
    return old.expires_at is None or new.expires_at < old.expires_at


def pasted(typed: str, begins: str = "") -> str:
    """Give a token as a person pasted it, tidied; `begins` is how a right one begins.

    Raises:
        Rejected: this cannot be a token.
    """
    token = typed.strip().strip("\"'").removeprefix("Bearer ").removeprefix("bearer ").strip()
    whole = bool(SIGNS.fullmatch(token)) and _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN
    if not whole or "://" in token or not token.startswith(begins):
        raise Rejected("This does not look like a token.", "Copy the whole token and paste it again.")
    return token


def moment_of(seconds: object) -> datetime | None:
    """Read a moment told in seconds since 1970; None for never, which 0 stands for, and for nonsense."""
    likely = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 4e9
    return datetime.fromtimestamp(seconds, UTC) if likely and isinstance(seconds, int) else None


def signed_out(title: str, detail: str = "") -> Unauthorized:
    """Tell that an account's sign-in is over."""
    return Unauthorized(
        f"The sign-in to {title} has ended.", "Sign in again in Settings. Everything is kept until then.", detail
    )
