"""Where a delivery stands, in plain words."""

from datetime import datetime

from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.unreached import CAME_BACK, HALFWAY, NOT_TO_ALL
from pcc_desk.ui.reading.moments import say_when

_TONES = {
    DeliveryState.DUE: "",
    DeliveryState.SENDING: "accent",
    DeliveryState.SENT: "green",
    DeliveryState.UNCONFIRMED: "amber",
    DeliveryState.HELD: "red",
    DeliveryState.UNSURE: "amber",
    DeliveryState.BY_HAND: "amber",
    DeliveryState.CANCELLED: "",
}


def tone_of(delivery: Delivery) -> str:
    """Give the tone in which a delivery's state is shown."""
    return "amber" if _missed_people(delivery) else _TONES[delivery.state]


def say_state(delivery: Delivery, now: datetime) -> str:
    """Say in a few words where a delivery stands; its `reason` tells the rest."""
    if _missed_people(delivery):
        return "Came back" if delivery.reason == CAME_BACK else "Posted, not to everybody"
    if delivery.state is DeliveryState.SENT and delivery.receipt is not None:
        return f"Posted {say_when(delivery.receipt.at, now)}"
    if delivery.state is DeliveryState.SENT:
        return "Corrected"
    if delivery.state is DeliveryState.HELD and delivery.reason.startswith(HALFWAY):
        return "Sent to some people only"
    if delivery.state is DeliveryState.DUE:
        late = delivery.due_at <= now
        return "Waiting to be sent" if late else f"Waiting until {say_when(delivery.due_at, now)}"
    return {
        DeliveryState.SENDING: "Sending",
        DeliveryState.UNCONFIRMED: "Checking whether it went out",
        DeliveryState.HELD: "Not sent",
        DeliveryState.BY_HAND: "By hand: waiting for you",
        DeliveryState.UNSURE: "We cannot tell whether it went out",
    }.get(delivery.state, "Not sent: you stopped it")


def _missed_people(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.SENT and delivery.reason.startswith((NOT_TO_ALL, CAME_BACK))
