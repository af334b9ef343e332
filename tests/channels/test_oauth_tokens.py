"""The tokens of an account: kept before they are used, renewed once, never lost and never made weaker."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels import oauth_tokens
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.oauth import App, Grant, renewer
from pcc_desk.channels.oauth_tokens import SignedWire, Tokens, is_weaker, keep, kept, pasted
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected, ServiceDown, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from tests.channels.rigs import Kept
from tests.channels.visiting import APP, SCOPES, Person, honest, plan_for, sign_in

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
OLD = Grant("the old access", "the old refresh", NOW + timedelta(hours=2), ("read", "write"))
NEW = Grant("the new access", "the new refresh", NOW + timedelta(hours=4), ("read", "write"))


def secrets_of(grant: Grant) -> Kept:
    """Give secrets that hold a grant."""
    secrets = Kept()
    keep(grant, secrets)
    return secrets


def renewing(*outcomes: Grant | ChannelError) -> tuple[Callable[[Grant], Grant], list[Grant]]:
    """Give a renewal with these outcomes in turn, the last one for ever, and the grants it was asked to renew."""
    asked: list[Grant] = []

    def renew(grant: Grant) -> Grant:
        outcome = outcomes[min(len(asked), len(outcomes) - 1)]
        asked.append(grant)
        if isinstance(outcome, ChannelError):
            raise outcome
        return outcome

    return renew, asked


def test_a_grant_kept_is_the_grant_given_back() -> None:
    assert kept(secrets_of(OLD)) == OLD
    assert kept(Kept()) is None
    app = App("desk", "secret")
    secrets = Kept()
    oauth_tokens.keep_app(app, secrets)
    assert oauth_tokens.kept_app(secrets) == app


@pytest.mark.parametrize(("before", "asked"), [(timedelta(hours=1), 0), (timedelta(minutes=1), 1), (-timedelta(1), 1)])
def test_a_token_is_renewed_a_little_before_it_ends(before: timedelta, asked: int) -> None:
    renew, renewals = renewing(NEW)
    secrets = secrets_of(OLD)
    token = Tokens(secrets, renew, lambda: NOW + timedelta(hours=2) - before).current()
    assert len(renewals) == asked
    assert token == (NEW if asked else OLD).access == secrets["access"]


def test_a_token_without_an_end_is_used_until_it_is_refused() -> None:
    renew, renewals = renewing(NEW)
    endless = Grant("an access", "a refresh")
    tokens = Tokens(secrets_of(endless), renew, lambda: NOW)
    assert tokens.current() == "an access" and not renewals
    assert tokens.after("an access") == NEW.access and renewals == [endless]


def test_the_new_refresh_token_is_kept_before_the_new_access() -> None:
    order: list[str] = []

    class Watched(Kept):
        def put(self, name: str, value: str) -> None:
            order.append(name)
            super().put(name, value)

    secrets = Watched(secrets_of(OLD))
    renew, _ = renewing(NEW)
    assert Tokens(secrets, renew, lambda: NOW).after(OLD.access) == secrets["access"]
    assert order[0] == "refresh" and order[-1] == "access"


def test_a_renewal_that_tells_no_new_refresh_token_leaves_the_old_one() -> None:
    renew, _ = renewing(Grant("the new access"))
    secrets = secrets_of(OLD)
    Tokens(secrets, renew, lambda: NOW).after(OLD.access)
    assert kept(secrets) == Grant("the new access", OLD.refresh, None, OLD.scopes)


@pytest.mark.parametrize("failure", [ServiceDown("Down."), Unreachable("Away."), Unconfirmed("?"), Unauthorized("No.")])
def test_a_renewal_that_fails_loses_nothing(failure: ChannelError) -> None:
    renew, renewals = renewing(failure, NEW)
    secrets = secrets_of(OLD)
    tokens = Tokens(secrets, renew, lambda: NOW)
    with pytest.raises(type(failure)):
        tokens.after(OLD.access)
    assert kept(secrets) == OLD
    assert tokens.after(OLD.access) == NEW.access and renewals == [OLD, OLD]


def test_a_token_that_still_works_is_used_when_renewing_it_early_fails() -> None:
    renew, renewals = renewing(ServiceDown("Down."))
    moment = [NOW + timedelta(minutes=118, seconds=30)]
    tokens = Tokens(secrets_of(OLD), renew, lambda: moment[0])
    assert [tokens.current() for _ in range(5)] == [OLD.access] * 5
    assert len(renewals) == 1  # and the platform is left alone for a while
    moment[0] = NOW + timedelta(hours=2)
    with pytest.raises(ServiceDown):
        tokens.current()


def test_a_weaker_grant_never_takes_the_place_of_a_stronger_one() -> None:
    weak = Grant("a new access", "a new refresh", None, ("read",))
    renew, _ = renewing(weak)
    secrets = secrets_of(OLD)
    with pytest.raises(Unauthorized, match="fewer rights") as caught:
        Tokens(secrets, renew, lambda: NOW).after(OLD.access)
    assert kept(secrets) == OLD and "write" in caught.value.detail
    assert is_weaker(weak, OLD) and not is_weaker(OLD, weak)
    assert is_weaker(Grant("x", "", None, OLD.scopes), OLD) and not is_weaker(NEW, OLD)


def test_a_token_that_ends_sooner_is_weaker_than_one_that_lasts() -> None:
    for_ever, month, hour = (Grant("x", "", ends) for ends in (None, NOW + timedelta(30), NOW + timedelta(hours=1)))
    assert is_weaker(hour, month) and is_weaker(hour, for_ever) and is_weaker(month, for_ever)
    assert not is_weaker(month, hour) and not is_weaker(for_ever, month) and not is_weaker(month, month)
    assert not is_weaker(Grant("x", "renews", NOW), Grant("y", "renews", NOW + timedelta(hours=1)))


def test_how_long_renewing_goes_on_is_kept_until_a_new_token_tells_otherwise() -> None:
    week, later = NOW + timedelta(days=7), NOW + timedelta(days=60)
    secrets = secrets_of(replace(OLD, renewing_ends_at=week))
    plain = Grant("one", "", NOW + timedelta(hours=1), OLD.scopes)
    for new, told in ((plain, week), (replace(plain, access="two", renewing_ends_at=later), later), (NEW, None)):
        held = kept(secrets)
        assert held is not None
        Tokens(secrets, renewing(new)[0], lambda: NOW).after(held.access)
        now_held = kept(secrets)
        assert now_held is not None and now_held.renewing_ends_at == told


def test_a_sign_in_made_meanwhile_is_not_overwritten_by_a_renewal() -> None:
    secrets = secrets_of(OLD)
    fresh = Grant("signed in again", "its refresh", None, OLD.scopes)

    def renew(grant: Grant) -> Grant:
        keep(fresh, secrets)
        return NEW

    assert Tokens(secrets, renew, lambda: NOW).after(OLD.access) == fresh.access
    assert secrets["refresh"] == fresh.refresh


def test_a_refresh_token_that_another_desk_used_up_a_moment_before_signs_nobody_out() -> None:
    secrets = secrets_of(OLD)
    late: list[threading.Timer] = []

    def renew(grant: Grant) -> Grant:
        late.append(threading.Timer(0.3, keep, [NEW, secrets]))  # what the other one was given is on its way to be kept
        late[0].start()
        raise Unauthorized("The sign-in has ended.")

    assert Tokens(secrets, renew, lambda: NOW).after(OLD.access) == NEW.access
    late[0].join()
    with pytest.raises(Unauthorized):
        Tokens(secrets_of(OLD), renewing(Unauthorized("It has ended."))[0], lambda: NOW).after(OLD.access)


def test_a_renewal_brings_nothing_back_for_an_account_disconnected_meanwhile() -> None:
    secrets = secrets_of(OLD)

    def renew(grant: Grant) -> Grant:
        secrets.clear()
        return NEW

    with pytest.raises(Unauthorized):
        Tokens(secrets, renew, lambda: NOW).after(OLD.access)
    assert not secrets


def test_a_token_that_cannot_be_renewed_ends_the_sign_in_when_it_is_refused() -> None:
    tokens = Tokens(secrets_of(Grant("pasted", "", NOW - timedelta(days=1))), None, lambda: NOW)
    assert tokens.current() == "pasted"
    with pytest.raises(Unauthorized):
        tokens.after("pasted")


def at_the_lock() -> int:
    """Count the threads that have asked for another token and have none yet."""
    frames = sys._current_frames().values()
    inside = [frame for first in frames for frame, _ in traceback.walk_stack(first)]
    return sum(frame.f_code is Tokens.after.__code__ and "seen" in frame.f_locals for frame in inside)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for a condition, a minute at most."""
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.mark.parametrize("outcome", [NEW, ServiceDown("Down.")])
def test_ten_threads_with_one_stale_token_ask_once(outcome: Grant | ChannelError) -> None:
    asked: list[Grant] = []
    together, waiting = threading.Barrier(10), threading.Event()

    def renew(grant: Grant) -> Grant:
        asked.append(grant)
        waiting.wait(60)  # until the nine others stand at the lock
        if isinstance(outcome, ChannelError):
            raise outcome
        return outcome

    tokens = Tokens(secrets_of(OLD), renew, lambda: NOW)
    found: list[object] = []

    def ask() -> None:
        together.wait(60)
        try:
            found.append(tokens.after(OLD.access))
        except ServiceDown as error:
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    wait_until(lambda: at_the_lock() == 10)
    waiting.set()
    for thread in threads:
        thread.join(60)
    assert len(asked) == 1 and len(found) == 10
    if isinstance(outcome, Grant):
        assert set(found) == {NEW.access}
    else:
        assert len({id(error) for error in found}) == 10  # each thread has an error of its own
        assert {str(error) for error in found} == {"Down."}


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows our app."""
    with Authorizer({APP.client_id: APP.secret}) as running:
        yield running


@pytest.fixture
def platform(server: Authorizer) -> Iterator[Loopback]:
    """A platform that lets in whoever has a token of that server, and says so in its answer."""

    def answer(request: Request) -> Reply:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return Reply({"method": request.method}) if token in server.access else Reply({"error": "expired"}, 401)

    with Loopback(answer) as running:
        yield running


def signed(server: Authorizer, platform: Loopback) -> tuple[SignedWire, Kept]:
    """Sign in for real and give the wire of the account."""
    plan = plan_for(server)
    secrets = secrets_of(sign_in(Person(honest, server), plan))
    return SignedWire(Wire(platform.url), Tokens(secrets, renewer(Wire(""), plan, APP))), secrets


def test_ten_threads_refused_by_a_real_server_renew_once(server: Authorizer, platform: Loopback) -> None:
    wire, secrets = signed(server, platform)
    server.stale()
    server.asked.clear()
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(wire.get(Ask("/me")).code)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [200] * 10 and len(server.asked) == 1
    assert secrets["access"] in server.access and secrets["refresh"] in server.refresh


def test_every_verb_goes_out_signed_and_once_more_after_a_refusal(server: Authorizer, platform: Loopback) -> None:
    wire, _ = signed(server, platform)
    for method, send in (("GET", wire.get), ("POST", wire.post), ("PUT", wire.put), ("DELETE", wire.delete)):
        server.stale()
        assert send(Ask("/x")).body == {"method": method}


def test_a_sign_in_taken_back_is_told_as_one(server: Authorizer, platform: Loopback) -> None:
    wire, secrets = signed(server, platform)
    server.revoke()
    before = dict(secrets)
    with pytest.raises(Unauthorized) as caught:
        wire.post(Ask("/x"))
    assert "Sign in again" in caught.value.next_step and secrets == before


def test_a_write_whose_token_cannot_be_renewed_has_not_been_sent(server: Authorizer, platform: Loopback) -> None:
    wire, _ = signed(server, platform)
    server.stale()
    server.misbehave = lambda request: Reply({}, 503)
    with pytest.raises(Unreachable):  # not Unconfirmed: sending it again later is safe
        wire.post(Ask("/x"))


@pytest.mark.parametrize("typed", ["  EAAG{}  ", '"EAAG{}"', "Bearer EAAG{}", "\nEAAG{}\n"])
def test_a_pasted_token_is_tidied(typed: str) -> None:
    token = "EAAG" + "x" * 40
    assert pasted(typed.replace("EAAG{}", token), "EAAG") == token


@pytest.mark.parametrize("typed", ["", "short", "two words that are long", "https://example.org/access", "é" * 40])
def test_what_cannot_be_a_token_is_refused(typed: str) -> None:
    with pytest.raises(Rejected) as caught:
        pasted(typed)
    assert not typed or typed not in caught.value.sentence + caught.value.detail
    with pytest.raises(Rejected):
        pasted("x" * 40, "EAAG")


def test_no_token_shows_in_a_repr() -> None:
    assert OLD.access not in repr(OLD) and OLD.refresh not in repr(OLD) and SCOPES[0] in repr(OLD)
