"""Pictures and films on their way to LinkedIn: uploaded unseen, captioned, and waited for until they may be shown."""

import json
import time
from collections.abc import Callable, Mapping, Sequence

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.linkedin_sign_in import Page
from pcc_desk.channels.linkedin_words import coded
from pcc_desk.channels.subrip import as_subrip
from pcc_desk.errors import Gone, Rejected, Unreachable
from pcc_desk.model.channel import Piece, PiecePicture, Steps
from pcc_desk.model.film import PieceVideo

_WAITS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between the looks; the next try goes on from there
_READY, _FAILED = "AVAILABLE", "PROCESSING_FAILED"
_BEGIN = {"action": "initializeUpload"}
_LANGUAGES = {"en": "EN", "cy": "CY"}


class Uploads:
    """Uploads for one page; what is known of a film on its way is kept by its piece's key."""

    def __init__(self, page: Page, us: str, steps: Steps, wait: Callable[[float], None] = time.sleep) -> None:
        self._page, self._us, self._steps, self._wait = page, us, steps, wait

    def picture(self, picture: PiecePicture) -> str:
        """Upload a picture and give its urn. Raises: ChannelError."""
        ask = Ask("/rest/images", _BEGIN, body={"initializeUploadRequest": {"owner": self._us}}, harmless=True)
        made = self._page.post(ask).body
        with self._page.wire.sent("GET", ask).as_promised():
            place, image = reading.text(made, "value", "uploadUrl"), reading.text(made, "value", "image")
        self._page.upload(place, picture.content, picture.mime)
        return image

    def film(self, piece: Piece, video: PieceVideo) -> str:
        """Give the urn of the piece's film once it may be shown; goes on where an earlier try ended.

        Raises:
            Unreachable: LinkedIn is still preparing it, or the line broke.
            ChannelError: it was refused.
        """
        known = self.known_film(piece)
        if not known:
            known = self._bring_up(piece, video)
            self._steps.put(piece.key, "video", known)
        self._await(piece, known)
        return known

    def known_film(self, piece: Piece) -> str:
        """Give the urn of the piece's film when it was brought up whole, or ""."""
        return self._steps.get(piece.key, "video") or ""

    def _bring_up(self, piece: Piece, video: PieceVideo) -> str:
        session = self._session(piece) or self._begin(piece, video)
        try:
            parts = self._send(piece, video, session)
            if video.captions:
                self._caption(reading.text(session, "captionsUploadUrl"), video.captions, piece.language)
        except (Gone, Rejected) as error:
            self._forget(piece)
            if isinstance(error, Gone):
                raise Unreachable("LinkedIn has forgotten the upload.", "PCC Desk begins it again by itself.") from None
            raise
        known = reading.text(session, "video")
        end = {"video": known, "uploadToken": reading.text_or_none(session, "uploadToken"), "uploadedPartIds": parts}
        body = {"finalizeUploadRequest": end}
        self._page.post(Ask("/rest/videos", {"action": "finalizeUpload"}, body=body, harmless=True, wordless=True))
        return known

    def _session(self, piece: Piece) -> object:
        """Give what LinkedIn told of an upload that was begun and has not run out, or None."""
        kept = self._steps.get(piece.key, "session")
        session: object = json.loads(kept) if kept else None
        ends = reading.dig(session, "uploadUrlsExpireAt")
        over = isinstance(ends, int) and ends <= self._page.wire.now().timestamp() * 1000
        if over:
            self._forget(piece)
        return None if over else session

    def _begin(self, piece: Piece, video: PieceVideo) -> object:
        wanted = {
            "owner": self._us,
            "fileSizeBytes": video.size,
            "uploadCaptions": bool(video.captions),
            "uploadThumbnail": False,
        }
        ask = Ask("/rest/videos", _BEGIN, body={"initializeUploadRequest": wanted}, harmless=True)
        session = reading.dig(self._page.post(ask).body, "value")
        with self._page.wire.sent("GET", ask).as_promised():
            reading.text(session, "video")
            for one in reading.pieces(session, "uploadInstructions"):
                _instruction(one)
            if video.captions:
                reading.text(session, "captionsUploadUrl")
        self._steps.put(piece.key, "parts", "[]")
        self._steps.put(piece.key, "session", json.dumps(session))
        return session

    def _send(self, piece: Piece, video: PieceVideo, session: object) -> Sequence[str]:
        parts: list[str] = json.loads(self._steps.get(piece.key, "parts") or "[]")
        for one in reading.pieces(session, "uploadInstructions")[len(parts) :]:
            place, first, last = _instruction(one)
            answer = self._page.upload(place, video.reel.read(first, last - first + 1), "application/octet-stream")
            parts.append(answer.headers.get("etag", "").strip('"'))
            self._steps.put(piece.key, "parts", json.dumps(parts))
        return parts

    def _caption(self, place: str, captions: str, language: str) -> None:
        about = {
            "format": "SRT",
            "formattedForEasyReader": True,
            "largeText": True,
            "source": "USER_PROVIDED",
            "locale": {"country": "GB", "language": _LANGUAGES.get(language, "EN")},
            "transcriptType": "CLOSED_CAPTION",
        }
        self._page.upload_form(place, about, ("captions.srt", as_subrip(captions).encode(), "text/plain"))

    def _await(self, piece: Piece, known: str) -> None:
        ask = Ask(f"/rest/videos/{coded(known)}")
        for pause in _WAITS:
            self._wait(pause)
            try:
                state = reading.text_or_none(self._page.get(ask).body, "status")
            except Gone:
                state = _FAILED
            if state == _READY:
                return
            if state == _FAILED:
                self._forget(piece)
                raise Rejected("LinkedIn could not use this film.", "Save it again as an MP4, then send it again.")
        raise Unreachable("LinkedIn is still preparing the film.", "PCC Desk tries again by itself.")

    def _forget(self, piece: Piece) -> None:
        for name in ("session", "parts", "video"):
            self._steps.put(piece.key, name, "")


def _instruction(one: object) -> tuple[str, int, int]:
    """Read where a stretch of the film goes, its first and its last byte. Raises: Malformed."""
    return reading.text(one, "uploadUrl"), reading.number(one, "firstByte"), reading.number(one, "lastByte")


def to_content(piece: Piece, images: Sequence[str], film: str, thumbnail: str = "") -> Mapping[str, object]:
    """Give what a post shows beside its words; {} when that is nothing. `thumbnail` is the picture of its link card."""
    if piece.card is not None and not images and not film:
        card = piece.card
        told = {"source": card.address, "title": card.title, "description": card.description, "thumbnail": thumbnail}
        return {"article": {name: value for name, value in told.items() if value}}
    if film:
        return {"media": {"id": film, **({"title": piece.title} if piece.title else {})}}
    shown = [{"id": image, "altText": picture.alt} for image, picture in zip(images, piece.pictures, strict=True)]
    if len(shown) == 1:
        return {"media": shown[0]}
    return {"multiImage": {"images": shown}} if shown else {}


def shows(post: object, piece: Piece, film: str) -> bool:
    """Tell whether a post of ours shows what the piece has: its own film, or as many pictures."""
    media = reading.text_or_none(post, "content", "media", "id")
    if piece.video is not None:
        return bool(film) and media == film
    several = reading.dig(post, "content", "multiImage", "images")
    count = len(several) if isinstance(several, list) else int(bool(media))
    return count == len(piece.pictures) and not media.startswith("urn:li:video:")
