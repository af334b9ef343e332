"""The inbox: every message in one list, what the office does about it, and the road it comes in on."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from pcc_desk.checks.fit import find_cashtag_problems
from pcc_desk.errors import InputError, NotReady
from pcc_desk.model.account import Account, AccountState
from pcc_desk.model.answering import PRIVATE, KeptAnswer, audience_of
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, AnswersPrivately, Platform
from pcc_desk.model.conversation import Conversation
from pcc_desk.model.delivery import Delivery, DeliveryId, Frozen, Order
from pcc_desk.model.message import (
    Gap,
    Message,
    MessageCounts,
    MessageFilter,
    MessageId,
    MessageKind,
    MessagePage,
    MessageState,
)
from pcc_desk.model.situation import Trouble
from pcc_desk.services.answer_limits import Answering, measure
from pcc_desk.services.fetching import PATIENCE, Doors, Fetching, Now
from pcc_desk.services.freeze import clean_text
from pcc_desk.store import accounts, deliveries, message_counts, messages, moderation, streams
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_NEWER = 500
_SURROUNDINGS = 100  # messages before and after the one that is read
_REMEMBERED = 200


class Inbox:
    """Everything the desk does about what comes in; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors, patience: float = PATIENCE) -> None:
        """Fetch through the channels `doors` opens; one `fetch_due` waits `patience` seconds for slow streams."""
        self._store = store
        self._doors = doors
        self._fetching = Fetching(store, doors, patience)
        # Of the messages read last, so that counting needs no database.
        self._owners: dict[MessageId, tuple[Account, MessageKind]] = {}

    def page(self, which: MessageFilter, before: MessageId | None = None, limit: int = 50) -> MessagePage:
        """Give up to `limit` messages older than `before` (or the newest), newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return messages.page(conn, which, before, limit)

    def newer(self, which: MessageFilter, after: MessageId) -> tuple[Message, ...]:
        """Give the 500 messages that follow `after` most closely, newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return messages.newer(conn, which, after, MOST_NEWER)

    def by_ids(self, ids: Sequence[MessageId]) -> tuple[Message, ...]:
        """Give the messages with these ids that exist, newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return messages.by_ids(conn, ids)

    def counts(self) -> MessageCounts:
        """Give how many messages stand in each state, in all, by account and by kind. Raises: StoreError."""
        with self._store.read() as conn:
            return message_counts.read(conn)

    def gaps(self, since: datetime) -> tuple[Gap, ...]:
        """Give the times a platform could not give us that reach past `since`, newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return streams.gaps(conn, since)

    def problems(self) -> tuple[str, ...]:
        """Say in plain sentences what does not come in, and what came in but could not be read. Raises: StoreError."""
        return tuple(one.sentence for one in self.troubles())

    def troubles(self) -> tuple[Trouble, ...]:
        """Say the same, each sentence with what the server said. Raises: StoreError."""
        with self._store.read() as conn:
            names = {account.id: self._name(account) for account in accounts.all_in_use(conn)}
            ailing = streams.ailing(conn)
            spoiled = streams.spoiled_lately(conn)
        failing = dict[str, str]()
        for one in ailing:
            if one.account_id in names:
                failing.setdefault(f"{names[one.account_id]}: {one.problem}", one.detail)
        unread = (Trouble(_say_spoiled(names[number], n)) for number, n in spoiled.items() if number in names)
        return (*itertools.starmap(Trouble, failing.items()), *unread)

    def silent(self) -> tuple[str, ...]:
        """Name the accounts from which something does not come in just now. Raises: StoreError."""
        with self._store.read() as conn:
            ours = {account.id: account for account in accounts.all_in_use(conn)}
            ailing = dict.fromkeys(one.account_id for one in streams.ailing(conn))
        titles = {account_id: self._doors.platform_of(account).title for account_id, account in ours.items()}
        often = Counter(titles.values())
        silent = (account_id for account_id in ailing if account_id in ours)
        return tuple(titles[one] if often[titles[one]] == 1 else self._name(ours[one]) for one in silent)

    def conversation(self, message_id: MessageId) -> Conversation:
        """Give a message with what it answers, what others wrote there and what the office answered.

        Raises:
            InputError: there is no such message.
            StoreError: it could not be read.
        """
        with self._store.read() as conn:
            message = _find(conn, message_id)
            self._remember(conn, message)
            around = messages.around(conn, message, _SURROUNDINGS)
            answers = deliveries.answers_of(conn, [one.id for one in around])
            ours = None if message.delivery_id is None else deliveries.get(conn, DeliveryId(message.delivery_id))
            earlier = messages.earlier(conn, message_id)
            moderated = moderation.of_messages(conn, [one.id for one in around])
        sent = [answer for own in answers.values() for answer in own]
        return Conversation(message, ours, around, tuple(sorted(sent, key=_by_age)), earlier, moderated)

    def set_state(self, ids: Sequence[MessageId], state: MessageState, now: datetime) -> Changes:
        """Move messages to a state. Raises: StoreError."""
        with self._store.write() as conn:
            return Changes.MESSAGES if messages.set_state(conn, ids, state) else Changes.NONE

    def keep_answer(self, message_id: MessageId, text: str, private: bool | None = None) -> Changes:
        """Keep the answer being written, and who is meant to read it; on disk when this returns. Raises: StoreError."""
        with self._store.write() as conn:
            messages.keep_answer(conn, message_id, KeptAnswer(clean_text(text), private))
        return Changes.NONE

    def kept_answer(self, message_id: MessageId) -> KeptAnswer:
        """Give the answer being written, an empty one when there is none. Raises: StoreError."""
        with self._store.read() as conn:
            return messages.kept_answer(conn, message_id)

    def answer_length(self, message_id: MessageId, text: str, private: bool = False) -> tuple[int, int | None]:
        """Count an answer as its platform counts it, and give the platform's limit; pure once the message was read.

        A private one is counted as a message that only its reader sees.

        Raises:
            InputError: there is no such message.
            StoreError: it could not be read.
        """
        owner = self._owners.get(message_id)
        if owner is None:
            with self._store.read() as conn:
                owner = self._remember(conn, _find(conn, message_id))
        account, kind = owner
        platform = self._doors.platform_of(account)  # asked each time, because its limits may have changed
        return measure(platform, text, Answering(kind, private))

    def answer(self, message_id: MessageId, text: str, now: datetime, private: bool | None = None) -> Changes:
        """Put the answer into the outbox, forget its draft and move the message to waiting, all together.

        A private answer is read only by who wrote the message. None answers as the message itself came: a private
        message is never answered in public, whatever is asked for.

        Raises:
            NotReady: the answer cannot be sent as it stands, or not to those readers; it is kept.
            ChannelError: the platform's channel has no private answer to this message.
            InputError: there is no such message.
            StoreError: nothing was changed.
        """
        text = clean_text(text)
        with self._store.read() as conn:
            message = _find(conn, message_id)
            private = message.kind in PRIVATE if private is None else private
            self._refuse_unready(conn, message, KeptAnswer(text, private), now)
        token = message.reply_token
        if private and message.kind not in PRIVATE:
            token = cast(AnswersPrivately, self._doors.open(message.account_id)).privately(token)
        with self._store.write() as conn:
            self._refuse_unready(conn, message, KeptAnswer(text, private), now)  # another desk may have been quicker
            frozen = Frozen(key="", text=text, answers=token, private=private)
            deliveries.enqueue(conn, Order(message.account_id, frozen, now, in_reply_to=message_id), now)
            messages.keep_answer(conn, message_id, KeptAnswer())
            messages.set_state(conn, [message_id], MessageState.WAITING)
        return Changes.DELIVERIES | Changes.MESSAGES

    def fetch_due(self, now: Now) -> Changes:
        """Fetch every stream that is due, and tell what changed. Raises: StoreError."""
        return self._fetching.run_due(now)

    def stop(self) -> None:
        """Fetch nothing more; what is under way ends in its own time."""
        self._fetching.stop()

    def _refuse_unready(self, conn: "Connection", message: Message, answer: KeptAnswer, now: datetime) -> None:
        problems, account = [], accounts.get(conn, message.account_id)
        if not answer.text.strip():
            problems.append("There are no words in the answer yet.")
        if account is None or account.state is AccountState.DISCONNECTED:
            problems.append("The account this message came to is not connected any more. Connect it again in Settings.")
        else:
            platform, private = self._doors.platform_of(account), bool(answer.private)
            before = deliveries.answers_of(conn, [message.id]).get(message.id, ())
            if why_not := audience_of(platform, message, before, now).why_not(private):
                problems.append(why_not)
            problems.extend(_find_limits(platform, answer.text, Answering(message.kind, private)))
        if problems:
            raise NotReady(problems[0], tuple(problems), "What you wrote is kept.")

    def _remember(self, conn: "Connection", message: Message) -> tuple[Account, MessageKind]:
        account = accounts.get(conn, message.account_id)
        assert account is not None  # a message belongs to an account, and accounts are never removed
        if len(self._owners) >= _REMEMBERED:
            self._owners.clear()
        self._owners[message.id] = account, message.kind
        return account, message.kind

    def _name(self, account: Account) -> str:
        return f"{self._doors.platform_of(account).title} ({account.handle})"


