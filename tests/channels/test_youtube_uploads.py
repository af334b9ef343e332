"""An upload to YouTube that is over, stuck, or led astray begins anew, and never goes round without end."""

from collections.abc import Iterator

import pytest

from pcc_desk.errors import Unreachable
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import faulty
from tests.channels.bench_youtube import youtube_bench
from tests.channels.rigs import Rig

Bench = tuple[Rig, YouTubeServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """YouTube with the office's channel."""
    with youtube_bench() as made:
        yield made


@pytest.mark.parametrize("said", [faulty.HTML, b"", b"Not Found", b'{"error": {"code": 404}}'])
def test_an_upload_that_is_over_is_known_by_its_code_whatever_words_stand_with_it(bench: Bench, said: bytes) -> None:
    rig, _ = bench
    rig.front.misbehave(faulty.reset, lambda seen: "/session/" in seen.path)
    with pytest.raises(Unreachable):
        rig.channel.publish(rig.piece())
    rig.front.misbehave(faulty.answered(404, said), lambda seen: "/session/" in seen.path)
    with pytest.raises(Unreachable, match="forgotten"):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    rig.channel.publish(rig.piece())


@pytest.mark.parametrize("range_", ["", "bytes=0-99999999", "bytes=0-" + "9" * 5_000])
def test_an_upload_that_never_goes_on_begins_again(bench: Bench, range_: str) -> None:
    rig, _ = bench
    stuck = faulty.answered(308, b"", {"Range": range_} if range_ else {})
    rig.front.misbehave(stuck, lambda seen: "/session/" in seen.path)
    with pytest.raises(Unreachable, match="forgotten"):
        rig.channel.publish(rig.piece())
    assert len(rig.front.seen) < 20
    rig.front.behave()
    rig.channel.publish(rig.piece())


@pytest.mark.parametrize("place", ["//[", "http://example.org/u"])
def test_an_upload_kept_at_an_address_that_leads_nowhere_begins_again(bench: Bench, place: str) -> None:
    rig, server = bench
    said = rig.piece()
    rig.noted.put(said.key, "session", place)
    rig.channel.publish(said)
    assert len(server.videos) == 1


@pytest.mark.parametrize("place", ["https://[x", "https://a:99999/u", "not an address"])
def test_an_upload_that_is_given_no_address_is_tried_again_and_that_is_not_kept(bench: Bench, place: str) -> None:
    rig, _ = bench
    rig.front.misbehave(faulty.answered(200, b"", {"Location": place}), lambda seen: seen.method == "POST")
    with pytest.raises(Unreachable):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    rig.channel.publish(rig.piece())
