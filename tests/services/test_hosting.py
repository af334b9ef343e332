"""A platform that fetches pictures gets them from the office's website: put there once, seen from outside, removed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import InputError, Rejected
from pcc_desk.model.account import SignIn
from pcc_desk.model.announcement import AnnouncementId, PlacedPicture
from pcc_desk.model.channel import Ability
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.film import PlacedFilm
from pcc_desk.model.hosting import Hosts, Lent, Wanted
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.films import Films
from pcc_desk.services.hosting import Hosting
from pcc_desk.services.outbox import Outbox
from pcc_desk.store import steps
from pcc_desk.store.engine import Store
from tests.desk import EDITOR, PASSWORD, Clock, open_store
from tests.media.films import Sample, film, film_file
from tests.media.samples import jpeg, noise
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.services.scripted import LOST, PLATFORM, REFUSED, SETTLE, World, adapters

LONG = film(Sample(content=bytes(range(256)) * 10_000))  # three stretches
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

    def write(self, film: PlacedFilm | None = None) -> AnnouncementId:
        """Write an announcement with two pictures for the platform alone, or with one and a film."""
        draft = self.compose.begin(self.clock())
        fetching = next(account for account in self.accounts.all() if account.platform == "scripted")
        pictures = [self.compose.add_picture(each, "hall.jpeg") for each in (jpeg(), noise(60, 60))]
        placed = tuple(PlacedPicture(picture, "A hall") for picture in pictures[: 2 if film is None else 1])
        written = replace(draft, title="T", text="Words", accounts=(fetching.id,), pictures=placed, film=film)
        return self.compose.save(written, self.clock()).id

    def send(self, film: PlacedFilm | None = None) -> None:
        """Approve it and send what is due."""
        self.compose.approve(self.write(film), self.clock())
        self.run()

    def film(self, folder: Path) -> PlacedFilm:
        """Add a film of three stretches."""
        taken = Films(self.store).add(film_file(folder, LONG), self.clock())
        assert taken is not None
        return PlacedFilm(taken.film, uncaptioned_because="Nobody speaks", alt="A hall")

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
    abilities = PLATFORM.abilities | Ability.VIDEO
    platform = replace(PLATFORM, fetches=Ability.PICTURES | Ability.VIDEO, mixes=True, abilities=abilities)
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
    assert office.hosting.count(office.only().id) == Lent(2, 0)


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


def test_a_picture_taken_out_of_the_media_library_between_two_tries_is_put_there_again(office: Office) -> None:
    office.connect_website()
    office.world.answers = [REFUSED]
    office.send()
    website = next(account for account in office.accounts.all() if account.platform == "wordpress")
    noted = office.hosting._noted(office.only())
    cast(Hosts, office.accounts.open(website.id)).unhost(next(note.hosted.remote_id for _, note in noted))
    office.outbox.retry(office.only().id, office.clock())
    office.run()
    assert office.only().state is SENT and len(office.website.pictures) == 2
    assert office.hosting.count(office.only().id) == Lent(2, 0)


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
    assert delivery.state is DUE and delivery.reason.startswith("The picture for Scripted could not be put on your")
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
    office.website.shows = lambda content: content[:-1] + b"!"  # a site that changes what it keeps
    office.send()
    assert office.only().state is HELD and "another picture than the one it was given" in office.only().reason
    assert office.world.posted == []


def test_something_that_is_no_picture_is_refused(office: Office) -> None:
    with pytest.raises(Rejected, match="something else than the picture"):
        office.accounts.see(f"{office.website.url}/?rest_route=/", Wanted("image", 10_000), lambda: None)
    with pytest.raises(Rejected, match="another film there"):
        office.accounts.see(f"{office.website.url}/?rest_route=/", Wanted("video", 3), lambda: None)


def test_a_real_platform_cannot_fetch_from_this_pc(office: Office) -> None:
    office.connect_website()
    account = replace(office.accounts.all()[0], address="https://graph.example.org")
    problem = office.hosting.problem(account, office.accounts.platform_of(account))
    assert "can only be seen from this PC or your own network, so Scripted cannot fetch pictures and films" in problem


def test_the_pictures_are_removed_afterwards_and_that_is_recorded(office: Office) -> None:
    office.connect_website()
    office.send()
    office.hosting.remove(office.only().id, office.clock())
    assert office.website.pictures == () and office.hosting.count(office.only().id) == Lent()
    told = office.outbox.attempts(office.only().id)[-1].sentence
    assert told == "PCC Desk removed the pictures for this from the website."
    assert office.only().state is SENT


def test_pictures_that_may_still_be_fetched_are_not_removed(office: Office) -> None:
    office.connect_website()
    office.world.after = [LOST]
    office.send()
    with pytest.raises(InputError, match="may still fetch"):
        office.hosting.remove(office.only().id, office.clock())
    assert len(office.website.pictures) == 2


def test_a_film_is_on_the_website_whole_and_seen_there_before_the_platform_is_asked(
    office: Office, tmp_path: Path
) -> None:
    office.connect_website()
    seen: list[int] = []
    office.world.before_answer = lambda piece: seen.append(len(office.website.pictures))
    office.send(office.film(tmp_path))
    assert office.only().state is SENT and seen == [2]
    (_, piece) = office.world.posted[0]
    picture, film = office.website.pictures
    assert piece.video is not None and piece.video.address.endswith(film.name)
    assert (film.content, film.mime, film.slug) == (LONG, "video/mp4", f"pccdesk-{piece.key}-film")
    assert piece.pictures[0].address.endswith(picture.name)
    assert office.hosting.count(office.only().id) == Lent(1, 1)


def test_a_film_is_neither_put_there_nor_looked_at_a_second_time(office: Office, tmp_path: Path) -> None:
    office.connect_website()
    office.world.answers, office.world.after = [REFUSED], [LOST]
    office.send(office.film(tmp_path))
    asked = office.website.film_views
    office.outbox.retry(office.only().id, office.clock())
    office.run()
    office.run(seconds=SETTLE)
    assert office.only().state is SENT and len(office.website.pictures) == 2
    assert office.website.film_views == asked == 1
    video = office.world.posted[0][1].video
    assert video is not None and office.hosting.known(office.only())[1] == video.address


@pytest.mark.parametrize("harm", [lambda film: film[:-1] + b"!", lambda film: film[:-9], lambda film: film + b"!"])
def test_a_website_that_shows_another_film_holds_the_post(
    office: Office, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    office.connect_website()
    office.website.shows = lambda content: harm(content) if content == LONG else content
    office.send(office.film(tmp_path))
    assert office.only().state is HELD and "another film" in office.only().reason
    assert office.world.posted == []


def test_a_website_that_takes_no_film_this_large_is_named_with_what_to_do(office: Office, tmp_path: Path) -> None:
    office.connect_website()
    office.website.most_bytes = 1_000_000
    office.send(office.film(tmp_path))
    delivery = office.only()
    assert delivery.state is HELD and office.world.posted == []
    assert delivery.reason.startswith("The film for Scripted could not be put on your website. It takes no file as")
    assert "allow larger uploads, or make the film smaller" in delivery.reason
    office.website.most_bytes = 10_000_000
    office.outbox.retry(delivery.id, office.clock())
    office.run()
    assert office.only().state is SENT


def test_a_line_that_breaks_while_a_film_goes_up_leaves_nothing_and_is_tried_again(
    office: Office, tmp_path: Path
) -> None:
    office.connect_website()
    film = office.film(tmp_path)
    office.line.fault = Fault(reset_after=1_500_000)
    office.send(film)
    assert office.only().state is DUE and office.world.posted == []
    office.line.fault = Fault()
    office.run(minutes=30)
    assert office.only().state is SENT and [p.content for p in office.website.pictures][1] == LONG


def test_without_a_website_a_film_alone_is_refused_by_who_fetches_films(office: Office, tmp_path: Path) -> None:
    draft = office.compose.get(office.write(office.film(tmp_path)))
    (problem,) = office.compose.problems(draft, office.clock())
    assert problem.startswith("Scripted fetches pictures and films from a website.")
    (problem,) = office.compose.problems(replace(draft, pictures=()), office.clock())
    assert problem.startswith("Scripted fetches films from a website.")


def test_the_film_is_removed_afterwards_with_the_pictures(office: Office, tmp_path: Path) -> None:
    office.connect_website()
    office.send(office.film(tmp_path))
    office.hosting.remove(office.only().id, office.clock())
    assert office.website.pictures == () and office.hosting.count(office.only().id) == Lent()
    told = office.outbox.attempts(office.only().id)[-1].sentence
    assert told == "PCC Desk removed the pictures and film for this from the website."


def test_a_picture_lent_before_films_were_is_still_known_and_removed(office: Office) -> None:
    office.connect_website()
    office.send()
    delivery = office.only()
    with office.store.write() as conn:
        noted = steps.named(conn, delivery.account_id, delivery.frozen.key, "hosted ")
        for name, value in noted.items():
            steps.put(conn, delivery.account_id, delivery.frozen.key, name, json.dumps(json.loads(value)[:3]))
    assert office.hosting.count(delivery.id) == Lent(2, 0)
    office.hosting.remove(delivery.id, office.clock())
    assert office.website.pictures == ()
