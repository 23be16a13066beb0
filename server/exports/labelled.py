"""Rows for people: the columns of the CSV export, with typed cells, and names or labels as the choice says."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from server.exports.choices import Choices, all_choices, selected
from server.exports.csv_text import GEOPOINT, GEOPOINT_CELLS, NOT_DECRYPTED, SUBMISSION_CELLS
from server.exports.plan import ExportPlan
from server.exports.records import Record
from server.exports.rows import repeat_rows
from server.exports.tables import Column, Table
from server.exports.wording import Wording
from server.xform.fields import Field
from server.xform.instance import answer_text

Cell = str | int | float | datetime | None


class LabelledTable:
    """One table's header and cells."""

    def __init__(self, table: Table, export: ExportPlan, split: Choices) -> None:
        self.table = table
        self._wording = Wording.of(export)
        self._split = split
        self._makers = [self._maker(column) for column in table.columns]

    def header(self) -> list[str]:
        own = [name for column in self.table.columns for name in self._names(column)]
        if self.table.path:
            return [*own, "PARENT_KEY", "KEY"]
        return ["SubmissionDate", *own, *SUBMISSION_CELLS]

    def cells(self, values: Sequence[Any]) -> list[Cell]:
        cells: list[Cell] = []
        for make, value in zip(self._makers, values, strict=True):
            if make is not None:
                cells += make(value)
            else:
                cells.append(value if value is None or type(value) is str else _plain(value))
        return cells

    def places_of(self, *field_types: str) -> Iterator[int]:
        """Where in a row the answers to questions of these types stand."""
        place = 0 if self.table.path else 1
        for column in self.table.columns:
            width = len(self._names(column))
            if column.field.type in field_types:
                yield from range(place, place + width)
            place += width

    def _names(self, column: Column) -> list[str]:
        field, shown = column.field, self._wording.column(column)
        if field.type == GEOPOINT:
            return [f"{shown}-{part}" for part in GEOPOINT_CELLS]
        split = self._split.get(field.path, ())
        return [shown, *(f"{shown}/{self._wording.option(field.path, item)}" for item in split)]

    def _maker(self, column: Column) -> Callable[[Any], list[Cell]] | None:
        """What makes the cells of an answer; None when it is one cell with the answer as it is."""
        path = column.field.path
        if column.field.type == GEOPOINT:
            return _point
        has_labels = self._wording.has_labels(path)
        return partial(self._chosen, column.field, has_labels) if has_labels or self._split.get(path) else None

    def _chosen(self, field: Field, has_labels: bool, value: Any) -> list[Cell]:
        split = self._split.get(field.path, ())
        chosen = set(selected(value)) if split else ()
        return [self._answer(field, value) if has_labels else _plain(value), *(int(item in chosen) for item in split)]

    def _answer(self, field: Field, value: Any) -> Cell:
        """The labels of what was chosen."""
        if value is None:
            return None
        # An earlier version may have taken several where this one takes one.
        if field.has_several_values or isinstance(value, list):
            return ", ".join(self._wording.option(field.path, item) for item in selected(value))
        return self._wording.option(field.path, answer_text(value))


def _plain(value: Any) -> Cell:
    if value is None or type(value) in (str, int, float):
        return value  # type: ignore[no-any-return]  # just asked
    return answer_text(value)


def _point(value: Any) -> list[Cell]:
    text = "" if value is None else answer_text(value)
    cells: list[Cell] = [_number(part) for part in text.split(maxsplit=len(GEOPOINT_CELLS) - 1)]
    return cells + [None] * (len(GEOPOINT_CELLS) - len(cells))


def _number(text: str) -> Cell:
    """A number only where its text can be made from it again, as with all answers."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if repr(number) == text and math.isfinite(number) else text


def labelled_tables(session: Session, export: ExportPlan) -> Mapping[str, LabelledTable]:
    """By the path of the table."""
    split = split_choices(session, export) if export.choice.split_select_multiples else {}
    return {table.path: LabelledTable(table, export, split) for table in export.root.walk()}


def split_choices(session: Session, export: ExportPlan) -> Choices:
    """The choices that get a column each, by question."""
    return all_choices(export.records(session, is_first_look=True), export.root, export.declared)


def labelled_rows(
    session: Session, export: ExportPlan, tables: Mapping[str, LabelledTable]
) -> Iterator[list[tuple[str, list[Cell]]]]:
    """The rows of all tables with the path of each, as many as a page of submissions has."""
    for page in export.records(session):
        yield [row for record in page for row in _rows(record, export, tables)]


def _rows(record: Record, export: ExportPlan, tables: Mapping[str, LabelledTable]) -> Iterator[tuple[str, list[Cell]]]:
    answers = record.answers()
    yield "", submission_row(record, tables[""].cells(export.root.values(answers)))
    for row in repeat_rows(export.root, answers, record.instance_id):
        yield row.table.path, [*tables[row.table.path].cells(row.values), row.parent_key, row.key]


def submission_row(record: Record, cells: Sequence[Any]) -> list[Any]:
    """The cells of the answers, and around them what the server knows of the submission."""
    return [
        record.submitted_at,
        *cells,
        record.instance_id,
        record.submitter_id,
        record.submitter_name,
        record.files_present,
        record.files_expected,
        NOT_DECRYPTED if record.is_encrypted else None,
        record.review_state,
        record.device_id,
        record.edits,
        record.form_version,
    ]
