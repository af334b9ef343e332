"""Signing in to Meta with a pasted token: what it is, what it allows, and which Page it is for.

Meta tells what a token is to the app it was made for (developers.facebook.com, graph-api/reference/debug_token), so the
office may give its app too. Without it the token is asked about itself, which Meta does not always answer.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.grants import moment_of
from pcc_desk.channels.graph import HOST, NEW_TOKEN, Call, Graph, onward, paged
from pcc_desk.channels.oauth import App, Grant, app_of
from pcc_desk.channels.oauth_fields import APP_ID, APP_SECRET
from pcc_desk.channels.oauth_tokens import Tokens, keep, keep_app, pasted
from pcc_desk.channels.opening import Entering
from pcc_desk.errors import Gone, Rejected, Unauthorized
from pcc_desk.model.channel import Secrets

_PAGE, _MOST_PAGES = 100, 20
_SHOWN = 60  # signs of a name in a sentence
_NO_APP = App("")
_REFUSED = frozenset({400, 401, 403, 404})
_SOON, _TOO_SOON = timedelta(days=7), timedelta(days=1)
_FIELDS = "id,name,username"
_LINKED = f"{_FIELDS},instagram_business_account{{id,username}}"  # only a token for Instagram may ask for this


@dataclass(frozen=True, slots=True)
class Examined:
    """What Meta says of a token: "PAGE" or "USER", what it allows, and when it ends (None for never).

    `expires_at` is when it must be renewed: at its own end, or when it may see nothing more of its person's.
    """

    kind: str = ""
    scopes: frozenset[str] = frozenset()
    ends_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The Page chosen, and its own token."""

    id: str
    name: str
    handle: str
    token: str = field(repr=False)
    instagram: tuple[str, str] = ("", "")  # the id and name of the Instagram account linked to it

    @property
    def names(self) -> tuple[str, ...]:
        """What a person may call it."""
        called = (self.id, self.name, self.handle, self.instagram[1])
        return tuple(name.casefold() for name in called if name)


def sign_in(entering: Entering, title: str, needed: Sequence[str], linked: bool = False) -> tuple[Graph, Page]:
    """Sign in with the token pasted, choose the Page, and keep its token; `linked` asks for its Instagram account too.

    Raises:
        Unauthorized: the token is no longer good.
        Rejected: it is no token, lacks a permission of `needed`, or the Page is not named clearly.
        ChannelError: no clear answer.
    """
    token, secrets, app = pasted(entering.given.secret), entering.secrets, _app_of(entering)
    wire = entering.wire.at(entering.given.address.strip() or HOST).named(title)
    keep(Grant(token), secrets)
    keep_app(app, secrets)
    graph = Graph(wire, Tokens(secrets, now=wire.now))
    told = _lasting(graph, app, examined_by(graph, app), secrets)
    if told.scopes and not told.scopes.issuperset(needed):
        lacking = ", ".join(name for name in needed if name not in told.scopes)
        raise Rejected(
            f"This token does not allow PCC Desk everything it needs. It lacks: {lacking}.",
            "Make a new token with these permissions too, and paste it here.",
        )
    page = _chosen(_pages(graph, told, _LINKED if linked else _FIELDS), entering.given.handle, title)
    keep(Grant(page.token, scopes=tuple(sorted(told.scopes))), secrets)
    return graph, page


def may(secrets: Secrets, scope: str) -> bool:
    """Tell whether the kept token allows something; where nothing is known of it, it is tried."""
    scopes = (secrets.get("scopes") or "").split()
    return not scopes or scope in scopes


def examine(graph: Graph, app: App = _NO_APP) -> Examined:
    """Ask what the kept token is; where Meta does not tell, nothing is known of it.

    Raises:
        Unauthorized: it is no longer good.
        ChannelError: no clear answer.
    """
    try:
        return examined_by(graph, app)
    except Rejected:
        return Examined()


def examined_by(graph: Graph, app: App) -> Examined:
    """Ask what the kept token is; one that may not look at itself tells nothing.

    An app that is kept from another sign-in may not be this token's: then the token is asked about itself as well.

    Raises:
        Unauthorized: it is no longer good.
        Rejected: the app is not the one it was made for, and the token tells nothing.
        ChannelError: no clear answer.
    """
    call = Call("debug_token", {"input_token": graph.token()})
    if not app.secret:
        try:
            return _read(graph, graph.get(call))
        except Rejected:
            return Examined()
    try:
        return _read(graph, _as_app(graph, app, call))
    except Rejected:
        if (told := examined_by(graph, _NO_APP)).kind:
            return told
        raise


