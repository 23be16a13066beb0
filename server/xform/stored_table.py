"""Lists too long for memory, kept in a SQLite file beside the process.

A file belongs to one content and never changes but for its indexes, which are made when a column is first asked for.
Several processes may share a folder: a file is written under another name and then moved into place.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, overload

from server.xform.tables import ITEM, ROOT, Cell, Table
from server.xpath.tree import Node
from server.xpath.values import Value

_NAMES: Final = (ROOT, ITEM)
_SECONDS_TO_WAIT: Final = 30  # for another process that makes an index


class StoredTable(Table):
    """A flat list in a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, check_same_thread=False, timeout=_SECONDS_TO_WAIT, isolation_level=None
        )
        self._lock = Lock()
        names = self.rows_of("SELECT name FROM names ORDER BY place")
        self._places: Mapping[str, int] = {str(name): place for place, (name,) in enumerate(names)}
        self.length: int = self.rows_of("SELECT count(*) FROM items")[0][0]
        self._indexed: set[int] = set()
        self._root = _StoredRoot(self)

    @property
    def root(self) -> Node | None:
        return self._root

    @property
    def size(self) -> int:
        return self.length * len(self._places)

    @property
    def is_empty(self) -> bool:
        return self.length == 0

    def find(self, names: tuple[str, ...], column: str, text: str) -> Sequence[Node] | None:
        if names[1:] != _NAMES[1:]:
            return ()
        place = self._places.get(column)
        if place is None:
            return self._root.named(ITEM) if text == "" else ()
        self._index(place)
        # The column's name is one of ours, made of a letter and a number.
        found = self.rows_of(f"SELECT number FROM items WHERE c{place} = ? ORDER BY number", (text,))  # noqa: S608
        return [self.row(int(number)) for (number,) in found]

    def columns_at(self, names: tuple[str, ...]) -> frozenset[str] | None:
        return frozenset(self._places) if names[1:] == _NAMES[1:] else None

    def row(self, number: int) -> Node:
        return _StoredRow(self, self._root, number)

    def texts(self, number: int) -> Mapping[str, str]:
        """The cells of a row by column."""
        (row,) = self.rows_of("SELECT * FROM items WHERE number = ?", (number,))
        return dict(zip(self._places, map(str, row[1:]), strict=True))

    def rows_of(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def _index(self, place: int) -> None:
        if place not in self._indexed:
            self.rows_of(f"CREATE INDEX IF NOT EXISTS by_c{place} ON items (c{place})")
            self._indexed.add(place)


class _StoredRow(Node):
    __slots__ = ("_table", "_texts")

    def __init__(self, table: StoredTable, root: Node, number: int) -> None:
        super().__init__(ITEM, root, number)
        self._table = table
        self._texts: Mapping[str, str] | None = None

    def _cells(self) -> Mapping[str, str]:
        if self._texts is None:
            self._texts = self._table.texts(self.position)
        return self._texts

    def named(self, name: str) -> Sequence[Node]:
        text = self._cells().get(name)
        return () if text is None else (Cell(name, self, text),)

    def elements(self) -> Sequence[Node]:
        return [Cell(name, self, text) for name, text in self._cells().items()]

    def attribute(self, name: str) -> Node | None:
        del name
        return None

    def value(self) -> Value:
        return ""


class _StoredRows(Sequence[Node]):
    """All rows, each made when it is its turn."""

    def __init__(self, table: StoredTable) -> None:
        self._table = table

    def __len__(self) -> int:
        return self._table.length

    @overload
    def __getitem__(self, place: int) -> Node: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Node]: ...
    def __getitem__(self, place: int | slice) -> Node | Sequence[Node]:
        if isinstance(place, slice):
            return [self._table.row(number + 1) for number in range(len(self))[place]]
        return self._table.row(range(len(self))[place] + 1)

    def __iter__(self) -> Iterator[Node]:
        return (self._table.row(number + 1) for number in range(len(self)))


class _StoredRoot(Node):
    __slots__ = ("_rows",)

    def __init__(self, table: StoredTable) -> None:
        super().__init__(ROOT, None)
        self._rows = _StoredRows(table)

    def named(self, name: str) -> Sequence[Node]:
        return self._rows if name == ITEM else ()

    def elements(self) -> Sequence[Node]:
        return self._rows

    def attribute(self, name: str) -> Node | None:
        del name
        return None

    def value(self) -> Value:
        return ""


def store_table(folder: Path, digest: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> StoredTable:
    """The list in its file in `folder`, written if it is not there yet. Rows have as many cells as the header."""
    path = folder / f"{hashlib.sha256(digest.encode()).hexdigest()}.sqlite"
    if not path.exists():
        handle, name = tempfile.mkstemp(suffix=".part", dir=folder)
        os.close(handle)
        part = Path(name)
        try:
            _write(part, header, rows)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return StoredTable(path)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    columns = "".join(f", c{place} TEXT NOT NULL" for place in range(len(header)))
    marks = ", ".join("?" for _ in range(len(header) + 1))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE names (place INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        connection.executemany("INSERT INTO names VALUES (?, ?)", enumerate(header))
        connection.execute(f"CREATE TABLE items (number INTEGER PRIMARY KEY{columns})")
        numbered = ((number, *row) for number, row in enumerate(rows, 1))
        connection.executemany(f"INSERT INTO items VALUES ({marks})", numbered)  # noqa: S608 -- made of marks only
        connection.execute("COMMIT")
    finally:
        connection.close()
