"""A platform of the tests' own that signs in through the web browser, at a real authorization server on this PC."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pcc_desk.channels import oauth, oauth_tokens
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Gone
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import (
    Ability,
    Batch,
    Counting,
    Field,
    Guarantee,
    Limits,
    Piece,
    Platform,
    Standing,
    Way,
)
from pcc_desk.model.delivery import Receipt
from pcc_desk.rehearsal.authorizer import Authorizer
from tests.channels.visiting import SCOPES, plan_for

LIMITS = Limits(280, Counting.CODE_POINTS)
PLATFORM = Platform(
    name="rehearsal",
    title="Rehearsal",
    letter="R",
    colour="#14181f",
    limits=LIMITS,
    abilities=Ability.NONE,
    guarantee=Guarantee.C,
    streams=(),
    ways=(
        Way("browser", "With your web browser", "Make an app.\nPaste its ID.", oauth.app_fields("a1b2"), browser=True),
        Way("token", "With a token you copy", "Paste it.", (Field("secret", "Token", secret=True),)),
    ),
)


@dataclass
class Rehearsed:
    """The adapter of that platform; what it answers may be changed by the test."""

    server: Authorizer
    expires_at: datetime | None = None
    given: list[dict[str, str]] = field(default_factory=list)
    before_it_answers: Callable[[], None] = lambda: None

    def adapter(self) -> Adapter:
        """Give it as a platform's adapter."""
        return Adapter(PLATFORM, self.sign_in, lambda opening: Quiet(self, opening))

    def sign_in(self, entering: Entering) -> Standing:
        """Sign in by the way chosen."""
        self.given.append(dict(entering.given.more))
        if entering.given.way == "token":
            grant = oauth.Grant(oauth_tokens.pasted(entering.given.secret), scopes=SCOPES)
        else:
            app = oauth.app_of(entering.given)
            grant = oauth.authorize(entering, plan_for(self.server), app)
        oauth_tokens.keep(grant, entering.secrets)
        return self.standing()

    def standing(self) -> Standing:
        """Say who we are there."""
        self.before_it_answers()
        return Standing(Identity("1", "office", "The office", self.server.url), LIMITS, self.expires_at)


@dataclass(frozen=True)
class Quiet:
    """A channel on which nothing happens."""

    platform: Rehearsed
    opening: Opening

    def publish(self, piece: Piece) -> Receipt:
        """Publish nothing."""
        raise Gone("Nothing is published in this test.")

    def find(self, piece: Piece) -> Receipt | None:
        """Find nothing."""
        return None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Bring nothing."""
        return Batch((), cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Do nothing."""

    def check(self) -> Standing:
        """Say who we are."""
        return self.platform.standing()


def open_wire(address: str) -> Wire:
    """Give a wire as the desk does."""
    return Wire(address)
