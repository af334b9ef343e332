"""What was posted with another app is not what the desk posted, and never a reason to say it a second time."""

from collections.abc import Iterator

import pytest

from pcc_desk.errors import Rejected, ServiceDown
from pcc_desk.rehearsal.mastodon import MastodonServer
from tests.channels import faulty
from tests.channels.bench_mastodon import mastodon_bench
from tests.channels.rigs import WORDS, Rig, piece

Bench = tuple[Rig, MastodonServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A server with the office on it, and the people who read it."""
    with mastodon_bench() as made:
        yield made


def test_what_a_person_posted_by_hand_in_the_same_words_is_not_taken_for_ours(bench: Bench) -> None:
    rig, server = bench
    server.arrive("office", WORDS)
    with pytest.raises(Rejected, match="posted on Mastodon with “Web”") as caught:  # a second one would say it twice
        rig.channel.find(piece())
    assert "Look there" in caught.value.next_step and not caught.value.detail
    receipt = rig.channel.publish(piece())
    server.arrive("office", WORDS)
    assert rig.channel.find(piece()) == receipt


def test_what_another_sign_in_of_the_office_posted_is_left_to_a_person_and_never_sent_again(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece())
    server.add_account("office", token="another-token", app="PCC Desk")
    rig.secrets["access"] = "another-token"
    with pytest.raises(Rejected, match="with “The office’s app”"):
        rig.channel.find(piece())


def test_a_server_that_tells_no_app_is_believed_by_words_and_time_as_before(bench: Bench) -> None:
    rig, server = bench
    server.tells_apps = False
    by_hand = server.arrive("office", WORDS)
    found = rig.channel.find(piece())
    assert found is not None and found.remote_id == by_hand
    rig.channel.publish(piece())
    with pytest.raises(Rejected, match="more than one"):
        rig.channel.find(piece())


@pytest.mark.parametrize("code", [403, 404, 501])
def test_a_server_that_does_not_say_which_app_is_ours_is_believed_by_words_and_time(bench: Bench, code: int) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.refused(code, "no"), lambda seen: seen.path == "/api/v1/apps/verify_credentials")
    by_hand = server.arrive("office", WORDS)
    found = rig.channel.find(piece())
    assert found is not None and found.remote_id == by_hand


def test_which_app_is_ours_is_asked_for_again_when_the_server_cannot_answer(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.publish(piece())
    rig.front.misbehave(faulty.refused(503, "busy"), lambda seen: seen.path == "/api/v1/apps/verify_credentials")
    with pytest.raises(ServiceDown):
        rig.channel.find(piece())
