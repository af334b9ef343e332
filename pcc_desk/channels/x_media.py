"""Pictures and films on their way to X: uploaded, described, and waited for until they may be used."""

import time
from collections.abc import Callable

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.errors import Rejected, Unreachable
from pcc_desk.model.channel import Ledger, PiecePicture
from pcc_desk.model.film import PieceVideo

_SEGMENT = 4_000_000  # bytes; X takes up to 5 MB a segment
_MOST_WAITS = 60
_LONGEST_WAIT = 30.0
MILLS, DESCRIPTION_MILLS = "mills", 5  # thousandths of a US dollar (docs.x.com, pricing)


class Uploads:
    """Uploads for one account."""

    def __init__(self, signed: SignedWire, ledger: Ledger, wait: Callable[[float], None] = time.sleep) -> None:
        self._signed = signed
        self._ledger = ledger
        self._wait = wait

    def picture(self, picture: PiecePicture) -> str:
        """Upload a picture with its description and give its id. Raises: ChannelError."""
        kind = "tweet_gif" if picture.mime == "image/gif" else "tweet_image"
        ask = Ask(
            "/2/media/upload",
            form={"media_category": kind},
            files={"media": (picture.name, picture.content, picture.mime)},
            harmless=True,
        )
        known = self._ready(ask, self._signed.post(ask).body)
        if picture.alt:
            self._ledger.spend(MILLS, DESCRIPTION_MILLS)
            body = {"id": known, "metadata": {"alt_text": {"text": picture.alt}}}
            self._signed.post(Ask("/2/media/metadata", body=body, harmless=True))
        return known

    def video(self, video: PieceVideo) -> str:
        """Upload a film in segments, with its captions, and give its id. Raises: ChannelError."""
        begin = {"media_type": video.mime, "total_bytes": video.size, "media_category": "tweet_video"}
        ask = Ask("/2/media/upload/initialize", body=begin, harmless=True)
        made = self._signed.post(ask).body
        with self._signed.wire.sent("GET", ask).as_promised():
            known = reading.text(made, "data", "id")
        for number, start in enumerate(range(0, video.size, _SEGMENT)):
            part = video.reel.read(start, min(_SEGMENT, video.size - start))
            self._signed.post(
                Ask(
                    f"/2/media/upload/{known}/append",
                    form={"segment_index": str(number)},
                    files={"media": (video.name, part, "application/octet-stream")},
                    harmless=True,
                    wordless=True,
                )
            )
        end = Ask(f"/2/media/upload/{known}/finalize", harmless=True)
        self._ready(end, self._signed.post(end).body)
        if video.captions:
            self._caption(known, video)
        return known

    def _caption(self, known: str, video: PieceVideo) -> None:
        files = {"media": ("captions.vtt", video.captions.encode(), "text/vtt")}
        ask = Ask("/2/media/upload", form={"media_category": "subtitles"}, files=files, harmless=True)
        words = self._ready(ask, self._signed.post(ask).body)
        subtitles = {"id": words, "language_code": "EN", "display_name": "English"}
        body = {"id": known, "media_category": "TweetVideo", "subtitles": subtitles}
        self._signed.post(Ask("/2/media/subtitles", body=body, harmless=True))

    def _ready(self, ask: Ask, answer: object) -> str:
        sent = self._signed.wire.sent("GET", ask)
        with sent.as_promised():
            known = reading.text(answer, "data", "id")
        for _ in range(_MOST_WAITS):
            state = reading.text_or_none(answer, "data", "processing_info", "state")
            if state in ("", "succeeded"):
                return known
            if state == "failed":
                raise Rejected("X could not use this picture or film.", "Choose another one, then send it again.")
            self._wait(_pause(answer))
            answer = self._signed.get(Ask("/2/media/upload", {"command": "STATUS", "media_id": known})).body
        raise Unreachable("X has not finished with the picture or film yet.", "PCC Desk tries again by itself.")


def _pause(answer: object) -> float:
    told = reading.dig(answer, "data", "processing_info", "check_after_secs")
    usable = isinstance(told, int | float) and not isinstance(told, bool) and told > 0
    return min(float(told), _LONGEST_WAIT) if usable and isinstance(told, int | float) else 1.0
