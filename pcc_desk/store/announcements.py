"""Announcements as rows: one saved state at a time, and the thinned history of the earlier ones."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, select, update
from sqlalchemy import delete as remove_rows

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import (
    Announcement,
    AnnouncementId,
    AnnouncementVersion,
    LinkCard,
    Picture,
    PictureId,
    PlacedPicture,
    Wording,
)
from pcc_desk.model.cropping import Focus
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.film import Film, FilmId, PlacedFilm
from pcc_desk.model.schedule import Schedule
from pcc_desk.store.schema import UtcMillis, announcement, announcement_version, delivery

KEPT_VERSIONS = 50  # older ones are thinned to the last of each minute
_FINAL = (DeliveryState.SENT.value, DeliveryState.CANCELLED.value)


def add(conn: Connection, draft: Announcement, now: datetime) -> Announcement:
    """Keep a new draft (its `id` is ignored) and give it with its id."""
    row = insert(announcement).values(version=1, edited_at=now, **_columns(draft)).returning(announcement.c.id)
    return replace(draft, id=AnnouncementId(conn.execute(row).scalar_one()), version=1, edited_at=now)


def get(conn: Connection, announcement_id: AnnouncementId) -> Announcement | None:
    """Give an announcement that has not been removed, or None."""
    chosen = select(announcement).where(announcement.c.id == announcement_id, announcement.c.removed_at.is_(None))
    row = conn.execute(chosen).one_or_none()
    return None if row is None else _read(row)


def save(conn: Connection, edited: Announcement, now: datetime) -> Announcement:
    """Keep an announcement as its next version and the state before in its history."""
    before = conn.execute(select(announcement).where(announcement.c.id == edited.id)).one()
    conn.execute(
        insert(announcement_version).values(
            announcement_id=edited.id, version=before.version, saved_at=before.edited_at, body=before.body
        )
    )
    _thin(conn, edited.id, before.version - KEPT_VERSIONS)
    version = before.version + 1
    changed = update(announcement).where(announcement.c.id == edited.id)
    conn.execute(changed.values(version=version, edited_at=now, **_columns(edited)))
    return replace(edited, version=version, edited_at=now)


def drafts(conn: Connection) -> tuple[Announcement, ...]:
    """Give what is not approved, the newest edit first."""
    return _list(conn, announcement.c.approved_at.is_(None), announcement.c.edited_at.desc())


def approved(conn: Connection) -> tuple[Announcement, ...]:
    """Give what is approved and not yet all sent, the soonest first."""
    waiting = and_(announcement.c.approved_at.is_not(None), _has_open_deliveries())
    return _list(conn, waiting, announcement.c.scheduled_at.asc())


def sent(conn: Connection, limit: int) -> tuple[Announcement, ...]:
    """Give what is approved and all sent, the last approved first."""
    gone = and_(announcement.c.approved_at.is_not(None), ~_has_open_deliveries())
    return _list(conn, gone, announcement.c.approved_at.desc(), limit)


def first_with(conn: Connection, words: str) -> datetime | None:
    """Give when an approved announcement with these words goes out first, None when there is none."""
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    goes_at = func.min(func.coalesce(announcement.c.scheduled_at, announcement.c.approved_at), type_=UtcMillis)
    holds = announcement.c.body.contains(written, autoescape=True)
    chosen = select(goes_at).where(announcement.c.approved_at.is_not(None), announcement.c.removed_at.is_(None), holds)
    found: datetime | None = conn.execute(chosen).scalar_one()
    return found


def versions(conn: Connection, announcement_id: AnnouncementId) -> tuple[AnnouncementVersion, ...]:
    """Give the earlier states of an announcement that are still kept, the newest first."""
    chosen = (
        select(announcement_version)
        .where(announcement_version.c.announcement_id == announcement_id)
        .order_by(announcement_version.c.version.desc())
    )
    return tuple(_read_version(row) for row in conn.execute(chosen))


def earlier(conn: Connection, announcement_id: AnnouncementId, version: int) -> Announcement | None:
    """Give an announcement as it was in one version, or None when that is not kept."""
    chosen = select(announcement_version.c.body).where(
        announcement_version.c.announcement_id == announcement_id, announcement_version.c.version == version
    )
    body = conn.execute(chosen).scalar_one_or_none()
    return None if body is None else replace(_read_body(announcement_id, body), version=version)


def mark_approved(conn: Connection, announcement_id: AnnouncementId, approved_at: datetime | None) -> None:
    """Make a draft an approved announcement, or with None a draft again."""
    changed = update(announcement).where(announcement.c.id == announcement_id)
    conn.execute(changed.values(approved_at=approved_at))


def set_removed(conn: Connection, announcement_id: AnnouncementId, removed_at: datetime | None) -> bool:
    """Take a draft away, or with None bring it back; tell whether it was a draft."""
    draft = and_(announcement.c.id == announcement_id, announcement.c.approved_at.is_(None))
    return conn.execute(update(announcement).where(draft).values(removed_at=removed_at)).rowcount == 1


def purge(conn: Connection, removed_before: datetime) -> None:
    """Forget the drafts taken away before then; one that ever had a delivery is kept with it."""
    gone = select(announcement.c.id).where(
        announcement.c.removed_at < removed_before, ~exists().where(delivery.c.announcement_id == announcement.c.id)
    )
    ids = list(conn.execute(gone).scalars())
    conn.execute(remove_rows(announcement_version).where(announcement_version.c.announcement_id.in_(ids)))
    conn.execute(remove_rows(announcement).where(announcement.c.id.in_(ids)))


def same_words(one: Announcement, other: Announcement) -> bool:
    """Tell whether two states of an announcement are kept as the same row."""
    return _columns(one) == _columns(other)


def _thin(conn: Connection, announcement_id: AnnouncementId, version: int) -> None:
    # Each version is judged once, when it becomes too old: it stays when no later one was saved in its minute.
    here = announcement_version.c.announcement_id == announcement_id
    saved_at = conn.execute(
        select(announcement_version.c.saved_at).where(here, announcement_version.c.version == version)
    )
    if (moment := saved_at.scalar_one_or_none()) is None:
        return
    minute = moment.replace(second=0, microsecond=0)
    next_saved = conn.execute(
        select(announcement_version.c.saved_at)
        .where(here, announcement_version.c.version > version)
        .order_by(announcement_version.c.version)
        .limit(1)
    ).scalar_one()
    if next_saved.replace(second=0, microsecond=0) == minute:
        conn.execute(remove_rows(announcement_version).where(here, announcement_version.c.version == version))


def _list(
    conn: Connection, which: ColumnElement[bool], order: ColumnElement[Any], limit: int | None = None
) -> tuple[Announcement, ...]:
    chosen = select(announcement).where(which, announcement.c.removed_at.is_(None))
    rows = conn.execute(chosen.order_by(order, announcement.c.id.desc()).limit(limit))
    return tuple(_read(row) for row in rows)


def _has_open_deliveries() -> ColumnElement[bool]:
    own = and_(delivery.c.announcement_id == announcement.c.id, delivery.c.corrects_id.is_(None))
    return exists().where(own, delivery.c.state.not_in(_FINAL))


def _columns(kept: Announcement) -> dict[str, Any]:
    body: dict[str, Any] = {
        "title": kept.title,
        "text": kept.text,
        "accounts": kept.accounts,
        "wordings": {account_id: asdict(own) for account_id, own in sorted(kept.wordings.items())},
        "pictures": [asdict(placed) for placed in kept.pictures],
        "schedule": None if kept.schedule is None else _write_schedule(kept.schedule),
        "film": None if kept.film is None else asdict(kept.film),
        "threads": kept.threads,
    }
    if kept.card is not None:
        body["card"] = asdict(kept.card)
    return {
        "title": kept.title,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "scheduled_at": None if kept.schedule is None else kept.schedule.at,
    }


def _read(row: Row[Any]) -> Announcement:
    body = _read_body(AnnouncementId(row.id), row.body)
    return replace(body, version=row.version, edited_at=row.edited_at, approved_at=row.approved_at)


def _read_version(row: Row[Any]) -> AnnouncementVersion:
    body = json.loads(row.body)
    return AnnouncementVersion(row.version, row.saved_at, body["title"], body["text"])


def _read_body(announcement_id: AnnouncementId, written: str) -> Announcement:
    body = json.loads(written)
    return Announcement(
        id=announcement_id,
        title=body["title"],
        text=body["text"],
        accounts=tuple(AccountId(account_id) for account_id in body["accounts"]),
        wordings={AccountId(int(account_id)): Wording(**own) for account_id, own in body["wordings"].items()},
        pictures=tuple(_read_placed(placed) for placed in body["pictures"]),
        schedule=None if body["schedule"] is None else _read_schedule(body["schedule"]),
        film=None if body["film"] is None else _read_film(body["film"]),
        threads=tuple(AccountId(account_id) for account_id in body["threads"]),
        card=None if body.get("card") is None else _read_card(body["card"]),
    )


def _read_placed(placed: Mapping[str, Any]) -> PlacedPicture:
    focus = None if placed.get("focus") is None else Focus(**placed["focus"])
    return PlacedPicture(_read_picture(placed["picture"]), placed["alt"], placed["decorative_because"], focus)


def _read_picture(kept: Mapping[str, Any]) -> Picture:
    return Picture(**{**kept, "id": PictureId(kept["id"])})


def _read_card(kept: Mapping[str, Any]) -> LinkCard:
    return LinkCard(**{**kept, "picture": kept["picture"] and _read_picture(kept["picture"])})


def _read_film(placed: Mapping[str, Any]) -> PlacedFilm:
    kept = placed["film"]
    return PlacedFilm(**{**placed, "film": Film(**{**kept, "id": FilmId(kept["id"])})})


def _write_schedule(schedule: Schedule) -> dict[str, str]:
    return {"wall": schedule.wall.isoformat(), "zone": schedule.zone, "at": schedule.at.isoformat()}


def _read_schedule(written: Mapping[str, str]) -> Schedule:
    return Schedule(datetime.fromisoformat(written["wall"]), written["zone"], datetime.fromisoformat(written["at"]))
