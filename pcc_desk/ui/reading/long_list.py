"""A list of any length, newest first, that holds every loaded key and only the records last seen."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from pcc_desk.ui.widgets.cards import RECORD

KEPT = 2_000  # records held; a screen shows about fifteen, a page brings fifty
ROOT = QModelIndex()
AnyIndex = QModelIndex | QPersistentModelIndex
T = TypeVar("T")


class LongList(QAbstractTableModel, Generic[T]):
    """Rows by falling key, in one column and one role, so that a million rows cost what a thousand do.

    Signals:
        older_requested(): the end of what is loaded is on screen and older rows exist.
        missing_requested(): a row on screen has lost its record.
    """

    older_requested = Signal()
    missing_requested = Signal()

    def __init__(self, key: Callable[[T], Any], spoken: Callable[[T], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key_of = key
        self._spoken = spoken
        self._keys: list[Any] = []
        self._records: OrderedDict[Any, T] = OrderedDict()
        self._more = False

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Count the loaded rows."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Count the columns: one, the card."""
        return 0 if parent.isValid() else 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the record of a row, or the sentence a screen reader says for it; None for every other role."""
        if role == RECORD:
            return self.record(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            record = self.record(index.row())
            return "" if record is None else self._spoken(record)
        return None

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Tell whether older rows exist."""
        return self._more

    def fetchMore(self, parent: AnyIndex) -> None:
        """Ask for the next older page."""
        self.older_requested.emit()

    def match(self, *asked: Any, **more: Any) -> list[QModelIndex]:
        """Find nothing: a letter typed in the list is a command, and looking for it would read every row."""
        return []

    def record(self, row: int) -> T | None:
        """Give a row's record, or None (and ask for it) when it is not held any more."""
        if not 0 <= row < len(self._keys):
            return None
        record = self._records.get(self._keys[row])
        if record is None:
            self.missing_requested.emit()
        return record

    def key(self, row: int) -> Any:
        """Give a row's key, or None outside the list."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def row_of(self, key: Any) -> int:
        """Find a key's row, or -1."""
        row = self._place(key)
        return row if row < len(self._keys) and self._keys[row] == key else -1

    def start(self, records: Sequence[T], more: bool) -> None:
        """Show a new list from its first page."""
        self.beginResetModel()
        self._keys = [self.key_of(record) for record in records]
        self._records.clear()
        self._keep(records)
        self._more = more
        self.endResetModel()

    def extend(self, records: Sequence[T], more: bool) -> None:
        """Add a page older than every loaded row."""
        self._more = more
        fresh = [record for record in records if not self._keys or self.key_of(record) < self._keys[-1]]
        if fresh:
            self._insert(len(self._keys), fresh)

    def merge(self, records: Sequence[T], above: Any | None, to_end: bool) -> None:
        """Make the rows below key `above` (None: the top) down to the last record (or `to_end`) equal to `records`.

        Rows that stay are kept as they are, so a selection and the scrolled place survive.
        """
        if not records and not to_end:
            return
        top = 0 if above is None else self._end_of(above)
        end = len(self._keys) if to_end else self._end_of(self.key_of(records[-1]))
        wanted = {self.key_of(record): record for record in records}
        held = wanted.keys() & set(self._keys[top:end])
        self._drop([row for row in range(top, end) if self._keys[row] not in held])
        self._renew([record for key, record in wanted.items() if key in held])
        fresh = [record for key, record in wanted.items() if key not in held]
        for row, run in _runs(fresh, lambda record: self._place(self.key_of(record))):
            self._insert(row, run)
        self._more = self._more and not to_end

    def _place(self, key: Any) -> int:
        """Find where a key stands, or would stand, among falling keys."""
        return bisect_left(self._keys, True, key=lambda held: bool(held <= key))

    def _end_of(self, key: Any) -> int:
        return self._place(key) + int(self.row_of(key) >= 0)

    def _insert(self, row: int, records: Sequence[T]) -> None:
        self.beginInsertRows(ROOT, row, row + len(records) - 1)
        self._keys[row:row] = [self.key_of(record) for record in records]
        self._keep(records)
        self.endInsertRows()

    def _drop(self, rows: Sequence[int]) -> None:
        for row in reversed(rows):
            self.beginRemoveRows(ROOT, row, row)
            self._records.pop(self._keys.pop(row), None)
            self.endRemoveRows()

    def _renew(self, records: Sequence[T]) -> None:
        for record in records:
            if self._records.get(self.key_of(record)) != record:
                self._keep((record,))
                index = self.index(self.row_of(self.key_of(record)), 0)
                self.dataChanged.emit(index, index, [RECORD])

    def _keep(self, records: Sequence[T]) -> None:
        for record in records:
            self._records[self.key_of(record)] = record
            self._records.move_to_end(self.key_of(record))
        while len(self._records) > KEPT:
            self._records.popitem(last=False)


def _runs(records: Sequence[T], place: Callable[[T], int]) -> list[tuple[int, list[T]]]:
    """Group neighbours that go in before the same row, the last group first so that the rows before it stay true."""
    groups: dict[int, list[T]] = {}
    for record in records:
        groups.setdefault(place(record), []).append(record)
    return sorted(groups.items(), key=lambda group: group[0], reverse=True)
