"""A table's columns as the variables of a statistics program: names, labels, categories, and how answers become values.

A question that takes one choice is a number with labels when the form calls its choices by numbers. Otherwise it is
the choice's name as a text, or a number with labels when the export speaks labels.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from server.exports.choices import Choices
from server.exports.plan import ExportPlan
from server.exports.statistics.codes import Codes, are_numbers
from server.exports.statistics.names import variable_names
from server.exports.typed import TypedColumn, TypedTable, column_names, typed_tables
from server.exports.typed_values import Kind, Reader, read_whole
from server.exports.wording import Wording
from server.xform.instance import answer_text

# DAY counts days and MOMENT milliseconds from the beginning of 1970.
Value = str | int | float


class Measure(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    CODE = "code"
    FLAG = "0 or 1"
    DAY = "day"
    MOMENT = "time"


@dataclass(frozen=True, slots=True)
class Variable:
    """`texts` are the labels of its values; `read` raises ValueError for an answer that it cannot hold."""

    name: str
    label: str
    measure: Measure
    column: TypedColumn
    read: Callable[[Any], Value | None]
    texts: Mapping[Value, str] = field(default_factory=dict)


_FIRST_DAY: Final = date(1970, 1, 1)
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Both programs keep numbers as doubles.
_MAX_WHOLE: Final = 2**53
_MAX_CODE: Final = 999_999_999
_MEASURES: Final = {
    Kind.TEXT: Measure.TEXT,
    Kind.TEXTS: Measure.TEXT,
    Kind.WHOLE: Measure.WHOLE,
    Kind.DECIMAL: Measure.NUMBER,
    Kind.DAY: Measure.DAY,
    Kind.MOMENT: Measure.MOMENT,
    Kind.FLAG: Measure.FLAG,
}


def variables_of(export: ExportPlan, split: Choices, codes: Codes) -> dict[str, tuple[TypedTable, list[Variable]]]:
    """By the path of the table. `split` has the choices of questions that take several: each is a variable."""
    wording = Wording.of(export)
    tables = typed_tables(export, wording.by_names(), split)
    return {path: (table, list(_variables(table, wording, codes))) for path, table in tables.items()}


def _variables(table: TypedTable, wording: Wording, codes: Codes) -> Iterator[Variable]:
    names = column_names(table.columns, lambda columns: variable_names(_steps(column, wording) for column in columns))
    for name, column in zip(names, table.columns, strict=True):
        plain = Variable(name, _label(column, wording), _MEASURES[column.kind], column, _reader(column))
        own_codes = codes.get(column.field.path) if column.field else None
        yield _with_choices(plain, own_codes, wording) if own_codes else plain


def _steps(column: TypedColumn, wording: Wording) -> tuple[tuple[str, ...], int]:
    has_part = column.field is not None and column.steps[-1] != column.field.name
    kept = 2 if has_part or column.choice is not None else 1
    return (column.steps if wording.has_group_paths else column.steps[-kept:]), kept


def _label(column: TypedColumn, wording: Wording) -> str:
    """On one line."""
    label = " ".join(column.label.split())
    return f"{label} ({column.name})" if wording.labels == "both" and label != column.name else label


def _with_choices(variable: Variable, codes: Mapping[str, int], wording: Wording) -> Variable:
    path = variable.column.field.path if variable.column.field else ""
    # A value is there already by its name: a label that repeats it would say nothing.
    speaking = wording if wording.labels == "both" else replace(wording, labels="labels")
    if wording.labels == "names" and not are_numbers(codes):
        texts: dict[Value, str] = {name: speaking.option(path, name) for name in codes}
        return replace(variable, measure=Measure.TEXT, read=answer_text, texts=texts)
    texts = {code: speaking.option(path, name) for name, code in codes.items()}
    reader = _read_number if are_numbers(codes) else _code_reader(codes)
    return replace(variable, measure=Measure.CODE, read=reader, texts=texts)


def _read_number(answer: Any) -> int:
    """Also a number that no choice has: it is shown without a label."""
    number = read_whole(answer)
    if abs(number) > _MAX_CODE:
        raise ValueError("a longer number than codes are")
    return number


def _code_reader(codes: Mapping[str, int]) -> Callable[[Any], int]:
    def read(answer: Any) -> int:
        code = codes.get(answer_text(answer).strip())
        if code is None:
            raise ValueError("no choice of the form")
        return code

    return read


def _reader(column: TypedColumn) -> Callable[[Any], Value | None]:
    return _SPECIAL[column.kind](column.read) if column.kind in _SPECIAL else column.read  # type: ignore[return-value]  # the others read values


def _days(read: Reader) -> Callable[[Any], int]:
    return lambda answer: (read(answer) - _FIRST_DAY).days  # type: ignore[operator,union-attr]  # a date


def _milliseconds(_read: Reader) -> Callable[[Any], float]:
    return _clock


def _clock(answer: Any) -> float:
    """What the phone's clock showed, as neither program knows zones; what the server says is in UTC."""
    moment = answer if isinstance(answer, datetime) else datetime.fromisoformat(answer_text(answer).strip())
    return (moment.replace(tzinfo=UTC) - _START) / timedelta(milliseconds=1)


def _joined(read: Reader) -> Callable[[Any], str]:
    return lambda answer: " ".join(read(answer))  # type: ignore[arg-type]  # a list of names


def _flag(read: Reader) -> Callable[[Any], int]:
    return lambda answer: 1 if read(answer) else 0


def _exact(read: Reader) -> Callable[[Any], int]:
    def checked(answer: Any) -> int:
        number = read(answer)
        if not isinstance(number, int) or abs(number) > _MAX_WHOLE:
            raise ValueError("more digits than a double keeps")
        return number

    return checked


_SPECIAL: Final[dict[Kind, Callable[[Reader], Callable[[Any], Value | None]]]] = {
    Kind.DAY: _days,
    Kind.MOMENT: _milliseconds,
    Kind.TEXTS: _joined,
    Kind.FLAG: _flag,
    Kind.WHOLE: _exact,
}
