"""Signing in by several ways: what is offered again, what is refused, and what giving up leaves behind."""

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import NOT_POSTED, Rejected
from pcc_desk.model.account import Account, AccountState, Remembered, SignIn
from pcc_desk.model.channel import Way
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.keeping import AccountSecrets
from pcc_desk.services.signing_in import CANCELLED, ONCE_MORE, refuse_weaker, told_to_a_person
from pcc_desk.store import secrets
from pcc_desk.store.engine import Store
from tests.channels.rigs import Kept
from tests.channels.visiting import APP, Person, honest
from tests.desk import NOW, open_store
from tests.services.rehearsed import PLATFORM, Rehearsed, open_wire

TYPED = {"app_id": APP.client_id, "app_secret": APP.secret}
TOKEN = "a-token-of-some-length"


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows the office's app, and another one."""
    with Authorizer({APP.client_id: APP.secret, "another": "another secret"}) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open database."""
    store = open_store(tmp_path)
    yield store
    store.close()


class Bench:
    """Accounts on one platform, with a person in front of the browser."""

    def __init__(self, store: Store, server: Authorizer) -> None:
        self.platform = Rehearsed(server)
        self.person = Person(honest, server)
        self.store = store
        adapters = {PLATFORM.name: self.platform.adapter(), "bluesky": ADAPTERS["bluesky"]}
        self.accounts = Accounts(store, adapters, open_wire, self.person.visit)

    def connect(self, way: str = "browser", secret: str = "", **more: str) -> Account:
        """Sign in."""
        sign_in = SignIn(PLATFORM.name, secret=secret, way=way, more=more)
        return self.accounts.connect(sign_in, NOW, self.person.is_cancelled)

    def kept(self) -> dict[str, str]:
        """Give every secret kept, by name."""
        with self.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT name, value FROM secret").all()
        return {row.name: row.value for row in rows}


@pytest.fixture
def bench(store: Store, server: Authorizer) -> Bench:
    """A fresh bench."""
    return Bench(store, server)


def test_the_office_signs_in_through_its_browser_and_the_app_is_offered_again(bench: Bench, server: Authorizer) -> None:
    assert bench.accounts.remembered(PLATFORM.name) == Remembered()
    account = bench.connect(**TYPED)
    assert account.state is AccountState.CONNECTED
    assert bench.kept()["access"] in server.access and bench.kept()["refresh"] in server.refresh
    offered = bench.accounts.remembered(PLATFORM.name)
    assert offered == Remembered("browser", {"app_id": APP.client_id}, frozenset({"app_secret"}))
    assert APP.secret not in repr(offered)


def test_a_kept_app_secret_need_not_be_typed_again(bench: Bench) -> None:
    account = bench.connect(**TYPED)
    assert bench.connect(app_id=APP.client_id).id == account.id
    assert bench.connect().id == account.id
    assert bench.platform.given == [TYPED] * 3


def test_a_kept_secret_is_never_used_with_another_app(bench: Bench) -> None:
    bench.connect(**TYPED)
    with pytest.raises(Rejected, match="App secret"):
        bench.connect(app_id="another")
    assert bench.platform.given == [TYPED]  # the platform was not even asked


def test_a_kept_secret_is_never_used_at_another_address(bench: Bench) -> None:
    account = bench.connect(**TYPED)
    with bench.store.read() as connection:
        names = ["app_id", "app_secret"]
        assert secrets.of_newest(connection, PLATFORM.name, names, "https://evil.example") == {}
        assert secrets.of_newest(connection, "bluesky", names) == {}
        assert secrets.of_newest(connection, PLATFORM.name, names, account.address) == TYPED


def test_a_field_that_is_needed_and_empty_is_told_by_its_name(bench: Bench) -> None:
    with pytest.raises(Rejected) as caught:
        bench.connect(way="token")
    assert caught.value.sentence == "“Token” is still empty." and not bench.platform.given


def test_disconnecting_forgets_the_app_too(bench: Bench) -> None:
    account = bench.connect(**TYPED)
    bench.accounts.disconnect(account.id)
    assert bench.accounts.remembered(PLATFORM.name) == Remembered()
    assert bench.kept() == {}


def test_a_pasted_token_is_kept_as_any_secret(bench: Bench) -> None:
    bench.connect(way="token", secret=f" {TOKEN} ")
    assert bench.kept()["access"] == TOKEN
    assert bench.accounts.remembered(PLATFORM.name) == Remembered("token")


def test_a_working_sign_in_is_not_replaced_by_one_that_allows_less(bench: Bench, server: Authorizer) -> None:
    account = bench.connect(**TYPED)
    before = bench.kept()
    with pytest.raises(Rejected, match="allows more") as caught:
        bench.connect(way="token", secret=TOKEN)  # it could not renew itself
    assert bench.kept() == before and "disconnect" in caught.value.next_step
    bench.accounts.sign_out_seen(account.id)
    assert bench.connect(way="token", secret=TOKEN).state is AccountState.CONNECTED
    assert bench.kept()["access"] == TOKEN


@pytest.mark.parametrize(("told", "refused"), [("", False), ("read", True), ("read write", False)])
def test_a_token_of_which_nobody_tells_what_it_allows_may_take_the_place_of_another(
    bench: Bench, told: str, refused: bool
) -> None:
    account = bench.connect(way="token", secret=TOKEN)
    new, old = Kept(access="new", scopes=told), Kept(access="old", scopes="read write")
    with pytest.raises(Rejected, match="allows more") if refused else nullcontext():
        refuse_weaker(account, new, old)


def given_up_while(bench: Bench, act: Callable[[Person], None]) -> str:
    """Sign in, give it up at some moment, and see that nothing is kept."""
    bench.person.act = act
    with pytest.raises(Rejected) as caught:
        bench.connect(**TYPED)
    assert bench.kept() == {} and bench.accounts.all() == ()
    return caught.value.sentence


def test_giving_up_in_the_browser_keeps_nothing(bench: Bench) -> None:
    assert given_up_while(bench, lambda person: person.cancelled.set()) == CANCELLED


def test_giving_up_after_the_platform_has_answered_keeps_nothing(bench: Bench, server: Authorizer) -> None:
    bench.platform.before_it_answers = bench.person.cancelled.set  # the last moment before anything is kept
    assert given_up_while(bench, honest) == CANCELLED
    assert server.access


def test_a_desk_that_closes_waits_for_nobody(bench: Bench) -> None:
    def close(person: Person) -> None:
        bench.accounts.stop()

    assert given_up_while(bench, close) == CANCELLED


def test_a_platform_that_is_down_is_not_tried_again_by_itself(bench: Bench, server: Authorizer) -> None:
    server.__exit__(None, None, None)
    bench.person.act = lambda person: bench.accounts.stop()
    with pytest.raises(Rejected):
        bench.connect(**TYPED)
    gone = Bench(bench.store, server)
    gone.person.act = lambda person: [person.back(("state", person.asked["state"]), ("code", "x"))].clear()
    with pytest.raises(Exception, match="cannot be reached") as caught:
        gone.connect(**TYPED)
    assert getattr(caught.value, "next_step", "") == ONCE_MORE


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (NOT_POSTED, "Check what you typed, then try again."),
        (
            "Connect the account again in Settings with its new address. Everything is kept.",
            "Type the address it has now",
        ),
    ],
)
def test_what_is_said_to_one_who_posts_is_not_said_to_one_who_signs_in(usual: str, said: str) -> None:
    with pytest.raises(Rejected) as caught, told_to_a_person(Way("code", "", "", ())):
        raise Rejected("Mastodon refused it.", usual)
    assert caught.value.next_step.startswith(said)


def test_a_desk_without_a_browser_says_so(store: Store, server: Authorizer) -> None:
    accounts = Accounts(store, {PLATFORM.name: Rehearsed(server).adapter()}, open_wire)
    with pytest.raises(Rejected, match="web browser"):
        accounts.connect(SignIn(PLATFORM.name, way="browser", more=TYPED), NOW)


def test_two_sign_ins_at_once_do_not_meet(bench: Bench, server: Authorizer) -> None:
    other = Bench(bench.store, server)
    threads = [threading.Thread(target=lambda each=each: each.connect(**TYPED)) for each in (bench, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (account,) = bench.accounts.all()
    with bench.store.read() as connection:
        access = secrets.get(connection, account.id, server.url, "access")
    assert access in server.access and AccountSecrets(bench.store, account).get("access") == access
