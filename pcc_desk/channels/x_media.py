"""Pictures and films on their way to X: uploaded, described, and waited for until they may be used."""

import time
from collections.abc import Callable
from dataclasses import replace

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.x_calls import DESCRIPTION_MILLS, Calls
from pcc_desk.errors import Gone, Rejected, Unreachable
from pcc_desk.model.channel import Piece, PiecePicture, Steps
from pcc_desk.model.film import PieceVideo

_SEGMENT = 4_000_000  # bytes; X takes up to 5 MB a segment
_MOST_WAIT = 90.0  # seconds in all, well within the time for which a delivery is this desk's; the next try waits on
_LONGEST_WAIT = 30.0
_LANGUAGES = {"en": ("EN", "English"), "cy": ("CY", "Cymraeg")}


class Uploads:
    """Uploads for one account; a film that was brought up is kept by its piece's key."""

    def __init__(self, calls: Calls, steps: Steps, wait: Callable[[float], None] = time.sleep) -> None:
        self._calls, self._steps, self._wait = calls, steps, wait

    def all_of(self, piece: Piece) -> list[str]:
        """Upload what a piece shows and give the ids. Raises: ChannelError."""
        media = [self.picture(picture) for picture in piece.pictures]
        return media if piece.video is None else [*media, self.video(piece, piece.video)]

    def picture(self, picture: PiecePicture) -> str:
        """Upload a picture with its description and give its id. Raises: ChannelError."""
        kind = "tweet_gif" if picture.mime == "image/gif" else "tweet_image"
        ask = Ask(
            "/2/media/upload",
            form={"media_category": kind},
            files={"media": (picture.name, picture.content, picture.mime)},
            harmless=True,
        )
        known = self._uploaded(ask)
        if picture.alt:
            body = {"id": known, "metadata": {"alt_text": {"text": picture.alt}}}
            with self._calls.paid(DESCRIPTION_MILLS):
                self._calls.post(Ask("/2/media/metadata", body=body, harmless=True))
        return known

    def video(self, piece: Piece, video: PieceVideo) -> str:
        """Upload the piece's film in segments, with its captions, and give its id once it may be used.

        Raises:
            Unreachable: X is still preparing it; the next try goes on from there.
            ChannelError: it was refused.
        """
        resumed = bool(self._steps.get(piece.key, "upload"))
        try:
            known = self._brought_up(piece, video)
        except (Gone, Rejected):
            self.forget(piece)
            if resumed:  # what was uploaded is kept for a day only
                raise Unreachable("X has forgotten the film.", "PCC Desk sends it again by itself.") from None
            raise
        if video.captions and not self._steps.get(piece.key, "captions"):
            self._caption(known, video.captions, piece.language)
            self._steps.put(piece.key, "captions", "there")
        return known

    def forget(self, piece: Piece) -> None:
        """Forget what was brought up of the piece's film, so that the next try begins anew."""
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
            known = reading.text(made, "data", "id")
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

    def _caption(self, known: str, captions: str, language: str) -> None:
        files = {"media": ("captions.vtt", captions.encode(), "text/vtt")}
        ask = Ask("/2/media/upload", form={"media_category": "subtitles"}, files=files, harmless=True)
        words = self._uploaded(ask)
        code, name = _LANGUAGES.get(language, _LANGUAGES["en"])
        subtitles = {"id": words, "language_code": code, "display_name": name}
        body = {"id": known, "media_category": "TweetVideo", "subtitles": subtitles}
        with self._calls.paid(DESCRIPTION_MILLS):
            self._calls.post(Ask("/2/media/subtitles", body=body, harmless=True))

    def _uploaded(self, ask: Ask) -> str:
        """Upload in one go; give the id once it may be used."""
        answer = self._calls.post(ask).body
        with self._calls.promised("GET", ask):
            known = reading.text(answer, "data", "id")
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


def _pause(answer: object) -> float:
    told = reading.dig(answer, "data", "processing_info", "check_after_secs")
    usable = isinstance(told, int | float) and not isinstance(told, bool) and told > 0
    return min(float(told), _LONGEST_WAIT) if usable and isinstance(told, int | float) else 1.0
