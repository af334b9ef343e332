"""A film is kept whole or not at all, and what arrives at a platform is what was approved, captions and all."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import BadFilm, NotReady, StoreFull
from pcc_desk.model.account import Identity
from pcc_desk.model.announcement import Announcement
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.film import STRETCH, Film, PlacedFilm
from pcc_desk.rehearsal.x import XServer
from pcc_desk.rehearsal.youtube import YouTubeServer
from pcc_desk.services.desk import Services, assemble
from pcc_desk.services.films import Films, KeptReel
from pcc_desk.services.keeping import AccountSecrets
from pcc_desk.services.sending import LEASE, Renewal
from pcc_desk.store import accounts, claims, due
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, Clock, open_outside, open_store
from tests.media.films import PLACE, Sample, film, film_file, located
from tests.services.scripted import desk

CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n"
LONG = film(Sample(content=bytes(range(256)) * 10_000))  # three stretches


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An encrypted database."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def add(store: Store, folder: Path, content: bytes = LONG) -> Film:
    taken = Films(store).add(film_file(folder, content), NOW)
    assert taken is not None
    return taken.film


def rows(store: Store) -> tuple[int, int]:
    with store.read() as conn:
        count = "SELECT (SELECT count(*) FROM film), (SELECT count(*) FROM film_part)"
        films, parts = conn.execute(text(count)).one()
        return films, parts


def test_a_film_is_kept_in_stretches_and_known_by_its_bytes(store: Store, tmp_path: Path) -> None:
    kept = add(store, tmp_path)
    assert kept.id == hashlib.sha256(LONG).hexdigest() and rows(store) == (1, 3)
    assert (kept.name, kept.size, kept.seconds) == ("talk.mp4", len(LONG), 20.0)
    reel = KeptReel(store, kept.id)
    for start, length in ((0, len(LONG)), (5, 10), (STRETCH - 3, 7), (len(LONG) - 2, 99), (len(LONG), 1)):
        assert reel.read(start, length) == LONG[start : start + length]
    assert add(store, tmp_path) == kept and rows(store) == (1, 3), "the same bytes are kept once"


def test_a_film_that_says_where_it_was_made_says_so_no_more(store: Store, tmp_path: Path) -> None:
    taken = Films(store).add(film_file(tmp_path, film(Sample(notes=located()))), NOW)
    assert taken is not None and taken.told_place
    assert PLACE not in KeptReel(store, taken.film.id).read(0, taken.film.size)


def test_a_film_given_up_half_way_is_not_kept(store: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, size: int) -> bool:
        told.append((done, size))
        return len(told) < 3

    assert Films(store).add(film_file(tmp_path, LONG), NOW, tell) is None
    assert told == [(0, len(LONG)), (STRETCH, len(LONG)), (2 * STRETCH, len(LONG))] and rows(store) == (0, 0)


def test_a_film_that_changes_while_it_is_added_is_not_kept(store: Store, tmp_path: Path) -> None:
    path = film_file(tmp_path, LONG)

    def tell(done: int, size: int) -> bool:
        with path.open("ab") as more:
            more.write(b"more")
        return True

    with pytest.raises(BadFilm, match="changed while it was added"):
        Films(store).add(path, NOW, tell)
    assert rows(store) == (0, 0)


def test_a_disk_without_room_is_told_before_anything_is_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(LONG)))
    with pytest.raises(StoreFull, match=r"There is no room for “talk.mp4” on this PC's disk. Nothing was added."):
        add(store, tmp_path)
    assert rows(store) == (0, 0)


KILLED = """
import os, signal, sys
from pathlib import Path
from pcc_desk.services.films import Films
from tests.desk import NOW, open_store
def tell(done, size):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    return True
Films(open_store(Path(sys.argv[1]))).add(Path(sys.argv[2]), NOW, tell)
"""


def test_a_desk_killed_while_it_adds_a_film_leaves_nothing_half(tmp_path: Path) -> None:
    path = film_file(tmp_path, LONG)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(path)], check=False)
    assert killed.returncode != 0
    store = open_store(tmp_path)
    assert rows(store) == (1, 1), "control: it was killed half way"
    assert KeptReel(store, add(store, tmp_path).id).read(0, len(LONG)) == LONG
    assert rows(store) == (1, 3)
    store.close()


WEIGHED = """
import sys
from pathlib import Path
from pcc_desk.services.films import Films, KeptReel, is_whole
from tests.desk import NOW, open_store
from tests.media.films import film_file, large_film
folder = Path(sys.argv[1])
store = open_store(folder)
films = Films(store)
films.add(film_file(folder), NOW)
def most():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
before = most()
large = large_film(folder / "large.mp4", int(sys.argv[2]))
if sys.argv[3] == "whole":
    large.read_bytes()
else:
    taken = films.add(large, NOW).film
    assert is_whole(KeptReel(store, taken.id), taken.id, taken.size)
