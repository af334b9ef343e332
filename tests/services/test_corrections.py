"""What was posted can be put right from one place: approved, recorded, made once, and never wrongly called failed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pcc_desk.errors import NotReady, OverLimit, Unconfirmed
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.correction import Correctable, Correction
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.message import MessageId
from pcc_desk.services.corrections import why_no_more
from pcc_desk.services.costs import Costs
from pcc_desk.store import deliveries, doubts, office
from tests.desk import Clock, open_connected_desk, open_store
from tests.services.scripted import LOST, PLATFORM, REFUSED, SETTLE, UNREACHABLE, Desk, World, assemble, desk, tonight

DUE, SENT, HELD, CANCELLED = DeliveryState.DUE, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.CANCELLED
UNCONFIRMED = DeliveryState.UNCONFIRMED
WRONG, RIGHT = "The meeting is on Tuesday.", "The meeting is on Thursday."


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    """A desk that posted something wrong."""
    with desk(tmp_path) as made:
        made.send(WRONG)
        made.run()
        yield made


def there(one: Desk) -> list[str]:
    return [piece.text for _, piece in one.world.posted]


def offered(one: Desk) -> Correctable:
    announcement = one.deliveries()[0].announcement_id
    assert announcement is not None
    (correctable,) = one.corrections.of_announcement(announcement, one.clock())
    return correctable


def correct(one: Desk, words: str = RIGHT) -> Delivery:
    """Approve a correction and give it."""
    one.corrections.approve([Correction(offered(one).delivery.id, words)], one.clock())
    return one.deliveries()[-1]


def newest(one: Desk) -> Delivery:
    return one.deliveries()[-1]


def test_a_correction_replaces_the_words_and_keeps_what_was_posted(one: Desk) -> None:
    correct(one)
    assert there(one) == [WRONG]
    one.run()
    posted, correction = one.deliveries()
    assert there(one) == [RIGHT] and correction.state is SENT and correction.receipt is None
    assert (posted.frozen.text, correction.frozen.text) == (WRONG, RIGHT)
    assert posted.receipt is not None and posted.receipt.remote_id == f"remote:{posted.frozen.key}"
    with one.store.read() as conn:
        assert all(deliveries.is_as_approved(conn, each.id) for each in (posted, correction))
    assert one.outbox.attempts(posted.id)[-1].sentence == "Corrected Tue 24 Nov 09:00."
    assert offered(one).stands.text == RIGHT


def test_a_correction_without_a_clear_answer_that_the_limit_refuses_then_waits_for_a_person_and_not_for_a_month(
    one: Desk,
) -> None:
    one.world.after_edit = [LOST]
    correct(one)
    one.run()
    assert newest(one).state is UNCONFIRMED
    one.world.edits = [OverLimit("This would pass the limit.", one.clock() + timedelta(days=7))]
    one.clock.advance(seconds=SETTLE)
    one.run()
    assert newest(one).state is HELD and "Raise the limit in Settings" in newest(one).reason
    assert one.outbox.counts().attention == 1
    made = len(one.world.edited)
    one.clock.advance(days=40)
    one.run()
    assert newest(one).state is HELD and len(one.world.edited) == made
    Costs(one.store, one.accounts).set_cap(newest(one).account_id, None, one.clock())
    one.run()
    assert newest(one).state is SENT and there(one) == [RIGHT]


def test_the_record_shows_before_and_after(one: Desk) -> None:
    correct(one)
    one.run()
    correct(one, "The meeting is off.")
    one.run()
    second, first, posted = one.outbox.page()
    assert first.before is not None and second.before is not None and posted.before is None
    assert (first.before.text, first.delivery.frozen.text) == (WRONG, RIGHT)
    assert (second.before.text, second.delivery.frozen.text) == (RIGHT, "The meeting is off.")
    assert first.title == "Correction: A title" and first.words == "Corrected Tue 24 Nov 09:00."


def test_an_unclear_answer_is_made_again_and_never_called_failed(one: Desk) -> None:
    one.world.after_edit = [LOST, Unconfirmed("Again nothing.")]
    correct(one)
    one.run()
    for _ in range(2):
        assert newest(one).state is UNCONFIRMED
        assert "makes the correction again" in one.outbox.page()[0].words
        one.run(seconds=SETTLE * 12)
    assert newest(one).state is SENT and there(one) == [RIGHT]


def test_a_desk_killed_in_the_middle_makes_it_again(one: Desk) -> None:
    correct(one)
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'sending', epoch = 1 WHERE corrects_id IS NOT NULL"))
    one.outbox.recover(one.clock())
    assert newest(one).state is UNCONFIRMED
    one.run(seconds=SETTLE)
    assert newest(one).state is SENT and there(one) == [RIGHT]


def test_without_a_network_it_waits_and_when_refused_it_says_why(one: Desk) -> None:
    one.world.edits = [UNREACHABLE, REFUSED]
    correct(one)
    one.run()
    assert newest(one).state is DUE
    one.run(minutes=30)
    assert newest(one).state is HELD and newest(one).reason == "The text is too rude for this platform."
    one.outbox.retry(newest(one).id, one.clock())
    one.run()
    assert there(one) == [RIGHT]


def test_while_everything_is_paused_nothing_is_corrected(one: Desk) -> None:
    one.world.after_edit = [LOST]
    correct(one)
    one.run()
    one.world.edited.clear()
    one.office.pause(one.clock())
    one.run(hours=1)
    assert one.world.edited == [] and newest(one).state is UNCONFIRMED
    one.office.resume(one.clock())
    one.run()
    assert newest(one).state is SENT


def test_what_was_scheduled_long_ago_is_corrected_at_once(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.send(WRONG, tonight())
        made.clock.now = tonight()
        made.run()
        made.clock.advance(days=2)
        correct(made)
        made.run()
        assert there(made) == [RIGHT]


def test_altered_words_are_not_sent(one: Desk) -> None:
    correct(one)
    with one.store.write() as conn:
        conn.execute(text("UPDATE delivery SET frozen = replace(frozen, 'Thursday', 'Sunday')"))
    one.run()
    assert newest(one).state is HELD and there(one) == [WRONG]


def test_one_correction_at_a_time_so_that_an_older_one_never_comes_last(one: Desk) -> None:
    correct(one)
    with pytest.raises(NotReady, match="cannot be corrected yet") as caught:
        correct(one, "Other words.")
    assert "on its way" in caught.value.problems[0]
    one.outbox.cancel(newest(one).id, one.clock())
    correct(one, "Other words.")
    one.run()
    assert there(one) == ["Other words."]


def test_words_that_do_not_fit_or_do_not_differ_are_not_approved(one: Desk) -> None:
    for words, problem in ((WRONG, "Nothing is changed yet"), ("x" * 301, "1 too many"), (" ", "no text")):
        with pytest.raises(NotReady) as caught:
            correct(one, words)
        assert problem in caught.value.problems[0]
    assert len(one.deliveries()) == 1


def test_a_platform_that_cannot_change_a_post_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    made = assemble(store, World(), Clock(), replace(PLATFORM, abilities=PLATFORM.abilities & ~Ability.EDIT))
    made.connect("office")
    made.send(WRONG)
    made.run()
    assert offered(made).why_not.startswith("Scripted does not let PCC Desk change a post.")
    with pytest.raises(NotReady):
        correct(made)
    made.outbox.stop()
    store.close()


def test_what_a_person_posted_is_corrected_by_that_person(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.world.answers = [REFUSED]
        made.send(WRONG)
        made.run()
        made.outbox.post_by_hand(made.only().id, made.clock())
        made.outbox.confirm_posted(made.only().id, "https://scripted.example/7", made.clock())
        assert offered(made).why_not == "A person posted this on Scripted, so correct it there."


def test_what_was_taken_down_meanwhile_is_not_put_up_again(one: Desk) -> None:
    one.world.after_edit = [LOST]
    correct(one)
    one.run()
    one.outbox.withdraw(one.deliveries()[0].id, one.clock())
    one.run(hours=1)
    assert newest(one).state is CANCELLED and there(one) == []
    assert "taken down" in offered(one).why_not


def test_a_correction_that_waits_is_stopped_when_the_post_is_taken_down(one: Desk) -> None:
    correct(one)
    one.outbox.withdraw(one.deliveries()[0].id, one.clock())
    assert newest(one).state is CANCELLED


def test_after_a_restore_a_correction_waits_for_a_person(one: Desk) -> None:
    correct(one)
    with one.store.write() as conn:
        office.pause(conn, one.clock())
        doubts.distrust(conn, one.clock())
    one.office.resume(one.clock())
    one.run(hours=1)
    assert newest(one).state is HELD and there(one) == [WRONG]


def test_an_announcement_with_a_correction_is_still_sent_and_not_sent_twice(one: Desk) -> None:
    announcement = one.deliveries()[0].announcement_id
    assert announcement is not None
    correct(one)
    assert [each.id for each in one.compose.sent()] == [announcement] and one.compose.approved() == ()
    assert len(one.outbox.of_announcement(announcement)) == 1
    assert [each.frozen.text for each in one.corrections.made(announcement)] == [RIGHT]


def test_each_part_of_a_thread_is_corrected_on_its_own(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.send_thread("One", "Twoo", "Three")
        made.run()
        announcement = made.deliveries()[0].announcement_id
        assert announcement is not None
        parts = made.corrections.of_announcement(announcement, made.clock())
        made.corrections.approve([Correction(parts[1].delivery.id, "Two")], made.clock())
        made.run()
        assert there(made) == ["One", "Two", "Three"]


def test_everything_is_taken_down_everywhere_and_what_still_stands_is_named(one: Desk) -> None:
    one.connect("second", "third")
    one.world.answers = [None, None, REFUSED]
    announcement = one.send("To three.")
    one.run()
    one.world.withdrawals = [None, Unconfirmed("No clear answer came.")]
    told = one.outbox.withdraw_everywhere(announcement, one.clock.advance(5))
    assert told.places == 1 and told.left == ("Scripted: No clear answer came.",)
    assert sorted(each.state for each in one.outbox.of_announcement(announcement)) == [CANCELLED, SENT, SENT]
    again = one.outbox.withdraw_everywhere(announcement, one.clock.advance(timedelta(minutes=1).total_seconds()))
    assert (again.places, again.left) == (1, ())
    assert all(each.taken_back_at for each in one.outbox.of_announcement(announcement) if each.state is SENT)
    assert there(one) == [WRONG]


def test_a_website_shows_the_correction_at_the_same_address(tmp_path: Path) -> None:
    with open_connected_desk(tmp_path) as connected:
        services, clock = connected.services, connected.clock
        draft = services.compose.begin(clock())
        draft = services.compose.save(replace(draft, title="Meeting", text=WRONG), clock())
        services.compose.approve(draft.id, clock())
        services.outbox.run_due(clock)
        bluesky, website = services.corrections.of_announcement(draft.id, clock())
        assert "Bluesky does not let PCC Desk change a post" in bluesky.why_not and website.why_not == ""
        services.corrections.approve([Correction(website.delivery.id, RIGHT, "The meeting")], clock())
        services.outbox.run_due(clock)
        (post,) = connected.website.posts
        assert RIGHT in post.content and post.title == "The meeting"
        (_, after) = services.corrections.of_announcement(draft.id, clock())
        assert website.delivery.receipt is not None and after.delivery.receipt is not None
        assert after.delivery.receipt.url == website.delivery.receipt.url
        told = services.outbox.withdraw_everywhere(draft.id, clock())
        assert (told.places, told.left) == (2, ()) and connected.bluesky.posts == ()


@contextmanager
def changing(tmp_path: Path, platform: Platform) -> Iterator[Desk]:
    """A desk on a platform that lets posts be changed its own way, with one wrong post."""
    store = open_store(tmp_path)
    made = assemble(store, World(), Clock(), platform)
    made.connect("office")
    made.send(WRONG)
    made.run()
    yield made
    made.outbox.stop()
    store.close()


def test_a_platform_that_lets_nobody_change_a_post_without_paying_says_so(tmp_path: Path) -> None:
    with changing(tmp_path, replace(PLATFORM, limits=replace(PLATFORM.limits, edits=0))) as one:
        assert "only paying members" in offered(one).why_not
        with pytest.raises(NotReady):
            correct(one)


def test_a_post_is_changed_only_as_often_as_the_platform_lets_it(tmp_path: Path) -> None:
    with changing(tmp_path, replace(PLATFORM, limits=replace(PLATFORM.limits, edits=1))) as one:
        correct(one)
        one.run()
        assert "lets a post be changed once, and this one was" in offered(one).why_not


def test_a_post_is_changed_only_while_the_platform_lets_it_counted_from_when_it_was_posted(tmp_path: Path) -> None:
    platform = replace(PLATFORM, limits=replace(PLATFORM.limits, edit_seconds=3_600.0))
    store = open_store(tmp_path)
    made = assemble(store, World(answers=[UNREACHABLE]), Clock(), platform)
    made.connect("office")
    made.send(WRONG)
    made.run()
    made.clock.advance(5_000)  # an hour and more after the first try, which reached nobody
    made.run()
    assert there(made) == [WRONG] and offered(made).why_not == ""
    made.clock.advance(3_700)
    assert "within 60 minutes" in offered(made).why_not
    made.outbox.stop()
    store.close()


def test_answers_that_cannot_be_changed_say_what_to_do_instead(tmp_path: Path) -> None:
    with changing(tmp_path, replace(PLATFORM, answers_stay=True)) as one:
        assert offered(one).why_not == ""
        answer = replace(offered(one).delivery, in_reply_to=MessageId(1))
        told = why_no_more(answer, replace(PLATFORM, answers_stay=True), (), one.clock(), one.clock())
        assert told == "Scripted does not let an answer be changed. Take it down and answer again."
