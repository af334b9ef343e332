"""The table of what the office did about what others wrote, as revision 1 creates it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from pcc_desk.store.schema import UtcMillis, metadata

# What the office did about what others wrote, with what stood there then; rows are added and settled, never removed.
moderation = Table(
    "moderation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("measure", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("asked_at", UtcMillis, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("sentence", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("settled_at", UtcMillis),
    Index("moderation_by_message", "message_id", "id"),
)
