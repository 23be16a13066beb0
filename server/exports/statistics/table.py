"""One table's values, kept on disk until it is known how wide its texts are and how many rows there are."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import orjson

from server.exports.not_typed import NotTyped
from server.exports.statistics.variables import Measure, Value, Variable
from server.exports.typed import TypedTable

_IN_MEMORY: Final = 1_000_000

Row = list[Value | None]


class Widths:
    """Of one variable's texts in UTF-8: the longest, all together, and how many are not empty."""

    __slots__ = ("count", "longest", "total")

    def __init__(self) -> None:
        self.longest = self.total = self.count = 0

    def add(self, size: int) -> None:
        if size:
            self.longest = max(self.longest, size)
            self.total += size
            self.count += 1


class StatisticsTable(ExitStack):
    """`name` is that of the file without its ending. `max_text` cuts texts to so many bytes, which are then listed."""

    def __init__(
        self, name: str, table: TypedTable, variables: Sequence[Variable], not_typed: NotTyped, max_text: int | None
    ) -> None:
        super().__init__()
        self.name, self.variables, self.count = name, variables, 0
        self.widths = {place: Widths() for place, item in enumerate(variables) if item.measure is Measure.TEXT}
        self.path = table.table.path
        self._table, self._not_typed, self._max_text = table, not_typed, max_text
        self._readers = [(item.column.place, item.read) for item in variables]
        self._key_place = [item.column.place for item in variables].index(table.key_place)
        self._spool = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- closed with the table
        self.callback(self._spool.close)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Rows as `typed_rows` gives them."""
        values = [self._values(row) for row in rows]
        for row in values:
            for place in self.widths:
                row[place] = self._measured(place, row)
        self.count += len(values)
        # A line a page: nothing in JSON is a line feed.
        self._spool.write(orjson.dumps(values) + b"\n")

    def flush(self) -> None:
        """Raise OSError when the disk has no room for what was added."""
        self._spool.flush()

    def rows(self) -> Iterator[Row]:
        """All of them again, from the first."""
        self._spool.seek(0)
        for line in self._spool:
            yield from orjson.loads(line)

    def _values(self, row: Sequence[Any]) -> Row:
        try:
            return [None if (answer := row[place]) is None else read(answer) for place, read in self._readers]
        except ValueError:
            # One of the answers is not as most are: it is found among them, one by one.
            return [self._value(variable, row) for variable in self.variables]

    def _value(self, variable: Variable, row: Sequence[Any]) -> Value | None:
        answer = row[variable.column.place]
        if answer is None:
            return None
        try:
            return variable.read(answer)
        except ValueError:
            key = self._table.key(row)
            self._not_typed.add(self._table, variable.column, key, answer, wanted=variable.measure)
            return None

    def _measured(self, place: int, row: Row) -> Value | None:
        text = row[place]
        if not isinstance(text, str):
            return None
        size = len(text.encode())
        if self._max_text is not None and size > self._max_text:
            key, wanted = str(row[self._key_place]), f"text of {self._max_text} bytes"
            self._not_typed.add(self._table, self.variables[place].column, key, text, wanted=wanted)
            text = cut(text, self._max_text)
            size = len(text.encode())
        self.widths[place].add(size)
        return text


def cut(text: str, size: int) -> str:
    """As many of the text's first letters as so many bytes of UTF-8 hold."""
    return text.encode()[:size].decode(errors="ignore")
