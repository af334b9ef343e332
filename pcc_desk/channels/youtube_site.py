"""YouTube's interface as one channel: its errors, its quota, and signing in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pcc_desk.channels import addresses, oauth, oauth_tokens, reading
from pcc_desk.channels.failures import Ask, Query, Sent, reason_of
from pcc_desk.channels.oauth_tokens import SignedWire, Tokens
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.wire import Answer, Judge, Wire
from pcc_desk.channels.youtube_platform import PLATFORM
from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected, Unreachable
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Secrets, Standing
from pcc_desk.model.cost import Ledger
from pcc_desk.model.quota import SEARCHES

TITLE = "YouTube"
UNITS = "units"  # of the day's quota, which begins anew at midnight in California
READ, WRITE, LIVE_READ, CAPTION = 1, 50, 5, 400  # developers.google.com/youtube/v3/determine_quota_cost
API = "/youtube/v3"
_DEFAULT = "https://youtube.googleapis.com"
_PACIFIC = ZoneInfo("America/Los_Angeles")
_SCOPES = ("https://www.googleapis.com/auth/youtube.force-ssl", "https://www.googleapis.com/auth/youtube.upload")
_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
# Of a talk it means that this talk is read too often (liveChatMessages.list, errors).
_TOO_OFTEN = "rateLimitExceeded"
# Of searches it is told with several reasons, in these words ("limit 'Search Queries per day'").
_DAILY = "per day"
_TALK_OVER = frozenset({"liveChatEnded", "liveChatNotFound"})
_PAUSE = timedelta(minutes=5)


class Site:
    """The signed wire of one channel; every call is booked before it is made."""

    def __init__(self, signed: SignedWire, ledger: Ledger, secrets: Secrets) -> None:
        self.signed = signed
        self._ledger, self._secrets = ledger, secrets

    def check(self) -> Standing:
        """Ask whose channel it is, and tell when Google's renewing ends, where it does. Raises: ChannelError."""
        return _standing(self.signed, self._secrets)

    @property
    def wire(self) -> Wire:
        """The wire underneath."""
        return self.signed.wire

    def spend(self, units: int) -> None:
        """Book what the next call costs."""
        self._ledger.spend(UNITS, units)

    def get(self, path: str, query: Query, units: int = READ, window: str = "", urgent: bool = False) -> object:
        """Read; `window` names calls that YouTube spaces out for itself. Raises: ChannelError."""
        self.spend(units)
        return self.signed.get(Ask(f"{API}{path}", query, window=window, urgent=urgent)).body

    def listed(
        self, path: str, query: Query, units: int = READ, window: str = "", urgent: bool = False
    ) -> tuple[list[object], object]:
        """Read a list, and the whole answer it came in. Raises: ChannelError."""
        body = self.get(path, query, units, window, urgent)
        with self.promised("GET", path):
            return reading.pieces(body, "items"), body

    def searched(self, query: Query) -> tuple[list[object], object]:
        """Search, which Google counts apart from everything else. Raises: ChannelError."""
        path, day = "/search", self._ledger.spend(SEARCHES, 1)
        try:
            body = self.signed.get(Ask(f"{API}{path}", query, window=SEARCHES)).body
        except (Unreachable, RateLimited):  # nothing was searched: a night without a network must not use up the day
            self._ledger.owe(SEARCHES, -1, day)
            raise
        with self.promised("GET", path):
            return reading.pieces(body, "items"), body

    def post(
        self,
        path: str,
        query: Query,
        body: Mapping[str, object] | None = None,
        harmless: bool = False,
        urgent: bool = False,
    ) -> object:
        """Write. Raises: ChannelError."""
        self._ledger.spend(UNITS, WRITE)
        ask = Ask(f"{API}{path}", query, body=body, harmless=harmless, wordless=body is None, urgent=urgent)
        return self.signed.post(ask).body

    def put(self, path: str, query: Query, body: Mapping[str, object]) -> object:
        """Write again. Raises: ChannelError."""
        self._ledger.spend(UNITS, WRITE)
        return self.signed.put(Ask(f"{API}{path}", query, body=body)).body

    def delete(self, path: str, query: Query) -> None:
        """Delete; already gone is fine. Raises: ChannelError."""
        self._ledger.spend(UNITS, WRITE)
        try:
            self.signed.delete(Ask(f"{API}{path}", query, harmless=True, wordless=True))
        except Gone:
            return

    def promised(self, method: str, path: str) -> AbstractContextManager[None]:
        """Hold the reading of an answer: a field that is not as promised becomes a ChannelError."""
        return self.wire.sent(method, Ask(f"{API}{path}")).as_promised()


