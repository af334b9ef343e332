"""Attacks on a sign-in through the web browser: every one is refused, no token is kept, and the door is closed."""

import logging
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pcc_desk.channels import oauth
from pcc_desk.channels.oauth import Grant, Plan
from pcc_desk.channels.wire import Patience
from pcc_desk.errors import ChannelError, Rejected, ServiceDown
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.rehearsal.loopback import Reply, Request
from tests.channels.attacks import ENDED, ENDPOINT, TURNED_AWAY, Answering, Attack
from tests.channels.visiting import (
    APP,
    OTHERS_APP,
    SCOPES,
    Person,
    form_of,
    honest,
    plan_for,
    refused,
    sign_in,
)


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows our app and somebody else's."""
    with Authorizer({APP.client_id: APP.secret, OTHERS_APP: "theirs", "public": ""}) as running:
        yield running


def test_no_secret_of_a_sign_in_is_ever_logged(server: Authorizer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person = Person(honest, server)
    grant = sign_in(person, plan_for(server))
    secrets = {grant.access, grant.refresh, APP.secret, person.asked["state"], *form_of(server).values()}
    for answering in ENDPOINT.values():
        server.misbehave = answering
        server.asked.clear()
        with pytest.raises(ChannelError):
            sign_in(person, plan_for(server))
        secrets |= {person.asked["state"], *form_of(server).values()}
    assert not [secret for secret in secrets if len(secret) > 12 and secret in caplog.text]
    assert "POST" in caplog.text  # the log did say that something was asked


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


def test_nobody_can_reach_the_door_from_another_address_of_this_pc(server: Authorizer) -> None:
    def act(person: Person) -> None:
        with socket.socket() as line:
            assert line.connect_ex(("127.0.0.2", person.port)) != 0
        honest(person)

    sign_in(Person(act, server), plan_for(server))


def test_a_browser_that_tries_a_secure_connection_first_is_answered_at_once(server: Authorizer) -> None:
    def act(person: Person) -> None:
        assert person.knock(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").startswith(b"HTTP/1.1 400")
        honest(person)

    assert sign_in(Person(act, server), plan_for(server)).access in server.access


@pytest.mark.parametrize("address", ["http://platform.example/authorize", "javascript:alert(1)", "file:///etc/passwd"])
def test_only_a_secure_page_is_ever_opened(server: Authorizer, address: str) -> None:
    person = Person(honest, server)
    plan = Plan("Rehearsal", address, f"{server.url}/oauth/token", SCOPES, "/callback/rehearsal")
    with pytest.raises(Rejected):
        sign_in(person, plan)
    assert not person.page


def test_there_are_at_least_fifty_attacks() -> None:
    assert len(TURNED_AWAY) + len(ENDED) + len(ENDPOINT) >= 50
