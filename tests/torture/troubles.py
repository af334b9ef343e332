"""What can go wrong with one call, and where an announcement must end that meets it: the rules, said once more."""

from collections.abc import Sequence
from enum import StrEnum

from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import DeliveryState

LOOKS = 2  # that must not find it before it may go again, or a person is asked


class Trouble(StrEnum):
    """What the next call to a platform meets."""

    UNREACHABLE = "no connection"
    LIMITED = "asked to wait"
    UNREADY = "a step before the public one went wrong"
    LOST_BEFORE = "cut before it was done"
    LOST_AFTER = "done, and cut before the answer"
    DONE_BUT_FAILED = "done, and answered with a failure of the server"
    REFUSED = "refused"


WEIGHTS = (3, 2, 3, 3, 3, 3, 1)
_DONE = (Trouble.LOST_AFTER, Trouble.DONE_BUT_FAILED)
_NOTHING_LEFT = (Trouble.UNREACHABLE, Trouble.LIMITED, Trouble.UNREADY)


def expected(troubles: Sequence[Trouble | None], guarantee: Guarantee) -> tuple[DeliveryState, int]:
    """Say where a delivery must end that meets one of the troubles at each call, and how many copies stand there then.

    It is written from the promises, and knows nothing of how the desk keeps them: what is refused waits for a person.
    What got no clear answer is looked for. What is found was sent. What two looks do not find goes again, or with class
    D a person is asked. A look that is refused asks a person; one that fails is made again.
    """
    coming, copies, looks = list(troubles), 0, -1  # looks are counted while it is in doubt
    while True:
        trouble = coming.pop(0) if coming else None
        if looks < 0:
            if trouble is None:
                return DeliveryState.SENT, 1
            if trouble is Trouble.REFUSED:
                return DeliveryState.HELD, copies
            if trouble not in _NOTHING_LEFT:
                copies, looks = copies + (trouble in _DONE), 0
        elif trouble is Trouble.REFUSED and guarantee is not Guarantee.D:  # a mailbox has no way to refuse one look
            return DeliveryState.UNSURE, copies
        elif trouble is None:
            looks += 1
            if copies and guarantee is not Guarantee.D:  # what was emailed to a list leaves no trace to be found
                return DeliveryState.SENT, copies
            if looks == LOOKS and guarantee is Guarantee.D:
                return DeliveryState.UNSURE, copies
            if looks == LOOKS:
                looks = -1
