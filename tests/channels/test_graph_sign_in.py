"""Signing in to Meta with the office's app beside the token: what it tells, and a token that ends soon made to last."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels import secrecy
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.facebook import FacebookServer
from tests.channels.bench_facebook import facebook_bench
from tests.channels.faulty import Seen
from tests.channels.graph_bench import refused
from tests.channels.rigs import PASSWORD, Kept, Rig, opened, sign_in

Bench = tuple[Rig, FacebookServer]
APP = {"app_id": "5550001", "app_secret": "the-secret-of-the-app"}
PERSON = "token-of-a-person"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A Page whose tokens may not be asked about themselves."""
    with facebook_bench() as (rig, server):
        server.tokens.is_shy = True
        yield rig, server


def enter(rig: Rig, token: str = PASSWORD, **app: str) -> Kept:
    """Sign in with a token and perhaps an app."""
    return sign_in(ADAPTERS["facebook"], SignIn("facebook", rig.front.url, secret=token, more=app))[0]


def test_with_the_app_meta_tells_when_a_token_ends_also_later_on(bench: Bench) -> None:
    rig, server = bench
    server.tokens.ends_at = 1_800_000_000
    ends_at = datetime.fromtimestamp(1_800_000_000, UTC)
    for app, told in (({}, None), (APP, ends_at)):
        given = SignIn("facebook", rig.front.url, secret=PASSWORD, more=app)
        secrets, account = sign_in(ADAPTERS["facebook"], given)
        channel = opened(ADAPTERS["facebook"], rig.wire(), account, secrets, rig.noted)
        assert channel.check().expires_at == told


def test_with_the_app_a_token_that_allows_too_little_is_found_out(bench: Bench) -> None:
    rig, server = bench
    server.tokens.scopes = ("pages_show_list",)
    enter(rig)  # nobody tells
    with pytest.raises(Rejected, match="lacks: pages_manage_posts"):
        enter(rig, **APP)


@pytest.mark.parametrize("wrong", [APP | {"app_secret": "some-other-secret"}, APP | {"app_id": "7"}])
def test_an_app_that_the_token_was_not_made_for_is_told_and_never_its_secret(
    bench: Bench, wrong: dict[str, str]
) -> None:
    rig, _ = bench
    with pytest.raises(Rejected, match="does not know this app ID") as caught:
        enter(rig, **wrong)
    assert wrong["app_secret"] not in caught.value.detail


def asks(path: str) -> Callable[[Seen], bool]:
    """Tell the requests of the app to a path."""
    return lambda seen: seen.path.endswith(path) and "|" in seen.headers["authorization"]


@pytest.mark.parametrize("code", [400, 401])
def test_what_meta_repeats_of_the_app_and_the_token_is_struck_out(bench: Bench, code: int) -> None:
    rig, server = bench
    server.tokens.add(PERSON, "USER", datetime.now(UTC) + timedelta(hours=1))
    said = f"Malformed access token 5550001|{APP['app_secret']}, and {APP['app_secret']} is not for {PERSON}"
    for path in ("debug_token", "oauth/access_token"):
        rig.front.misbehave(refused(code, said), asks(path))
        with pytest.raises(ChannelError) as caught:
            enter(rig, PERSON, **APP)
        told = caught.value.sentence + caught.value.detail
        assert APP["app_secret"] not in told and PERSON not in told


def test_an_app_of_another_sign_in_keeps_no_token_out_that_tells_of_itself(bench: Bench) -> None:
    rig, server = bench
    server.tokens.is_shy = False
    server.tokens.ends_at = 1_900_000_000
    wrong = APP | {"app_id": "7"}
    secrets, account = sign_in(ADAPTERS["facebook"], SignIn("facebook", rig.front.url, secret=PASSWORD, more=wrong))
    channel = opened(ADAPTERS["facebook"], rig.wire(), account, secrets, rig.noted)
    assert channel.check().expires_at == datetime.fromtimestamp(1_900_000_000, UTC)


def test_an_app_without_its_secret_is_half_an_app_and_is_not_used(bench: Bench) -> None:
    rig, _ = bench
    assert enter(rig, app_id="5550001")["access"] == PASSWORD


def test_a_person_s_token_that_ends_soon_is_made_to_last(bench: Bench) -> None:
    rig, server = bench
    server.tokens.add(PERSON, "USER", datetime.now(UTC) + timedelta(hours=1))
    assert enter(rig, PERSON, **APP)["access"] == "page-token-of-the-office"
    (query,) = [seen.query for seen in rig.front.seen if seen.path.endswith("oauth/access_token")]
    assert query["fb_exchange_token"] == [PERSON]


def test_without_the_app_a_token_that_ends_within_a_day_is_refused_while_the_person_looks(bench: Bench) -> None:
    rig, server = bench
    server.tokens.is_shy = False
    server.tokens.add(PERSON, "USER", datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(Rejected, match="ends within a day"):
        enter(rig, PERSON)


def test_a_token_that_lasts_is_left_as_it_is(bench: Bench) -> None:
    rig, server = bench
    for ends_at in (None, datetime.now(UTC) + timedelta(days=50)):
        server.tokens.add(PERSON, "USER", ends_at)
        enter(rig, PERSON, **APP)
    assert not [seen for seen in rig.front.seen if seen.path.endswith("oauth/access_token")]


def test_a_server_that_repeats_the_token_of_the_app_is_not_repeated() -> None:
    secrets = list(secrecy.of_headers({"Authorization": "Bearer 5550001|the-secret-of-the-app"}))
    assert "the-secret" not in secrecy.strike("Bad token 5550001|the-secret-of-the-app", secrets)
    assert "the-secret" not in secrecy.strike("Bad secret: the-secret-of-the-app", secrets)
