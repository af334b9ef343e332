"""Whom an email did not reach: listed in the outbox, tied to what was sent, and never shown as a resident's message."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import InputError
from pcc_desk.model.account import SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.model.schedule import Schedule
from pcc_desk.model.unreached import CAME_BACK, GROUP, HALFWAY, NOT_TO_ALL, STOPPED_PARTLY
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.inbox import Inbox
from pcc_desk.services.outbox import Outbox
from pcc_desk.services.words import say_standing
from pcc_desk.ui.reading.delivery_words import say_state
from tests.channels.mail_desk import NUMBERS, whole
from tests.channels.test_mail_groups import people, report_on
from tests.desk import Clock, open_store
from tests.servers.mail import PASSWORD, MailSystem
from tests.services.scripted import schedule

pytestmark = pytest.mark.servers


class Office:
    """A whole desk whose one account is an address on the real servers, with a list of people."""

    def __init__(self, folder: Path, mail: MailSystem, count: int = 3) -> None:
        self.mail, self.store, self.clock = mail, open_store(folder), Clock()
        accounts = Accounts(self.store, {"email": ADAPTERS["email"]}, Wire)
        self.compose, self.outbox = Compose(self.store, accounts), Outbox(self.store, accounts, patience=60)
        self.inbox = Inbox(self.store, accounts, patience=60)
        self.address = f"office{next(NUMBERS)}@desk.example"
        more = {"imap": mail.imap, "smtp": mail.smtp, "recipients": people(folder, count)}
        self.people = [f"p{number}@{folder.name}.example" for number in range(count)]
        self.account = accounts.connect(SignIn("email", "", self.address, PASSWORD, "password", more), self.clock())

    def send(self, planned: Schedule | None = None) -> Delivery:
        """Send a bulletin, now or at its time, and give its delivery."""
        draft = self.compose.begin(self.clock())
        wanted = replace(draft, title="The plan", text="It is out.", accounts=(self.account.id,), schedule=planned)
        self.compose.approve(self.compose.save(wanted, self.clock()).id, self.clock())
        if planned is not None:
            self.clock.advance(seconds=(planned.at - self.clock()).total_seconds())
        self.outbox.run_due(self.clock)
        return self.outbox.of_announcement(draft.id)[0]

    def again(self, delivery: Delivery) -> Delivery:
        """Give a delivery as it stands now."""
        line = self.outbox.line(delivery.id)
        assert line is not None
        return line.delivery

    def last(self) -> bytes:
        """Give the last letter of ours that the server took."""
        return whole([each for each in self.mail.accepted if each.mail_from == self.address][-1])

    def fetch(self) -> Changes:
        """Read the mailbox, a while later."""
        self.clock.advance(minutes=2)
        return self.inbox.fetch_due(self.clock)

    def subjects(self) -> list[str]:
        """Give the first lines of everything in the inbox."""
        return [each.text.partition("\n")[0] for each in self.inbox.page(MessageFilter(state=None)).messages]


@pytest.fixture
def office(tmp_path: Path, mail: MailSystem) -> Iterator[Office]:
    """The desk."""
    with opened(tmp_path, mail) as made:
        yield made


@contextmanager
def opened(folder: Path, mail: MailSystem, count: int = 3) -> Iterator[Office]:
    """Open a desk with a list of so many people."""
    made = Office(folder, mail, count)
    yield made
    mail.refuse.clear()
    mail.lose_answers = False
    made.outbox.stop()
    made.inbox.stop()
    made.store.close()


def test_an_address_that_is_refused_is_named_in_the_outbox(office: Office) -> None:
    office.mail.refuse[office.people[1]] = "550 5.1.1 User unknown"
    delivery = office.send()
    assert delivery.state is DeliveryState.SENT and delivery.reason.startswith(f"{NOT_TO_ALL} 1 address")
    (one,) = office.outbox.unreached(delivery.id)
    assert (one.address, one.why) == (office.people[1], "550 5.1.1 User unknown")


def test_a_report_is_tied_to_its_bulletin_and_nobody_sees_it_as_a_message(office: Office) -> None:
    delivery = office.send()
    assert delivery.reason == "" and office.outbox.unreached(delivery.id) == ()  # the control
    raw = report_on(office.last(), (office.people[0], "550 5.1.1 Nobody here"), (office.people[2], "552 Full"))
    for _ in range(2):  # servers repeat themselves
        office.mail.deliver_raw(office.address, raw)
        office.mail.deliver("ann@out.example", office.address, "Question", "When?")
        assert Changes.MESSAGES in office.fetch()
    assert office.subjects() == ["Question", "Question"]
    assert [one.address for one in office.outbox.unreached(delivery.id)] == [office.people[0], office.people[2]]
    assert office.again(delivery).reason.startswith(f"{NOT_TO_ALL} 2 addresses")
    table = office.outbox.write_unreached(delivery.id).decode("utf-8-sig").splitlines()
    assert table == [
        "Email,Why it did not arrive",
        f"{office.people[0]},550 5.1.1 Nobody here",
        f"{office.people[2]},552 Full",
    ]


def test_a_report_about_an_email_of_another_program_stays_a_message(office: Office) -> None:
    office.send()
    raw = report_on(office.last().replace(b"Message-ID: <", b"Message-ID: <x"), ("a@b.example", "no"))
    office.mail.deliver_raw(office.address, raw)
    office.fetch()
    assert office.subjects() == ["Undelivered Mail"]


def test_an_answer_that_came_back_opens_its_conversation_again(office: Office) -> None:
    office.mail.deliver("ann@out.example", office.address, "Question", "When?")
    office.fetch()
    (message,) = office.inbox.page(MessageFilter()).messages
    office.inbox.answer(message.id, "On Friday.", office.clock())
    office.outbox.run_due(office.clock)
    (answer,) = office.inbox.conversation(message.id).answers
    assert office.inbox.by_ids([message.id])[0].state is MessageState.WAITING
    office.mail.deliver_raw(office.address, report_on(office.last(), ("ann@out.example", "550 No such user")))
    assert Changes.DELIVERIES | Changes.MESSAGES in office.fetch()
    assert office.inbox.by_ids([message.id])[0].state is MessageState.OPEN
    assert office.inbox.conversation(message.id).answers[0].reason == CAME_BACK
    assert [one.address for one in office.outbox.unreached(answer.id)] == ["ann@out.example"]


def test_a_report_that_comes_before_the_last_group_went_is_not_lost(office: Office) -> None:
    office.mail.refuse[office.people[1]] = "451 4.3.0 busy"
    delivery = office.send()
    assert delivery.state is DeliveryState.DUE
    office.mail.deliver_raw(office.address, report_on(office.last(), (office.people[0], "550 No such user")))
    office.fetch()
    assert office.subjects() == []
    office.mail.refuse.clear()
    office.clock.advance(hours=1)
    office.outbox.run_due(office.clock)
    assert office.again(delivery).reason.startswith(f"{NOT_TO_ALL} 1 address")


def test_one_account_cannot_speak_of_the_emails_of_another(office: Office, tmp_path: Path) -> None:
    delivery = office.send()
    other = tmp_path / "other"
    other.mkdir()
    stranger = Office(other, office.mail)
    try:
        stranger.mail.deliver_raw(stranger.address, report_on(office.last(), (office.people[0], "no")))
        stranger.fetch()
        assert stranger.subjects() == ["Undelivered Mail"]
        assert office.outbox.unreached(delivery.id) == ()
    finally:
        stranger.outbox.stop()
        stranger.inbox.stop()
        stranger.store.close()


def test_what_was_stopped_after_some_people_had_it_is_never_called_not_sent(office: Office) -> None:
    office.mail.refuse[office.people[1]] = "451 4.2.1 Busy"
    delivery = office.send()
    assert delivery.state is DeliveryState.DUE and "Everybody has it but 1 address" in delivery.reason
    assert delivery.announcement_id is not None
    with pytest.raises(
        InputError, match="has gone out already"
    ):  # as a draft it could be sent to the same people again
        office.compose.unschedule(delivery.announcement_id, office.clock())
    office.outbox.cancel(delivery.id, office.clock())
    line = office.outbox.line(delivery.id)
    assert line is not None and line.words == STOPPED_PARTLY


def test_a_bulletin_taken_down_on_its_way_still_stands_with_those_who_have_it(office: Office) -> None:
    office.mail.refuse[office.people[1]] = "451 4.2.1 Busy"
    delivery = office.send()
    assert delivery.announcement_id is not None
    told = office.outbox.withdraw_everywhere(delivery.announcement_id, office.clock())
    assert told.places == 0 and len(told.left) == 1
    assert office.again(delivery).state is DeliveryState.CANCELLED
    assert office.again(delivery).reason == STOPPED_PARTLY


def test_a_bulletin_that_nobody_has_is_stopped_and_a_draft_again(office: Office) -> None:
    for address in office.people:
        office.mail.refuse[address] = "550 5.1.1 User unknown"
    delivery = office.send()
    assert delivery.state is DeliveryState.HELD
    assert delivery.announcement_id is not None
    office.compose.unschedule(delivery.announcement_id, office.clock())
    line = office.outbox.line(delivery.id)
    assert line is not None and line.words == "Not sent: you stopped it"


def test_a_word_that_an_unclear_group_has_it_sends_the_rest_and_nobody_a_second(
    tmp_path: Path, mail: MailSystem
) -> None:
    with opened(tmp_path, mail, 2 * GROUP + 1) as office:
        mail.lose_answers = True
        delivery = office.send()
        assert delivery.state is DeliveryState.UNCONFIRMED
        mail.lose_answers = False
        office.clock.advance(hours=1)
        office.outbox.run_due(office.clock)
        assert office.again(delivery).state is DeliveryState.UNSURE
        details = [attempt.detail for attempt in office.outbox.attempts(delivery.id)]
        assert any("Ask one person of the next group" in detail for detail in details)
        office.outbox.confirm_posted(delivery.id, "", office.clock())
        office.outbox.run_due(office.clock)
        assert office.again(delivery).state is DeliveryState.SENT
        got = [to for each in mail.accepted if each.mail_from == office.address for to in each.rcpt_tos]
        assert sorted(got) == sorted(office.people)


def test_a_bulletin_on_its_way_is_never_held_as_late(office: Office) -> None:
    office.mail.refuse[office.people[1]] = "451 4.2.1 Busy"
    delivery = office.send(schedule(office.clock() + timedelta(hours=1)))
    assert delivery.state is DeliveryState.DUE
    office.mail.refuse.clear()
    office.clock.advance(hours=3)
    office.outbox.run_due(office.clock)
    assert office.again(delivery).state is DeliveryState.SENT


def test_one_that_stopped_between_two_groups_is_not_called_unsent(office: Office) -> None:
    stopped = replace(office.send(), state=DeliveryState.HELD, reason=f"{HALFWAY} 3 of 10 groups have it.")
    assert say_standing(stopped, office.account) == f"{HALFWAY} 3 of 10 groups have it."
    assert say_state(stopped, office.clock()) == "Sent to some people only"
    assert say_standing(replace(stopped, reason="Refused."), office.account) == "Not sent. Refused."  # the control
