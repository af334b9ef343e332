"""Signing in to a Mastodon-compatible server: an app of our own there, then the web browser; or a pasted token.

The browser leads back to this PC by itself, or its page shows a code that a person types here.
"""

from pcc_desk.channels import oauth, oauth_tokens, reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Gone, Rejected, ServiceDown

# A server gives its answer only to an address it was told of beforehand, port and all.
_PORTS = (48_917, 48_923, 48_947)
_PATH = "/mastodon"
_SCOPES = ("read", "write")
_ANYTHING = frozenset({400, 403, 404, 405, 410, 422, 500, 501})
_NO_SERVER = "Check the address. It is the one where you read Mastodon in a web browser, such as mastodon.social."


def enter(entering: Entering, title: str) -> Wire:
    """Put an access token into the secrets and give the wire to the server. Raises: ChannelError."""
    wire = entering.wire.named(title)
    _make_sure(wire)
    if entering.given.way == "token" or entering.given.secret:
        token = oauth_tokens.pasted(entering.given.secret)
        _refuse_reading_only(wire, token)
        entering.secrets.put("access", token)
        return wire
    plan = oauth.Plan(
        title=title,
        authorize=f"{wire.base}/oauth/authorize",
        token=f"{wire.base}/oauth/token",
        scopes=_SCOPES,
        path=_PATH,
        ports=_PORTS,
        secret_in="body",
        pkce=True,
        needed=_SCOPES,
    )
    if entering.given.way == "code":
        grant = oauth.authorize_by_code(entering, plan, _register(wire, oauth.SHOWN))
    else:
        grant = oauth.authorize(entering, plan, _register(wire, *_places()))
    oauth_tokens.keep(grant, entering.secrets)
    return wire


def _refuse_reading_only(wire: Wire, token: str) -> None:
    """Refuse a token that may not post, before it takes the place of one that may.

    No server tells a token's rights. Noting how far nothing was read changes nothing, and needs the right to post
    (docs.joinmastodon.org, markers); a server without such notes says something else.
    """
    signed = {"Authorization": f"Bearer {token}"}
    ask = Ask("/api/v1/markers", headers=signed, body={}, accept=_ANYTHING, harmless=True, wordless=True)
    try:
        code = wire.post(ask).code
    except ServiceDown:  # no such notes there, and a web page says so
        return
    if code == 403:
        raise Rejected(
            "This token may read and not post.",
            "Make another one on your server, under Development, with “read” and “write” ticked, and paste it.",
        )


def _make_sure(wire: Wire) -> None:
    try:
        answer = wire.get(Ask("/api/v1/instance", accept=frozenset({401})))
    except Gone:
        raise Rejected("There is no Mastodon server at this address.", _NO_SERVER) from None
    if answer.code != 401 and not isinstance(answer.body, dict):
        raise Rejected("There is no Mastodon server at this address.", _NO_SERVER)


def _places() -> list[str]:
    return [f"http://127.0.0.1:{port}{_PATH}" for port in _PORTS]


def _register(wire: Wire, *places: str) -> oauth.App:
    form = {"client_name": "PCC Desk", "redirect_uris": "\n".join(places), "scopes": " ".join(_SCOPES)}
    ask = Ask("/api/v1/apps", form=form, harmless=True, secretive=True)
    made = wire.post(ask).body
    with wire.sent("POST", ask).as_promised():
        return oauth.App(reading.text(made, "client_id"), reading.text(made, "client_secret"))
