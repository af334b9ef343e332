"""Signing in through the web browser: the honest way works, and nothing else gets a token."""

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from pcc_desk.channels import oauth
from pcc_desk.channels.oauth import App, Grant, Plan
from pcc_desk.channels.wire import Patience, Wire
from pcc_desk.errors import ChannelError, Rejected, ServiceDown, Unauthorized
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.rehearsal.loopback import Reply, Request
from tests.channels.attacks import ENDED, ENDPOINT, TURNED_AWAY, Answering, Attack
from tests.channels.visiting import APP, OTHERS_APP, SCOPES, Person, honest, plan_for, sign_in


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows our app and somebody else's."""
    with Authorizer({APP.client_id: APP.secret, OTHERS_APP: "theirs", "public": ""}) as running:
        yield running


def form_of(server: Authorizer) -> dict[str, str]:
    """Give the one form that came to the token endpoint."""
    (request,) = server.asked
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def is_closed(port: int) -> bool:
    """Tell whether nobody listens at a port of this PC."""
    with socket.socket() as line:
        line.settimeout(20)
        return line.connect_ex(("127.0.0.1", port)) != 0


def refused(person: Person, plan: Plan, seconds: float = 60.0, patience: Patience | None = None) -> ChannelError:
    """Sign in, see it refused, and see that nothing is left open."""
    with pytest.raises(ChannelError) as caught:
        sign_in(person, plan, seconds=seconds, patience=patience)
    assert is_closed(person.port)
    return caught.value


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
    assert (sign_in(Person(honest, server), plan_for(server)).expires_at is not None) is known


def test_the_person_is_told_to_close_the_page_by_a_page_without_script(server: Authorizer) -> None:
    seen: list[bytes] = []
    person = Person(lambda person: seen.append(person.go(person.say_yes())), server)
    sign_in(person, plan_for(server))
    head, _, page = seen[0].partition(b"\r\n\r\n")
    assert b"You can close this page" in page and b"<script" not in page
    assert b"default-src 'none'" in head and b"no-store" in head and b"no-referrer" in head


@pytest.mark.parametrize("attack", TURNED_AWAY.values(), ids=TURNED_AWAY.keys())
def test_at_the_door_is_turned_away(server: Authorizer, attack: Attack) -> None:
    answers: list[bytes] = []

    def act(person: Person) -> None:
        answers.append(attack(person))
        person.cancelled.set()

    failure = refused(Person(act, server), plan_for(server))
    assert failure.sentence == oauth.CANCELLED  # it did not end the sign-in
    assert not server.asked and not server.access
    assert b"200 OK" not in answers[0] and b"evil" not in answers[0] and b"Injected" not in answers[0]


def test_after_everything_that_is_turned_away_the_honest_answer_still_comes_through(server: Authorizer) -> None:
    def act(person: Person) -> None:
        for attack in TURNED_AWAY.values():
            attack(person)
        honest(person)

    assert sign_in(Person(act, server), plan_for(server), seconds=600).access in server.access


@pytest.mark.parametrize("attack", ENDED.values(), ids=ENDED.keys())
def test_to_the_sign_in_ends_it_with_nothing(server: Authorizer, attack: Attack) -> None:
    failure = refused(Person(lambda person: [attack(person)].clear(), server), plan_for(server))
    assert isinstance(failure, Rejected) and failure.sentence != oauth.CANCELLED
    assert not server.access
    said = failure.sentence + failure.next_step + failure.detail
    assert "<" not in said and "evil" not in said and "\u202e" not in said
    assert failure.next_step.endswith(".") and "tries again" not in failure.next_step


@pytest.mark.parametrize("answering", ENDPOINT.values(), ids=ENDPOINT.keys())
def test_a_token_endpoint_that(server: Authorizer, answering: Answering) -> None:
    server.misbehave = answering
    failure = refused(Person(honest, server), plan_for(server))
    assert len(server.asked) == 1  # the code was shown once
    told = failure.sentence + failure.next_step + failure.detail
    assert not any(secret in told for secret in form_of(server).values() if len(secret) > 12)
    assert "<" not in told


def test_a_token_endpoint_that_says_nothing_is_not_waited_for_for_ever(server: Authorizer) -> None:
    told = threading.Event()

    def silent(request: Request) -> Reply:
        told.wait(60)
        return Reply({}, 500)

    server.misbehave = silent
    failure = refused(Person(honest, server), plan_for(server), patience=Patience(write=0.3))
    told.set()
    assert isinstance(failure, ServiceDown)


