"""The tables of an export with one type for each column, and what does not fit its type.

An answer that its column cannot hold is missing there and stands in the list of `not_typed` instead, as it was sent:
so types stay the same from one export to the next, and nothing is lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from server.exports.choices import Choices
from server.exports.csv_text import GEOPOINT, GEOPOINT_CELLS, SUBMISSION_CELLS
from server.exports.labelled import submission_row
from server.exports.plan import ExportPlan
from server.exports.records import Record
from server.exports.rows import repeat_rows
from server.exports.tables import Column, Table
from server.exports.typed_values import (
    READERS,
    Kind,
    Reader,
    flag_reader,
    point_reader,
    read_moment,
    read_text,
    read_texts,
    read_whole,
)
from server.exports.wording import Wording
from server.xform.fields import Field
from server.xform.instance import answer_text

_SUBMITTED: Final = "SubmissionDate"
_WHOLE_CELLS: Final = ("SubmitterID", "AttachmentsPresent", "AttachmentsExpected", "Edits")
_SYSTEM_KINDS: Final[dict[str, tuple[Kind, Reader]]] = {
    _SUBMITTED: (Kind.MOMENT, read_moment),
    **dict.fromkeys(_WHOLE_CELLS, (Kind.WHOLE, read_whole)),
}
_KEY_CELLS: Final = ("PARENT_KEY", "KEY")


@dataclass(frozen=True, slots=True, eq=False)
class TypedColumn:
    """`place` is where its answer stands in a row, `name` as in the CSV files, `steps` the names that it is made of.

    `field` is None for what the server says of a submission; `choice` is the one that a FLAG is about.
    """

    place: int
    kind: Kind
    read: Reader
    name: str
    steps: tuple[str, ...]
    label: str
    field: Field | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class TypedTable:
    table: Table
    columns: tuple[TypedColumn, ...]
    key_place: int

    def key(self, row: Sequence[Any]) -> str:
        return str(row[self.key_place])


# By path. A row has the answers as they were read at intake, in the order of the table's questions.
TypedTables = Mapping[str, TypedTable]
Rows = dict[str, list[list[Any]]]


def typed_tables(export: ExportPlan, wording: Wording, split: Choices) -> TypedTables:
    """`split` has the choices that get a column each, by question."""
    return {table.path: _typed_table(table, wording, split) for table in export.root.walk()}


def typed_rows(session: Session, export: ExportPlan) -> Iterator[Rows]:
    """The rows of each table, as many as a page of submissions has."""
    for page in export.records(session):
        yield _rows(page, export.root)


def _rows(page: Iterable[Record], root: Table) -> Rows:
    found: Rows = {table.path: [] for table in root.walk()}
    for record in page:
        answers = record.answers()
        found[""].append(submission_row(record, root.values(answers)))
        for row in repeat_rows(root, answers, record.instance_id):
            row.values.extend((row.parent_key, row.key))
            found[row.table.path].append(row.values)
    return found


def column_names(
    columns: Sequence[TypedColumn], names_of: Callable[[Iterable[TypedColumn]], Iterable[str]]
) -> list[str]:
    """What `names_of` makes of the columns, in their order.

    It is asked first for the keys that tie tables together, then for the questions, and last for what else the server
    says of a submission: many forms have a question for the `deviceid`.
    """
    by_claim = sorted(columns, key=_claim)
    names = dict(zip(by_claim, names_of(by_claim), strict=True))
    return [names[column] for column in columns]


def _claim(column: TypedColumn) -> int:
    return 1 if column.field is not None else 0 if column.name in _KEY_CELLS else 2


def _typed_table(table: Table, wording: Wording, split: Choices) -> TypedTable:
    is_root = not table.path
    columns = [_system_column(0, _SUBMITTED)] if is_root else []
    place = len(columns)
    for column in table.columns:
        columns += _columns(place, column, wording, split.get(column.field.path, ()))
        place += 1
    cells = SUBMISSION_CELLS if is_root else _KEY_CELLS
    columns += [_system_column(place + number, name) for number, name in enumerate(cells)]
    return TypedTable(table, tuple(columns), place + cells.index("KEY"))


def _system_column(place: int, name: str) -> TypedColumn:
    kind, read = _SYSTEM_KINDS.get(name, (Kind.TEXT, read_text))
    return TypedColumn(place, kind, read, name, (name,), name)


def _columns(place: int, column: Column, wording: Wording, choices: Sequence[str]) -> Iterator[TypedColumn]:
    field, name = column.field, wording.column(column)
    label = field.label(wording.language)
    if field.type == GEOPOINT:
        for number, part in enumerate(GEOPOINT_CELLS):
            read, steps = point_reader(number), (*column.steps, part)
            yield TypedColumn(place, Kind.DECIMAL, read, f"{name}-{part}", steps, f"{part} - {label}", field)
        return
    kind, reader = _reader(field, wording)
    yield TypedColumn(place, kind, reader, name, column.steps, label, field)
    for choice in choices:
        option = wording.option(field.path, choice)
        text = wording.choice_labels.get(field.path, {}).get(choice, choice)
        steps = (*column.steps, choice)
        yield TypedColumn(
            place, Kind.FLAG, flag_reader(choice), f"{name}/{option}", steps, f"{text} - {label}", field, choice
        )


def _reader(field: Field, wording: Wording) -> tuple[Kind, Reader]:
    path, speaks_labels = field.path, wording.has_labels(field.path)
    if field.has_several_values:
        if speaks_labels:
            return Kind.TEXTS, lambda answer: [wording.option(path, item) for item in read_texts(answer)]
        return Kind.TEXTS, read_texts
    if speaks_labels:
        return Kind.TEXT, lambda answer: _labelled(wording, path, answer)
    return READERS.get(field.type, (Kind.TEXT, read_text))


def _labelled(wording: Wording, path: str, answer: Any) -> str:
    # An earlier version may have taken several where this one takes one.
    names = answer if isinstance(answer, list) else [answer]
    return ", ".join(wording.option(path, answer_text(name)) for name in names)
