"""The counts of a period do not read every message."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from pcc_desk.store import reports
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store

MONTH = timedelta(days=30)


def plan_of(store: Store, query: Select[*tuple[object, ...]]) -> str:
    """Give SQLite's plan for a query."""
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    values = tuple(str(compiled.params[name]) for name in compiled.positiontup or ())
    with store.read() as conn:
        return "\n".join(str(row[3]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values))


def test_the_counts_of_messages_are_read_from_an_index_alone(desk_dir: Path) -> None:
    store = open_store(desk_dir)
    plan = plan_of(store, reports.states_query(1, NOW - MONTH, NOW))
    store.close()
    assert "SEARCH message USING COVERING INDEX message_by_account" in plan
    assert "id>" in plan
    assert "TEMP B-TREE" not in plan


def test_the_answers_of_a_period_are_found_by_their_message(desk_dir: Path) -> None:
    store = open_store(desk_dir)
    plan = plan_of(store, reports.waits_query(NOW - MONTH, NOW))
    store.close()
    assert "SEARCH delivery USING INDEX delivery_by_message" in plan
