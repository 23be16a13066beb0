"""The list of answers that did not fit the type of their column: a CSV file beside the typed ones."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Final, Self

from server.exports.archive import Archive
from server.exports.csv_tables import read_back
from server.exports.csv_text import CsvLines
from server.exports.typed import TypedColumn, TypedTable
from server.xform.instance import answer_text

NAME: Final = "not-typed.csv"
_HEADER: Final = ("table", "KEY", "column", "type", "answer")
_IN_MEMORY: Final = 1_000_000


class NotTyped:
    """Waits in memory, and on disk once there is much of it."""

    def __init__(self) -> None:
        self._spool = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- closed by __exit__
        self._lines = CsvLines()
        self._is_empty = True
        self._lines.add(_HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def add(self, table: TypedTable, column: TypedColumn, key: str, answer: Any, *, wanted: str = "") -> None:
        """`wanted` is what the answer should have been, in words; without it the column's kind."""
        self._is_empty = False
        self._lines.add((table.table.path, key, column.name, wanted or column.kind, answer_text(answer)))
        self._spool.write(self._lines.take())

    def into(self, archive: Archive) -> Iterator[bytes]:
        """The file, when there is something in it."""
        if not self._is_empty:
            yield from archive.add(NAME, read_back(self._spool))
