"""Signing in to Bluesky: whose server it is, and tokens that renew themselves once."""

import threading
from collections.abc import Iterator

import pytest

from pcc_desk.channels import bluesky_session
from pcc_desk.channels.bluesky_session import Directories
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import Rejected, Unauthorized
from pcc_desk.model.account import Identity, SignIn
from pcc_desk.rehearsal.bluesky import BlueskyServer
from tests.channels import faulty
from tests.channels.bench_bluesky import bluesky_rig
from tests.channels.faulty import Front
from tests.channels.rigs import PASSWORD, Kept, Noted, piece


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    """A rehearsal Bluesky with one office on it."""
    with BlueskyServer() as running:
        running.add_account("office.test", PASSWORD, "The office")
        yield running


def sign_in(server: BlueskyServer, handle: str, address: str = "") -> tuple[Identity, Kept]:
    """Sign in with the rehearsal server as every directory."""
    secrets = Kept()
    given = SignIn("bluesky", address, handle, f" {PASSWORD} ")
    directories = Directories(entry=server.url, plc=server.url)
    return bluesky_session.sign_in(Wire(address), given, secrets, directories), secrets


@pytest.mark.parametrize("typed", ["office.test", "@office.test", "  @office.test "])
def test_without_an_address_the_directories_tell_whose_server_it_is(server: BlueskyServer, typed: str) -> None:
    identity, secrets = sign_in(server, typed)
    assert (identity.handle, identity.name, identity.address) == ("office.test", "The office", server.url)
    assert secrets["password"] == PASSWORD


def test_a_given_address_wins_over_the_directories(server: BlueskyServer) -> None:
    with Front(server.url) as front:
        identity, _ = sign_in(server, "office.test", front.url.replace("127.0.0.1", "localhost"))
        assert identity.address == front.url.replace("127.0.0.1", "localhost")
        assert not any("resolveHandle" in seen.path for seen in front.seen)


def test_a_short_name_is_one_of_the_common_server(server: BlueskyServer) -> None:
    server.add_account("office.bsky.social", PASSWORD)
    assert sign_in(server, "office")[0].handle == "office.bsky.social"


def test_a_name_nobody_has_is_told_plainly(server: BlueskyServer) -> None:
    with pytest.raises(Rejected) as caught:
        sign_in(server, "nobody.test")
    assert "@nobody.test" in caught.value.sentence


def test_a_wrong_password_is_told_and_nothing_is_kept(server: BlueskyServer) -> None:
    server.add_account("other.test", "another password")
    secrets = Kept()
    with pytest.raises(Unauthorized):
        given = SignIn("bluesky", server.url, "other.test", PASSWORD)
        ADAPTERS["bluesky"].sign_in(Entering(Wire(""), given, secrets, Noted()))
    assert not secrets


def test_a_server_outside_may_not_name_a_home_inside_this_network(server: BlueskyServer) -> None:
    with pytest.raises(Rejected):
        Wire("https://pds.example").at(server.url)


def test_a_members_own_record_may_not_lead_the_password_into_this_network(server: BlueskyServer) -> None:
    class Outside(Wire):
        """A wire on which the rehearsal server is a directory somewhere outside."""

        def at(self, address: str, title: str = "") -> Wire:
            """Give the rehearsal server's answers under a name outside; anything else is judged from there."""
            if address == "https://entry.example":
                return Outside(address)
            return super().at(address, title)

        def get(self, ask: Ask) -> Answer:
            """Ask the rehearsal server."""
            return Wire(server.url).get(ask)

    given = SignIn("bluesky", "", "office.test", PASSWORD)
    directories = Directories(entry="https://entry.example", plc="https://entry.example")
    with pytest.raises(Rejected, match="inside this network"):
        bluesky_session.sign_in(Outside(""), given, Kept(), directories)


def test_ten_threads_with_one_stale_token_renew_it_once() -> None:
    with bluesky_rig() as rig:
        rig.secrets["access"] = "stale"
        threads = [threading.Thread(target=rig.channel.check) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum("refreshSession" in seen.path for seen in rig.front.seen) == 1


def test_new_tokens_are_kept_before_they_are_used() -> None:
    with bluesky_rig() as rig:
        rig.secrets["access"] = "stale"
        kept: list[bool] = []

        def watch(exchange: faulty.Exchange) -> None:
            token = exchange.seen.headers["authorization"].removeprefix("Bearer ")
            kept.append(token in rig.secrets.values())
            exchange.answer(*exchange.forward())

        rig.front.misbehave(watch, lambda seen: "authorization" in seen.headers)
        rig.channel.check()
        assert len(kept) == 4  # refused, renewed, who we are, our name
        assert all(kept)


def test_a_lost_answer_to_a_renewal_falls_back_to_the_app_password() -> None:
    with bluesky_rig() as rig:
        rig.secrets["access"] = "stale"
        rig.front.misbehave(faulty.afterwards(faulty.reset), lambda seen: "refreshSession" in seen.path)
        with pytest.raises(Exception, match="cannot answer"):
            rig.channel.publish(piece())
        rig.front.behave()
        assert rig.channel.publish(piece())
        assert rig.public() == 1
