"""Signing in to LinkedIn for one organisation's page, and the signed wire of that page."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import addresses, grants, oauth, oauth_tokens, reading
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.oauth import Grant
from pcc_desk.channels.oauth_fields import APP_ID, APP_SECRET
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.wire import Answer, Judge, Wire
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Secrets

VERSION = "202609"  # each lives for at least a year; a test and the release list say when to raise it
_DEFAULT = "https://api.linkedin.com"
_TOKEN_LIFE = timedelta(days=60)
_SCOPES = (
    "w_organization_social",
    "r_organization_social",
    "w_organization_social_feed",
    "r_organization_social_feed",
    "rw_organization_admin",
)
_NEEDED = ("w_organization_social", "r_organization_social")
_MOST_PAGES = 100
_SHOWN = 60  # signs of a name in a sentence
_OVER = frozenset({404, 410})


class Page:
    """The signed-in wire of one organisation's page."""

    def __init__(self, wire: Wire, secrets: Secrets) -> None:
        self.wire = wire
        self._secrets = secrets

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends."""
        grant = oauth_tokens.kept(self._secrets)
        return grant.expires_at if grant else None

    def signature(self) -> Mapping[str, str]:
        """Give the header that proves who we are."""
        grant = oauth_tokens.kept(self._secrets)
        return {"Authorization": f"Bearer {grant.access if grant else ''}"}

    def get(self, ask: Ask) -> Answer:
        """Read as the page. Raises: ChannelError."""
        return self.wire.get(self._signed(ask))

    def post(self, ask: Ask) -> Answer:
        """Write as the page. Raises: ChannelError."""
        return self.wire.post(self._signed(ask))

    def delete(self, ask: Ask) -> Answer:
        """Delete as the page. Raises: ChannelError."""
        return self.wire.delete(self._signed(ask))

    def upload(self, place: str, content: bytes, kind: str) -> Answer:
        """Put bytes where LinkedIn said. Raises: ChannelError; Gone when that place is not known any more."""
        wire, path, headers = self._door(place)
        ask = Ask(path, headers={"Content-Type": kind, **headers}, content=content, accept=_OVER)
        answer = wire.put(replace(ask, harmless=True, wordless=True))
        if answer.code in _OVER:
            raise Gone("The upload is not known any more.")
        return answer

    def upload_form(self, place: str, about: Mapping[str, object], file: tuple[str, bytes, str]) -> None:
        """Put a file (name, bytes, kind) where LinkedIn said, with what it is. Raises: ChannelError."""
        wire, path, headers = self._door(place)
        form = {"metadata": json.dumps(about)}
        wire.post(Ask(path, headers=headers, form=form, files={"file": file}, harmless=True, wordless=True))

    def _door(self, place: str) -> tuple[Wire, str, Mapping[str, str]]:
        """Give the wire to an upload, its path, and our signature where that is LinkedIn's own. Raises: Rejected."""
        wire, path = self.wire.door(place)
        ours = wire.base == addresses.origin(self.wire.base) or wire.base.endswith(".linkedin.com")
        return wire, path, self.signature() if ours else {}

    def who(self, number: str) -> Identity:
        """Ask LinkedIn about a page by its number. Raises: ChannelError."""
        ask = Ask(f"/rest/organizations/{number}")
        body = self.get(ask).body
        with self.wire.sent("GET", ask).as_promised():
            name, handle = reading.text(body, "localizedName"), reading.text_or_none(body, "vanityName")
        return Identity(number, handle or number, name, self.wire.base)

    def numbers(self) -> list[str]:
        """Give the numbers of the pages this sign-in looks after. Raises: ChannelError."""
        query: Query = {"q": "roleAssignee", "role": "ADMINISTRATOR", "state": "APPROVED", "count": _MOST_PAGES}
        ask = Ask("/rest/organizationAcls", query)
        body = self.get(ask).body
        with self.wire.sent("GET", ask).as_promised():
            named = [reading.text(one, "organization") for one in reading.pieces(body, "elements")]
        return [urn.rpartition(":")[2] for urn in named]

    def _signed(self, ask: Ask) -> Ask:
        said = {"LinkedIn-Version": VERSION, "X-Restli-Protocol-Version": "2.0.0", **self.signature()}
        return replace(ask, headers={**said, **ask.headers})


