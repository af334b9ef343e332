"""A film from compose reaches a Facebook Page, Instagram and Threads whole, with what each takes beside it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pcc_desk.model.account import SignIn
from pcc_desk.model.announcement import Announcement, PlacedPicture
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.film import PlacedFilm
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.threads import ThreadsServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.desk import Services, assemble
from tests.desk import EDITOR, KEY, NOW, PASSWORD, Clock, open_outside, open_store
from tests.media.films import Sample, film, film_file
from tests.media.samples import jpeg

CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n"
LONG = film(Sample(content=bytes(range(256)) * 10_000))


@dataclass
class Meta:
    """A desk with Meta's three channels and a website."""

    services: Services
    facebook: FacebookServer
    instagram: InstagramServer
    threads: ThreadsServer
    website: WordPressServer

    def announce(self, path: Path, with_picture: bool = False) -> Announcement:
        """Write an announcement with a film for the three channels."""
        taken = self.services.films.add(path, NOW)
        assert taken is not None
        wanted = tuple(a.id for a in self.services.accounts.all() if a.platform in ("facebook", "instagram", "threads"))
        if with_picture:
            wanted = wanted[1:]  # Facebook takes pictures or a film
        draft = replace(self.services.compose.begin(NOW), title="The plan", text="Watch the plan.", accounts=wanted)
        picture = self.services.compose.add_picture(jpeg(), "hall.jpeg") if with_picture else None
        placed = PlacedFilm(taken.film, captions=CAPTIONS, alt="The commissioner speaks")
        pictures = () if picture is None else (PlacedPicture(picture, "A hall"),)
        return self.services.compose.save(replace(draft, film=placed, pictures=pictures), NOW)

    def send(self, draft: Announcement) -> list[DeliveryState]:
        """Approve it, send it, and tell how its deliveries stand."""
        assert self.services.compose.problems(draft, NOW) == ()
        self.services.compose.approve(draft.id, NOW)
        self.services.outbox.run_due(lambda: NOW)
        return [line.delivery.state for line in self.services.outbox.page()]


@contextmanager
def meta_desk(folder: Path) -> Iterator[Meta]:
    """Lend it."""
    clock = Clock()
    with ExitStack() as stack:
        facebook, instagram = stack.enter_context(FacebookServer(clock)), stack.enter_context(InstagramServer(clock))
        threads, website = stack.enter_context(ThreadsServer(clock)), stack.enter_context(WordPressServer(clock))
        for server in (facebook, instagram, threads):
            server.add_token("a-token-of-the-office")
        website.add_user(EDITOR, PASSWORD)
        store = open_store(folder)
        services = assemble(store, KEY, open_outside(clock))
        for name, server in (("facebook", facebook), ("instagram", instagram), ("threads", threads)):
            services.accounts.connect(SignIn(name, server.url, secret="a-token-of-the-office"), NOW)
        services.accounts.connect(SignIn("wordpress", website.url, EDITOR, PASSWORD), NOW)
        yield Meta(services, facebook, instagram, threads, website)
        services.stop()
        store.close()


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    with meta_desk(tmp_path) as made:
        yield made


def test_a_film_reaches_all_three_whole_and_only_threads_needs_the_website(meta: Meta, tmp_path: Path) -> None:
    assert meta.send(meta.announce(film_file(tmp_path, LONG))) == [DeliveryState.SENT] * 3
    (shown,) = meta.facebook.wall.films.values()
    assert (bytes(shown.content), shown.locale) == (LONG, "en_GB") and "Good morning." in shown.captions
    assert [post.films for post in meta.instagram.posts] == [(LONG,)]
    (lent,) = meta.website.pictures
    (post,) = meta.threads.posts
    assert lent.content == LONG
    assert (post.form["video_url"].endswith(lent.name), post.form["alt_text"]) == (True, "The commissioner speaks")


def test_a_film_among_pictures_reaches_instagram_and_threads(meta: Meta, tmp_path: Path) -> None:
    assert meta.send(meta.announce(film_file(tmp_path, LONG), with_picture=True)) == [DeliveryState.SENT] * 2
    (post,) = meta.instagram.posts
    assert (post.pictures, post.films) == (2, (LONG,))
    kinds = [part["media_type"] for part in meta.threads.posts[0].parts]
    assert kinds == ["IMAGE", "VIDEO"]
    assert sorted(each.mime for each in meta.website.pictures) == ["image/jpeg", "image/jpeg", "video/mp4"]


def test_more_hashtags_than_may_count_are_advised_against_before_sending(meta: Meta, tmp_path: Path) -> None:
    draft = meta.announce(film_file(tmp_path))
    uncaptioned = meta.services.compose.advice(draft)
    assert [told.partition(" takes no captions")[0] for told in uncaptioned] == ["Instagram", "Threads"]
    many = replace(draft, text=" ".join(f"#tag{number}" for number in range(7)))
    told, *others = meta.services.compose.advice(many)
    assert tuple(others) == uncaptioned and told.startswith("Instagram may count only 5 hashtags. This has 7")
    assert meta.services.compose.problems(many, NOW) == ()


def test_links_are_counted_in_each_post_of_a_thread(meta: Meta, tmp_path: Path) -> None:
    draft = meta.announce(film_file(tmp_path))
    threads = next(account.id for account in meta.services.accounts.all() if account.platform == "threads")
    links = [f"{'Words. ' * 12}https://example.org/{number}." for number in range(9)]
    long = replace(draft, text=" ".join(links), accounts=(threads,))
    assert any("takes 5 links. Take 4 away." in each for each in meta.services.compose.problems(long, NOW))
    assert meta.services.compose.problems(replace(long, threads=(threads,)), NOW) == ()
