"""What a platform asks of answers that only one person reads."""

from dataclasses import dataclass

from pcc_desk.model.message import MessageKind


@dataclass(frozen=True, slots=True)
class PrivateRule:
    """To which kinds of public message a private answer may go: within `days` of it (0: always), and only once.

    A message that only its reader sees takes `length` characters at most, or UTF-8 bytes when `in_bytes`; 0 means as
    many as a public answer.
    """

    kinds: frozenset[MessageKind]
    days: int = 0
    once: bool = False
    length: int = 0
    in_bytes: bool = False