print(most() - before)
"""


@pytest.mark.parametrize("way", ["stretches", "whole"])
def test_a_film_of_300_mb_takes_little_memory(tmp_path: Path, way: str) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems tell the memory of a process otherwise")
    command = [sys.executable, "-c", WEIGHED, str(tmp_path), "300000000", way]
    grown = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert (grown < 30_000) is (way == "stretches"), f"{grown:,} KB; held whole, the control, it must be more"


def connect(store: Store, platform: str, url: str, remote_id: str) -> None:
    """Connect an account as a finished sign-in leaves it."""
    with store.write() as conn:
        account_id = accounts.add(conn, platform, Identity(remote_id, "office", "The office", url), NOW)
    with store.read() as conn:
        account = accounts.get(conn, account_id)
    assert account is not None
    for name, value in (("access", "secret"), ("app_id", "client"), ("app_secret", "app secret")):
        AccountSecrets(store, account).put(name, value)


@contextmanager
def broadcasters(folder: Path) -> Iterator[tuple[Services, YouTubeServer, XServer]]:
    """Lend a desk with the rehearsal YouTube and X connected."""
    clock = Clock()
    with YouTubeServer(clock) as youtube, XServer(clock) as x:
        youtube.add_channel("UCoffice", "The office", "secret")
        member = x.add_account("office", "The office", "secret")
        store = open_store(folder)
        services = assemble(store, KEY, open_outside(clock))
        connect(store, "youtube", youtube.url, "UCoffice")
        connect(store, "x", x.url, member.id)
        yield services, youtube, x
        services.stop()
        store.close()


def announce(services: Services, path: Path, now: datetime) -> Announcement:
    """Write an announcement with a film."""
    taken = services.films.add(path, now)
    assert taken is not None
    everybody = tuple(account.id for account in services.accounts.all())
    draft = replace(services.compose.begin(now), title="The plan", text="Watch the plan.", accounts=everybody)
    placed = PlacedFilm(taken.film, captions=CAPTIONS, alt="The commissioner speaks")
    return services.compose.save(replace(draft, film=placed), now)


def test_a_film_arrives_whole_with_its_captions(tmp_path: Path) -> None:
    with broadcasters(tmp_path) as (services, youtube, x):
        draft = announce(services, film_file(tmp_path, LONG), NOW)
        assert services.compose.get(draft.id) == draft, "it is kept in the draft"
        assert services.compose.problems(draft, NOW) == ()
        services.compose.approve(draft.id, NOW)
        services.outbox.run_due(lambda: NOW)
        assert [line.delivery.state for line in services.outbox.page()] == [DeliveryState.SENT] * 2
        (video,) = youtube.videos
        assert (video.content, video.captions, video.privacy) == (LONG, CAPTIONS, "public")
        (post,) = x.posts
        uploaded = x.media[post.media[0]]
        assert uploaded["content"] == LONG
        assert x.media[uploaded["subtitles"]["id"]]["content"] == CAPTIONS.encode()


def test_a_new_announcement_goes_to_every_account_that_takes_words(tmp_path: Path) -> None:
    with broadcasters(tmp_path) as (services, _, _):
        begun = services.compose.begin(NOW)
        assert [account.platform for account in services.accounts.all() if account.id in begun.accounts] == ["x"]


def test_nothing_goes_out_without_captions_or_a_reason(tmp_path: Path) -> None:
    with broadcasters(tmp_path) as (services, youtube, _):
        draft = announce(services, film_file(tmp_path), NOW)
        assert draft.film is not None
        bare = services.compose.save(replace(draft, film=replace(draft.film, captions="")), NOW)
        with pytest.raises(NotReady) as stopped:
            services.compose.approve(bare.id, NOW)
        assert stopped.value.problems == (
            "The film needs captions for people who cannot hear it, or a reason why it needs none.",
        )
        silent = replace(bare, film=replace(draft.film, captions="", uncaptioned_because="Nobody speaks in it"))
        services.compose.approve(services.compose.save(silent, NOW).id, NOW)
        services.outbox.run_due(lambda: NOW)
        assert [video.captions for video in youtube.videos] == [""]


@pytest.mark.parametrize("harm", ["UPDATE film_part SET content = x'00' WHERE number = 1", "DELETE FROM film_part"])
def test_a_film_that_is_not_the_approved_one_is_never_sent(tmp_path: Path, harm: str) -> None:
    with broadcasters(tmp_path) as (services, youtube, x):
        draft = announce(services, film_file(tmp_path, LONG), NOW)
        services.compose.approve(draft.id, NOW)
        with Store(tmp_path / "desk.db", KEY).write() as conn:
            conn.execute(text(harm))
        services.outbox.run_due(lambda: NOW)
        assert [line.delivery.state for line in services.outbox.page()] == [DeliveryState.HELD] * 2
        assert (youtube.videos, x.posts, x.media) == ((), (), {})


@pytest.mark.parametrize("tells", [True, False])
def test_a_film_that_takes_longer_than_a_lease_stays_with_the_desk_that_sends_it(tmp_path: Path, tells: bool) -> None:
    with desk(tmp_path) as one:
        one.send()
        with one.store.write() as conn:
            claimed = claims.claim(conn, one.only().account_id, one.clock(), one.clock() + LEASE)
        assert claimed is not None
        alive = Renewal(one.store, claimed, one.clock)
        for _ in range(4):
            one.clock.advance(LEASE.total_seconds() / 2)
            if tells:
                alive()
        with one.store.read() as conn:
            assert (due.abandoned(conn, one.clock()) == ()) is tells
