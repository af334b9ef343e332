"""Signing in through the web browser: what is asked, what is granted, and how it ends."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels import oauth
from pcc_desk.channels.oauth import App, Grant
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, Unauthorized
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.rehearsal.loopback import Reply, Request
from tests.channels.rigs import MADE_AT
from tests.channels.visiting import (
    APP,
    OTHERS_APP,
    SCOPES,
    Person,
    form_of,
    honest,
    is_closed,
    plan_for,
    refused,
    sign_in,
)


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows our app and somebody else's."""
    with Authorizer({APP.client_id: APP.secret, OTHERS_APP: "theirs", "public": ""}) as running:
        yield running


def test_a_person_who_says_yes_gives_the_desk_a_grant(server: Authorizer) -> None:
    person = Person(honest, server)
    grant = sign_in(person, plan_for(server))
    assert set(server.access) == {grant.access} and set(server.refresh) == {grant.refresh}
    assert grant.scopes == SCOPES and grant.expires_at is not None
    assert is_closed(person.port)
    assert grant.access not in repr(grant) and grant.refresh not in repr(grant) and APP.secret not in repr(APP)


def test_the_page_asks_with_pkce_a_long_state_and_the_number_of_this_pc(server: Authorizer) -> None:
    person = Person(honest, server)
    sign_in(person, plan_for(server, extra={"access_type": "offline"}))
    asked = person.asked
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 43 and asked["scope"] == "read write" and asked["access_type"] == "offline"
    assert asked["redirect_uri"] == f"http://127.0.0.1:{person.port}/callback/rehearsal"
    form = form_of(server)
    assert form["redirect_uri"] == asked["redirect_uri"] and len(form["code_verifier"]) >= 43
    assert "code_verifier" not in asked and form["code_verifier"] not in person.page


def test_every_sign_in_has_a_state_and_a_verifier_of_its_own(server: Authorizer) -> None:
    people = [Person(honest, server) for _ in range(3)]
    for person in people:
        sign_in(person, plan_for(server))
    assert len({person.asked["state"] for person in people} | {p.asked["code_challenge"] for p in people}) == 6


@pytest.mark.parametrize("secret_in", ["body", "basic"])
def test_the_secret_of_the_app_goes_where_the_platform_wants_it(server: Authorizer, secret_in: str) -> None:
    assert sign_in(Person(honest, server), plan_for(server, secret_in=secret_in)).access in server.access
    assert ("client_secret" in form_of(server)) is (secret_in == "body")
    assert APP.secret not in server.asked[0].headers.get("authorization", "")


def test_a_public_app_sends_no_secret(server: Authorizer) -> None:
    plan = plan_for(server, secret_in="none")
    assert sign_in(Person(honest, server), plan, App("public")).access in server.access
    assert "client_secret" not in form_of(server) and "authorization" not in server.asked[0].headers


def test_what_else_the_platform_tells_comes_along_and_shows_nowhere(server: Authorizer) -> None:
    server.terms.extra = {"user_id": 8_765_432, "id_token": "a.b.c", "nested": {}}
    grant = sign_in(Person(honest, server), plan_for(server))
    assert dict(grant.more) == {"user_id": "8765432"} and "8765432" not in repr(grant)


@pytest.mark.parametrize(("lasts", "known"), [(None, False), (60, True), (-5, True), (10**30, False)])
def test_the_end_of_an_access_is_read_with_care(server: Authorizer, lasts: int | None, known: bool) -> None:
    server.terms.lasts = lasts
    grant = sign_in(Person(honest, server), plan_for(server))
    assert (grant.expires_at is not None) is known


def test_an_access_ends_so_many_seconds_from_now(server: Authorizer) -> None:
    server.terms.lasts = 7200
    plan = plan_for(server)
    renew = oauth.renewer(Wire(""), plan, APP, lambda: MADE_AT)
    assert renew(sign_in(Person(honest, server), plan)).expires_at == MADE_AT + timedelta(seconds=7200)


def test_an_access_that_can_be_renewed_for_a_week_only_says_so(server: Authorizer) -> None:
    server.terms.extra = {"refresh_token_expires_in": 604_799}
    before = datetime.now(UTC)
    ends_at = sign_in(Person(honest, server), plan_for(server)).renewing_ends_at
    assert ends_at is not None and timedelta(days=6) < ends_at - before < timedelta(days=8)
    server.terms.extra = {}
    assert sign_in(Person(honest, server), plan_for(server)).renewing_ends_at is None


def test_the_person_is_told_to_close_the_page_by_a_page_without_script(server: Authorizer) -> None:
    seen: list[bytes] = []
    person = Person(lambda person: seen.append(person.go(person.say_yes())), server)
    sign_in(person, plan_for(server))
    head, _, page = seen[0].partition(b"\r\n\r\n")
    assert b"You can close this page" in page and b"<script" not in page
    assert b"default-src 'none'" in head and b"no-store" in head and b"no-referrer" in head


def test_a_fixed_port_serves_one_sign_in_right_after_another(server: Authorizer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    for _ in range(3):
        person = Person(honest, server)
        sign_in(person, plan_for(server, ports=(port,)))
        assert person.port == port


def test_a_person_who_does_nothing_is_not_waited_for_for_ever(server: Authorizer) -> None:
    began = time.monotonic()
    failure = refused(Person(lambda person: None, server), plan_for(server), seconds=0.3)
    assert "in time" in failure.sentence and time.monotonic() - began >= 0.3
    assert oauth.WAIT_SECONDS <= 180


def test_cancel_ends_the_wait(server: Authorizer) -> None:
    failure = refused(Person(lambda person: person.cancelled.set(), server), plan_for(server))
    assert failure.sentence == oauth.CANCELLED


def test_cancel_while_the_code_is_exchanged_keeps_nothing(server: Authorizer) -> None:
    person = Person(honest, server)

    def cancel_and_answer(request: Request) -> Reply:
        person.cancelled.set()
        server.misbehave = None
        return server.answer(request) or Reply({}, 404)

    server.misbehave = cancel_and_answer
    assert refused(person, plan_for(server)).sentence == oauth.CANCELLED


def test_a_browser_that_does_not_open_ends_the_sign_in(server: Authorizer) -> None:
    class Broken(Person):
        def visit(self, url: str) -> None:
            self.page = url
            raise Rejected("PCC Desk cannot open a web browser here.")

    assert "web browser" in refused(Broken(honest, server), plan_for(server)).sentence


def test_a_grant_is_renewed_and_a_dead_one_is_told(server: Authorizer) -> None:
    plan = plan_for(server)
    grant = sign_in(Person(honest, server), plan)
    renew = oauth.renewer(Wire(""), plan, APP)
    renewed = renew(grant)
    assert renewed.access in server.access and renewed.access != grant.access
    with pytest.raises(Unauthorized) as caught:  # its refresh token worked once
        renew(grant)
    assert "Sign in again" in caught.value.next_step and grant.refresh not in caught.value.detail
    with pytest.raises(Unauthorized):
        renew(Grant("access only"))


@pytest.mark.parametrize("typed", ["", "two words", "é", "a\nb"])
def test_an_app_that_cannot_be_one_is_refused_before_anything_is_asked(typed: str) -> None:
    with pytest.raises(Rejected):
        oauth.app_of(SignIn("rehearsal", more={"app_id": typed}))
    assert oauth.app_of(SignIn("rehearsal", more={"app_id": " desk ", "app_secret": " s "})) == App("desk", "s")
