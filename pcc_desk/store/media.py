"""Pictures and films that nothing refers to any more: noted first, and let go only when that has lasted.

An id is the SHA-256 of the bytes, 64 hex digits that stand for nothing else. So what refers to a picture or a film is
found by looking for its id in everything that was written down, whatever shape that has.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, literal, select, union_all, update
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.store.media_schema import unused
from pcc_desk.store.schema import announcement, announcement_version, delivery, film, film_part, picture

# A draft, also one that was taken away and can come back; each earlier version; whatever was ever approved.
WRITTEN = (announcement.c.body, announcement_version.c.body, delivery.c.frozen)


def after(conn: Connection, last: str, limit: int) -> tuple[str, ...]:
    """Give the next ids of pictures and films in their order, at most `limit` after `last`."""
    every = union_all(select(picture.c.id), select(film.c.sha256).where(film.c.sha256.is_not(None))).subquery()
    chosen = select(every.c.id).where(every.c.id > last).order_by(every.c.id).limit(limit)
    return tuple(conn.execute(chosen).scalars())


def is_used(conn: Connection, media_id: str) -> bool:
    """Tell whether anything that was written down names a picture or film."""
    return any(
        conn.execute(select(exists().where(func.instr(column, literal(media_id)) > 0))).scalar_one()
        for column in WRITTEN
    )


def note_unused(conn: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that nothing refers to these; what was noted before keeps its moment."""
    for media_id in ids:
        row = insert(unused).values(id=media_id, since=now)
        conn.execute(row.on_conflict_do_nothing(index_elements=["id"]))


def note_used(conn: Connection, ids: Iterable[str]) -> None:
    """Note that these are in use, or in somebody's hand; when they are left alone again their time begins anew."""
    conn.execute(delete(unused).where(unused.c.id.in_(list(ids))))


def unused_since(conn: Connection, before: datetime, limit: int) -> tuple[str, ...]:
    """Give at most `limit` of those to which nothing has referred since before then, the longest first."""
    chosen = select(unused.c.id).where(unused.c.since < before).order_by(unused.c.since, unused.c.id).limit(limit)
    return tuple(conn.execute(chosen).scalars())


def let_go(conn: Connection, media_id: str) -> None:
    """Forget a picture, or the name of a film, whose stretches are then dropped one after the other."""
    conn.execute(delete(picture).where(picture.c.id == media_id))
    conn.execute(update(film).where(film.c.sha256 == media_id).values(sha256=None))
    note_used(conn, [media_id])


def drop_stretches(conn: Connection, begun_before: datetime, limit: int) -> bool:
    """Drop at most `limit` stretches of a film without a name that was begun before then; tell whether there was any.

    With its last stretch the film itself goes.
    """
    nameless = select(film.c.id).where(film.c.sha256.is_(None), film.c.begun_at < begun_before).order_by(film.c.id)
    number = conn.execute(nameless.limit(1)).scalar_one_or_none()
    if number is None:
        return False
    first = select(film_part.c.number).where(film_part.c.film_id == number).order_by(film_part.c.number).limit(limit)
    places = list(conn.execute(first).scalars())
    conn.execute(delete(film_part).where(film_part.c.film_id == number, film_part.c.number.in_(places)))
    if len(places) < limit:
        conn.execute(delete(film).where(film.c.id == number))
    return True
