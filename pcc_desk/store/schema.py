"""The tables of the office's database, as revision 1 creates them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_NUMBER = 1  # kept in PRAGMA user_version; raised with every Alembic revision
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcMillis(TypeDecorator[datetime]):
    """An aware UTC moment stored as whole milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware moment into milliseconds."""
        return None if value is None else round((value - EPOCH) / timedelta(milliseconds=1))

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn milliseconds into an aware moment."""
        return None if value is None else EPOCH + timedelta(milliseconds=value)


metadata = MetaData()

# One row a setting of the office: name, person, paused_at …; values are JSON.
office = Table("office", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("connected_at", UtcMillis, nullable=False),
    Column("rest_until", UtcMillis),  # the platform asked to be left alone until then
    Column("expires_at", UtcMillis),  # when the sign-in ends, where the platform says so
    Column("checked_at", UtcMillis),  # when the platform last told who we are and what it takes
    Column("limits", Text, nullable=False, server_default=""),  # JSON of model.channel.Limits; "" means the platform's
    UniqueConstraint("platform", "address", "remote_id"),
)

# Bound to the origin it may be sent to.
secret = Table(
    "secret",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("value", Text, nullable=False),
)

# A remote id of a piece on its way, by the piece's key, so that a second try goes on where the first one ended.
step = Table(
    "step",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# What paid or rationed calls have cost, by unit and day: of UTC, or of the zone in which a ration begins anew.
spending = Table(
    "spending",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("amount", Integer, nullable=False),
)

# `body` is the JSON of title, text, accounts, wordings, pictures, film, schedule and threads.
announcement = Table(
    "announcement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("edited_at", UtcMillis, nullable=False),
    Column("approved_at", UtcMillis),
    Column("scheduled_at", UtcMillis),
    Column("removed_at", UtcMillis),
    Index("announcement_by_edit", "approved_at", "edited_at"),
    Index("announcement_by_schedule", "scheduled_at"),
)

announcement_version = Table(
    "announcement_version",
    metadata,
    Column("announcement_id", ForeignKey("announcement.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("saved_at", UtcMillis, nullable=False),
    Column("body", Text, nullable=False),
)

picture = Table(
    "picture",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# A film is kept once, under the SHA-256 of its bytes; without one it is still being added.
film = Table(
    "film",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("begun_at", UtcMillis, nullable=False),
)

# A stretch of `model.film.STRETCH` bytes, the last one shorter.
film_part = Table(
    "film_part",
    metadata,
    Column("film_id", ForeignKey("film.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("announcement_id", ForeignKey("announcement.id")),
    Column("message_id", ForeignKey("message.id")),
    # A thread's parts share the first one's id; each answers the one before, by the token that one's receipt gave.
    Column("thread_id", ForeignKey("delivery.id")),
    Column("after_id", ForeignKey("delivery.id")),
    Column("part", Integer, nullable=False, server_default="0"),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("follows", Text),
    Column("corrects_id", ForeignKey("delivery.id")),  # the posted delivery whose words these replace
    Column("key", Text, nullable=False, unique=True),
    Column("frozen", Text, nullable=False),  # canonical JSON of model.delivery.Frozen
    Column("frozen_sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", UtcMillis, nullable=False),
    Column("created_at", UtcMillis, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("first_attempt_at", UtcMillis),
    Column("started_at", UtcMillis),
    Column("lease_until", UtcMillis),
    Column("reason", Text, nullable=False, server_default=""),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("remote_id", Text),
    Column("url", Text),
    Column("sent_at", UtcMillis),
    Column("reply_token", Text),
    Column("settled_at", UtcMillis),
    Column("taken_back_at", UtcMillis),
    CheckConstraint("(announcement_id IS NULL) <> (message_id IS NULL)", name="announcement_or_answer"),
    # The proof of a correction is the receipt of what it corrects.
    CheckConstraint("corrects_id IS NOT NULL OR state <> 'sent' OR remote_id IS NOT NULL", name="sent_has_a_receipt"),
    CheckConstraint("corrects_id IS NULL OR (remote_id IS NULL AND part = 0)", name="correction_is_one_delivery"),
    CheckConstraint("(thread_id IS NULL) = (part = 0)", name="part_of_a_thread"),
    CheckConstraint("(after_id IS NULL) = (part < 2)", name="later_part_follows"),
    UniqueConstraint("account_id", "remote_id"),
    Index("delivery_by_due", "state", "due_at"),
    Index("delivery_by_announcement", "announcement_id"),
    Index("delivery_by_message", "message_id"),
    Index("delivery_by_age", "created_at", "id"),
    Index("delivery_by_state_and_age", "state", "created_at", "id"),
    Index("delivery_by_thread", "thread_id", "part"),
    Index("delivery_by_part_before", "after_id", unique=True),
    Index("delivery_by_correction", "corrects_id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", UtcMillis, nullable=False),
    Column("ended_at", UtcMillis),
    Column("outcome", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
)

stream = Table(
    "stream",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("cursor", Text, nullable=False, server_default=""),
    Column("fetched_at", UtcMillis),
    Column("next_at", UtcMillis),
    Column("lease_until", UtcMillis),
    Column("problem", Text, nullable=False, server_default=""),
    # A stream that a person asked for, as a watched hashtag, has a title, and is read in its window of time only.
    Column("title", Text, nullable=False, server_default=""),
    Column("from_at", UtcMillis),
    Column("until_at", UtcMillis),
)

gap = Table(
    "gap",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("stream", Text, nullable=False),
    Column("from_at", UtcMillis, nullable=False),
    Column("to_at", UtcMillis, nullable=False),
    Column("reason", Text, nullable=False),
    Index("gap_by_time", "to_at"),
)

spoiled = Table(
    "spoiled",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("stream", Text, nullable=False),
    Column("received_at", UtcMillis, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("why", Text, nullable=False),
)

# The id is created_at in ms << 22 | sequence, so that rowid order is date order.
message = Table(
    "message",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("received_at", UtcMillis, nullable=False),
    Column("answers", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("reply_token", Text, nullable=False),
    Column("delivery_id", Integer),
    Column("answer_draft", Text, nullable=False, server_default=""),
    Column("answer_private", Integer),  # whether only its reader is meant to see the draft; nothing while not chosen
    UniqueConstraint("account_id", "remote_id"),
    Index("message_by_state", "state", "id"),
    Index("message_by_account", "account_id", "state", "id"),
    Index("message_by_kind", "kind", "state", "id"),
    Index("message_by_conversation", "account_id", "root", "id"),
    Index("message_by_delivery", "delivery_id", "id"),
)

# What a message said before its author changed it.
message_revision = Table(
    "message_revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("replaced_at", UtcMillis, nullable=False),
    Index("message_revision_by_message", "message_id"),
)

# Kept in step once per batch, never counted on a screen.
message_count = Table(
    "message_count",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("hashtag", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("starts_wall", Text, nullable=False),
    Column("ends_wall", Text, nullable=False),
    Column("starts_at", UtcMillis, nullable=False),
    Column("ends_at", UtcMillis, nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("cancelled", Integer, nullable=False, server_default="0"),
    Column("edited_at", UtcMillis, nullable=False),
    Column("removed_at", UtcMillis),
    Index("event_by_start", "starts_at"),
)

# Full-text search over author and text, fed once per batch; `facets` holds tokens for account, kind and state.
# External content would need a facets column, so the index keeps its own id only (contentless, deletes allowed).
# Words are found by their first letters from the third on: two-letter beginnings too would cost a fifth of a write.
# Sixteen parts of the index may stand before they are merged into one (4 by default): merging was half of every write.
SEARCH_DDL = (
    "CREATE VIRTUAL TABLE message_search USING fts5("
    "author, text, facets, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='3')",
    "INSERT INTO message_search (message_search, rank) VALUES ('automerge', 16)",
)
