"""Films as rows: each in stretches, and known by the SHA-256 of its bytes only once all of it is there."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from pcc_desk.model.film import FilmId
from pcc_desk.store.media import note_used
from pcc_desk.store.schema import film, film_part


def begin(conn: Connection, name: str, size: int, now: datetime) -> int:
    """Begin a film of so many bytes and give the number its stretches are kept under."""
    row = insert(film).values(name=name, size=size, begun_at=now).returning(film.c.id)
    return int(conn.execute(row).scalar_one())


def put_stretch(conn: Connection, number: int, place: int, content: bytes) -> None:
    """Keep the stretch at one place, from 0, of a film that is being added."""
    conn.execute(insert(film_part).values(film_id=number, number=place, content=content))


def finish(conn: Connection, number: int, film_id: FilmId) -> None:
    """Let a film be known now that all of it is kept; the same bytes are kept once, under the name they came with."""
    note_used(conn, [film_id])
    if conn.execute(select(film.c.id).where(film.c.sha256 == film_id)).first() is not None:
        drop(conn, number)
    else:
        conn.execute(update(film).where(film.c.id == number).values(sha256=film_id))


def drop(conn: Connection, number: int) -> None:
    """Forget a film that was not finished, and its stretches."""
    conn.execute(delete(film_part).where(film_part.c.film_id == number))
    conn.execute(delete(film).where(film.c.id == number))


def drop_unfinished(conn: Connection, begun_before: datetime | None) -> None:
    """Forget what was left half by a desk that ended, begun before then; None means whenever."""
    chosen = select(film.c.id).where(film.c.sha256.is_(None))
    if begun_before is not None:
        chosen = chosen.where(film.c.begun_at < begun_before)
    for number in list(conn.execute(chosen).scalars()):
        drop(conn, number)


def stretch(conn: Connection, film_id: FilmId, place: int) -> bytes:
    """Give the stretch at one place, from 0; b"" when there is none."""
    chosen = (
        select(film_part.c.content)
        .join(film, film.c.id == film_part.c.film_id)
        .where(film.c.sha256 == film_id, film_part.c.number == place)
    )
    content = conn.execute(chosen).scalar_one_or_none()
    return b"" if content is None else bytes(content)
