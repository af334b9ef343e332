"""Signing in to a mailbox in Microsoft 365 through the web browser, and the tokens that open it."""

import re

from pcc_desk.channels import addresses, oauth, oauth_tokens
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Secrets

TITLE = "Microsoft 365"
SERVERS = ("outlook.office365.com:993", "smtp.office365.com:587")  # incoming, outgoing
_HOME = "https://login.microsoftonline.com"
_ANY_TENANT = "organizations"  # which only an app made for several tenants may use
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
# The rights named in learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth".
_SCOPES = (
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
    "offline_access",
)


def enter(entering: Entering) -> str:
    """Sign in, keep what renewing needs, and give the token for both servers. Raises: ChannelError."""
    more, secrets = entering.given.more, entering.secrets
    home, tenant = more.get("authority", "").strip(), more.get("tenant", "").strip()
    if tenant and not _TENANT.fullmatch(tenant):
        raise Rejected("This is not a Directory (tenant) ID.", "Copy it again as a whole from the app's overview.")
    secrets.put("authority", addresses.whole(home) if home else _HOME)
    secrets.put("tenant", tenant or _ANY_TENANT)
    app = oauth.app_of(entering.given)
    grant = oauth.authorize(entering, _plan(secrets), app)
    oauth_tokens.keep_app(app, secrets)
    oauth_tokens.keep(grant, secrets)
    return grant.access


def tokens(wire: Wire, secrets: Secrets) -> oauth_tokens.Tokens:
    """Give the tokens of a signed-in mailbox; nothing is asked yet."""
    plan = _plan(secrets)
    there = wire.elsewhere(addresses.origin(plan.token), TITLE)
    return oauth_tokens.Tokens(secrets, oauth.renewer(there, plan, oauth_tokens.kept_app(secrets)))


def _plan(secrets: Secrets) -> oauth.Plan:
    place = f"{secrets.get('authority') or _HOME}/{secrets.get('tenant') or _ANY_TENANT}/oauth2/v2.0"
    return oauth.Plan(
        TITLE,
        f"{place}/authorize",
        f"{place}/token",
        _SCOPES,
        "/microsoft",
        # Who opens a shared mailbox signs in as themselves, so no address is put into their mouth.
        extra={"prompt": "select_account"},
        # Its page for apps takes http://localhost and no number; any port goes with it (learn.microsoft.com, "Redirect
        # URI restrictions"). The door still stands on 127.0.0.1 alone.
        host="localhost",
    )
