"""On X, what a post and a correction are said to cost is to the thousandth what is booked for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pcc_desk.model.account import Account
from pcc_desk.model.announcement import AnnouncementId, PlacedPicture
from pcc_desk.model.correction import Correction
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.rehearsal.x import XServer
from pcc_desk.ui.reading.moments import present
from tests.desk import Clock
from tests.media.samples import jpeg
from tests.services.on_servers import OnServers, desk_on_servers

PLAIN, LINKED = "Come on Tuesday.", "Read https://example.org/plan today."
LONG = " ".join(f"Sentence number {number} of the plan is here." for number in range(20))
DESCRIBED, DECORATIVE = ("A map", ""), ("A map", "only a pattern")


@dataclass(frozen=True)
class Paying:
    """A desk on X."""

    desk: OnServers
    server: XServer
    account: Account

    def booked(self) -> int:
        """Give what was booked this month."""
        (spent,) = self.desk.services.costs.spent(self.desk.clock())
        return spent.amount

    def pictures(self, said: Sequence[tuple[str, str]]) -> tuple[PlacedPicture, ...]:
        """Keep a picture for each description, with its reason to be decorative."""
        picture = self.desk.services.compose.add_picture(jpeg(), "map.jpg")
        return tuple(PlacedPicture(picture, alt, reason) for alt, reason in said)

    def publish(self, words: str, said: Sequence[tuple[str, str]] = ()) -> tuple[AnnouncementId, int]:
        """Post an announcement, and give what it was said to cost."""
        compose, now = self.desk.services.compose, self.desk.clock()
        draft = replace(compose.begin(now), title="The plan", text=words, pictures=self.pictures(said))
        draft = compose.save(replace(draft, threads=draft.accounts), now)
        (told,) = self.desk.services.costs.forecast(draft, now)
        compose.approve(draft.id, now)
        self.send()
        return draft.id, told.mills

    def correct(self, known: AnnouncementId, *wanted: str) -> int:
        """Put right the parts of an announcement, in order, and give what that was said to cost."""
        corrections, now = self.desk.services.corrections, self.desk.clock()
        places = sorted(corrections.of_announcement(known, now), key=lambda one: one.delivery.id)
        wishes = [Correction(one.delivery.id, words) for one, words in zip(places, wanted, strict=True)]
        told = self.desk.services.costs.of_corrections(zip(places, wishes, strict=True), now)
        corrections.approve(wishes, now)
        self.send()
        return sum(one.mills for one in told)

    def send(self) -> None:
        """Send what is due."""
        for _ in range(3):
            self.desk.clock.advance(seconds=1)
            self.desk.services.outbox.run_due(self.desk.clock)


@pytest.fixture
def paying(tmp_path: Path) -> Iterator[Paying]:
    """A desk on X, by the time of now."""
    with desk_on_servers(tmp_path, Clock(present().replace(microsecond=0))) as desk:
        server, account = desk.x()
        # The first try of all asks X for its time.
        desk.services.accounts.check(account.id, desk.clock())
        yield Paying(desk, server, account)


@pytest.mark.parametrize("words", [PLAIN, LINKED, LONG])
@pytest.mark.parametrize("said", [[], [DESCRIBED], [DECORATIVE], [DESCRIBED, DECORATIVE, DESCRIBED]])
def test_a_post_costs_what_it_was_said_to_cost(paying: Paying, words: str, said: list[tuple[str, str]]) -> None:
    before = paying.booked()
    _, told = paying.publish(words, said)
    assert paying.booked() - before == told > 0
    assert all(line.delivery.state is DeliveryState.SENT for line in paying.desk.services.outbox.page())


@pytest.mark.parametrize("words", ["Come on Thursday.", "Read https://example.org/other today."])
@pytest.mark.parametrize("said", [[], [DESCRIBED], [DECORATIVE], [DESCRIBED, DECORATIVE, DESCRIBED]])
def test_a_correction_costs_what_it_was_said_to_cost(paying: Paying, words: str, said: list[tuple[str, str]]) -> None:
    known, _ = paying.publish(PLAIN, said)
    for once_more in ("", " Come early."):
        before = paying.booked()
        told = paying.correct(known, words + once_more)
        assert paying.booked() - before == told > 0
    assert paying.server.posts[-1].text == words + " Come early."


def test_corrections_of_the_parts_of_a_thread_cost_what_they_were_said_to_cost(paying: Paying) -> None:
    known, _ = paying.publish(LONG, [DESCRIBED])
    parts = [post.text for post in sorted(paying.server.posts, key=lambda one: int(one.id))]
    assert len(parts) > 2
    before = paying.booked()
    told = paying.correct(known, f"{parts[0]}!", parts[1], *(f"{part}!" for part in parts[2:]))
    assert paying.booked() - before == told == 15 + 5 + 5 + (len(parts) - 2) * (10 + 5)


def test_a_correction_beyond_the_limit_is_held_costs_nothing_and_is_made_once_the_limit_is_raised(
    paying: Paying,
) -> None:
    known, _ = paying.publish(PLAIN, [DESCRIBED])
    before = paying.booked()
    paying.desk.services.costs.set_cap(paying.account.id, before + 24, paying.desk.clock())
    assert paying.correct(known, "Come on Thursday.") == 25
    held = paying.desk.services.outbox.page()[0].delivery
    assert held.state is DeliveryState.HELD and "Raise the limit in Settings" in held.reason
    assert paying.booked() == before
    paying.desk.services.costs.set_cap(paying.account.id, before + 25, paying.desk.clock())
    paying.send()
    assert paying.server.posts[-1].text == "Come on Thursday." and paying.booked() == before + 25
