"""Films on a Facebook Page: brought up a stretch at a time under an id known from the start, then published at once.

Meta's newer way takes a film in one piece and tells its id only afterwards; this one goes on where it was interrupted.
"""

from pcc_desk.channels import reading
from pcc_desk.channels.facebook_page import VIDEO_HOST, Page
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph, written
from pcc_desk.errors import ChannelError, Gone, Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo

_LONGEST_STRETCH = 64_000_000  # bytes of one request; Facebook says how many it wants
_WANTS_OTHER = 1_363_037  # "send from here instead", with the place
_MOST_CORRECTIONS = 5
_FIELDS = "id,post_id,status{publishing_phase}"


def publish(page: Page, piece: Piece, film: PieceVideo) -> Receipt:
    """Bring a film up and publish it; one that is up already is left as it is. Raises: ChannelError."""
    with nothing_public_yet():
        there = find(page, piece)
        if there is not None:
            return there
        session = _Session(page, piece, film)
        session.bring_up()
    tried = page.steps.get(piece.key, "finishing") == session.id
    page.steps.put(piece.key, "finishing", session.id)
    form = {"upload_phase": "finish", "upload_session_id": session.id, "description": piece.text}
    path = f"{page.id}/videos"
    try:
        body = session.graph.post(Call(path, form={**form, "title": piece.title} if piece.title else form))
    except Rejected as error:
        if tried:  # a session ends once: the try before may have ended it
            raise page.graph.late("POST", path, error.detail) from None
        raise
    if reading.dig(body, "success") is not True:
        raise page.graph.late("POST", path, "no success told")
    return _receipt(page, piece, session.video, _post_of(page, session.video))


def find(page: Page, piece: Piece) -> Receipt | None:
    """Ask what became of the film under the id it was given at the start. Raises: ChannelError.

    One that is not published yet is told as not there: its session can only ever end in this one film.
    """
    video = page.steps.get(piece.key, "video")
    if not video:
        return None
    try:
        body = page.graph.get(Call(video, {"fields": _FIELDS}))
    except Gone:
        return None
    if reading.text_or_none(body, "status", "publishing_phase", "status") != "complete":
        return None
    return _receipt(page, piece, video, reading.text_or_none(body, "post_id"))


def _post_of(page: Page, video: str) -> str:
    try:
        return reading.text_or_none(page.graph.get(Call(video, {"fields": "id,post_id"})), "post_id")
    except ChannelError:  # it is up; only where the page shows it is not known yet
        return ""


def _receipt(page: Page, piece: Piece, video: str, post: str) -> Receipt:
    whole = post if "_" in post or not post else f"{page.id}_{post}"
    node = whole or video
    return Receipt(node, page.url(node), piece.made_at, written({"post": node}))


class _Session:
    """One film on its way up."""

    def __init__(self, page: Page, piece: Piece, film: PieceVideo) -> None:
        self._page, self._piece, self._film = page, piece, film
        self.graph: Graph = page.graph.at(VIDEO_HOST)
        self._path = f"{page.id}/videos"
        self.id = page.steps.get(piece.key, "session") or ""
        self.video = page.steps.get(piece.key, "video") or ""
        self._wanted = self._read_place(page.steps.get(piece.key, "place") or "")

    def bring_up(self) -> None:
        """Send what Facebook still wants. Raises: ChannelError."""
        if not self.id or self._wanted is None:
            self._begin()
        corrections = 0
        while self._wanted and self._wanted[0] < self._wanted[1]:
            corrections += self._send(*self._wanted)
            if corrections > _MOST_CORRECTIONS:
                raise self.graph.late("GET", self._path, "asked for the same stretch again and again")

    def _begin(self) -> None:
        form = {"upload_phase": "start", "file_size": str(self._film.size)}
        body = self.graph.post(Call(self._path, form=form, harmless=True))
        with self.graph.promised("GET", self._path):
            self.id, self.video = reading.text(body, "upload_session_id"), reading.text(body, "video_id")
            self._note(body)
        for name, value in (("video", self.video), ("session", self.id)):
            self._page.steps.put(self._piece.key, name, value)

    def _send(self, start: int, end: int) -> int:
        stretch = self._film.reel.read(start, min(end - start, _LONGEST_STRETCH))
        form = {"upload_phase": "transfer", "upload_session_id": self.id, "start_offset": str(start)}
        files = {"video_file_chunk": (self._film.name, stretch, "application/octet-stream")}
        call = Call(self._path, form=form, files=files, harmless=True, accept=frozenset({400}))
        answer = self.graph.answer(call)
        error = reading.dig(answer.body, "error")
        if answer.code == 400 and reading.dig(error, "error_subcode") != _WANTS_OTHER:
            self._page.steps.put(self._piece.key, "session", "")  # it may have lapsed: the next try begins anew
            raise self.graph.refusal(self._path, answer)
        with self.graph.promised("GET", self._path):
            self._note(reading.dig(error, "error_data") if answer.code == 400 else answer.body)
        return int(answer.code == 400)

    def _note(self, body: object) -> None:
        place = f"{_whole(body, 'start_offset')} {_whole(body, 'end_offset')}"
        self._wanted = self._read_place(place)
        self._page.steps.put(self._piece.key, "place", place)

    @staticmethod
    def _read_place(kept: str) -> tuple[int, int] | None:
        start, _, end = kept.partition(" ")
        return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None


def _whole(body: object, name: str) -> int:
    """Give a whole number, told as a number or as text. Raises: Malformed."""
    found = reading.dig(body, name)
    if isinstance(found, str) and found.isdecimal():
        return int(found)
    return reading.number(body, name)
