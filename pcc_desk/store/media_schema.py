"""The table of pictures and films that nothing refers to, as revision 1 creates it."""

from sqlalchemy import Column, Table, Text

from pcc_desk.store.schema import UtcMillis, metadata

# Since when nothing has referred to a picture or a film, by the SHA-256 of its bytes.
unused = Table(
    "unused",
    metadata,
    Column("id", Text, primary_key=True),
    Column("since", UtcMillis, nullable=False),
)
