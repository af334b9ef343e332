"""A thread goes out in order, each part answering the one before, and stops where a part stops."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import Gone, InputError, NotReady, Unconfirmed
from pcc_desk.model.announcement import Announcement, PlacedPicture
from pcc_desk.model.channel import Ability, Guarantee
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.store import deliveries
from tests.desk import Clock, open_connected_desk, open_store
from tests.media.samples import jpeg
from tests.services.scripted import (
    LOST,
    PLATFORM,
    REFUSED,
    SETTLE,
    UNREACHABLE,
    Desk,
    World,
    assemble,
    desk,
    schedule,
    tonight,
)

DUE, SENT, HELD, CANCELLED = DeliveryState.DUE, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.CANCELLED
UNCONFIRMED, UNSURE = DeliveryState.UNCONFIRMED, DeliveryState.UNSURE


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def posted(one: Desk) -> list[tuple[str, str]]:
    """Give what stands there in the order it came, each with the text it answers."""
    texts = {f"token:{piece.key}": piece.text for _, piece in one.world.posted}
    return [(piece.text, texts.get(piece.answers, "")) for _, piece in one.world.posted]


def test_every_part_answers_the_one_before_and_is_what_was_approved(one: Desk) -> None:
    one.send_thread("One", "Two", "Three")
    with one.store.read() as conn:
        approved = [deliveries.is_as_approved(conn, part.id) for part in one.deliveries()]
    one.run()
    assert posted(one) == [("One", ""), ("Two", "One"), ("Three", "Two")]
    assert one.states() == [SENT] * 3 and all(approved)
    assert all(part.frozen.answers == "" for part in one.deliveries())
    with one.store.read() as conn:
        assert all(deliveries.is_as_approved(conn, part.id) for part in one.deliveries())


def test_a_thread_is_one_line_of_the_outbox_with_its_parts(one: Desk) -> None:
    one.send("Before it")
    one.send_thread("One", "Two", "Three")
    thread, single = one.outbox.page()
    assert [part.frozen.text for part in thread.parts] == ["One", "Two", "Three"] and single.parts == ()
    assert [part.part and part.part.number for part in thread.parts] == [1, 2, 3]
    assert thread.words == "A thread of 3. Part 1: Waiting until Tue 24 Nov 09:00"
    assert one.outbox.counts().waiting == 2
    one.run()
    assert one.outbox.page()[0].words == "Posted Tue 24 Nov 09:00, as a thread of 3"
    assert one.outbox.counts().waiting == 0


def test_a_refused_part_stops_the_later_ones_and_retry_goes_on_from_there(one: Desk) -> None:
    one.world.answers = [None, REFUSED]
    one.send_thread("One", "Two", "Three")
    one.run()
    one.run(hours=5)
    assert one.states() == [SENT, HELD, DUE]
    (line,) = one.outbox.page()
    assert line.needs_you
    assert line.words == "1 of 3 parts posted. Part 2: Not sent. The text is too rude for this platform."
    assert line.next_part().frozen.text == "Two"
    counts = one.outbox.counts()
    assert (counts.waiting, counts.attention, counts.next_due_at) == (0, 1, None)
    one.outbox.retry(line.next_part().id, one.clock())
    one.run()
    assert posted(one) == [("One", ""), ("Two", "One"), ("Three", "Two")]


def test_a_part_without_a_clear_answer_is_looked_for_before_the_next_one_goes(one: Desk) -> None:
    one.world.after = [None, LOST]
    one.send_thread("One", "Two", "Three")
    one.run()
    assert one.states() == [SENT, UNCONFIRMED, DUE] and one.outbox.counts().next_due_at is not None
    one.run(seconds=SETTLE)
    assert posted(one) == [("One", ""), ("Two", "One"), ("Three", "Two")] and one.states() == [SENT] * 3


def test_no_part_goes_while_the_one_before_waits_for_the_network(one: Desk) -> None:
    one.world.answers = [UNREACHABLE]
    one.send_thread("One", "Two")
    one.run()
    assert posted(one) == [] and one.states() == [DUE, DUE]
    one.run(minutes=20)
    assert posted(one) == [("One", ""), ("Two", "One")]


def test_stopping_a_part_stops_those_that_follow(one: Desk) -> None:
    one.send_thread("One", "Two", "Three", at=tonight())
    one.outbox.cancel(one.deliveries()[1].id, one.clock())
    assert one.states() == [DUE, CANCELLED, CANCELLED]
    assert one.deliveries()[2].reason == "Part 2 is not there, so this part was not sent."
    one.clock.now = tonight()
    one.run()
    assert posted(one) == [("One", "")] and one.outbox.counts().waiting == 0


def test_what_only_a_person_saw_cannot_be_answered_so_the_next_part_asks(tmp_path: Path) -> None:
    with desk(tmp_path, Guarantee.D) as one:
        one.world.after = [LOST]
        one.world.looks = [Gone("Not readable.")]
        one.send_thread("One", "Two", "Three")
        one.run()
        one.run(seconds=SETTLE)
        assert one.states() == [UNSURE, DUE, DUE]
        one.outbox.confirm_posted(one.deliveries()[0].id, "https://scripted.example/here", one.clock())
        one.run()
        assert one.states() == [SENT, HELD, DUE]
        assert one.deliveries()[1].reason.startswith("PCC Desk does not know where part 1 stands")
        assert posted(one) == [("One", "")]


def test_a_late_thread_asks_once_for_all_its_parts(one: Desk) -> None:
    one.send_thread("One", "Two", "Three", at=tonight())
    one.clock.now = tonight() + timedelta(hours=3)
    one.run()
    assert one.states() == [HELD, DUE, DUE]
    one.outbox.retry(one.deliveries()[0].id, one.clock())
    one.run()
    assert one.states() == [SENT] * 3


def test_a_thread_is_taken_down_from_its_end(one: Desk) -> None:
    one.world.answers = [None, None, REFUSED]
    one.send_thread("One", "Two", "Three")
    one.run()
    first, second, _ = one.deliveries()
    one.outbox.withdraw(first.id, one.clock())
    assert one.world.taken_down == [f"remote:{second.frozen.key}", f"remote:{first.frozen.key}"]
    assert one.states() == [SENT, SENT, CANCELLED] and one.world.posted == []
    assert all(part.taken_back_at for part in one.deliveries()[:2])
    assert one.outbox.page()[0].words.startswith("Posted, and taken back")


def test_a_thread_on_its_way_is_not_taken_down(one: Desk) -> None:
    one.world.after = [None, Unconfirmed("No answer.")]
    one.send_thread("One", "Two", "Three")
    one.run()
    with pytest.raises(InputError, match="A part of this thread is going out"):
        one.outbox.withdraw(one.deliveries()[0].id, one.clock())
    assert one.states() == [SENT, UNCONFIRMED, DUE]


def test_after_disconnecting_one_word_lets_the_whole_thread_go(one: Desk) -> None:
    one.world.answers = [UNREACHABLE]
    one.send_thread("One", "Two", "Three")
    one.run()
    one.accounts.disconnect(one.accounts.all()[0].id)
    assert one.states() == [HELD] * 3
    one.connect("office")
    one.outbox.retry(one.deliveries()[0].id, one.clock())
    one.run()
    assert posted(one) == [("One", ""), ("Two", "One"), ("Three", "Two")]


LONG = " ".join(f"Sentence number {number} of the plan is here." for number in range(20))


def choose_thread(one: Desk, text: str = LONG) -> Announcement:
    """Write a text too long for one post, and choose to send it as a thread."""
    draft = one.write(text)
    return one.compose.save(replace(draft, threads=draft.accounts), one.clock())


def test_a_text_too_long_for_one_post_is_offered_as_a_thread(one: Desk) -> None:
    draft, (account,) = one.write(LONG), one.accounts.all()
    fit = one.compose.fit(draft, account)
    assert fit.thread_of > 1 and fit.parts == ()
    told = f"Shorten it, or send it as a thread of {fit.thread_of}."
    assert any(told in problem for problem in one.compose.problems(draft, one.clock()))
    with pytest.raises(NotReady):
        one.compose.approve(draft.id, one.clock())


def test_a_chosen_thread_is_approved_part_by_part_with_the_pictures_first(one: Desk) -> None:
    draft, (account,) = choose_thread(one), one.accounts.all()
    picture = one.compose.add_picture(jpeg(), "hall.jpeg")
    draft = one.compose.save(replace(draft, pictures=(PlacedPicture(picture, "A hall"),)), one.clock())
    fit = one.compose.fit(draft, account)
    assert one.compose.problems(draft, one.clock()) == () and len(fit.parts) == fit.thread_of
    assert all(0 < part.length <= 300 for part in fit.parts)
    one.compose.approve(draft.id, one.clock())
    one.run()
    assert [piece.text for _, piece in one.world.posted] == [part.text for part in fit.parts]
    assert [len(piece.pictures) for _, piece in one.world.posted] == [1] + [0] * (len(fit.parts) - 1)
    assert posted(one)[1][1] == fit.parts[0].text


def test_a_chosen_thread_that_fits_one_post_is_one_post(one: Desk) -> None:
    draft = choose_thread(one, "Short after all.")
    one.compose.approve(draft.id, one.clock())
    one.run()
    assert posted(one) == [("Short after all.", "")] and one.only().part is None


def test_a_thread_nobody_would_read_is_not_offered(one: Desk) -> None:
    draft, (account,) = choose_thread(one, LONG * 12), one.accounts.all()
    fit = one.compose.fit(draft, account)
    assert fit.thread_of == 0 and fit.parts == () and "too many." in fit.problems[0]


def test_a_platform_without_threads_offers_none(tmp_path: Path) -> None:
    plain = replace(PLATFORM, abilities=PLATFORM.abilities & ~Ability.THREAD)
    store = open_store(tmp_path)
    one = assemble(store, World(), Clock(), plain)
    (account,) = one.connect("office")
    fit = one.compose.fit(choose_thread(one), account)
    assert fit.thread_of == 0 and fit.parts == ()
    one.outbox.stop()
    store.close()


def test_a_thread_taken_back_to_the_drafts_is_stopped_whole(one: Desk) -> None:
    draft = one.compose.save(replace(choose_thread(one), schedule=schedule(tonight())), one.clock())
    one.compose.approve(draft.id, one.clock())
    one.compose.unschedule(draft.id, one.clock())
    assert set(one.states()) == {CANCELLED} and one.compose.get(draft.id).threads == draft.accounts


def test_bluesky_shows_a_thread_as_answers_to_our_own_posts(tmp_path: Path) -> None:
    with open_connected_desk(tmp_path) as connected:
        compose, clock, bluesky = connected.services.compose, connected.clock, connected.accounts[0]
        draft = replace(compose.begin(clock()), title="The plan", text=LONG, threads=(bluesky.id,))
        compose.approve(compose.save(draft, clock()).id, clock())
        connected.services.outbox.run_due(clock)
        first, *rest = posts = connected.bluesky.posts
        assert len(posts) > 2
        for before, post in zip(posts, rest, strict=False):
            assert post.record["reply"] == {"root": first.reference(), "parent": before.reference()}
        (thread,) = [line for line in connected.services.outbox.page() if line.parts]
        connected.services.outbox.withdraw(thread.delivery.id, clock())
        assert connected.bluesky.posts == ()
