"""Revision 1: the first tables, as schema.py and live_schema.py describe them until the first release."""

from alembic.operations import Operations

from pcc_desk.store.live_schema import live_video
from pcc_desk.store.schema import SEARCH_DDL


def upgrade(operations: Operations) -> None:
    """Create every table, index and the search."""
    live_video.metadata.create_all(operations.get_bind())  # all of them share it
    for statement in SEARCH_DDL:
        operations.execute(statement)
