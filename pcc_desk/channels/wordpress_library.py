"""A WordPress site's media library: pictures, films and captions put there once, each under a name of ours."""

from pcc_desk.channels import reading, wordpress_films
from pcc_desk.channels.wordpress_site import Route, Site, whole_number
from pcc_desk.channels.wordpress_words import ShownFilm, ShownPicture
from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.film import PieceVideo

_MEDIA = "/wp/v2/media"


def place(site: Site, name: str, picture: PiecePicture) -> ShownPicture:
    """Give a picture in the library, put there if it is not there yet. Raises: ChannelError."""
    there = _find(site, name)
    if there is None:
        route = Route(_MEDIA, content=picture.content, headers=_headers(name, picture.mime), harmless=True)
        there = site.post(route).body
    known, address = _read(site, there)
    if picture.alt and not reading.text_or_none(there, "alt_text"):
        _note(site, known, {"alt_text": picture.alt})
    return ShownPicture(known, address, picture.alt)


def lend_film(site: Site, name: str, video: PieceVideo) -> tuple[int, str]:
    """Give number and address of a film in the library, put there if it is not there yet. Raises: ChannelError."""
    there = _find(site, name)
    return _read(site, wordpress_films.upload(site, name, video) if there is None else there)


def place_film(site: Site, name: str, video: PieceVideo, language: str) -> ShownFilm:
    """Give a film in the library with its captions, put there if they are not there yet. Raises: ChannelError."""
    known, address = lend_film(site, f"{name}-film", video)
    words = ""
    if video.captions:
        track = _find(site, f"{name}-captions")
        if track is None:
            headers = _headers(f"{name}-captions", "text/vtt")
            track = site.post(Route(_MEDIA, content=video.captions.encode(), headers=headers, harmless=True)).body
        _, words = _read(site, track)
    return ShownFilm(known, address, video.alt, words, language)


def _find(site: Site, name: str) -> object | None:
    listed = site.listed(Route(_MEDIA, {"slug": name, "context": "edit"}))
    return listed[0] if listed else None


def _read(site: Site, placed: object) -> tuple[int, str]:
    with site.promised(Route(_MEDIA)):
        return whole_number(placed, "id"), reading.text(placed, "source_url")


def _note(site: Site, known: int, fields: dict[str, object]) -> None:
    site.post(Route(f"{_MEDIA}/{known}", body=fields, harmless=True))


def _headers(name: str, mime: str) -> dict[str, str]:
    ending = {"image/jpeg": "jpg", "text/vtt": "vtt"}.get(mime) or mime.partition("/")[2]
    return {"Content-Type": mime, "Content-Disposition": f'attachment; filename="{name}.{ending}"'}
