"""What a backup that was put back says of deliveries: nothing that waited then is believed before it was looked for."""

from datetime import datetime

from sqlalchemy import Connection, select

from pcc_desk.model.delivery import DeliveryId, DeliveryState
from pcc_desk.store import claims, due
from pcc_desk.store.claims import Verdict
from pcc_desk.store.deliveries import OPEN
from pcc_desk.store.schema import attempt, delivery

SENTENCE = "The office's records came back from a backup, so this may have gone out already."
CORRECTION = (
    "The office's records came back from a backup. A newer correction may have been made since: "
    "look at what stands there, then send this one or stop it."
)
_RESTORED = "restored: "  # begins the outcome of the record that says how a delivery stood in the backup


def distrust(conn: Connection, now: datetime) -> int:
    """Look for everything that had not ended before anything else is done about it; tell how many.

    What was held, unclear or a person's to post may have gone out since as well as what was due. What is scheduled
    keeps its time, because `claims` makes nothing due before that. A correction is held: a newer one may have been made
    since, and would be undone.
    """
    waiting = delivery.c.state.in_([state.value for state in OPEN])
    found = conn.execute(select(delivery.c.id, delivery.c.state, delivery.c.corrects_id).where(waiting)).all()
    for row in found:
        verdict = Verdict(DeliveryState.UNCONFIRMED, f"{_RESTORED}{row.state}", SENTENCE, now)
        if row.corrects_id is not None:
            verdict = Verdict(DeliveryState.HELD, f"{_RESTORED}{row.state}", CORRECTION)
        claims.change(conn, DeliveryId(row.id), OPEN, verdict, now)
    return len(found)


def stood_as(conn: Connection, delivery_id: DeliveryId) -> DeliveryState | None:
    """Give how a delivery stood in the backup that was put back; None when a person has decided about it since."""
    decisive = attempt.c.outcome.in_([due.ASKED, due.NOT_THERE]) | attempt.c.outcome.startswith(_RESTORED)
    newest = select(attempt.c.outcome).where(attempt.c.delivery_id == delivery_id, decisive)
    outcome = conn.execute(newest.order_by(attempt.c.number.desc()).limit(1)).scalar_one_or_none()
    if outcome is None or not outcome.startswith(_RESTORED):
        return None
    return DeliveryState(outcome.removeprefix(_RESTORED))