def test_a_state_of_the_sign_in_before_is_turned_away(server: Authorizer) -> None:
    before = Person(honest, server)
    sign_in(before, plan_for(server))
    server.asked.clear()

    def act(person: Person) -> None:
        assert b"400" in person.back(("state", before.asked["state"]), ("code", person.code()))
        person.cancelled.set()

    assert refused(Person(act, server), plan_for(server)).sentence == oauth.CANCELLED
    assert not server.asked


@pytest.mark.parametrize("issuer", [[], ["https://evil.example"], ["https://right.example"] * 2, [""]])
def test_an_answer_of_another_issuer_is_turned_away(server: Authorizer, issuer: list[str]) -> None:
    def act(person: Person) -> None:
        fields = ("state", person.asked["state"]), ("code", person.code())
        assert b"400" in person.back(*fields, *[("iss", name) for name in issuer])
        person.cancelled.set()

    plan = plan_for(server, issuer="https://right.example")
    assert refused(Person(act, server), plan).sentence == oauth.CANCELLED
    server.terms.issuer = "https://right.example"
    assert sign_in(Person(honest, server), plan).access in server.access


def test_two_providers_at_once_cannot_be_mixed_up(server: Authorizer) -> None:
    with Authorizer({APP.client_id: APP.secret}) as other:
        inner: list[Grant] = []

        def act(person: Person) -> None:
            def cross(second: Person) -> None:
                answer = person.say_yes()
                query = urlsplit(answer).query
                assert b"400" in second.go(f"{second.asked['redirect_uri']}?{query}")  # the first one's answer
                assert b"404" in second.go(f"http://127.0.0.1:{second.port}{person.path}?{query}")
                assert b"200 OK" in second.go(second.say_yes())
                assert b"200 OK" in person.go(answer)

            inner.append(sign_in(Person(cross, other), plan_for(other, path="/callback/other")))

        grant = sign_in(Person(act, server), plan_for(server))
    assert set(server.access) == {grant.access} and set(other.access) == {inner[0].access}
    assert len(server.asked) == len(other.asked) == 1


def test_ports_that_somebody_sits_on_end_the_sign_in_before_the_page_opens(server: Authorizer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        person = Person(honest, server)
        with pytest.raises(Rejected, match="Another program"):
            sign_in(person, plan_for(server, ports=(port,)))
        assert not person.page and not server.asked
        assert sign_in(person, plan_for(server, ports=(port, 0))).access in server.access


def test_a_door_in_use_cannot_be_taken_over(server: Authorizer) -> None:
    def act(person: Person) -> None:
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError):
                thief.bind(("127.0.0.1", person.port))
                thief.listen()
        honest(person)

    assert sign_in(Person(act, server), plan_for(server)).access in server.access


def test_a_fixed_port_serves_one_sign_in_right_after_another(server: Authorizer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    for _ in range(3):
        person = Person(honest, server)
        sign_in(person, plan_for(server, ports=(port,)))
        assert person.port == port


def test_nobody_can_reach_the_door_from_another_address_of_this_pc(server: Authorizer) -> None:
    def act(person: Person) -> None:
        with socket.socket() as line:
            assert line.connect_ex(("127.0.0.2", person.port)) != 0
        honest(person)

    sign_in(Person(act, server), plan_for(server))


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


@pytest.mark.parametrize("address", ["http://platform.example/authorize", "javascript:alert(1)", "file:///etc/passwd"])
def test_only_a_secure_page_is_ever_opened(server: Authorizer, address: str) -> None:
    person = Person(honest, server)
    plan = Plan("Rehearsal", address, f"{server.url}/oauth/token", SCOPES, "/callback/rehearsal")
    with pytest.raises(Rejected):
        sign_in(person, plan)
    assert not person.page


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


def test_there_are_at_least_fifty_attacks() -> None:
    assert len(TURNED_AWAY) + len(ENDED) + len(ENDPOINT) >= 50


def test_the_control_a_door_without_its_checks_lets_an_attack_through(server: Authorizer) -> None:
    """The attacks bite: a code of our own server with the right state does give a token when its shape is right."""

    def act(person: Person) -> None:
        assert b"200 OK" in person.request()  # the very request the attacks change in one place

    assert sign_in(Person(act, server), plan_for(server)).access in server.access
