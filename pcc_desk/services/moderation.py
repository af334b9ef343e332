"""Hiding, showing and deleting what others wrote under the office's posts: recorded first, then asked for at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from pcc_desk.errors import ChannelError, Gone, InputError, RateLimited, Rejected, Unauthorized, Unreachable
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Moderates, Platform
from pcc_desk.model.message import Message, MessageId, MessageKind
from pcc_desk.model.moderation import HOUSE_RULES, Decision, Found, Measure, Moderated, Outcome, why_cannot
from pcc_desk.services.freeze import clean_text
from pcc_desk.services.office import PERSON
from pcc_desk.store import accounts, messages, moderation, office
from pcc_desk.store.engine import Store

MOST_WORDS = 500  # characters of a reason
MOST_RULES, LONGEST_RULE = 20, 120  # so that they can be read in one list; characters
_RULES = "house_rules"
_DONE = {
    Measure.HIDE: "It is hidden on {}.",
    Measure.SHOW: "It is shown again on {}.",
    Measure.REMOVE: "It is deleted from {}.",
}
_UNCLEAR = "{0} gave no clear answer, not even when asked again. It may have worked. Look on {0}, then ask again here."
_OFFLINE = "{} cannot be reached just now, so nothing was changed. This needs the network: try again when it is back."


class Doors(Protocol):
    """What moderation needs of the accounts."""

    def open(self, account_id: AccountId) -> Moderates:
        """Give the one channel of an account. Raises: DeskError."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""

    def sign_out_seen(self, account_id: AccountId) -> Changes:
        """Note that the platform does not accept the account's sign-in any more."""


class Moderation:
    """Takes measures on the platforms and keeps the record of each for ever; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    def rules(self) -> tuple[str, ...]:
        """Give the office's house rules, as they are offered now. Raises: StoreError."""
        with self._store.read() as conn:
            return tuple(office.get(conn, _RULES) or HOUSE_RULES)

    def keep_rules(self, rules: Iterable[str]) -> Changes:
        """Keep other house rules in their order; every record keeps the words of the rule it was made by.

        Raises:
            InputError: there are none, too many, or one is too long.
            StoreError: they could not be kept.
        """
        kept = _tidied(rules)
        with self._store.write() as conn:
            office.put(conn, _RULES, kept)
        return Changes.OFFICE

    def take(self, message_id: MessageId, decision: Decision, now: datetime) -> Moderated:
        """Record a measure with the message as it stands, ask the platform for it at once, and record the outcome.

        It is never queued: what cannot be asked for now is not done. An unclear answer is looked into by asking once
        more, because asking twice is asking once.

        Raises:
            InputError: a reason is missing, or the platform has no such measure; nothing was recorded.
            StoreError: it could not be recorded; nothing was asked for, or what came of it stays unknown.
        """
        decision = _checked(decision)
        with self._store.write() as conn:
            message = messages.get(conn, message_id)
            if message is None:
                raise InputError("This message is not here any more.", "Choose another message in the list.")
            account = accounts.get(conn, message.account_id)
            assert account is not None  # a message belongs to an account, and accounts are never removed
            platform = self._doors.platform_of(account)
            _refuse_impossible(platform, account, message, decision)
            record = moderation.begin(conn, message, decision, office.get(conn, PERSON) or "", now)
        found = self._ask(message, decision.measure, platform.title)
        with self._store.write() as conn:
            moderation.settle(conn, record, found, now)
            shown = decision.measure is Measure.SHOW and found.outcome is Outcome.DONE
            if shown and message.kind is MessageKind.HELD:
                messages.become(conn, message_id, MessageKind.COMMENT)
            kept = moderation.of_messages(conn, [message_id])
        return next(one for one in kept if one.id == record)

    def _ask(self, message: Message, measure: Measure, title: str) -> Found:
        """Ask for a measure, and once more where the first answer was unclear."""
        detail = ""
        for first in (True, False):
            try:
                self._do(message, measure)
            except Gone as gone:
                return _gone(measure, title, gone.detail)
            except (Unreachable, RateLimited, Rejected, Unauthorized) as refusal:
                if isinstance(refusal, Unauthorized):
                    self._doors.sign_out_seen(message.account_id)
                if not first:
                    break  # the first may have worked
                return Found(Outcome.NOT_DONE, _refused(refusal, title), refusal.detail)
            except ChannelError as error:
                detail = error.detail
            else:
                return Found(Outcome.DONE, _DONE[measure].format(title))
        return Found(Outcome.UNCLEAR, _UNCLEAR.format(title), detail)

    def _do(self, message: Message, measure: Measure) -> None:
        channel = self._doors.open(message.account_id)
        if measure is Measure.REMOVE:
            channel.remove(message.remote_id, message.reply_token)
        else:
            channel.hide(message.remote_id, message.reply_token, measure is Measure.HIDE)


def _tidied(rules: Iterable[str]) -> list[str]:
    """Give each rule on one line and once, without empty ones. Raises: InputError."""
    lines = (" ".join(clean_text(rule).split()) for rule in rules)
    kept = list(dict.fromkeys(line for line in lines if line))
    if not kept:
        raise InputError("There is no rule left.", "Write at least one rule, then save again.")
    if len(kept) > MOST_RULES:
        raise InputError(f"These are {len(kept)} rules. PCC Desk offers {MOST_RULES} at most.", "Join some of them.")
    for rule in kept:
        if len(rule) > LONGEST_RULE:
            start = f"{rule[:40]}…"
            raise InputError(f"The rule “{start}” is longer than {LONGEST_RULE} characters.", "Make it shorter.")
    return kept


def _checked(decision: Decision) -> Decision:
    words = clean_text(decision.words).strip()
    if not decision.rule:
        raise InputError("No reason is chosen yet.", "Choose one in the list.")
    if not words:
        raise InputError("There are no words about the reason yet.", "Write one sentence. It is kept with the record.")
    if len(words) > MOST_WORDS:
        raise InputError(f"The reason is longer than {MOST_WORDS} characters.", "Make it shorter.")
    return Decision(decision.measure, decision.rule, words)


def _refuse_impossible(platform: Platform, account: Account, message: Message, decision: Decision) -> None:
    if account.state is AccountState.DISCONNECTED:
        raise InputError("The account this message came to is not connected any more.", "Connect it again in Settings.")
    if why := why_cannot(platform, message, decision.measure):
        raise InputError(why)


def _gone(measure: Measure, title: str, detail: str) -> Found:
    if measure is Measure.REMOVE:
        return Found(Outcome.DONE, f"It is not on {title} any more.")
    return Found(Outcome.NOT_DONE, f"It is not on {title} any more, so nothing was changed.", detail)


def _refused(refusal: ChannelError, title: str) -> str:
    if isinstance(refusal, Unreachable):
        return _OFFLINE.format(title)
    return " ".join(filter(None, (refusal.sentence, "Nothing was changed.", refusal.next_step)))
