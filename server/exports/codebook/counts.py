"""How often each question was answered, and how: counted row by row, without keeping the rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from server.exports.tables import Column, Table
from server.exports.typed import Rows, TypedTable
from server.exports.typed_values import READERS, Kind, read_texts
from server.xform.fields import Field
from server.xform.instance import answer_text

# Of one question. Who fills in a public form must not be able to fill the memory with answers of his own.
MAX_ANSWERS: Final = 20_000
_RANGED: Final = (Kind.WHOLE, Kind.DECIMAL, Kind.DAY, Kind.MOMENT)


@dataclass(slots=True)
class Count:
    """`rows` are those of the question's table; `chosen` is for questions with choices, `least` to `most` for numbers,
    days and times. `total` and `numbers` make the mean.
    """

    rows: int = 0
    answered: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    least: Any = None
    most: Any = None
    total: float = 0
    numbers: int = 0

    @property
    def missing(self) -> int:
        return self.rows - self.answered

    @property
    def mean(self) -> float | None:
        return self.total / self.numbers if self.numbers else None


class Counts:
    """Of all questions, by path."""

    def __init__(self, tables: Iterable[TypedTable]) -> None:
        self.by_path: dict[str, Count] = {}
        self._columns: dict[str, list[tuple[int, Field]]] = {}
        self.rows: dict[str, int] = {}
        for table in tables:
            self._columns[table.table.path] = list(_places(table.table))
            self.rows[table.table.path] = 0
        for columns in self._columns.values():
            self.by_path.update((item.path, Count()) for _, item in columns)

    def add(self, rows: Rows) -> None:
        """Rows as `typed_rows` gives them."""
        for path, added in rows.items():
            self.rows[path] += len(added)
            for place, item in self._columns[path]:
                answers = [row[place] for row in added if row[place] is not None]
                count = self.by_path[item.path]
                count.rows += len(added)
                count.answered += len(answers)
                _count(count, item, answers)


def _places(table: Table) -> Iterable[tuple[int, Field]]:
    """Where the answers to each question stand in a row."""
    first = 0 if table.path else 1
    columns: Sequence[Column] = table.columns
    return ((first + place, column.field) for place, column in enumerate(columns))


def _count(count: Count, item: Field, answers: Sequence[Any]) -> None:
    if item.choice_list is not None or item.has_several_values:
        for answer in answers:
            _choose(count.chosen, item, answer)
        return
    kind, read = READERS.get(item.type, (Kind.TEXT, answer_text))
    if kind in _RANGED:
        for answer in answers:
            try:
                _reach(count, read(answer))
            except ValueError:
                continue


def _choose(chosen: Counter[str], item: Field, answer: Any) -> None:
    try:
        names = read_texts(answer) if item.has_several_values else [answer_text(answer)]
    except ValueError:
        names = [answer_text(answer)]
    for name in set(names):
        if name in chosen or len(chosen) < MAX_ANSWERS:
            chosen[name] += 1


def _reach(count: Count, value: Any) -> None:
    if count.least is None or value < count.least:
        count.least = value
    if count.most is None or value > count.most:
        count.most = value
    if isinstance(value, (int, float)):
        count.total += value
        count.numbers += 1
