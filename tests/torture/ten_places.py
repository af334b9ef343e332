"""Ten platforms on this PC, each behind a gate, on one clock: where the office signs in, and what stands there."""

import imaplib
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from pcc_desk.model.account import Identity, SignIn
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.linkedin import LinkedInServer
from pcc_desk.rehearsal.mastodon import MastodonServer
from pcc_desk.rehearsal.threads import ThreadsServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.rehearsal.x import XServer
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import bench_x, bench_youtube, graph_bench
from tests.channels.faulty import Seen
from tests.channels.mail_desk import NUMBERS
from tests.desk import PASSWORD, Clock
from tests.servers import mail
from tests.servers.mail import MailSystem
from tests.torture.gates import Gate, PostGate, Steps, WebGate

_YEARS = timedelta(days=3_650)


@dataclass(frozen=True)
class Place:
    """One platform: its gate, how the office signs in or who it is there, and how many posts have a word in them."""

    gate: Gate
    entry: SignIn | Identity
    copies: Callable[[str], int]


def ten_places(clock: Clock, system: MailSystem, stack: ExitStack) -> Mapping[str, Place]:
    """Open all ten, the website first: it lends its pictures and films to others."""
    return {
        "wordpress": _wordpress(clock, stack),
        "bluesky": _bluesky(clock, stack),
        "mastodon": _mastodon(clock, stack),
        "x": _x(clock, stack),
        "facebook": _facebook(clock, stack),
        "instagram": _instagram(clock, stack),
        "threads": _threads(clock, stack),
        "linkedin": _linkedin(clock, stack),
        "youtube": _youtube(clock, stack),
        "email": _email(system, stack),
    }


def _count(word: str, texts: Iterable[str]) -> int:
    return sum(word in text for text in texts)


def _posts(*endings: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.method == "POST" and seen.path.endswith(endings)


def _wordpress(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(WordPressServer(clock))
    server.add_user("officer", PASSWORD)

    def publishes(seen: Seen) -> bool:
        return seen.method == "POST" and b'"publish"' in seen.content

    def own(seen: Seen) -> bool:  # who is lent a picture meanwhile writes to the library
        return seen.query.get("rest_route") == ["/wp/v2/posts"]

    gate = stack.enter_context(WebGate(server.url, Steps(publishes, own)))
    entry = SignIn("wordpress", gate.url, "officer", PASSWORD)
    return Place(gate, entry, lambda word: _count(word, (post.content for post in server.posts)))


def _bluesky(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(BlueskyServer(clock))
    server.add_account("office.test", PASSWORD, "The office")
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("putRecord"))))
    entry = SignIn("bluesky", gate.url, "office.test", PASSWORD)
    return Place(gate, entry, lambda word: _count(word, (post.text for post in server.posts)))


def _mastodon(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(MastodonServer(clock, honours=False))  # a key would keep a second copy away
    server.add_account("office", "The office", PASSWORD)
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("/api/v1/statuses"))))
    entry = SignIn("mastodon", gate.url, secret=PASSWORD, way="token")
    return Place(gate, entry, lambda word: _count(word, (post.text for post in server.posts)))


def _x(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(XServer(clock))
    member = server.add_account("office", "The office", PASSWORD)
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("/2/tweets")), bench_x.refused))
    entry = Identity(member.id, member.handle, member.name, gate.url)
    return Place(gate, entry, lambda word: _count(word, (post.text for post in server.posts)))


def _facebook(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(FacebookServer(clock))
    server.add_token(PASSWORD)

    def publishes(seen: Seen) -> bool:  # a film with captions is brought up unseen and shown at the end
        return seen.method == "POST" and (seen.path.endswith("/feed") or seen.content == b"published=true")

    gate = stack.enter_context(WebGate(server.url, Steps(publishes), graph_bench.refused))
    entry = SignIn("facebook", gate.url, secret=PASSWORD)
    return Place(gate, entry, lambda word: _count(word, (post.text for post in server.wall.posts.values())))


def _instagram(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(InstagramServer(clock))
    server.add_token(PASSWORD)
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("/media_publish")), graph_bench.refused))
    entry = SignIn("instagram", gate.url, secret=PASSWORD)
    return Place(gate, entry, lambda word: _count(word, (post.caption for post in server.posts)))


def _threads(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(ThreadsServer(clock))
    server.add_token(PASSWORD, clock() + _YEARS)  # else it is renewed in the middle of a look
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("/threads_publish")), graph_bench.refused))
    entry = SignIn("threads", gate.url, secret=PASSWORD)
    return Place(gate, entry, lambda word: _count(word, (post.text for post in server.posts)))


def _linkedin(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(LinkedInServer(clock))
    server.add_page("4711", "gwent-opcc", "The office", PASSWORD)
    gate = stack.enter_context(WebGate(server.url, Steps(_posts("/rest/posts"))))
    server.outside = gate.url
    entry = SignIn("linkedin", gate.url, "gwent-opcc", PASSWORD, "token")
    return Place(gate, entry, lambda word: _count(word, (post.commentary for post in server.posts)))


def _youtube(clock: Clock, stack: ExitStack) -> Place:
    server = stack.enter_context(YouTubeServer(clock))
    server.add_channel("UCoffice", "The office", PASSWORD)

    def publishes(seen: Seen) -> bool:
        return (seen.method, seen.path) == ("PUT", "/youtube/v3/videos")

    def shown() -> Iterable[str]:
        return (str(video.snippet["description"]) for video in server.videos if video.privacy == "public")

    gate = stack.enter_context(WebGate(server.url, Steps(publishes), bench_youtube.refused))
    return Place(gate, Identity("UCoffice", "the-office", "The office", gate.url), lambda word: _count(word, shown()))


def _email(system: MailSystem, stack: ExitStack) -> Place:
    gate = stack.enter_context(PostGate(system))
    office, bulletin = (f"{name}{next(NUMBERS)}@desk.example" for name in ("office", "list"))
    servers = {"imap": f"127.0.0.1:{gate.imap.port}", "smtp": f"127.0.0.1:{gate.smtp.port}", "bulletin": bulletin}
    host, _, port = system.imap.rpartition(":")

    def copies(word: str) -> int:
        with imaplib.IMAP4(host, int(port), timeout=30) as line:
            line.login(bulletin, mail.PASSWORD)
            line.select(readonly=True)
            return len(line.search(None, "SUBJECT", f'"{word}"')[1][0].split())

    return Place(gate, SignIn("email", "", office, mail.PASSWORD, "password", servers), copies)
