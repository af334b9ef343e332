"""Revision 1: the first tables, as schema.py describes them until the first release."""

from alembic.operations import Operations

from pcc_desk.store.schema import SEARCH_DDL, metadata


def upgrade(operations: Operations) -> None:
    """Create every table, index and the search."""
    metadata.create_all(operations.get_bind())
    for statement in SEARCH_DDL:
        operations.execute(statement)