def enter(entering: Entering, title: str, judge: Judge) -> tuple[Page, Identity]:
    """Put a token into the secrets and find the page. Raises: ChannelError."""
    given = entering.given
    wire = entering.wire.named(title, judge).at(given.address or _DEFAULT)
    if given.way == "browser":
        oauth_tokens.keep(_from_browser(entering, wire, title), entering.secrets)
    else:
        oauth_tokens.keep(_examined(entering, wire), entering.secrets)
    page = Page(wire, entering.secrets)
    return page, _choose(page, given.handle.strip())


def open_page(opening: Opening, title: str, judge: Judge) -> Page:
    """Give the signed wire of an account's page; nothing is sent yet."""
    return Page(opening.wire.named(title, judge), opening.secrets)


def _examined(entering: Entering, wire: Wire) -> Grant:
    """Ask LinkedIn what the token pasted is; it tells only who has the app's secret too.

    Raises:
        Rejected: it is no token, it has ended, or it does not allow enough.
        ChannelError: no clear answer.
    """
    token, more = oauth_tokens.pasted(entering.given.secret), entering.given.more
    latest = datetime.now(UTC) + _TOKEN_LIFE
    if not (more.get(APP_ID) and more.get(APP_SECRET)):
        return Grant(token, expires_at=latest)  # the longest it can be
    app = oauth.app_of(entering.given)
    form = {"client_id": app.client_id, "client_secret": app.secret, "token": token}
    ask = Ask("/oauth/v2/introspectToken", form=form, accept=frozenset({400, 401}), harmless=True)
    answer = wire.elsewhere(_site(wire)).post(ask)
    if answer.code != 200:
        raise Rejected("LinkedIn does not know this Client ID or app secret.", "Copy both again.", str(answer.code))
    if reading.dig(answer.body, "active") is not True:
        told = reading.text_or_none(answer.body, "status")[:40]
        raise Rejected("This token has ended.", "Create a new token at developer.linkedin.com and paste it here.", told)
    scopes = reading.text_or_none(answer.body, "scope").replace(",", " ").split()
    if lacking := [name for name in _NEEDED if scopes and name not in scopes]:
        raise Rejected(
            f"This token does not allow PCC Desk everything it needs. It lacks: {', '.join(lacking)}.",
            "Create a new token with these boxes ticked too, and paste it here.",
        )
    ends = grants.moment_of(reading.dig(answer.body, "expires_at"))
    return Grant(token, expires_at=min(ends or latest, latest), scopes=tuple(sorted(scopes)))


def _site(wire: Wire) -> str:
    return wire.base if addresses.is_here(wire.base) else "https://www.linkedin.com"


def _from_browser(entering: Entering, wire: Wire, title: str) -> Grant:
    site = _site(wire)
    plan = oauth.Plan(
        title,
        f"{site}/oauth/native-pkce/authorization",
        f"{site}/oauth/v2/accessToken",
        _SCOPES,
        "/linkedin",
    )
    return oauth.authorize(entering, plan, oauth.app_of(entering.given))


def _choose(page: Page, wanted: str) -> Identity:
    pages = [page.who(number) for number in page.numbers()]
    if not pages:
        raise Rejected(
            "This LinkedIn sign-in looks after no page.",
            "Ask whoever looks after the page to make you an administrator of it, then connect again.",
        )
    name = wanted.casefold().rstrip("/").rpartition("/")[2]
    fitting = [each for each in pages if not name or name in _names(each)]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{each.name[:_SHOWN]} ({each.handle[:_SHOWN]})" for each in pages[:10])
    if not fitting:
        raise Rejected(f"You look after no page called “{wanted}” there.", f"Write the name of one of these: {known}.")
    raise Rejected("You look after more than one page there.", f"Write the name of one of these: {known}.")


def _names(page: Identity) -> tuple[str, ...]:
    return (page.remote_id, page.handle.casefold(), page.name.casefold())
