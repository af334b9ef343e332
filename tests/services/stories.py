"""An office at work in whatever order: it notes what was approved, and checks what stands on the platform."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Table, text

from pcc_desk.errors import (
    ChannelError,
    InputError,
    NotReady,
    RateLimited,
    Rejected,
    Unconfirmed,
    Unexpected,
    Unreachable,
)
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryLine, DeliveryState
from pcc_desk.store import doubts, office, schema
from pcc_desk.store.engine import Store
from tests.desk import NOW, Clock
from tests.services.scripted import PLATFORM, SETTLE, World, assemble

KEPT: tuple[Table, ...] = (schema.account, schema.secret, schema.office, schema.announcement)
KEPT += (schema.announcement_version, schema.delivery, schema.attempt)
Copy = dict[Table, list[dict[str, object]]]
FINAL = (DeliveryState.SENT, DeliveryState.CANCELLED)
CLEAR = (*FINAL, DeliveryState.HELD, DeliveryState.UNSURE)
# What is for now has no time of its own: when a clock that was ahead is set right, it goes at once.
ANY_TIME = datetime.min.replace(tzinfo=UTC)


class Killed(BaseException):
    """The desk is gone at this point; nothing after it runs."""


@dataclass(frozen=True)
class Approved:
    """What a person approved: these words, not before this moment."""

    text: str
    due_at: datetime


class Office(RuleBasedStateMachine):
    """Two desks on one office, and a platform that lets everything through and answers as it likes."""

    guarantee = Guarantee.C
    stores: tuple[Store, Store]

    def __init__(self) -> None:
        super().__init__()
        self.world, self.clock = World(), Clock()
        put_back(self.stores[0], {})
        platform = replace(PLATFORM, guarantee=self.guarantee)
        self.desks = [assemble(store, self.world, self.clock, platform) for store in self.stores]
        self.desks[0].connect("office")  # one account is served by one thread, so a story is always the same story
        self.backup = take_copy(self.stores[0])
        self.approved: dict[str, Approved] = {}
        self.ended: dict[str, tuple[str, str]] = {}
        self.standing: set[str] = set()  # the states there are
        self.threads: list[list[str]] = []  # the keys of each one's parts, in order
        self.number = 0
        self.latest = NOW  # the clock has shown
        self.early: list[str] = []
        self.world.before_answer = lambda piece: self.see(piece.key)

    def see(self, key: str) -> None:
        """Note a piece that leaves before its time."""
        if self.clock() < self.approved[key].due_at:
            self.early.append(key)

    def teardown(self) -> None:
        """With the platform well again, let time go by: everything must end in a clear state."""
        try:
            self.world.answers, self.world.after, self.world.looks, self.world.lag = [], [], [], 0.0
            self.clock.now = max(self.clock(), self.latest) + timedelta(days=1)
            self.desks[0].office.resume(self.clock())
            for _ in range(30):
                self.run(0, SETTLE * 4)
                if all(is_clear(line) for line in self.desks[0].outbox.page(limit=10_000)):
                    break
            self.nothing_is_posted_twice()
            self.no_thread_is_out_of_order()
            for line in self.desks[0].outbox.page(limit=10_000):
                assert is_clear(line), f"{line.next_part().state} for ever"
            for delivery in self.rows():
                copies = self.world.copies(delivery.frozen.key)
                if delivery.state in FINAL:
                    assert copies == (delivery.state is DeliveryState.SENT), f"{delivery.state}, {copies} copies"
        finally:
            for desk in self.desks:
                desk.outbox.stop()

    def rows(self) -> list[Delivery]:
        """Every delivery, oldest first."""
        return list(self.desks[0].deliveries())

    def pick(self, *states: DeliveryState) -> Delivery | None:
        """Choose the first delivery that stands in one of the states."""
        return next((delivery for delivery in self.rows() if delivery.state in states), None)

    @rule(minutes=some.sampled_from([0, 0, 0, 5, 90]), count=some.integers(1, 3))
    def approve(self, minutes: int, count: int) -> None:
        """Write something and approve it, for now or for later."""
        at = self.clock() + timedelta(minutes=minutes) if minutes else None
        for _ in range(count):
            self.number += 1
            self.note(self.desks[0].send(f"Announcement {self.number}", at), at or ANY_TIME)

    @rule(minutes=some.sampled_from([0, 0, 5]), count=some.integers(2, 3))
    def approve_thread(self, minutes: int, count: int) -> None:
        """Approve a thread, for now or for later."""
        at = self.clock() + timedelta(minutes=minutes) if minutes else None
        self.number += 1
        texts = [f"Thread {self.number}, part {part}" for part in range(1, count + 1)]
        announcement_id = self.desks[0].send_thread(*texts, at=at)
        parts = self.desks[0].outbox.of_announcement(announcement_id)
        self.threads.append([delivery.frozen.key for delivery in parts])
        self.note(announcement_id, at or ANY_TIME)

    def note(self, announcement_id: AnnouncementId, due_at: datetime) -> None:
        """Remember what was approved."""
        for delivery in self.desks[0].outbox.of_announcement(announcement_id):
            if delivery.frozen.key not in self.approved:
                self.approved[delivery.frozen.key] = Approved(delivery.frozen.text, due_at)

    def script(self, outcomes: Sequence[int]) -> None:
        """Decide how the platform answers next."""
        for outcome in outcomes:
            stopped: list[ChannelError | None] = [
                None,
                None,
                None,
                Unreachable("No network."),
                Rejected("No."),
                Unconfirmed("Nothing came through, and no answer."),
                RateLimited("Wait.", self.clock() + timedelta(minutes=3)),
            ]
            self.world.answers.append(stopped[outcome])
            if stopped[outcome] is None:
                after = [None, Unconfirmed("It came through, and no answer."), Unexpected("Odd.")]
                self.world.after.append(after[outcome])

    @rule(share=some.sampled_from([0.0, 0.5, 0.9]))
    def lag_behind(self, share: float) -> None:
        """Let the platform show what it accepted only later, yet within the settle time."""
        self.world.lag = share * SETTLE

    @rule(
        which=some.integers(0, 1),
        seconds=some.sampled_from([0, 0, 1, 30, 95, 95, 700, 4_000]),
        outcomes=some.lists(some.integers(0, 6), max_size=3),
        looks=some.lists(some.sampled_from([None, Unreachable("No network."), Unconfirmed("Odd.")]), max_size=2),
    )
    def run(
        self, which: int, seconds: float, outcomes: Sequence[int] = (), looks: Sequence[ChannelError | None] = ()
    ) -> None:
        """Let time go by and one of the desks do what is due, while the platform answers as it likes."""
        self.clock.advance(seconds)
        self.world.elapsed += seconds
        self.script(outcomes)
        self.world.looks += looks
        with suppress(Killed):
            self.desks[which].outbox.run_due(self.clock)

    @precondition(lambda self: self.standing & {"due"})
    @rule(which=some.integers(0, 1), posted=some.booleans(), noticed=some.booleans())
    def kill(self, which: int, posted: bool, noticed: bool) -> None:
        """Kill a desk in the middle of a send; another one takes its place and recovers, or only the lease runs out."""
        script = self.world.after if posted else self.world.answers
        script.insert(0, Killed())
        self.run(which, 0)
        self.world.answers = [step for step in self.world.answers if not isinstance(step, Killed)]
        self.world.after = [step for step in self.world.after if not isinstance(step, Killed)]
        if noticed:
            self.desks[which].outbox.recover(self.clock())

    @precondition(lambda self: self.standing & {"due", "held"})
    @rule(which=some.integers(0, 1))
    def edit_after_approval(self, which: int) -> None:
        """Try to change what is approved."""
        for announcement in self.desks[which].compose.approved()[:1]:
            with pytest.raises(InputError):
                self.desks[which].compose.save(replace(announcement, text="Other words"), self.clock())

    @precondition(lambda self: self.standing & {"due", "held"})
    @rule()
    def cancel(self) -> None:
        """Stop something that may still be stopped."""
        if delivery := self.pick(DeliveryState.DUE, DeliveryState.HELD):
            self.desks[0].outbox.cancel(delivery.id, self.clock())

    @precondition(lambda self: self.standing & {"due", "held"})
    @rule()
    def take_back_and_send_again(self) -> None:
        """Make an approved announcement a draft and approve it again, where that is allowed."""
        for announcement in self.desks[0].compose.approved()[:1]:
            with suppress(InputError, NotReady):
                self.desks[0].compose.unschedule(announcement.id, self.clock())
                self.desks[0].compose.approve(announcement.id, self.clock())
                self.note(announcement.id, announcement.schedule.at if announcement.schedule else self.clock())

    @precondition(lambda self: self.standing & {"held"})
    @rule()
    def retry(self) -> None:
        """Send something held now; that is the person's word, so its time is now."""
        if delivery := self.pick(DeliveryState.HELD):
            self.desks[0].outbox.retry(delivery.id, self.clock())
            key = delivery.frozen.key
            self.approved[key] = replace(self.approved[key], due_at=min(self.approved[key].due_at, self.clock()))

    @precondition(lambda self: self.standing & {"unsure"})
    @rule()
    def say_what_is_there(self) -> None:
        """Let a person look and tell the truth."""
        self.world.elapsed += SETTLE
        self.world.catch_up()
        if delivery := self.pick(DeliveryState.UNSURE):
            self.tell(delivery.id, self.world.copies(delivery.frozen.key) > 0)

    def tell(self, delivery_id: DeliveryId, there: bool) -> None:
        """Tell the desk what a person saw."""
        if there:
            self.desks[1].outbox.confirm_posted(delivery_id, f"https://scripted.example/{delivery_id}", self.clock())
        else:
            self.desks[1].outbox.confirm_absent(delivery_id, self.clock())

    @rule(paused=some.booleans())
    def pause(self, paused: bool) -> None:
        """Pause everything, or let it go on."""
        (self.desks[1].office.pause if paused else self.desks[1].office.resume)(self.clock())

    @rule(hours=some.sampled_from([-24, -1, 1, 24]))
    def jump(self, hours: int) -> None:
        """Set the clock of the PC wrong, or right again."""
        self.latest = max(self.latest, self.clock())
        self.clock.advance(hours=hours)
        self.world.elapsed += SETTLE

    @precondition(lambda self: self.standing)
    @rule()
    def back_up(self) -> None:
        """Keep a copy of the office as it is."""
        self.backup = take_copy(self.stores[0])

    @precondition(lambda self: self.backup[schema.delivery])
    @rule()
    def restore(self) -> None:
        """Go back to the copy: everything is paused and doubted, whatever it says."""
        put_back(self.stores[0], self.backup)
        self.world.elapsed += SETTLE
        self.ended.clear()
        with self.stores[0].write() as conn:
            office.pause(conn, self.clock())
            doubts.distrust(conn, self.clock())

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        """No key stands there twice."""
        for key in self.approved:
            assert self.world.copies(key) <= 1, f"{key} was posted {self.world.copies(key)} times"

    @invariant()
    def no_thread_is_out_of_order(self) -> None:
        """Of every thread the first parts stand there in order, each answering the one before."""
        for keys in self.threads:
            assert_in_order(self.world, keys)

    @invariant()
    def nothing_leaves_early(self) -> None:
        """Nothing left before its time."""
        assert self.early == []

    @invariant()
    def what_is_posted_is_what_was_approved(self) -> None:
        """Every posted text is the approved one."""
        for _, piece in self.world.posted:
            assert piece.text == self.approved[piece.key].text

    @invariant()
    def what_has_ended_stays_so(self) -> None:
        """No delivery leaves a final state, and what is sent has its proof."""
        with self.stores[0].read() as conn:
            rows = conn.execute(text("SELECT key, state, remote_id FROM delivery")).all()
        ended = {row.key: (row.state, row.remote_id) for row in rows if row.state in FINAL}
        for key, before in self.ended.items():
            assert ended.get(key) == before, f"{before} became {ended.get(key)}"
        self.ended, self.standing = ended, {row.state for row in rows}
        assert all(self.world.copies(key) == (state == "sent") for key, (state, _) in ended.items())


def assert_in_order(world: World, keys: list[str]) -> None:
    """Demand that the first parts of a thread stand there, each answering the one before."""
    accepted = [piece for _, piece in world.posted] + [piece for _, _, piece in world.late]
    there = sorted((piece.key, piece.answers) for piece in accepted if piece.key in keys)
    wanted = [(key, f"token:{before}" if before else "") for key, before in zip(keys, ["", *keys], strict=False)]
    assert there == wanted[: len(there)], f"out of order: {there}"


def is_clear(line: DeliveryLine) -> bool:
    """Tell whether a line of the outbox has ended, or says what it needs of a person."""
    return line.next_part().state in CLEAR


def take_copy(store: Store) -> Copy:
    """Copy every row, as a backup does."""
    with store.read() as conn:
        return {table: [dict(row) for row in conn.execute(table.select()).mappings()] for table in KEPT}


def put_back(store: Store, copy: Copy) -> None:
    """Put the rows of a copy in the place of those there are."""
    with store.write() as conn:
        for table in reversed(KEPT):
            conn.execute(table.delete())
        for table in KEPT:
            if copy.get(table):
                conn.execute(table.insert(), copy[table])