def _find(conn: "Connection", message_id: MessageId) -> Message:
    message = messages.get(conn, message_id)
    if message is None:
        raise InputError("This message is not here any more.", "Choose another message in the list.")
    return message


def _find_limits(platform: Platform, text: str, answering: Answering) -> list[str]:
    problems = []
    if Ability.ANSWER not in platform.abilities:
        problems.append(f"{platform.title} does not let PCC Desk answer. Answer there by hand.")
    length, limit = measure(platform, text, answering)
    if limit is not None and length > limit:
        problems.append(f"The answer is {length - limit} characters too long for {platform.title}.")
    elif platform.limits.utf8_bytes is not None and _utf8_bytes(text) > platform.limits.utf8_bytes:
        problems.append(f"{platform.title} cannot take this many accents and emoji. Use fewer.")
    if platform.limits.cashtags is not None and not answering.private:
        problems += find_cashtag_problems(platform, _cashtags(text))
    return problems


def _utf8_bytes(text: str) -> int:
    # The rules of counting take as long to load as a panel.
    from pcc_desk.channels import text as texts

    return texts.utf8_bytes(text)


def _cashtags(text: str) -> int:
    # The rules of counting take as long to load as a panel.
    from pcc_desk.channels import text as texts

    return texts.cashtags(text)


def _by_age(answer: Delivery) -> datetime:
    return answer.created_at


def _say_spoiled(name: str, n: int) -> str:
    if n == 1:
        return f"{name}: 1 message came in today that PCC Desk could not read. It is kept."
    return f"{name}: {n} messages came in today that PCC Desk could not read. They are kept."
