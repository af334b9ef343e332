"""The outbox in a real window, on a real desk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.delivery import DeliveryLine, DeliveryState
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.outbox.actions import Deed, actions_for
from pcc_desk.ui.outbox.panel import OutboxPanel
from tests.ui.screen import Browser, Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def open_outbox(screen: Screen, rows: int) -> OutboxPanel:
    """Show the outbox and wait until it shows so many deliveries and the first of them."""
    panel = OutboxPanel(screen.desk.services, screen.background)
    screen.show(panel)
    screen.wait(lambda: panel.rows.rowCount() == rows and (not rows or "What happened" in words_of(panel.detail)))
    return panel


def lines_of(panel: OutboxPanel) -> list[DeliveryLine]:
    return [record for row in range(panel.rows.rowCount()) if (record := panel.rows.record(row))]


def choose_account(panel: OutboxPanel, platform: str) -> DeliveryLine:
    """Choose the delivery that goes to a platform."""
    row = [line.account.platform for line in lines_of(panel)].index(platform)
    panel.table.selectRow(row)
    line = panel.rows.record(row)
    assert line is not None
    return line


def test_what_was_posted_is_shown_whole_with_its_proof(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.\n\nAt seven.")
    panel = open_outbox(screen, 2)
    choose_account(panel, "bluesky")
    screen.wait(lambda: "See it on Bluesky" in words_of(panel.detail))
    seen = words_of(panel.detail)
    assert "Come and ask the Commissioner." in seen and "At seven." in seen
    assert "It has not been tried yet." not in seen
    button_of(panel.detail, "Copy the link").click()
    posted = screen.desk.services.outbox.page()
    assert QGuiApplication.clipboard().text() in [line.delivery.receipt.url for line in posted if line.delivery.receipt]


def test_the_link_of_a_receipt_opens_in_the_browser_by_the_rules_of_all_links(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    panel = open_outbox(screen, 2)
    choose_account(panel, "bluesky")
    browser = Browser()
    screen.wait(lambda: "See it on Bluesky" in words_of(panel.detail))
    button_of(panel.detail, "See it on Bluesky").click()
    button_of(panel.detail, "Open it").click()  # the rehearsal server is not protected
    browser.leave()
    assert len(browser.opened) == 1 and browser.opened[0].startswith(screen.desk.bluesky.url)


def test_what_waits_can_be_stopped_and_is_never_sent(screen: Screen) -> None:
    later = choose(on_wall(screen.desk.clock() + timedelta(days=2)).replace(microsecond=0))
    screen.publish("Later", "Not yet.", later)
    panel = open_outbox(screen, 2)
    screen.wait(lambda: "It has not been tried yet." in words_of(panel.detail))
    assert "Waiting until" in words_of(panel.detail)
    choose_account(panel, "bluesky")
    screen.wait(lambda: "Bluesky" in words_of(panel.detail))
    button_of(panel.detail, "Do not send").click()
    screen.wait(lambda: "Not sent: you stopped it" in words_of(panel.detail))
    screen.desk.clock.advance(days=2, minutes=1)
    screen.send()
    assert not screen.desk.bluesky.posts and len(screen.desk.website.posts) == 1


def test_a_post_is_taken_down_only_after_a_question(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    panel = open_outbox(screen, 2)
    choose_account(panel, "bluesky")
    screen.wait(lambda: "Take it down from Bluesky" in words_of(panel.detail))
    button_of(panel.detail, "Take it down from Bluesky").click()
    assert len(screen.desk.bluesky.posts) == 1
    button_of(panel.detail, "Leave it there").click()
    assert len(screen.desk.bluesky.posts) == 1
    button_of(panel.detail, "Take it down from Bluesky").click()
    button_of(panel.detail, "Take it down").click()
    screen.wait(lambda: not screen.desk.bluesky.posts)
    screen.wait(lambda: "taken back" in words_of(panel.detail))


def test_the_filters_choose_what_needs_a_person_and_what_waits(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    later = choose(on_wall(screen.desk.clock() + timedelta(days=2)).replace(microsecond=0))
    screen.publish("Later", "Not yet.", later)
    panel = open_outbox(screen, 4)
    panel.choose_filter("Waiting")
    screen.wait(lambda: [line.delivery.state for line in lines_of(panel)] == [DeliveryState.DUE] * 2)
    panel.choose_filter("Posted")
    screen.wait(lambda: [line.delivery.state for line in lines_of(panel)] == [DeliveryState.SENT] * 2)
    panel.choose_filter("Needs you")
    screen.wait(lambda: panel.rows.rowCount() == 0)
    assert "Nothing needs you." in words_of(panel)
    screen.desk.services.accounts.sign_out_seen(screen.desk.accounts[0].id)
    screen.background.changed.emit(Changes.ACCOUNTS)
    screen.wait(lambda: panel.rows.rowCount() == 1 and panel.filters[1].text() == "Needs you (1)")


def test_a_delivery_asked_for_is_shown_wherever_it_stands(screen: Screen) -> None:
    for number in range(3):
        screen.publish(f"Number {number}", "Words.")
        screen.desk.clock.advance(minutes=5)
    oldest = screen.desk.services.outbox.page()[-1]
    panel = open_outbox(screen, 6)
    panel.choose_filter("Needs you")
    screen.wait(lambda: panel.rows.rowCount() == 0)
    panel.show_delivery(oldest.delivery.id)
    screen.wait(lambda: (line := panel.detail.line()) is not None and line.delivery.id == oldest.delivery.id)


def test_an_empty_outbox_says_what_belongs_here(screen: Screen) -> None:
    panel = open_outbox(screen, 0)
    screen.wait(lambda: "come here and go out by themselves" in words_of(panel))
    with screen.qtbot.waitSignal(panel.place_requested) as asked:
        button_of(panel, "Write an announcement").click()
    assert asked.args == ["Compose"]


def test_each_state_offers_its_own_ways_on(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    line = screen.desk.services.outbox.page()[0]
    platform = screen.desk.services.accounts.platform_of(line.account)

    def offered(state: DeliveryState, attempts: int = 1) -> list[Deed]:
        changed = replace(line, delivery=replace(line.delivery, state=state, attempts=attempts, reason=""))
        return [action.deed for action in actions_for(changed, platform)]

    assert offered(DeliveryState.DUE, 0) == [Deed.CANCEL]
    assert offered(DeliveryState.DUE) == [Deed.RETRY, Deed.CANCEL]
    assert offered(DeliveryState.HELD) == [Deed.RETRY, Deed.BY_HAND, Deed.CANCEL]
    assert offered(DeliveryState.BY_HAND) == [Deed.POSTED, Deed.RETRY, Deed.CANCEL]
    assert offered(DeliveryState.UNSURE) == [Deed.POSTED, Deed.ABSENT]
    assert offered(DeliveryState.SENDING) == offered(DeliveryState.UNCONFIRMED) == []
    assert offered(DeliveryState.CANCELLED) == []
    changed = replace(line, delivery=replace(line.delivery, state=DeliveryState.BY_HAND))
    assert [each.deed for each in actions_for(changed, replace(platform, by_hand=True))] == [Deed.POSTED, Deed.CANCEL]
    assert all(not action.why_not for action in actions_for(line, platform))


@pytest.mark.parametrize(("by_hand", "reason"), [(False, "cannot be called back"), (True, "A person posted this")])
def test_what_cannot_be_taken_down_says_why_beside_a_button_that_is_grey(
    screen: Screen, by_hand: bool, reason: str
) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    panel = open_outbox(screen, 2)
    line = choose_account(panel, "bluesky")
    screen.wait(lambda: "See it on Bluesky" in words_of(panel.detail))
    platform = screen.desk.services.accounts.platform_of(line.account)
    panel.detail.know({"bluesky": replace(platform, abilities=Ability.NONE, by_hand=by_hand)})
    screen.wait(lambda: reason in words_of(panel.detail))
    down = button_of(panel.detail, "Take it down from Bluesky")
    assert not down.isEnabled() and reason in down.accessibleDescription()
    panel.detail.know({"bluesky": platform})
    screen.wait(lambda: "See it on Bluesky" in words_of(panel.detail))
    assert button_of(panel.detail, "Take it down from Bluesky").isEnabled()


def test_sending_again_what_may_be_there_warns_of_a_second_copy(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    line = screen.desk.services.outbox.page()[0]
    platform = screen.desk.services.accounts.platform_of(line.account)
    unsure = replace(line, delivery=replace(line.delivery, state=DeliveryState.UNSURE))
    absent = actions_for(unsure, platform)[1]
    assert absent.words == "It is not there: send again" and "twice" in absent.question
    assert line.account.state is AccountState.CONNECTED


def test_a_clock_the_servers_doubt_can_be_vouched_for_by_a_person(screen: Screen) -> None:
    panel = open_outbox(screen, 0)
    assert not panel.problem.isVisible()
    clock, true = screen.desk.clock, screen.desk.clock()
    clock.now = true + timedelta(hours=1)
    for server in (screen.desk.bluesky, screen.desk.website):
        server._server._server.now = lambda: true
    screen.fetch()
    screen.send()
    screen.wait(lambda: "Scheduled announcements wait." in panel.problem.text() and panel.trust.isVisible())
    panel.trust.click()
    button_of(panel, "The clock is right").click()
    screen.wait(lambda: not panel.problem.isVisible())


def test_an_address_typed_in_one_window_is_there_in_the_next(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    panel = open_outbox(screen, 2)
    assert panel.hand_over() is None
    chosen = choose_account(panel, "bluesky")
    panel.detail.address.setText("https://bsky.example/post/1")
    held, renewed = panel.hand_over(), OutboxPanel(screen.desk.services, screen.background)
    assert held is not None
    renewed.take_over(held)
    screen.show(renewed)
    screen.wait(lambda: renewed.rows.rowCount() == 2 and renewed.table.selectionModel().hasSelection())
    line = renewed.detail.line()
    assert line is not None and line.delivery.id == chosen.delivery.id
    assert renewed.detail.address.text() == "https://bsky.example/post/1"


def test_a_thread_is_one_card_and_its_parts_are_seen_whole(screen: Screen) -> None:
    text = " ".join(f"Sentence {number} of the plan is written here." for number in range(12))
    compose, clock = screen.desk.services.compose, screen.desk.clock
    draft = compose.begin(clock())
    chosen = replace(draft, title="The plan", text=text, threads=draft.accounts)
    compose.approve(compose.save(chosen, clock()).id, clock())
    screen.send()
    panel = open_outbox(screen, 2)
    line = choose_account(panel, "bluesky")
    assert len(line.parts) == 2
    screen.wait(lambda: "Part 2 of 2" in words_of(panel.detail) and "Part 2: Posted." in words_of(panel.detail))
    assert "as a thread of 2" in words_of(panel.detail)
    button_of(panel.detail, "Take the whole thread down from Bluesky").click()
    button_of(panel.detail, "Take it down").click()
    screen.wait(lambda: "Taken down" in words_of(panel.detail))
    assert screen.desk.bluesky.posts == ()
