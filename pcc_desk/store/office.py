"""The office's own particulars: one JSON value a key."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from pcc_desk.store.schema import office

PAUSED_AT = "paused_at"


def get(connection: Connection, key: str) -> Any:
    """Give the value kept under `key`, or None."""
    kept = connection.execute(select(office.c.value).where(office.c.key == key)).scalar_one_or_none()
    return None if kept is None else json.loads(kept)


def put(connection: Connection, key: str, value: Any) -> None:
    """Keep a JSON value under `key`."""
    text = json.dumps(value, ensure_ascii=False)
    connection.execute(
        insert(office).values(key=key, value=text).on_conflict_do_update(index_elements=["key"], set_={"value": text})
    )


def paused_at(connection: Connection) -> datetime | None:
    """Tell since when everything is paused; nothing may be claimed while it is set."""
    kept = get(connection, PAUSED_AT)
    return None if kept is None else datetime.fromisoformat(kept)


def pause(connection: Connection, now: datetime) -> bool:
    """Pause everything; tell whether it was not paused before."""
    if paused_at(connection) is not None:
        return False
    put(connection, PAUSED_AT, now.isoformat())
    return True


def resume(connection: Connection) -> bool:
    """Let everything go on; tell whether it was paused before."""
    was_paused = paused_at(connection) is not None
    put(connection, PAUSED_AT, None)
    return was_paused
