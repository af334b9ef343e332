"""People whom an email of ours did not reach, because their server refused it at once or sent it back later."""

from dataclasses import dataclass

from pcc_desk.model.message import Incoming

STEP = "unreached "  # begins the name under which one is noted with the email's key; the address follows
GROUP = 50  # people in one transaction; many servers take no more than a hundred
PEOPLE, ALL, DOUBT = "people", "all", "in doubt"  # noted of one email: its list, that it ended, its unclear group
REACHED = "reached"  # the name under which it is noted that somebody has an email
STOPPED_PARTLY = "You stopped it part of the way. Some of the people have it already; the others will not get it."
HALFWAY = "Some people have it already."  # begins the reason of one that stopped between two groups
NOT_TO_ALL = "Posted, but not to everybody."  # begins the reason of such a delivery
CAME_BACK = "It came back: this address cannot be reached. Find another way to answer."


@dataclass(frozen=True, slots=True)
class Unreached:
    """One address and what its server said; hostile text."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail server's report about the email with this `key` of ours: whom it did not reach, () when it is only late.

    `instead` is the message to be shown when the key turns out to be none of ours.
    """

    key: str
    people: tuple[Unreached, ...]
    instead: Incoming
