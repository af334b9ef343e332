"""Pictures as rows, each kept once under the SHA-256 of its bytes."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.model.announcement import Picture, PictureId
from pcc_desk.store.media import note_used
from pcc_desk.store.schema import picture


def fingerprint(content: bytes) -> PictureId:
    """Give the id of a picture's bytes."""
    return PictureId(hashlib.sha256(content).hexdigest())


def put(conn: Connection, kept: Picture, content: bytes) -> None:
    """Keep a picture; the same bytes are kept once, under the name they came with first, and are in use again."""
    row = insert(picture).values(
        id=kept.id, name=kept.name, mime=kept.mime, width=kept.width, height=kept.height, content=content
    )
    conn.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    note_used(conn, [kept.id])


def contents(conn: Connection, ids: Iterable[PictureId]) -> Mapping[PictureId, bytes]:
    """Give the bytes of those of the pictures that are kept."""
    chosen = select(picture.c.id, picture.c.content).where(picture.c.id.in_(list(ids)))
    return {PictureId(row.id): row.content for row in conn.execute(chosen)}
