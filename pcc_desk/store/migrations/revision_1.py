"""Revision 1: the first tables, as schema.py and its neighbours describe them until the first release."""

from alembic.operations import Operations

from pcc_desk.store.live_schema import live_video
from pcc_desk.store.media_schema import unused
from pcc_desk.store.moderation_schema import moderation
from pcc_desk.store.schema import SEARCH_DDL


def upgrade(operations: Operations) -> None:
    """Create every table, index and the search."""
    # A table is known once its module is loaded.
    assert live_video.metadata is moderation.metadata is unused.metadata
    live_video.metadata.create_all(operations.get_bind())
    for statement in SEARCH_DDL:
        operations.execute(statement)
