"""Films on the rehearsal Facebook: brought up in stretches, ended seen or unseen, captioned, and shown."""

import re

from pcc_desk.rehearsal.facebook_records import Film, Post
from pcc_desk.rehearsal.facebook_wall import Wall
from pcc_desk.rehearsal.graph import Asked, Node, Refusal, not_there

STRETCH = 1_000_000  # bytes it asks for at once
_CAPTIONS = re.compile(r"[\w-]+\.([a-z]{2}_[A-Z]{2})\.srt")
_CUE = re.compile(r"1\n\d\d:\d\d:\d\d,\d{3} --> ")


def take(wall: Wall, asked: Asked) -> Node:
    """Begin a film, take a stretch of it, or end it. Raises: Refusal."""
    phase = asked.wanted("upload_phase")
    if phase == "start":
        film = Film(wall.number(), f"s{wall.number()}", int(asked.wanted("file_size")))
        wall.films[film.session] = film
        return {"upload_session_id": film.session, "video_id": film.id, **_wanted(film)}
    film = wall.films.get(asked.wanted("upload_session_id")) or Film("", "", 0)
    if not film.id or film.unseen:
        raise Refusal(6_000, "There was a problem with the upload session", 1_363_019)
    if phase == "transfer":
        if int(asked.wanted("start_offset")) != len(film.content):
            raise Refusal(6_001, "There was a problem uploading your video. Please try again.", 1_363_037)
        film.content += asked.files["video_file_chunk"].content
        return _wanted(film)
    if len(film.content) != film.size:
        raise Refusal(6_000, "The video file is not whole", 1_363_026)
    film.title, film.text = asked.fields.get("title", ""), asked.fields.get("description", "")
    film.unseen = asked.fields.get("published") == "false"
    if not film.unseen:
        _publish(wall, film)
    return {"success": True}


def caption(wall: Wall, asked: Asked) -> Node:
    """Give a film its captions, as SubRip in a file named by its language. Raises: Refusal."""
    found = [film for film in wall.films.values() if film.id == asked.parts[0]]
    if not found:
        raise not_there(asked.parts[0])
    file = asked.files.get("captions_file")
    name = _CAPTIONS.fullmatch(file.name) if file else None
    if file is None or name is None or _CUE.match(file.content.decode()) is None:
        raise Refusal(386, "The file name or contents of the captions are not valid")
    found[0].captions, found[0].locale = file.content.decode(), name[1]
    return {"success": True}


def show(wall: Wall, film: Film, asked: Asked) -> Node:
    """Show a film that was ended unseen; doing it twice is fine. Raises: Refusal."""
    if asked.fields.get("published") != "true":
        raise Refusal(100, "Invalid parameter")
    film.unseen = False
    _publish(wall, film)
    return {"success": True}


def _publish(wall: Wall, film: Film) -> None:
    page = wall.page
    post = Post(f"{page.id}_{wall.number()}", page.id, page, film.text, wall.now())
    post.film, film.post = film.id, film.post or post.id
    wall.posts.setdefault(film.post, post)


def _wanted(film: Film) -> Node:
    start = len(film.content)
    return {"start_offset": str(start), "end_offset": str(min(start + STRETCH, film.size))}