def _read(graph: Graph, body: object) -> Examined:
    told = reading.dig(body, "data")
    if reading.dig(told, "is_valid") is False:
        raise Unauthorized(f"{graph.wire.title} does not accept this token any more.", NEW_TOKEN, "not valid")
    scopes = reading.dig(told, "scopes")
    named = frozenset(scope for scope in scopes if isinstance(scope, str)) if isinstance(scopes, list) else frozenset()
    ends_at, seen_until = (moment_of(reading.dig(told, name)) for name in ("expires_at", "data_access_expires_at"))
    first = min((at for at in (ends_at, seen_until) if at), default=None)
    return Examined(reading.text_or_none(told, "type"), named, ends_at, first)


@dataclass(frozen=True, slots=True)
class _AsApp:
    """Signs as the office's app itself (developers.facebook.com, facebook-login/guides/access-tokens, app tokens)."""

    app: App

    def current(self) -> str:
        """Give the app's token."""
        return f"{self.app.client_id}|{self.app.secret}"


def _app_of(entering: Entering) -> App:
    more = entering.given.more
    return app_of(entering.given) if more.get(APP_ID) or more.get(APP_SECRET) else _NO_APP


def _as_app(graph: Graph, app: App, call: Call) -> object:
    """Ask as the office's app. Raises: Rejected when Meta does not know it; ChannelError."""
    as_app = graph.signed_by(_AsApp(app))
    answer = as_app.read(replace(call, accept=_REFUSED))
    if answer.code not in _REFUSED:
        return answer.body
    refusal = as_app.refusal(call, answer, "GET")
    if isinstance(refusal, Unauthorized | Rejected | Gone):
        raise Rejected(
            "Meta does not know this app ID and app secret for this token.",
            "Copy both again from the app the token was made for.",
            refusal.detail,
        )
    raise refusal


def _lasting(graph: Graph, app: App, told: Examined, secrets: Secrets) -> Examined:
    """Have a person's token that ends soon last for sixty days, where the office's app is known.

    Raises:
        Rejected: it would end within a day.
        ChannelError: no clear answer.
    """
    now = graph.wire.now()
    if told.ends_at is None or told.ends_at > now + _SOON:
        return told
    if app.secret and told.kind == "USER":
        named = {"client_id": app.client_id, "client_secret": app.secret}
        path = "oauth/access_token"
        query = {"grant_type": "fb_exchange_token", **named, "fb_exchange_token": graph.token()}
        with suppress(Rejected):  # it may still last for some days
            body = _as_app(graph, app, Call(path, query, secretive=True))
            with graph.promised("GET", path):
                keep(Grant(reading.text(body, "access_token")), secrets)
            told = examined_by(graph, app)
    if told.ends_at is not None and told.ends_at < now + _TOO_SOON:
        raise Rejected(
            "This token ends within a day.",
            "Make one that never ends. Or give the app ID and the app secret too: Meta then lets it last longer.",
        )
    return told


def _pages(graph: Graph, told: Examined, fields: str) -> list[Page]:
    """Give the Pages a token is for: its own, or all that its person looks after."""
    if told.kind != "PAGE":
        try:
            return _looked_after(graph, fields)
        except Rejected:
            pass  # a Page looks after no Pages, so this is a Page's own token
    path = "me"
    body = graph.get(Call(path, {"fields": fields}))
    with graph.promised("GET", path):
        return [_page(body, graph.token())]


def _looked_after(graph: Graph, fields: str) -> list[Page]:
    path, found, where = "me/accounts", list[Page](), ""
    for _ in range(_MOST_PAGES):
        body = graph.get(Call(path, paged({"fields": f"{fields},access_token", "limit": _PAGE}, where)))
        with graph.promised("GET", path):
            found += [_page(each, reading.text(each, "access_token")) for each in reading.pieces(body, "data")]
        where = onward(body)
        if not where:
            break
    return found


def _page(body: object, token: str) -> Page:
    name = reading.text(body, "name")
    linked = reading.dig(body, "instagram_business_account")
    return Page(
        id=reading.text(body, "id"),
        name=name,
        handle=reading.text_or_none(body, "username") or name,
        token=token,
        instagram=(reading.text_or_none(linked, "id"), reading.text_or_none(linked, "username")),
    )


def _chosen(pages: Sequence[Page], named: str, title: str) -> Page:
    wanted = named.strip().removeprefix("@").casefold()
    found = [page for page in pages if not wanted or wanted in page.names]
    if len(found) == 1:
        return found[0]
    if not pages:
        raise Rejected(
            f"This token is for no Page on {title}.", "Give its user the Page in Meta Business Suite, then try again."
        )
    names = ", ".join(page.name[:_SHOWN] for page in pages[:10])
    if len(pages) == 1:
        raise Rejected(f"This token is for another Page: {names}.", "Check the name of the Page, then try again.")
    raise Rejected(f"This token is for several Pages: {names}.", "Type the name of the one to use, then try again.")
