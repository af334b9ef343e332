"""The border around a channel: whatever an adapter raises becomes a ChannelError, so the other accounts go on."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from pcc_desk.errors import DeskError, Unexpected
from pcc_desk.model.channel import (
    AnswersPrivately,
    Batch,
    Channel,
    Edits,
    Moderates,
    Piece,
    PiecePicture,
    Standing,
)
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.hosting import Hosted, Hosts
from pcc_desk.model.listening import Bell, Tells
from pcc_desk.model.live import GoesLive, LivePlan, LiveReceipt

_log = logging.getLogger(__name__)
MayRead = Callable[[bool], None]  # whether it is for the last time


class GuardedChannel:
    """A channel whose every verb raises ChannelError only; whoever asks for a further verb has seen its ability."""

    def __init__(self, channel: Channel, name: str, may_read: MayRead = lambda last: None) -> None:
        """Guard a channel; `may_read` raises ChannelError when nothing may be fetched just now."""
        self._channel = channel
        self._name = name
        self._may_read = may_read

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece. Raises: ChannelError."""
        with contained(self._name):
            return self._channel.publish(piece)

    def find(self, piece: Piece) -> Receipt | None:
        """Look whether a piece arrived after all. Raises: ChannelError."""
        with contained(self._name):
            return self._channel.find(piece)

    def fetch(self, stream: str, cursor: str, last: bool = False) -> Batch:
        """Give what is newer than `cursor` in one stream; `last` when it then ends. Raises: ChannelError."""
        with contained(self._name):
            self._may_read(last)
            return self._channel.fetch(stream, cursor)

    def listen(self, stream: str, bell: Bell) -> bool:
        """Ring when something new comes into a stream. Raises: ChannelError."""
        with contained(self._name):
            self._may_read(False)
            return cast(Tells, self._channel).listen(stream, bell)

    def withdraw(self, receipt: Receipt) -> None:
        """Take a publication back. Raises: ChannelError."""
        with contained(self._name):
            self._channel.withdraw(receipt)

    def check(self) -> Standing:
        """Prove the sign-in with a real call. Raises: ChannelError."""
        with contained(self._name):
            return self._channel.check()

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of what was posted. Raises: ChannelError."""
        with contained(self._name):
            return cast(Edits, self._channel).edit(receipt, piece)

    def host(self, name: str, picture: PiecePicture) -> Hosted:
        """Put a picture on the web. Raises: ChannelError."""
        with contained(self._name):
            return cast(Hosts, self._channel).host(name, picture)

    def host_film(self, name: str, film: PieceVideo) -> Hosted:
        """Put a film on the web. Raises: ChannelError."""
        with contained(self._name):
            return cast(Hosts, self._channel).host_film(name, film)

    def unhost(self, remote_id: str) -> None:
        """Take a picture or film off the web. Raises: ChannelError."""
        with contained(self._name):
            cast(Hosts, self._channel).unhost(remote_id)

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide what somebody wrote under ours, or show it again. Raises: ChannelError."""
        with contained(self._name):
            cast(Moderates, self._channel).hide(remote_id, token, hidden)

    def remove(self, remote_id: str, token: str) -> None:
        """Delete what somebody wrote under ours. Raises: ChannelError."""
        with contained(self._name):
            cast(Moderates, self._channel).remove(remote_id, token)

    def privately(self, token: str) -> str:
        """Turn a reply token into one whose answer only one person reads. Raises: ChannelError."""
        with contained(self._name):
            return cast(AnswersPrivately, self._channel).privately(token)

    def plan_live(self, plan: LivePlan) -> LiveReceipt:
        """Announce a live video. Raises: ChannelError."""
        with contained(self._name):
            return cast(GoesLive, self._channel).plan_live(plan)

    def go_live(self, remote_id: str) -> None:
        """Show a live video to everybody. Raises: ChannelError."""
        with contained(self._name):
            cast(GoesLive, self._channel).go_live(remote_id)

    def end_live(self, remote_id: str) -> None:
        """End a live video. Raises: ChannelError."""
        with contained(self._name):
            cast(GoesLive, self._channel).end_live(remote_id)


@contextmanager
def contained(name: str) -> Iterator[None]:
    """Turn anything but a DeskError raised inside the block into Unexpected; `name` is the platform's title."""
    try:
        yield
    except DeskError:
        raise
    except Exception as fault:
        # The words of a foreign exception can hold secrets or public text, so only its kind and place are told.
        place = traceback.extract_tb(fault.__traceback__)[-1]
        detail = f"{type(fault).__name__} at {Path(place.filename).name}:{place.lineno}"
        _log.error("%s: %s", name, detail)
        raise Unexpected(
            f"{name} did something PCC Desk did not expect.",
            "PCC Desk looks before it tries again. If this goes on, send the details to whoever looks after PCC Desk.",
            detail,
        ) from fault
