"""The tokens of a rehearsal server of Meta's: whose each is, what it allows, when it ends, and which app it is for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pcc_desk.rehearsal.graph import Asked, Node, Refusal

_LONG = timedelta(days=60)


class MetaTokens:
    """Knows every token by its kind: "PAGE", or "USER" for a person's. `ends_at` (s since 1970, 0 never) is of all."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        """Let every token have these permissions."""
        self.scopes = scopes
        self.ends_at = 0
        self.app = ("5550001", "the-secret-of-the-app")
        self.is_shy = False  # whether a token may not be asked about itself
        self._kinds: dict[str, str] = {}
        self._ends: dict[str, int] = {}

    def __iter__(self) -> Iterator[str]:
        """Give every token."""
        return iter(tuple(self._kinds))

    def __contains__(self, token: object) -> bool:
        """Tell whether a token is good."""
        return token in self._kinds

    def add(self, token: str, kind: str = "PAGE", ends_at: datetime | None = None) -> None:
        """Make a token, which may end earlier than the others."""
        self._kinds[token] = kind
        if ends_at is not None:
            self._ends[token] = int(ends_at.timestamp())

    def revoke(self, token: str = "") -> None:
        """Take one back, or all of them."""
        self._kinds = {each: kind for each, kind in self._kinds.items() if token and each != token}

    def kind_of(self, asked: Asked) -> str:
        """Give the kind of the token a request came with. Raises: Refusal."""
        if asked.token not in self._kinds:
            raise Refusal(190, "Error validating access token: The session has been invalidated", 460, 401)
        return self._kinds[asked.token]

    def told(self, asked: Asked) -> Node | None:
        """Answer what is asked about tokens themselves; None where something else is asked. Raises: Refusal."""
        if asked.parts == ("oauth", "access_token"):
            return self._lengthened(asked)
        if asked.parts != ("debug_token",):
            return None
        if asked.token != "|".join(self.app):
            self.kind_of(asked)
            if self.is_shy:
                raise Refusal(100, "You must provide an app access token, or one of an owner of the app")
        return self._described(asked.wanted("input_token"))

    def _described(self, token: str) -> Node:
        kind = self._kinds.get(token)
        told: Node = {"is_valid": kind is not None, "app_id": self.app[0], "application": "Office app"}
        if kind is not None:
            told |= {"type": kind, "scopes": list(self.scopes), "expires_at": self._ends.get(token, self.ends_at)}
        return {"data": told}

    def _lengthened(self, asked: Asked) -> Node:
        if (asked.wanted("client_id"), asked.wanted("client_secret")) != self.app:
            raise Refusal(1, "Error validating client secret.")
        short = asked.wanted("fb_exchange_token")
        if asked.wanted("grant_type") != "fb_exchange_token" or self._kinds.get(short) != "USER":
            raise Refusal(190, "Malformed access token")
        lasting = f"{short}-that-lasts"
        self.add(lasting, "USER", datetime.now(UTC) + _LONG)
        return {"access_token": lasting, "token_type": "bearer", "expires_in": int(_LONG.total_seconds())}