def enter(entering: Entering) -> Standing:
    """Sign in with the web browser and the office's own app. Raises: ChannelError."""
    app = oauth.app_of(entering.given)
    wire = entering.wire.named(TITLE, judge(entering.wire.now)).at(entering.given.address or _DEFAULT)
    grant = oauth.authorize(entering, _plan(wire.base), app)
    oauth_tokens.keep_app(app, entering.secrets)
    oauth_tokens.keep(grant, entering.secrets)
    return _standing(_signed(wire, entering.secrets), entering.secrets)


def open_site(opening: Opening) -> Site:
    """Give the signed wire of an account; nothing is sent yet."""
    return Site(
        _signed(opening.wire.named(TITLE, judge(opening.wire.now)), opening.secrets), opening.ledger, opening.secrets
    )


def _standing(signed: SignedWire, secrets: Secrets) -> Standing:
    identity, grant = _identify(signed), oauth_tokens.kept(secrets)
    # An app in Google's state "Testing" renews for seven days only: the office has to know before they are over.
    return Standing(identity, PLATFORM.limits, grant.renewing_ends_at if grant else None)


def _identify(signed: SignedWire) -> Identity:
    ask = Ask(f"{API}/channels", {"part": "snippet", "mine": "true"})
    body = signed.get(ask).body
    with signed.wire.sent("GET", ask).as_promised():
        mine: Sequence[object] = reading.pieces(body, "items") if reading.dig(body, "items") else []
        if not mine:
            raise Rejected(
                "This Google account has no YouTube channel.",
                "Choose the office's channel when Google asks, then connect again.",
            )
        known, name = reading.text(mine[0], "id"), reading.text(mine[0], "snippet", "title")
    handle = reading.text_or_none(mine[0], "snippet", "customUrl").removeprefix("@") or name
    return Identity(known, handle, name, signed.wire.base)


def judge(now: Callable[[], datetime]) -> Judge:
    """Give the reading of Google's own errors: a used-up quota comes back at midnight in California."""

    def verdict(sent: Sent, answer: Answer) -> ChannelError | None:
        told = reading.dig(answer.body, "error", "errors")
        first = told[0] if isinstance(told, list) and told else None
        reason = reading.text_or_none(first, "reason")
        searching = sent.ask.window == SEARCHES
        if reason in _USED_UP or (searching and _DAILY in reason_of(answer.body)):
            return sent.too_many(next_quota(now()), narrow=searching)
        if reason in _TOO_FAST:
            return sent.too_many(now() + _PAUSE, narrow=bool(sent.ask.window) and reason == _TOO_OFTEN)
        if (answer.code == 404 and sent.method in ("GET", "DELETE")) or reason in _TALK_OVER:
            return Gone(f"{TITLE} does not have it any more.", detail=sent.about(f"{answer.code} {reason}"))
        return None

    return verdict


def next_quota(now: datetime) -> datetime:
    """Give the next midnight in California, when the quota begins anew."""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), _PACIFIC).astimezone(UTC)


def _signed(wire: Wire, secrets: Secrets) -> SignedWire:
    app = oauth_tokens.kept_app(secrets)
    return SignedWire(wire, Tokens(secrets, oauth.renewer(wire, _plan(wire.base), app)))


def _plan(base: str) -> oauth.Plan:
    here = addresses.is_here(base)
    return oauth.Plan(
        TITLE,
        f"{base if here else 'https://accounts.google.com'}/o/oauth2/v2/auth",
        f"{base if here else 'https://oauth2.googleapis.com'}/token",
        _SCOPES,
        "/youtube",
        secret_in="body",
        extra={"access_type": "offline", "prompt": "consent"},  # otherwise the second sign-in brings no refresh token
        needed=_SCOPES[:1],
    )
