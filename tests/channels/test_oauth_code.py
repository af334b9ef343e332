"""Signing in with a code that the page in the web browser shows and a person types here."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from pcc_desk.channels import oauth
from pcc_desk.channels.mastodon import sign_in
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.mastodon import MastodonServer
from tests.channels.rigs import Kept, Noted


class Copying(Noted):
    """Somebody who says yes in the web browser, and types here what the page shows, or `instead`."""

    def __init__(self, instead: str = "", cancels: bool = False) -> None:
        super().__init__()
        self.instead, self.cancels = instead, cancels
        self.typed = ""
        self.asks = 0

    def visit(self, url: str) -> None:
        """Open the page and read the code on it, a moment later."""
        super().visit(url)
        threading.Timer(0.2, self._read, args=(url,)).start()

    def typed_code(self) -> str:
        """Give what was typed so far."""
        self.asks += 1
        return self.typed

    def is_cancelled(self) -> bool:
        """Tell whether the person has given up, which the impatient one does after a while."""
        return self.cancels and self.asks > 3

    def _read(self, url: str) -> None:
        if not self.cancels:
            self.typed = self.instead or code_of(url)


def code_of(page: str) -> str:
    """Say yes on a page and give the code it then shows."""
    there = requests.get(page, timeout=60, allow_redirects=False).headers["location"]
    assert urlsplit(there).path == "/oauth/authorize/native"
    return parse_qs(urlsplit(there).query)["code"][0]


def enter(server: MastodonServer, person: Noted) -> Kept:
    """Sign in as the person does, and give what is kept."""
    secrets = Kept()
    sign_in(Entering(Wire(server.url), SignIn("mastodon", server.url, way="code"), secrets, person))
    return secrets


def test_a_code_copied_from_the_page_brings_a_token_that_works() -> None:
    with MastodonServer() as server:
        server.add_account("office")
        person = Copying()
        assert enter(server, person)["access"]
        asked = parse_qs(urlsplit(person.visited[0]).query)
        assert asked["redirect_uri"] == [oauth.SHOWN] and asked["code_challenge_method"] == ["S256"]
        assert person.asks > 1  # it was waited for


@pytest.mark.parametrize("typed", ["not-the-code", "c\u00f6de", "x" * 20_000, "two\nlines"])
def test_what_is_not_the_code_is_refused_in_plain_words_and_nothing_is_kept(typed: str) -> None:
    with MastodonServer() as server:
        server.add_account("office")
        with pytest.raises(Rejected) as caught:
            enter(server, Copying(typed))
        assert "Start the sign-in again." in caught.value.next_step and typed not in caught.value.detail


def test_the_code_of_another_sign_in_is_of_no_use_here() -> None:
    with MastodonServer() as server:
        server.add_account("office")
        thief = Copying(cancels=True)
        with pytest.raises(Rejected):
            enter(server, thief)
        with pytest.raises(Rejected, match="did not accept"):
            enter(server, Copying(code_of(thief.visited[0])))


def test_somebody_who_gives_up_or_never_types_it_ends_the_sign_in() -> None:
    with MastodonServer() as server:
        server.add_account("office")
        with pytest.raises(Rejected, match="You stopped"):
            enter(server, Copying(cancels=True))
        plan = oauth.Plan("Mastodon", f"{server.url}/oauth/authorize", f"{server.url}/oauth/token", (), "/mastodon")
        entering = Entering(Wire(server.url), SignIn("mastodon", server.url), Kept(), Noted())
        with pytest.raises(Rejected, match="in time"):
            oauth.authorize_by_code(entering, plan, oauth.App("desk"), seconds=0.3)
