"""Films sent into a container of Instagram's: as one body, gone on with where an earlier try was cut off.

https://developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads
"""

import re
from dataclasses import dataclass

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.flow import Flow
from pcc_desk.channels.graph import Call, Graph, judge
from pcc_desk.channels.wire import Answer
from pcc_desk.errors import ChannelError, Rejected, Unreachable
from pcc_desk.model.film import PieceVideo

HOST = "https://rupload.facebook.com"
_DOOR = "ig-api-upload"
_REFUSES = frozenset({400, 404, 409, 412, 416})


@dataclass(frozen=True, slots=True)
class Door:
    """Where one container takes its film: the path at Meta's own host for uploads."""

    container: str
    path: str


class Spent(Exception):
    """A container takes no film any more; `error` tells what to do."""

    def __init__(self, error: ChannelError) -> None:
        super().__init__(error.sentence)
        self.error = error


def door_of(graph: Graph, container: str, told: str) -> Door:
    """Give the door of a container that was just made; of the address told only a path of the known shape is taken."""
    path = re.sub(r"^https?://[^/]+", "", told)
    known = re.fullmatch(rf"/{_DOOR}/(?:v[\d.]+/)?{re.escape(container)}", path) is not None
    return Door(container, path if known else f"/{_DOOR}/{graph.version}/{container}")


def bring_up(graph: Graph, door: Door, film: PieceVideo, again: bool) -> None:
    """Send what Meta has not got of a film; with `again` it is asked first how far it came.

    Raises:
        Spent: this container takes it no more.
        ChannelError: no clear answer; the next try goes on.
    """
    start = _reached(graph, door, film) if again else 0
    if start >= film.size:
        return
    flow = Flow(film, start)
    headers = {"Authorization": f"OAuth {graph.token()}", "offset": str(start), "file_size": str(film.size)}
    ask = Ask(
        door.path,
        headers={**headers, "Content-Type": "application/octet-stream"},
        accept=_REFUSES,
        harmless=True,
        seconds=flow.seconds,
        flow=flow,
    )
    wire = graph.at(HOST).wire
    answer = wire.post(ask)
    if answer.code in _REFUSES:
        raise _refusal(graph, ask, answer, start)
    if reading.dig(answer.body, "success") is not True:
        raise wire.sent("GET", ask).late("no success told")


def _reached(graph: Graph, door: Door, film: PieceVideo) -> int:
    body = graph.get(Call(door.container, {"fields": "id,video_status"}))
    if reading.text_or_none(body, "video_status", "uploading_phase", "status") == "complete":
        return film.size
    told = reading.dig(body, "video_status", "uploading_phase", "bytes_transferred")
    sound = isinstance(told, int) and not isinstance(told, bool) and 0 < told < film.size
    return told if sound and isinstance(told, int) else 0


def _refusal(graph: Graph, ask: Ask, answer: Answer, start: int) -> Exception:
    sent = graph.wire.sent("POST", ask)
    said = sent.redact(reading.text_or_none(answer.body, "debug_info", "message"))
    detail = sent.about(f"{answer.code} {said}")
    if reading.dig(answer.body, "error") is not None:
        return judge(graph.wire.now)(sent, answer) or sent.refused(answer.code, answer.body)
    retriable = reading.dig(answer.body, "debug_info", "retriable") is True
    if start or retriable or answer.code != 400:  # what was there may have lapsed
        title = graph.wire.title
        return Spent(Unreachable(f"{title} lost the film on its way.", "PCC Desk begins it again by itself.", detail))
    words = f"{graph.wire.title} could not use the film{f': “{said}”' if said else '.'}"
    return Spent(Rejected(words, "Check that it is an MP4 film with H.264 picture. Then send it again.", detail))
