"""A platform that fetches pictures gets them from the office's website: put there once, seen from outside, removed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import InputError, Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.model.announcement import AnnouncementId, PlacedPicture
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.hosting import Hosting
from pcc_desk.services.outbox import Outbox
from pcc_desk.store.engine import Store
from tests.desk import EDITOR, PASSWORD, Clock, open_store
from tests.media.samples import jpeg, noise
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.services.scripted import LOST, PLATFORM, REFUSED, SETTLE, World, adapters

SENT, HELD, DUE = DeliveryState.SENT, DeliveryState.HELD, DeliveryState.DUE


@dataclass
class Office:
    """A desk with an account on a platform that fetches pictures, and a website behind a line that can fail."""

    store: Store
    clock: Clock
    world: World
    accounts: Accounts
    compose: Compose
    outbox: Outbox
    hosting: Hosting
    website: WordPressServer
    line: FaultProxy

    def connect_website(self) -> None:
        """Sign in to the website."""
        self.accounts.connect(SignIn("wordpress", self.line.url, EDITOR, PASSWORD), self.clock())

    def write(self) -> AnnouncementId:
        """Write an announcement with two pictures for the platform alone."""
        draft = self.compose.begin(self.clock())
        fetching = next(account for account in self.accounts.all() if account.platform == "scripted")
        pictures = [self.compose.add_picture(each, "hall.jpeg") for each in (jpeg(), noise(60, 60))]
        placed = tuple(PlacedPicture(picture, "A hall") for picture in pictures)
        written = replace(draft, title="T", text="Words", accounts=(fetching.id,), pictures=placed)
        return self.compose.save(written, self.clock()).id

    def send(self) -> None:
        """Approve it and send what is due."""
        self.compose.approve(self.write(), self.clock())
        self.run()

    def run(self, **later: float) -> None:
        """Let time go by, and send what is due."""
        self.clock.advance(**later)
        self.outbox.run_due(self.clock)

    def only(self) -> Delivery:
        """The one delivery there is."""
        (line,) = self.outbox.page()
        return line.delivery


def open_office(folder: Path, website: WordPressServer, line: FaultProxy) -> Office:
    """Build it; the platform's address is on this PC, as in a rehearsal."""
    store, clock, world = open_store(folder), Clock(), World()
    platform = replace(PLATFORM, fetches_media=True)
    known = {**adapters(world, clock, platform), "wordpress": ADAPTERS["wordpress"]}
    accounts = Accounts(store, known, lambda address: Wire(address, now=clock, manners=Manners(0)))
    accounts.connect(SignIn("scripted", "http://127.0.0.1:9", "office", "secret"), clock())
    outbox, hosting = Outbox(store, accounts, patience=30), Hosting(store, accounts)
    return Office(store, clock, world, accounts, Compose(store, accounts), outbox, hosting, website, line)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with WordPressServer() as website, FaultProxy(int(website.url.rpartition(":")[2])) as line:
        website.add_user(EDITOR, PASSWORD)
        made = open_office(tmp_path, website, line)
        yield made
        made.outbox.stop()
        made.store.close()


def test_the_pictures_are_on_the_website_before_the_platform_is_asked(office: Office) -> None:
    office.connect_website()
    seen: list[int] = []
    office.world.before_answer = lambda piece: seen.append(len(office.website.pictures))
    office.send()
    assert office.only().state is SENT and seen == [2]
    (_, piece) = office.world.posted[0]
    for picture, hosted in zip(piece.pictures, office.website.pictures, strict=True):
        assert picture.address.endswith(hosted.name) and picture.content == hosted.content
        assert hosted.slug.startswith(f"pccdesk-{piece.key}-") and hosted.alt == "A hall"
    assert office.hosting.count(office.only().id) == 2


def test_a_second_try_puts_no_second_copy_there_and_a_look_knows_the_addresses(office: Office) -> None:
    office.connect_website()
    office.world.answers, office.world.after = [REFUSED], [LOST]
    office.send()
    assert office.only().state is HELD
    office.outbox.retry(office.only().id, office.clock())
    office.run()
    assert office.only().state is DeliveryState.UNCONFIRMED
    office.run(seconds=SETTLE)
    assert office.only().state is SENT and len(office.website.pictures) == 2
    assert office.hosting.known(office.only()) == tuple(p.address for p in office.world.posted[0][1].pictures)


def test_without_a_website_compose_says_what_to_do(office: Office) -> None:
    draft = office.compose.get(office.write())
    (problem,) = office.compose.problems(draft, office.clock())
    assert problem.startswith("Scripted fetches pictures from a website. Connect your WordPress website in Settings")
    assert office.compose.problems(replace(draft, pictures=()), office.clock()) == ()
    office.connect_website()
    assert office.compose.problems(draft, office.clock()) == ()


def test_a_website_that_is_gone_by_then_holds_the_post_and_says_so(office: Office) -> None:
    office.connect_website()
    website = next(account for account in office.accounts.all() if account.platform == "wordpress")
    office.compose.approve(office.write(), office.clock())
    office.accounts.disconnect(website.id)
    office.run()
    assert office.only().state is HELD and "Connect your WordPress website" in office.only().reason
    assert office.world.posted == []


def test_a_website_that_does_not_answer_is_tried_again_and_nothing_is_posted_before(office: Office) -> None:
    office.connect_website()
    office.line.fault = Fault(refuse=True)
    office.send()
    delivery = office.only()
    assert delivery.state is DUE and delivery.reason.startswith("The pictures for Scripted could not be put on your")
    assert office.world.posted == []
    office.line.fault = Fault()
    office.run(minutes=30)
    assert office.only().state is SENT


def test_a_website_that_takes_the_sign_in_no_more_does_not_sign_the_platform_out(office: Office) -> None:
    office.connect_website()
    office.website.revoke(EDITOR)
    office.send()
    assert office.only().state is HELD and "Sign in again in Settings" in office.only().reason
    assert [account.state.value for account in office.accounts.all()] == ["connected", "connected"]


def test_what_the_website_shows_must_be_the_picture_as_it_was_given(office: Office) -> None:
    office.connect_website()
    original = office.accounts.see
    office.accounts.see = lambda address: original(address)[:-1]  # type: ignore[method-assign]  # a site that changes pictures
    office.send()
    assert office.only().state is HELD and "in another size than it was given" in office.only().reason
    assert office.world.posted == []


def test_something_that_is_no_picture_is_refused(office: Office) -> None:
    with pytest.raises(Rejected, match="something else than the picture"):
        office.accounts.see(f"{office.website.url}/?rest_route=/")


def test_a_real_platform_cannot_fetch_from_this_pc(office: Office) -> None:
    office.connect_website()
    account = replace(office.accounts.all()[0], address="https://graph.example.org")
    problem = office.hosting.problem(account, office.accounts.platform_of(account))
    assert "can only be seen from this PC or your own network, so Scripted cannot fetch pictures" in problem


def test_the_pictures_are_removed_afterwards_and_that_is_recorded(office: Office) -> None:
    office.connect_website()
    office.send()
    office.hosting.remove(office.only().id, office.clock())
    assert office.website.pictures == () and office.hosting.count(office.only().id) == 0
    assert office.outbox.attempts(office.only().id)[-1].sentence == "Its pictures were removed from the website."
    assert office.only().state is SENT


def test_pictures_that_may_still_be_fetched_are_not_removed(office: Office) -> None:
    office.connect_website()
    office.world.after = [LOST]
    office.send()
    with pytest.raises(InputError, match="may still fetch"):
        office.hosting.remove(office.only().id, office.clock())
    assert len(office.website.pictures) == 2
