"""What SQLite intends to do for the queries a piece of code really sends."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event


def plans_of(conn: Connection, work: Callable[[], object]) -> list[str]:
    """Run `work` and give every line of the plan of every query it sent on `conn`."""
    sent: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(conn, "before_cursor_execute", note)
    return [
        row[-1]
        for statement, parameters in sent
        for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


def slow_steps(plan: list[str]) -> list[str]:
    """Give the steps whose cost grows with the number of messages."""
    return [
        step
        for step in plan
        if step.split(" USING ")[0] == "SCAN message" or step.startswith("SCAN message USING") or "TEMP B-TREE" in step
    ]
