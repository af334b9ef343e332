"""Every change of the tables since the first release, one module a revision, run in one transaction."""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from pcc_desk.store.migrations import revision_1
from pcc_desk.store.schema import SCHEMA_NUMBER

# Revision n brings the database from number n - 1 to n.
REVISIONS = (revision_1.upgrade,)


def upgrade(connection: Connection) -> None:
    """Bring the database open for writing on `connection` to the newest tables."""
    operations = Operations(MigrationContext.configure(connection))
    # Read inside the writing transaction: another desk may have upgraded while this one waited.
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    for revise in REVISIONS[version:SCHEMA_NUMBER]:
        revise(operations)
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_NUMBER}")
