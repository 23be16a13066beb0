"""`$filter` on a repeat's table: which part of it is about the rows, and whether a row is meant.

Rows stand inside the answers of a submission, so Python compares them while they are read; the rest of the expression,
which is about the submission around them, stays with the database.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from server.errors import not_implemented
from server.exports.comparisons import DAY, MOMENT, NUMBER, TEXT, Term, Translation
from server.exports.conditions import ROOT_PREFIX, SYSTEM_PREFIX
from server.exports.filters import CONTAINS, STARTS_WITH, Filter, Joined, Name, Value, fault, operands, parse_moment
from server.exports.odata.entities import RepeatRow
from server.exports.odata.entity_model import ID, EntityTable, Property
from server.exports.odata.values import conversion
from server.exports.tables import inside
from server.xform.fields import Field
from server.xform.instance import answer_text

_Read: TypeAlias = Callable[[RepeatRow], Value]
RowCondition: TypeAlias = Callable[[RepeatRow], bool]
_KINDS = {"int": NUMBER, "decimal": NUMBER, "date": DAY, "dateTime": MOMENT}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: left is not None and right is not None and compare(left, right)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": _ordered(operator.lt),
    "le": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "ge": _ordered(operator.ge),
    CONTAINS: _ordered(operator.contains),
    STARTS_WITH: _ordered(str.startswith),
}


def split_filter(expression: Filter) -> tuple[Filter | None, Filter | None]:
    """What it says of the submissions, and what of the rows; raise 501.1 where one comparison needs both."""
    is_chain = isinstance(expression, Joined) and expression.word == "and"
    of_submissions, of_rows = list[Filter](), list[Filter]()
    for part in expression.parts if isinstance(expression, Joined) and is_chain else (expression,):
        names = [item for item in operands(part) if isinstance(item, Name)]
        own = [name for name in names if not name.name.startswith((ROOT_PREFIX, SYSTEM_PREFIX))]
        if own and len(own) < len(names):
            mixed = f"{own[0].name} at character {own[0].position} of $filter beside a field of the submission"
            raise not_implemented(f"{mixed} (join them by and)")
        (of_rows if own else of_submissions).append(part)
    return _joined(of_submissions), _joined(of_rows)


def _joined(parts: Sequence[Filter]) -> Filter | None:
    return Joined("and", tuple(parts)) if parts else None


def row_condition(expression: Filter, text: str, now: datetime, table: EntityTable) -> RowCondition:
    """Whether a row of the table is meant; raise 400.8 for a field that the table does not have."""
    return _Rows(text, now, table).condition(expression)


class _Rows(Translation[_Read, RowCondition]):
    def __init__(self, text: str, now: datetime, table: EntityTable) -> None:
        super().__init__(text, now)
        self._table = table
        self._terms: dict[str, Term[_Read]] = dict(_questions(table.properties, "", ()))
        self._terms[ID] = Term(TEXT, source=lambda row: row.key.id)
        if table.parent is not None:
            self._terms[table.parent.key_name] = Term(TEXT, source=lambda row: row.parent.id)

    def named(self, name: Name) -> Term[_Read]:
        if name.name not in self._terms:
            hint = f"{self._table.name} has no field {name.name}; those of the submission begin with {ROOT_PREFIX}"
            raise fault(self.text, name.position, hint)
        return self._terms[name.name]

    def part(self, name: str, moment: _Read) -> _Read:
        return lambda row: getattr(moment(row), name, None)

    def compared(self, word: str, left: Term[_Read], right: Term[_Read]) -> RowCondition:
        compare, one, other = _COMPARISONS[word], _reader(left), _reader(right)
        return lambda row: compare(one(row), other(row))

    def opposite(self, condition: RowCondition) -> RowCondition:
        return lambda row: not condition(row)

    def joined(self, word: str, conditions: Sequence[RowCondition]) -> RowCondition:
        hold = all if word == "and" else any
        return lambda row: hold(condition(row) for condition in conditions)


def _reader(term: Term[_Read]) -> _Read:
    value = term.value
    return term.source if term.source is not None else lambda _row: value


def _questions(
    properties: Iterable[Property], within: str, groups: tuple[str, ...]
) -> Iterator[tuple[str, Term[_Read]]]:
    for item in properties:
        if item.table is None and item.field.has_children:
            yield from _questions(item.properties, f"{within}{item.name}/", (*groups, item.field.name))
        elif item.table is None:
            yield within + item.name, Term(_KINDS.get(item.field.type, TEXT), source=_answer(item.field, groups))


def _answer(field: Field, groups: tuple[str, ...]) -> _Read:
    name, convert = field.name, _converter(field)

    def read(row: RepeatRow) -> Value:
        value = inside(row.answers, groups).get(name)
        return None if value is None else convert(value)

    return read


def _converter(field: Field) -> Callable[[Any], Value]:
    kind, convert = _KINDS.get(field.type), conversion(field, as_wkt=False).convert
    if kind == NUMBER:
        return convert
    if kind == MOMENT:
        return lambda value: parse_moment(convert(value) or "")
    return answer_text
