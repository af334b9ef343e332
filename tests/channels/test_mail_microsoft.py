"""A mailbox that takes no passwords from programs: signed in to in the web browser, and opened with a token."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from pcc_desk.channels.mail import sign_in
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected, Unauthorized
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from tests.channels.mail_desk import NUMBERS, Desk
from tests.channels.rigs import MADE_AT, Kept, Noted, opened, piece
from tests.channels.visiting import Person, honest
from tests.servers.mail import MailSystem
from tests.servers.tokens import APP_ID, TENANT

pytestmark = pytest.mark.servers


def connect(mail: MailSystem, address: str, person: Person, **more: str) -> Desk:
    """Connect an address as somebody does who says yes in the browser."""
    asked = {"imap": mail.imap, "smtp": mail.smtp, "authority": mail.tokens.url, "tenant": TENANT, "app_id": APP_ID}
    given = SignIn("email", "", address, "", "microsoft", asked | more)
    secrets = Kept()
    try:
        found = sign_in(Entering(Wire(""), given, secrets, person)).identity
    finally:
        if person.thread is not None:
            person.thread.join()
    state = AccountState.CONNECTED
    account = Account(AccountId(1), "email", found.address, found.remote_id, found.handle, found.name, state, MADE_AT)
    return Desk(mail, address, account, secrets, Noted())


@pytest.fixture
def person(mail: MailSystem) -> Iterator[Person]:
    """Somebody in front of the browser, who opens a mailbox of their own."""
    mail.tokens.person = f"office{next(NUMBERS)}@desk.example"
    mail.tokens.authorizer.asked.clear()
    yield Person(honest, mail.tokens.authorizer)
    mail.sends_for_programs = True
    mail.tokens.authorizer.revoke()


@pytest.fixture
def desk(mail: MailSystem, person: Person) -> Desk:
    """That mailbox, with a list."""
    return connect(mail, mail.tokens.person, person, bulletin="list@lists.example")


def test_a_token_opens_both_servers(desk: Desk) -> None:
    desk.channel.check()
    desk.channel.publish(piece())
    assert len(desk.letters()) == 1
    desk.system.deliver("ann@out.example", desk.address, "Question", "When?")
    assert [one.author.remote_id for one in desk.read()[0]] == ["ann@out.example"]
    assert "password" not in desk.secrets


def test_the_page_is_asked_as_microsoft_describes_it(desk: Desk, person: Person) -> None:
    place, _, _ = person.page.partition("?")
    assert place == f"{desk.system.tokens.url}/{TENANT}/oauth2/v2.0/authorize"
    asked = person.asked
    assert asked["code_challenge_method"] == "S256" and asked["client_id"] == APP_ID
    assert asked["redirect_uri"] == f"http://localhost:{person.port}/microsoft"
    assert set(asked["scope"].split()) >= {"offline_access", "https://outlook.office.com/SMTP.Send"}
    (request,) = desk.system.tokens.authorizer.asked
    form = parse_qs(request.content.decode())
    assert form["redirect_uri"] == [asked["redirect_uri"]] and "client_secret" not in form


def test_without_another_sign_in_server_microsofts_own_is_asked(mail: MailSystem) -> None:
    seen = Noted()
    seen.is_cancelled = lambda: True  # type: ignore[method-assign]  # the page is all this test wants
    given = SignIn("email", "", "office@desk.example", "", "microsoft", {"app_id": APP_ID, "tenant": TENANT})
    with pytest.raises(Rejected):
        sign_in(Entering(Wire(""), given, Kept(), seen))
    assert seen.visited[0].startswith(f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize?")


def test_a_token_that_ended_is_renewed_once_and_the_email_goes(desk: Desk) -> None:
    house = desk.system.tokens.authorizer
    house.stale()
    desk.channel.publish(piece())
    house.stale()
    assert desk.read()[0] == []  # our own bulletin does not come in
    assert len(desk.letters()) == 1
    assert len(house.asked) == 3  # the sign-in, and one renewal for each


def test_a_sign_in_taken_back_is_told_and_nothing_is_sent(desk: Desk) -> None:
    desk.system.tokens.authorizer.revoke()
    for verb in (lambda: desk.channel.publish(piece()), lambda: desk.channel.fetch("inbox", "")):
        with pytest.raises(Unauthorized):
            verb()
    assert desk.letters() == []


def test_a_token_of_somebody_else_opens_nothing(desk: Desk) -> None:
    desk.system.tokens.person = "somebody@else.example"
    with pytest.raises(Unauthorized) as caught:
        desk.channel.check()
    assert desk.secrets["access"] not in caught.value.detail
    assert caught.value.detail  # what the server said stands under Details


def test_a_mailbox_that_may_not_send_from_programs_says_whom_to_ask_for_what(mail: MailSystem, person: Person) -> None:
    mail.sends_for_programs = False
    with pytest.raises(Rejected) as caught:
        connect(mail, mail.tokens.person, person)
    assert "Authenticated SMTP" in caught.value.next_step and "5.7.139" in caught.value.detail


@pytest.mark.parametrize("more", [{"tenant": "a/../b"}, {"authority": "http://login.example"}, {"app_id": "a b"}])
def test_what_cannot_be_asked_is_refused_before_the_page_opens(
    mail: MailSystem, person: Person, more: dict[str, str]
) -> None:
    with pytest.raises(ChannelError):
        connect(mail, mail.tokens.person, person, **more)
    assert not person.page


def test_the_address_of_the_mailbox_does_not_stand_in_the_way_of_renewing(desk: Desk) -> None:
    wire = Wire("imaps://outlook.office365.com:993")  # what an account is opened with
    desk.system.tokens.authorizer.stale()
    opened(ADAPTERS["email"], wire, desk.account, desk.secrets).check()
    assert len(desk.system.tokens.authorizer.asked) == 2
