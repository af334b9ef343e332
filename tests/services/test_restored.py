"""An office that came back from a backup posts nothing a second time, however things stood in the backup."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.store import backup
from pcc_desk.store.restore import restore
from tests.desk import KEY, Clock, open_store
from tests.services.scripted import LOST, PLATFORM, REFUSED, SETTLE, Desk, World, assemble

DUE, SENDING, SENT, HELD = DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.HELD
UNCONFIRMED, UNSURE, BY_HAND = DeliveryState.UNCONFIRMED, DeliveryState.UNSURE, DeliveryState.BY_HAND
OPEN = (DUE, SENDING, HELD, UNCONFIRMED, UNSURE, BY_HAND)
ASKED_ABOUT = (Guarantee.B, Guarantee.C, Guarantee.D)  # where a look that finds nothing proves too little


def open_office(folder: Path, guarantee: Guarantee, by_hand: bool = False) -> Desk:
    """Open a desk with one account, on a platform that tells our posts by their words, as most do."""
    world = World(by_words=guarantee is not Guarantee.A)
    made = assemble(open_store(folder), world, Clock(), replace(PLATFORM, guarantee=guarantee, by_hand=by_hand))
    made.connect("office")
    return made


def bring_to(desk: Desk, state: DeliveryState) -> None:
    """Approve something that was never posted, and let it come to stand in this state."""
    answers = {HELD: REFUSED, BY_HAND: REFUSED, UNCONFIRMED: LOST, UNSURE: LOST}
    desk.world.answers = [answers[state]] if state in answers else []
    desk.world.looks = [REFUSED] if state is UNSURE else []
    desk.send()
    if state is not DUE and state is not SENDING:
        desk.run()
        desk.run(seconds=SETTLE)
    if state is BY_HAND:
        desk.outbox.post_by_hand(desk.only().id, desk.clock())
    if state is SENDING:
        with desk.store.write() as conn:
            conn.execute(text("UPDATE delivery SET state = 'sending', epoch = 1, attempts = 1"))
    if state is UNCONFIRMED:  # one of the two looks it needs has found nothing
        assert desk.only().looks == 1
    assert desk.states() == [state]


def press_everything(desk: Desk) -> None:
    """Do what a person does who wants it out: says honestly what stands there, and else presses what is offered."""
    delivery = desk.only()
    there = desk.world.copies(delivery.frozen.key) > 0
    if delivery.state in (HELD, BY_HAND):
        desk.outbox.retry(delivery.id, desk.clock())
    elif delivery.state is UNSURE and there:
        desk.outbox.confirm_posted(delivery.id, "https://scripted.example/seen", desk.clock())
    elif delivery.state is UNSURE:
        desk.outbox.confirm_absent(delivery.id, desk.clock())


def get_it_out(desk: Desk) -> None:
    """Go on until it is posted."""
    desk.outbox.recover(desk.clock())
    for _ in range(8):
        press_everything(desk)
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [SENT]


def go_back(folder: Path, desk: Desk, source: Path, careful: bool = True) -> Desk:
    """Close a desk, put its backup in place (as the desk does, or without a thought), and open it again."""
    platform = desk.accounts.platforms()[0]
    desk.outbox.stop()
    desk.store.close()
    if careful:
        restore(folder / "desk.db", KEY, source, desk.clock())
    else:
        backup.copy(source, KEY, folder / "desk.db")
    return assemble(open_store(folder), desk.world, desk.clock, platform)


def close(desk: Desk) -> None:
    """Close a desk."""
    desk.outbox.stop()
    desk.store.close()


@pytest.mark.parametrize("posted", [True, False])
@pytest.mark.parametrize("guarantee", list(Guarantee))
@pytest.mark.parametrize("state", OPEN)
def test_whatever_had_not_ended_is_looked_for_and_never_posted_twice(
    tmp_path: Path, state: DeliveryState, guarantee: Guarantee, posted: bool
) -> None:
    desk = open_office(tmp_path, guarantee)
    bring_to(desk, state)
    kept = desk.store.back_up(desk.clock())
    desk.clock.advance(hours=5)
    if posted:
        get_it_out(desk)
    desk.clock.advance(hours=5)
    looked = desk.world.looked
    desk = go_back(tmp_path, desk, kept)
    assert desk.states() == [UNCONFIRMED] and desk.office.profile().paused_at == desk.clock()
    for _ in range(3):
        desk.run(seconds=4 * SETTLE)
    assert desk.world.looked > looked and len(desk.world.posted) == posted, "paused, it is only looked for"
    desk.office.resume(desk.clock())
    assert (desk.states() == [SENT]) == posted, "what stands there is found"
    get_it_out(desk)
    assert len(desk.world.posted) == 1
    close(desk)


@pytest.mark.parametrize("guarantee", ASKED_ABOUT)
@pytest.mark.parametrize("state", OPEN)
def test_what_a_look_does_not_find_is_asked_of_a_person_and_never_sent_by_itself(
    tmp_path: Path, state: DeliveryState, guarantee: Guarantee
) -> None:
    desk = open_office(tmp_path, guarantee)
    bring_to(desk, state)
    kept = desk.store.back_up(desk.clock())
    get_it_out(desk)
    desk = go_back(tmp_path, desk, kept)
    desk.world.blind = True  # an editor has changed its words since
    desk.office.resume(desk.clock())
    for _ in range(5):
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [BY_HAND if state is BY_HAND else UNSURE] and len(desk.world.posted) == 1
    assert "came back from a backup" in desk.outbox.attempts(desk.only().id)[-1].sentence
    close(desk)


def test_where_our_key_keeps_a_second_copy_away_what_was_due_goes_out_by_itself_and_what_was_held_asks(
    tmp_path: Path,
) -> None:
    desk = open_office(tmp_path, Guarantee.A)
    desk.world.answers = [REFUSED]
    desk.send("Held.")
    desk.run()
    desk.send("Due.")
    desk = go_back(tmp_path, desk, desk.store.back_up(desk.clock()))
    desk.office.resume(desk.clock())
    for _ in range(4):
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [HELD, SENT] and [piece.text for _, piece in desk.world.posted] == ["Due."]
    assert desk.outbox.page()[1].words.endswith("PCC Desk looked, and it is not there. Send it now?")
    close(desk)


def test_what_a_person_says_after_the_restore_is_believed_from_then_on(tmp_path: Path) -> None:
    desk = open_office(tmp_path, Guarantee.C)
    desk.send()
    desk = go_back(tmp_path, desk, desk.store.back_up(desk.clock()))
    desk.office.resume(desk.clock())
    for _ in range(3):
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [UNSURE]
    desk.outbox.confirm_absent(desk.only().id, desk.clock())
    desk.world.answers = [LOST]
    for _ in range(4):
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [SENT] and len(desk.world.posted) == 1
    close(desk)


def test_what_a_person_posts_by_hand_asks_to_be_looked_for_before_it_is_posted(tmp_path: Path) -> None:
    desk = open_office(tmp_path, Guarantee.D, by_hand=True)
    desk.send("Waits for its turn.")
    kept = desk.store.back_up(desk.clock())
    desk.run()
    desk.outbox.confirm_posted(desk.only().id, "https://office.example/1", desk.clock())
    desk = go_back(tmp_path, desk, kept)
    assert desk.states() == [UNCONFIRMED]
    desk.run()
    assert desk.states() == [BY_HAND] and desk.world.looked == 0
    assert "Look at Scripted first" in desk.outbox.page()[0].words
    close(desk)


def test_what_a_person_posts_by_hand_next_week_keeps_its_time(tmp_path: Path) -> None:
    desk = open_office(tmp_path, Guarantee.D, by_hand=True)
    desk.send("Not before its time.", at=desk.clock() + timedelta(days=7))
    kept = desk.store.back_up(desk.clock())
    desk = go_back(tmp_path, desk, kept)
    desk.run()
    assert desk.states() == [DUE] and desk.only().due_at > desk.clock() + timedelta(days=6)
    desk.office.resume(desk.clock())
    desk.run(seconds=7 * 24 * 3600)
    assert desk.states() == [BY_HAND]
    close(desk)


@pytest.mark.parametrize("state", [DUE, HELD, BY_HAND])
def test_a_backup_that_is_believed_posts_twice(tmp_path: Path, state: DeliveryState) -> None:
    """The control: the same office, the same person, a backup put in place without a thought."""
    desk = open_office(tmp_path, Guarantee.C)
    bring_to(desk, state)
    kept = desk.store.back_up(desk.clock())
    get_it_out(desk)
    desk = go_back(tmp_path, desk, kept, careful=False)
    get_it_out(desk)
    assert len(desk.world.posted) == 2
    close(desk)


def test_a_look_that_does_not_reach_back_to_the_approval_misses_it(tmp_path: Path) -> None:
    """The control for how far back is looked: what is looked for from the restore on is not found."""
    desk = open_office(tmp_path, Guarantee.C)
    desk.send()
    kept = desk.store.back_up(desk.clock())
    desk.clock.advance(hours=5)
    desk.run()
    desk.clock.advance(hours=5)
    desk = go_back(tmp_path, desk, kept)
    with desk.store.write() as conn:
        conn.execute(text("UPDATE delivery SET first_attempt_at = due_at"))
    for _ in range(3):
        desk.run(seconds=4 * SETTLE)
    assert desk.states() == [UNSURE]
    close(desk)
