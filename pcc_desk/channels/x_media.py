"""Pictures and films on their way to X: uploaded, described, and waited for until they may be used."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.x_calls import Calls
from pcc_desk.channels.x_money import DESCRIPTION_MILLS, Bill
from pcc_desk.channels.x_words import number_of
from pcc_desk.errors import Gone, Rejected, Unreachable
from pcc_desk.model.channel import Piece, PiecePicture, Steps
from pcc_desk.model.film import PieceVideo

_SEGMENT = 4_000_000  # bytes; X takes up to 5 MB a segment
_MOST_WAIT = 90.0  # seconds in all, well within the time for which a delivery is this desk's; the next try waits on
_LONGEST_WAIT = 30.0
_KEPT = timedelta(hours=20)  # X keeps what was brought up for 24 hours (docs.x.com, media)
_LANGUAGES = {"en": ("EN", "English"), "cy": ("CY", "Cymraeg")}


class Uploads:
    """Uploads for one account; what was brought up is kept by its piece's key, so that nothing is paid for twice.

    Each change of a post brings its pictures up anew: X does not say that what a post shows may be used again. `change`
    is the id of the post that is changed, and "" for a new one.
    """

    def __init__(self, calls: Calls, steps: Steps, wait: Callable[[float], None] = time.sleep) -> None:
        self._calls, self._steps, self._wait = calls, steps, wait

    def cost(self, piece: Piece, change: str = "") -> int:
        """Give what is still to be paid for what a piece shows, in thousandths of a US dollar."""
        described = 0
        for name, picture in _named(piece, change):
            known = self._kept(piece.key, name)
            described += _is_described(picture) and not self._is_told(piece.key, name, known)
        captioned = piece.video is not None and bool(piece.video.captions.strip())
        described += captioned and not self._steps.get(piece.key, "captions")
        return described * DESCRIPTION_MILLS

    def all_of(self, piece: Piece, bill: Bill, change: str = "") -> list[str]:
        """Upload what a piece shows and give the ids. Raises: ChannelError."""
        media = [self._picture(piece.key, name, picture, bill) for name, picture in _named(piece, change)]
        return media if piece.video is None else [*media, self.video(piece, piece.video, bill)]

    def _picture(self, key: str, name: str, picture: PiecePicture, bill: Bill) -> str:
        """Upload a picture with its description and give its id. Raises: ChannelError."""
        known = self._kept(key, name)
        if not known:
            known = self._bring_up(picture)
            self._steps.put(key, name, f"{known} {self._calls.wire.now().isoformat()}")
        if _is_described(picture) and not self._is_told(key, name, known):
            body = {"id": known, "metadata": {"alt_text": {"text": picture.alt}}}
            with bill.paid(DESCRIPTION_MILLS):
                self._calls.post(Ask("/2/media/metadata", body=body, harmless=True))
            self._steps.put(key, f"{name} described", known)
        return known

    def _bring_up(self, picture: PiecePicture) -> str:
        kind = "tweet_gif" if picture.mime == "image/gif" else "tweet_image"
        files = {"media": (picture.name, picture.content, picture.mime)}
        return self._uploaded(Ask("/2/media/upload", form={"media_category": kind}, files=files, harmless=True))

    def _kept(self, key: str, name: str) -> str:
        """Give the id of a picture that was brought up lately, or ""."""
        known, _, told = (self._steps.get(key, name) or "").partition(" ")
        try:
            age = self._calls.wire.now() - datetime.fromisoformat(told)
        except (ValueError, TypeError):
            return ""
        return known if timedelta() <= age < _KEPT else ""

    def _is_told(self, key: str, name: str, known: str) -> bool:
        return bool(known) and self._steps.get(key, f"{name} described") == known

    def video(self, piece: Piece, video: PieceVideo, bill: Bill) -> str:
        """Upload the piece's film in segments, with its captions, and give its id once it may be used.

        Raises:
            Unreachable: X is still preparing it; the next try goes on from there.
            ChannelError: it was refused.
        """
        resumed = bool(self._steps.get(piece.key, "upload"))
        try:
            known = self._brought_up(piece, video)
        except (Gone, Rejected):
            self._forget_film(piece)
            if resumed:  # what was uploaded is kept for a day only
                raise Unreachable("X has forgotten the film.", "PCC Desk sends it again by itself.") from None
            raise
        if video.captions.strip() and not self._steps.get(piece.key, "captions"):
            self._caption(known, video.captions, piece.language, bill)
            self._steps.put(piece.key, "captions", "there")
        return known

    def forget(self, piece: Piece, change: str = "") -> None:
        """Forget what was brought up of a piece, so that the next try begins anew; a film that stands on X is kept."""
        for name, _ in _named(piece, change):
            self._steps.put(piece.key, name, "")
        if piece.video is not None and not change:
            self._forget_film(piece)

    def _forget_film(self, piece: Piece) -> None:
        for name in ("upload", "segments", "video", "captions"):
            self._steps.put(piece.key, name, "")

    def _brought_up(self, piece: Piece, video: PieceVideo) -> str:
        """Give the id of a film that may be used; goes on where an earlier try ended."""
        known = self._steps.get(piece.key, "video")
        if known:
            answer = self._state(known)
        else:
            known = self._steps.get(piece.key, "upload") or self._begin(piece, video)
            self._append(piece, video, known)
            answer = self._calls.post(Ask(f"/2/media/upload/{known}/finalize", harmless=True)).body
            self._steps.put(piece.key, "video", known)
        self._ready(known, answer)
        return known

    def _begin(self, piece: Piece, video: PieceVideo) -> str:
        begin = {"media_type": video.mime, "total_bytes": video.size, "media_category": "tweet_video"}
        ask = Ask("/2/media/upload/initialize", body=begin, harmless=True)
        made = self._calls.post(ask).body
        with self._calls.promised("GET", ask):
            known = number_of(made, "data", "id")
        self._steps.put(piece.key, "segments", "0")
        self._steps.put(piece.key, "upload", known)
        return known

    def _append(self, piece: Piece, video: PieceVideo, known: str) -> None:
        done = int(self._steps.get(piece.key, "segments") or 0)
        for number, start in list(enumerate(range(0, video.size, _SEGMENT)))[done:]:
            part = video.reel.read(start, min(_SEGMENT, video.size - start))
            append = Ask(
                f"/2/media/upload/{known}/append",
                form={"segment_index": str(number)},
                files={"media": (video.name, part, "application/octet-stream")},
            )
            self._calls.post(replace(append, harmless=True, wordless=True))
            self._steps.put(piece.key, "segments", str(number + 1))

    def _caption(self, known: str, captions: str, language: str, bill: Bill) -> None:
        files = {"media": ("captions.vtt", captions.encode(), "text/vtt")}
        ask = Ask("/2/media/upload", form={"media_category": "subtitles"}, files=files, harmless=True)
        words = self._uploaded(ask)
        code, name = _LANGUAGES.get(language, _LANGUAGES["en"])
        subtitles = {"id": words, "language_code": code, "display_name": name}
        body = {"id": known, "media_category": "TweetVideo", "subtitles": subtitles}
        with bill.paid(DESCRIPTION_MILLS):
            self._calls.post(Ask("/2/media/subtitles", body=body, harmless=True))

    def _uploaded(self, ask: Ask) -> str:
        """Upload in one go; give the id once it may be used."""
        answer = self._calls.post(ask).body
        with self._calls.promised("GET", ask):
            known = number_of(answer, "data", "id")
        self._ready(known, answer)
        return known

    def _state(self, known: str) -> object:
        return self._calls.get(Ask("/2/media/upload", {"command": "STATUS", "media_id": known})).body

    def _ready(self, known: str, answer: object) -> None:
        left = _MOST_WAIT
        while left > 0:
            state = reading.text_or_none(answer, "data", "processing_info", "state")
            if state in ("", "succeeded"):
                return
            if state == "failed":
                raise Rejected("X could not use this picture or film.", "Choose another one, then send it again.")
            pause = _pause(answer)
            left -= pause
            self._wait(pause)
            answer = self._state(known)
        raise Unreachable("X is still preparing the film.", "PCC Desk tries again by itself.")


def _named(piece: Piece, change: str) -> list[tuple[str, PiecePicture]]:
    """Give each picture with the name under which its id is kept."""
    return [(f"picture {number} {change}".rstrip(), picture) for number, picture in enumerate(piece.pictures)]


def _is_described(picture: PiecePicture) -> bool:
    return bool(picture.alt.strip())


def _pause(answer: object) -> float:
    told = reading.dig(answer, "data", "processing_info", "check_after_secs")
    usable = isinstance(told, int | float) and not isinstance(told, bool) and told > 0
    return min(float(told), _LONGEST_WAIT) if usable and isinstance(told, int | float) else 1.0
