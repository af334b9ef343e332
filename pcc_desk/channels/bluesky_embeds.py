"""What stands under the words of a Bluesky post: pictures, a film or a link card, with the bytes put there first."""

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.flow import Flow
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.model.channel import Piece, PieceCard, PiecePicture
from pcc_desk.model.film import PieceVideo

_UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"


def embed_of(session: SignedWire, piece: Piece) -> dict[str, object] | None:
    """Upload what belongs to a piece, and give what its record says of it; None for words alone. Raises: ChannelError.

    A film goes to the office's own server and not by way of the network's film service, which would give back other
    bytes than those that were approved. The network prepares it for playing once the post is up.
    """
    if piece.video is not None:
        return _video(session, piece.video, piece.language)
    if piece.pictures:
        images = [_image(session, picture) for picture in piece.pictures]
        return {"$type": "app.bsky.embed.images", "images": images}
    return None if piece.card is None else _external(session, piece.card)


def _image(session: SignedWire, picture: PiecePicture) -> dict[str, object]:
    ratio = {"width": picture.width, "height": picture.height}
    return {"image": _upload(session, picture.content, picture.mime), "alt": picture.alt, "aspectRatio": ratio}


def _video(session: SignedWire, video: PieceVideo, language: str) -> dict[str, object]:
    embed: dict[str, object] = {"$type": "app.bsky.embed.video", "video": _upload_film(session, video)}
    if video.width > 0 and video.height > 0:
        embed["aspectRatio"] = {"width": video.width, "height": video.height}
    if video.alt:
        embed["alt"] = video.alt
    if video.captions:
        words = _upload(session, video.captions.encode(), "text/vtt")
        embed["captions"] = [{"lang": language, "file": words}]
    return embed


def _external(session: SignedWire, card: PieceCard) -> dict[str, object]:
    shown: dict[str, object] = {"uri": card.address, "title": card.title, "description": card.description}
    if card.picture is not None:
        shown["thumb"] = _upload(session, card.picture.content, card.picture.mime)
    return {"$type": "app.bsky.embed.external", "external": shown}


def _upload(session: SignedWire, content: bytes, mime: str) -> object:
    return _blob(session, Ask(_UPLOAD, headers={"Content-Type": mime}, content=content, harmless=True))


def _upload_film(session: SignedWire, video: PieceVideo) -> object:
    headers, flow = {"Content-Type": video.mime}, Flow(video)
    return _blob(session, Ask(_UPLOAD, headers=headers, flow=flow, harmless=True, seconds=flow.seconds))


def _blob(session: SignedWire, ask: Ask) -> object:
    blob = reading.dig(session.post(ask).body, "blob")
    if not isinstance(blob, dict):
        raise session.wire.sent("GET", ask).late("no blob")
    return blob
