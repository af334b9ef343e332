"""The record of what the office did about what others wrote: rows are added and settled, never changed or removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from pcc_desk.model.message import Message, MessageId
from pcc_desk.model.moderation import Decision, Found, Measure, Moderated, Outcome
from pcc_desk.store.moderation_schema import moderation

# Built once, because building a statement costs as much as running it; its plan is tested.
OF_MESSAGES = (
    select(moderation)
    .where(moderation.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(moderation.c.message_id, moderation.c.id)
)


def begin(conn: Connection, message: Message, decision: Decision, by: str, now: datetime) -> int:
    """Note a measure about to be asked for, with the message as it stands now; give the record's id."""
    author = " ".join(filter(None, (message.author.name, message.author.handle)))
    result = conn.execute(
        moderation.insert().values(
            message_id=message.id,
            measure=decision.measure.value,
            rule=decision.rule,
            words=decision.words,
            by=by,
            asked_at=now,
            author=author,
            text=message.text,
            url=message.url,
            outcome=Outcome.ASKED.value,
        )
    )
    return int(result.lastrowid)


def settle(conn: Connection, record: int, found: Found, now: datetime) -> None:
    """Note what became of a measure; one that is settled stays as it is."""
    conn.execute(
        moderation.update()
        .where(moderation.c.id == record, moderation.c.outcome == Outcome.ASKED.value)
        .values(outcome=found.outcome.value, sentence=found.sentence, detail=found.detail, settled_at=now)
    )


def of_messages(conn: Connection, ids: Sequence[MessageId]) -> tuple[Moderated, ...]:
    """Give what was done about these messages, message by message, oldest first."""
    rows = conn.execute(OF_MESSAGES, {"ids": list(ids)})
    return tuple(
        Moderated(
            row.id,
            MessageId(row.message_id),
            Decision(Measure(row.measure), row.rule, row.words),
            row.by,
            row.asked_at,
            row.author,
            row.text,
            row.url,
            Outcome(row.outcome),
            row.sentence,
            row.detail,
        )
        for row in rows
    )
