"""What stands around a sign-in: the way chosen, what is offered again, the browser, and failures told to a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pcc_desk.channels import addresses, grants
from pcc_desk.errors import CONNECT_ANEW, NOT_POSTED, TRIES_AGAIN, ChannelError, RateLimited, Rejected, Unauthorized
from pcc_desk.model.account import Account, AccountState, Remembered, SignIn
from pcc_desk.model.channel import Field, Platform, Secrets, Way
from pcc_desk.services.keeping import origin_of
from pcc_desk.store import secrets
from pcc_desk.store.engine import Store

CONNECT_AGAIN = "Check the address and this PC's network, then try again."
ONCE_MORE = "Check this PC's network, then try again."
NEW_ADDRESS = "Type the address it has now, then try again. Open the old one in a web browser to see where it leads."
CHECK_FIELDS = "Check what you typed, then try again."
CANCELLED = "You stopped the sign-in."
_WAY = "way"  # the name under which the way chosen is kept beside an account's secrets
VisitPage = Callable[[str], None]  # opens a page in the web browser of this PC; raises Rejected when it cannot


@dataclass(frozen=True, slots=True)
class Visiting:
    """The web browser in one sign-in; `stopped` tells whether the person has given it up, `typed` gives their code."""

    visit_page: VisitPage
    stopped: Callable[[], bool]
    typed: Callable[[], str]

    def visit(self, url: str) -> None:
        """Open a page there. Raises: Rejected."""
        self.visit_page(url)

    def is_cancelled(self) -> bool:
        """Tell whether the person gave this sign-in up."""
        return self.stopped()

    def typed_code(self) -> str:
        """Give the code the person typed so far, or ""."""
        return self.typed()

    def go_on(self) -> None:
        """Stop what the person has given up before anything of it is kept. Raises: Rejected."""
        if self.stopped():
            raise Rejected(CANCELLED, "Nothing was kept. You can start it again at any time.")


def no_browser(url: str) -> None:
    """Say that there is none, as in a rehearsal. Raises: Rejected."""
    raise Rejected("PCC Desk cannot open a web browser here.", "Choose another way to sign in.")


def never_stopped() -> bool:
    """Tell that nobody can give this sign-in up."""
    return False


def no_code() -> str:
    """Tell that nobody types a code."""
    return ""


def way_of(platform: Platform, name: str) -> Way:
    """Give the way of this name, or the platform's first one."""
    found = [way for way in platform.ways if way.name == name] or platform.ways
    return found[0] if found else Way("", "", "", ())


def complete(store: Store, sign_in: SignIn, way: Way) -> SignIn:
    """Fill what was left empty with what is kept from the last sign-in with the same app at the same origin.

    Raises:
        Rejected: something the way needs is still missing.
        StoreError: what is kept could not be read.
    """
    asked = _remembered(way)
    origin = origin_of(addresses.whole(sign_in.address)) if asked and sign_in.address else ""
    with store.read() as connection:
        known = secrets.of_newest(connection, sign_in.platform, [each.name for each in asked], origin) if asked else {}
    typed = {name: value for name, value in sign_in.more.items() if value}
    # A secret belongs to the app it was typed with: with another app it is not this one's.
    same = all(typed.get(each.name, value) == value for each in asked if (value := known.get(each.name, "")))
    filled = replace(sign_in, way=way.name, more={**known, **typed} if same else typed)
    missing = [each.label for each in way.fields if each.needed and not given(filled, each.name)]
    if missing:
        raise Rejected(f"“{missing[0]}” is still empty.", "Fill it in, then try again.")
    return filled


def given(sign_in: SignIn, name: str) -> str:
    """Give what was typed into a field, by its name."""
    usual = {"address": sign_in.address, "handle": sign_in.handle, "secret": sign_in.secret}
    return (usual[name] if name in usual else sign_in.more.get(name, "")).strip()


def note(sign_in: SignIn, way: Way, kept: Secrets) -> None:
    """Keep the way and the fields to be offered again beside what the adapter obtained."""
    kept.put(_WAY, way.name)
    for each in _remembered(way):
        kept.put(each.name, given(sign_in, each.name))


def remembered(store: Store, platform: Platform) -> Remembered:
    """Give what is offered again at the next sign-in to a platform; no secret leaves. Raises: StoreError."""
    fields = {each.name: each for way in platform.ways for each in _remembered(way)}
    with store.read() as connection:
        known = secrets.of_newest(connection, platform.name, [_WAY, *fields])
    filled = {name: value for name, value in known.items() if name in fields and value}
    return Remembered(
        way=known.get(_WAY, ""),
        typed={name: value for name, value in filled.items() if not fields[name].secret},
        secrets=frozenset(name for name in filled if fields[name].secret),
    )


def refuse_weaker(account: Account, new: Secrets, old: Secrets) -> None:
    """Refuse a sign-in that would take the place of a working one that allows more. Raises: Rejected."""
    now, before = grants.kept(new), grants.kept(old)
    if account.state is not AccountState.CONNECTED or now is None or before is None:
        return
    if not now.scopes:  # what it allows is told by nobody, and no less than before for all we know
        before = replace(before, scopes=())
    if grants.is_weaker(now, before):
        raise Rejected(
            "The sign-in you have allows more than this new one, so it was kept.",
            "Sign in again and allow everything. If you want the new one, disconnect the account first.",
        )


@contextmanager
def told_to_a_person(way: Way) -> Iterator[None]:
    """Hold a sign-in a person waits for: nothing is tried again by itself. Raises: ChannelError with its next step."""
    try:
        yield
    except Unauthorized as error:
        error.next_step = CHECK_FIELDS
        raise
    except RateLimited as error:
        error.next_step = "Wait a few minutes, then try again."
        raise
    except ChannelError as error:
        asks_where = any(each.name == "address" for each in way.fields)
        again = CONNECT_AGAIN if asks_where else ONCE_MORE
        for usual, here in ((TRIES_AGAIN, again), (NOT_POSTED, CHECK_FIELDS), (CONNECT_ANEW, NEW_ADDRESS)):
            error.next_step = error.next_step.replace(usual, here)
        raise


def _remembered(way: Way) -> tuple[Field, ...]:
    return tuple(each for each in way.fields if each.remembered)
