"""Films on a Facebook Page: brought up a stretch at a time under an id known from the start, then published at once.

Meta's newer way takes a film in one piece and tells its id only afterwards; this one goes on where it was interrupted.
"""

from collections.abc import Mapping

from pcc_desk.channels import reading
from pcc_desk.channels.facebook_page import VIDEO_HOST, Page
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph, is_node, node, written
from pcc_desk.channels.subrip import as_subrip
from pcc_desk.errors import ChannelError, Gone, Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo

_LONGEST_STRETCH = 64_000_000  # bytes of one request; Facebook says how many it wants
_WANTS_OTHER = 1_363_037  # "send from here instead", with the place
_MOST_CORRECTIONS = 5
_FIELDS = "id,post_id,published,status{publishing_phase}"
_LOCALES = {"cy": "cy_GB"}


def publish(page: Page, piece: Piece, film: PieceVideo) -> Receipt:
    """Bring a film up and publish it; one that is up already is left as it is. Raises: ChannelError.

    One with captions is ended unseen and given them first, so that nobody meets it without.
    """
    with nothing_public_yet():
        there = find(page, piece)
        if there is not None:
            return there
        session = _Session(page, piece, film)
        session.bring_up()
        if film.captions:
            session.end_unseen()
            session.caption()
    if film.captions:
        session.show()
    else:
        session.end_seen()
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
    with page.graph.promised("GET", video):
        # A film that was ended unseen is "complete" as well.
        if not _is_ended(body) or _is_unseen(body):
            return None
    return _receipt(page, piece, video, reading.text_or_none(body, "post_id"))


def _is_ended(video: object) -> bool:
    """Tell whether a film's session has ended; Facebook tells no phase of one that has not begun. Raises: Malformed."""
    phase = reading.dig(video, "status", "publishing_phase")
    return phase is not None and reading.name(phase, "status") == "complete"


def _is_unseen(video: object) -> bool:
    """Tell whether nobody sees a film; Facebook may not say. Raises: Malformed."""
    shown = reading.dig(video, "published")
    if not isinstance(shown, bool | None):
        raise reading.Malformed("no published")
    return shown is False


def _post_of(page: Page, video: str) -> str:
    try:
        return reading.text_or_none(page.graph.get(Call(video, {"fields": "id,post_id"})), "post_id")
    except ChannelError:  # it is up; only where the page shows it is not known yet
        return ""


def _receipt(page: Page, piece: Piece, video: str, post: str) -> Receipt:
    whole = post if "_" in post else f"{page.id}_{post}"
    known = whole if is_node(whole) else video
    return Receipt(known, page.url(known), piece.made_at, written({"post": known}))


class _Session:
    """One film on its way up."""

    def __init__(self, page: Page, piece: Piece, film: PieceVideo) -> None:
        self._page, self._piece, self._film = page, piece, film
        self.graph: Graph = page.graph.at(VIDEO_HOST)
        self._path = f"{page.id}/videos"
        self.id, self.video = self._noted("session"), self._noted("video")
        self._wanted = self._read_place(self._noted("place"))

    def bring_up(self) -> None:
        """Send what Facebook still wants. Raises: ChannelError."""
        if not self.id or self._wanted is None:
            self._begin()
        corrections = 0
        while self._wanted and self._wanted[0] < self._wanted[1]:
            corrections += self._send(*self._wanted)
            if corrections > _MOST_CORRECTIONS:
                raise self.graph.late("GET", self._path, "asked for the same stretch again and again")

    def end_seen(self) -> None:
        """End the session, which shows the film to everybody. Raises: ChannelError."""
        tried = self._noted("finishing") == self.id
        self._note_down("finishing", self.id)
        try:
            self._end({})
        except Rejected as error:
            if tried:  # a session ends once: the try before may have ended it
                raise self._page.graph.late("POST", self._path, error.detail) from None
            raise

    def end_unseen(self) -> None:
        """End the session without showing the film, once. Raises: ChannelError."""
        if self._noted("unseen") == self.id:
            return
        try:
            self._end({"published": "false"})
        except Rejected:
            body = self._page.graph.get(Call(self.video, {"fields": _FIELDS}))
            with self._page.graph.promised("GET", self.video):
                if not _is_ended(body):
                    raise
        self._note_down("unseen", self.id)

    def caption(self) -> None:
        """Give the film its captions, once. Raises: ChannelError."""
        if self._noted("captioned") == self.id:
            return
        # Facebook reads the language from the file's name (Graph API reference, video captions).
        locale = _LOCALES.get(self._piece.language, "en_GB")
        file = (f"captions.{locale}.srt", as_subrip(self._film.captions).encode(), "application/x-subrip")
        form, path = {"default_locale": locale}, f"{self.video}/captions"
        self._page.graph.post(Call(path, form=form, files={"captions_file": file}, harmless=True))
        self._note_down("captioned", self.id)

    def show(self) -> None:
        """Show a film that was ended unseen to everybody. Raises: ChannelError."""
        body = self._page.graph.post(Call(self.video, form={"published": "true"}))
        if reading.dig(body, "success") is not True:
            raise self._page.graph.late("POST", self.video, "no success told")

    def _end(self, how: Mapping[str, str]) -> None:
        form = {"upload_phase": "finish", "upload_session_id": self.id, "description": self._piece.text, **how}
        form = {**form, "title": self._piece.title} if self._piece.title else form
        body = self.graph.post(Call(self._path, form=form, harmless=bool(how)))
        if reading.dig(body, "success") is not True:
            raise self._page.graph.late("GET" if how else "POST", self._path, "no success told")

    def _noted(self, name: str) -> str:
        return self._page.steps.get(self._piece.key, name) or ""

    def _note_down(self, name: str, value: str) -> None:
        self._page.steps.put(self._piece.key, name, value)

    def _begin(self) -> None:
        form = {"upload_phase": "start", "file_size": str(self._film.size)}
        body = self.graph.post(Call(self._path, form=form, harmless=True))
        with self.graph.promised("GET", self._path):
            self.id, self.video = reading.name(body, "upload_session_id"), node(body, "video_id")
            self._note(body)
        for name, value in (("video", self.video), ("session", self.id)):
            self._note_down(name, value)

    def _send(self, start: int, end: int) -> int:
        stretch = self._film.reel.read(start, min(end - start, _LONGEST_STRETCH))
        form = {"upload_phase": "transfer", "upload_session_id": self.id, "start_offset": str(start)}
        files = {"video_file_chunk": (self._film.name, stretch, "application/octet-stream")}
        call = Call(self._path, form=form, files=files, harmless=True, accept=frozenset({400}))
        answer = self.graph.answer(call)
        error = reading.dig(answer.body, "error")
        if answer.code == 400 and reading.dig(error, "error_subcode") != _WANTS_OTHER:
            self._note_down("session", "")  # it may have lapsed: the next try begins anew
            raise self.graph.refusal(call, answer)
        with self.graph.promised("GET", self._path):
            try:
                self._note(reading.dig(error, "error_data") if answer.code == 400 else answer.body)
            except reading.Malformed:
                if answer.code == 400:  # nobody knows how far it came: the next try begins anew
                    self._note_down("session", "")
                raise
        return int(answer.code == 400)

    def _note(self, body: object) -> None:
        place = f"{_whole(body, 'start_offset')} {_whole(body, 'end_offset')}"
        self._wanted = self._read_place(place)
        self._note_down("place", place)

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
