"""The table of live videos, as revision 1 creates it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from pcc_desk.store.schema import UtcMillis, metadata

# A live video of an event; its stream key is a secret of the account.
live_video = Table(
    "live_video",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("starts_at", UtcMillis, nullable=False),
    Column("state", Text, nullable=False),
    Column("remote_id", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("server", Text, nullable=False, server_default=""),
    Column("asked_at", UtcMillis, nullable=False),
    Column("begun_at", UtcMillis),
    Column("ended_at", UtcMillis),
    Index("live_video_by_event", "event_id", "id"),
)
