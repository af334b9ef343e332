"""What storing a page of new messages costs, with its search, counts and links, and what a page of known ones costs."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import data
from benchmarks.figure import Figure, compare, cpu_seconds
from pcc_desk.model.message import Incoming, MessageState
from pcc_desk.store import arrivals, driver
from pcc_desk.store.engine import Store

METRICS = ("merge", "merge_known")
PAGES, PAGE = 40, 500
ROUNDS = 5


def measure() -> Iterator[Figure]:
    """Compare rows stored per processor second with the driver's bare insert into the same table."""
    pages = [list(data.stream(number * PAGE, PAGE, PAGES * PAGE)) for number in range(PAGES)]
    rows = PAGES * PAGE
    with tempfile.TemporaryDirectory() as folder:
        fresh = _fresh_paths(Path(folder))
        taken, ratio = compare(lambda: _bare(next(fresh), pages), lambda: _merge(next(fresh), pages), ROUNDS)
        yield Figure("merge", rows / taken, "rows/cpu-s", 1 / ratio, "executemany, no search", ROUNDS)
        path = next(fresh)
        _merge(path, pages)
        taken, ratio = compare(lambda: _merge(next(fresh), pages), lambda: _merge(path, pages), ROUNDS)
        yield Figure("merge_known", rows / taken, "rows/cpu-s", 1 / ratio, "new messages", ROUNDS)


def _fresh_paths(folder: Path) -> Iterator[Path]:
    number = 0
    while True:
        number += 1
        yield folder / str(number) / "desk.db"


def _merge(path: Path, pages: list[list[Incoming]]) -> float:
    store = _open(path)
    taken = cpu_seconds(lambda: _each(pages, lambda page: _merge_page(store, page)))
    store.close()
    return taken


def _merge_page(store: Store, page: list[Incoming]) -> None:
    with store.write() as conn:
        arrivals.add(conn, data.ACCOUNTS[0], page, data.NOW)


def _bare(path: Path, pages: list[list[Incoming]]) -> float:
    _open(path).close()
    connection = driver.open_file(path, data.KEY)
    taken = cpu_seconds(lambda: _each(pages, lambda page: _bare_page(connection, page)))
    connection.close()
    return taken


def _bare_page(connection: driver.Driver, page: list[Incoming]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(data.INSERT, [data.row(one, data.ACCOUNTS[0], MessageState.OPEN) for one in page])
    connection.execute("COMMIT")


def _each(pages: list[list[Incoming]], write: Callable[[list[Incoming]], None]) -> None:
    for page in pages:
        write(page)


def _open(path: Path) -> Store:
    path.parent.mkdir(parents=True, exist_ok=True)
    return data.open_store(path)
