"""Controls of the attacks on a sign-in: with one check taken away, the very attack it is there for gives a token."""

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlencode, urlsplit

import pytest

from pcc_desk.channels import oauth, oauth_door
from pcc_desk.channels.oauth_door import Door
from pcc_desk.errors import Rejected
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.rehearsal.loopback import Request
from tests.channels.attacks import ENDPOINT, TURNED_AWAY
from tests.channels.visiting import APP, OTHERS_APP, Person, honest, plan_for, sign_in

Loosen = Callable[[pytest.MonkeyPatch], None]
WAY_BACK = "/callback/rehearsal"


def _loosely(received: bytes) -> tuple[str, str, Mapping[str, str]]:
    """Read a request as a careless server does: any method, any path, any version."""
    lines = received.decode("latin-1").split("\n")
    target = lines[0].split(" ")[1]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return "GET", f"{WAY_BACK}?{urlsplit(target).query.strip()}", headers


def _without_reading(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(oauth_door, "_parse", _loosely)


def _without_visits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Door, "_is_a_visit", lambda door, headers: True)


def _without_state(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(oauth, "compare_digest", lambda one, other: True)


AT_THE_DOOR: Mapping[str, tuple[Loosen, ...]] = {
    "a wrong state": (_without_state,),
    "no state": (_without_state,),
    "the state in other letters": (_without_state,),
    "the public challenge as the state": (_without_state,),
    "a form sent by POST": (_without_reading,),
    "an OPTIONS of a page elsewhere": (_without_reading,),
    "another path": (_without_reading,),
    "a path that begins with a host": (_without_reading,),
    "HTTP 1.0": (_without_reading,),
    "HTTP 0.9": (_without_reading, _without_visits),
    "a second request behind the first": (_without_reading,),
    "a request with a body": (_without_visits,),
    "a name led to this PC": (_without_visits,),
    "localhost instead of the number": (_without_visits,),
    "a script of another page": (_without_visits,),
    "a script that sends its origin": (_without_visits,),
    "a frame in another page": (_without_visits,),
}


@pytest.fixture
def server() -> Iterator[Authorizer]:
    """An authorization server that knows our app and somebody else's."""
    with Authorizer({APP.client_id: APP.secret, OTHERS_APP: "theirs"}) as running:
        yield running


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_without_its_check_at_the_door_an_attack_gives_a_token(
    server: Authorizer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for loosen in AT_THE_DOOR[name]:
        loosen(monkeypatch)
    grant = sign_in(Person(lambda person: [TURNED_AWAY[name](person)].clear(), server), plan_for(server))
    assert grant.access in server.access


@pytest.mark.parametrize("name", ["answers with a line break in the token", "answers with an empty token"])
def test_without_its_check_of_the_token_what_cannot_be_one_is_kept(
    server: Authorizer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(oauth, "SIGNS", re.compile("(?s).*"))
    server.misbehave = ENDPOINT[name]
    assert sign_in(Person(honest, server), plan_for(server)).access != "a-token-of-length"


def test_without_the_permissions_it_needs_a_sign_in_that_grants_less_is_kept(server: Authorizer) -> None:
    server.misbehave = ENDPOINT["grants less than is needed"]
    assert sign_in(Person(honest, server), plan_for(server, needed=())).scopes == ("read",)


def test_without_pkce_whoever_steals_the_code_gets_the_token(server: Authorizer) -> None:
    def steal(person: Person) -> None:
        form = {"grant_type": "authorization_code", "code": person.code(), "client_id": APP.client_id}
        form |= {"client_secret": APP.secret, "redirect_uri": person.asked["redirect_uri"]}
        answered = server.answer(Request("POST", "/oauth/token", {}, {}, urlencode(form).encode()))
        assert answered is not None and answered.code == 200
        person.cancelled.set()

    with pytest.raises(Rejected, match=oauth.CANCELLED):
        sign_in(Person(steal, server), plan_for(server, pkce=False))
