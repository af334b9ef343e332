"""Films on their way to YouTube: uploaded unseen in pieces that a break does not undo, then shown to everybody."""

from collections.abc import Mapping
from dataclasses import replace

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.youtube_site import CAPTION, Site
from pcc_desk.errors import Gone, Rejected, ServiceDown, Unreachable
from pcc_desk.model.channel import Piece, Steps
from pcc_desk.model.film import PieceVideo

_CHUNK = 8 * 1_048_576  # a multiple of 256 KiB, as the protocol asks (developers.google.com, resumable uploads)
_MOST_STANDING, _LONGEST_FIGURE = 3, 16  # pieces in a row that are not kept; digits
_GOING_ON = frozenset({308})
_OVER = frozenset({404, 410})
_THERE = frozenset({409})
_AT = "/resumable/upload/youtube/v3"
_STANDINGS = frozenset({"public", "unlisted", "private"})


def upload(site: Site, steps: Steps, piece: Piece) -> str:
    """Give the id of the piece's film, uploaded unseen; goes on where an earlier try ended. Raises: ChannelError."""
    video = piece.video
    assert video is not None
    known = steps.get(piece.key, "video") or _bring_up(site, steps, piece, video)
    if video.captions and not steps.get(piece.key, "captions"):
        _caption(site, known, video, piece.language)
        steps.put(piece.key, "captions", "there")
    return known


def _bring_up(site: Site, steps: Steps, piece: Piece, video: PieceVideo) -> str:
    session = steps.get(piece.key, "session")
    if not session or not _leads_on(site, session):
        session = _begin(site, steps, piece, video)
    try:
        made = _send(site, session, video)
    except Gone:
        steps.put(piece.key, "session", "")
        raise Unreachable("YouTube has forgotten the upload.", "PCC Desk begins it again by itself.") from None
    with site.promised("GET", "/videos"):
        known = reading.name(made, "id")
    steps.put(piece.key, "video", known)
    return known


def find(site: Site, steps: Steps, piece: Piece) -> str:
    """Give the id of the piece's film when everybody can see it, or "". Raises: ChannelError."""
    known = steps.get(piece.key, "video") or ""
    return known if known and privacy(site, known) == "public" else ""


def show(site: Site, known: str) -> None:
    """Let everybody see a film; doing it twice is doing it once. Raises: ChannelError."""
    body = {"id": known, "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False}}
    made = site.put("/videos", {"part": "status"}, body)
    with site.promised("PUT", "/videos"):
        now = _standing(made)
    if now != "public":
        raise Rejected(
            "YouTube keeps the film unseen, because Google has not looked at the office's app yet.",
            "Show it to everybody on YouTube itself, or ask Google to audit the app.",
        )


def privacy(site: Site, known: str) -> str:
    """Tell who can see a film: "public", "unlisted", "private", or "" when it is gone. Raises: ChannelError."""
    listed, _ = site.listed("/videos", {"part": "status", "id": known})
    with site.promised("GET", "/videos"):
        return _standing(listed[0]) if listed else ""


def _standing(video: object) -> str:
    found = reading.text(video, "status", "privacyStatus")
    if found not in _STANDINGS:
        raise reading.Malformed("no privacyStatus")
    return found


def description(piece: Piece) -> dict[str, object]:
    """Give what YouTube shows beside a film."""
    title = piece.title or piece.text.strip().partition("\n")[0]
    return {
        "title": title[:100],
        "description": piece.text,
        "defaultLanguage": piece.language,
        "categoryId": "25",  # news and politics
    }


def _begin(site: Site, steps: Steps, piece: Piece, video: PieceVideo) -> str:
    ask = Ask(
        f"{_AT}/videos",
        {"uploadType": "resumable", "part": "snippet,status"},
        headers={"X-Upload-Content-Length": str(video.size), "X-Upload-Content-Type": video.mime},
        body={
            "snippet": description(piece),
            "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
        },
        harmless=True,
        wordless=True,
    )
    answer = site.signed.post(ask)
    session = answer.headers.get("location", "")
    if not session:
        raise site.wire.sent("GET", ask).late("no session")
    site.wire.door(session)  # one that leads nowhere is not kept
    steps.put(piece.key, "session", session)
    return session


def _leads_on(site: Site, session: str) -> bool:
    try:
        site.wire.door(session)
    except (Rejected, ServiceDown):  # one that was kept once and leads nowhere: the upload begins anew
        return False
    return True


def _send(site: Site, session: str, video: PieceVideo) -> object:
    wire, path = site.wire.door(session)  # which is proof enough of who sends
    # Asked first how far it came: an answer lost on the way may have been the last one.
    asked = Ask(path, headers={"Content-Range": f"bytes */{video.size}"}, content=b"", accept=_GOING_ON | _OVER)
    answer = wire.put(replace(asked, harmless=True, wordless=True))
    before, stood = -1, 0
    while answer.code not in (200, 201):
        start = _reached(answer.headers)
        stood = stood + 1 if start <= before else 0
        if answer.code in _OVER or start >= video.size or stood > _MOST_STANDING:
            raise Gone("The upload is not known any more.")
        before = start
        part = video.reel.read(start, min(_CHUNK, video.size - start))
        last = start + len(part) - 1
        headers = {"Content-Range": f"bytes {start}-{last}/{video.size}", "Content-Type": video.mime}
        sent = Ask(path, headers=headers, content=part, accept=_GOING_ON | _OVER)
        answer = wire.put(replace(sent, harmless=True, wordless=True))
    return answer.body


def _reached(headers: Mapping[str, str]) -> int:
    """Read how many bytes of an upload have arrived."""
    last = headers.get("range", "").rpartition("-")[2]
    return int(last) + 1 if last.isdecimal() and len(last) < _LONGEST_FIGURE else 0


def _caption(site: Site, known: str, video: PieceVideo, language: str) -> None:
    site.spend(CAPTION)
    ask = Ask(
        f"{_AT}/captions",
        {"uploadType": "resumable", "part": "snippet"},
        headers={"X-Upload-Content-Type": "text/vtt"},
        body={"snippet": {"videoId": known, "language": language, "name": ""}},
        accept=_THERE,
        harmless=True,
        wordless=True,
    )
    answer = site.signed.post(ask)
    session = answer.headers.get("location", "")
    if answer.code in _THERE:  # an earlier try put them there, and its answer was lost
        return
    if not session:
        raise site.wire.sent("GET", ask).late("no session")
    wire, path = site.wire.door(session)
    wire.put(Ask(path, content=video.captions.encode(), accept=_THERE, harmless=True, wordless=True))
