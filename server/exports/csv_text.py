"""Rows as the text of ODK Central's CSV files: which columns a table has, what stands in a cell, how lines are written.

Commas, line feeds, UTF-8 without a mark, quotes only where a cell needs them. What the conventions are: the API's
"Exporting Form Submissions to CSV".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from server.db import moment_text
from server.exports.records import Record
from server.exports.rows import Row
from server.exports.tables import Column, Table
from server.xform.instance import answer_text

GEOPOINT = "geopoint"
GEOPOINT_CELLS = ("Latitude", "Longitude", "Altitude", "Accuracy")
SUBMISSION_CELLS = (
    "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected",
    "Status", "ReviewState", "DeviceID", "Edits", "FormVersion",
)  # fmt: skip
NOT_DECRYPTED = "not decrypted"
_LINES_IN_PIECE = 1000


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """How the client wants the columns; `choices` has those of each select_multiple that is to be split, by path."""

    has_group_paths: bool = True
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


class CsvLines:
    """Collects lines, and gives them out as one piece of a file."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, cells: Sequence[str]) -> None:
        line = ",".join(cells)
        if line.count(",") >= len(cells) or '"' in line or "\n" in line or "\r" in line:
            line = ",".join([_quoted(cell) for cell in cells])
        self._lines.append(line)

    def take(self) -> bytes:
        self._lines.append("")
        piece = "\n".join(self._lines).encode()
        self._lines.clear()
        return piece


def csv_pieces(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A file of these rows, some of them at a time."""
    lines = CsvLines()
    for number, row in enumerate(rows, start=1):
        lines.add(row)
        if number % _LINES_IN_PIECE == 0:
            yield lines.take()
    yield lines.take()


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


class CsvTable:
    """One table's header and cells."""

    def __init__(self, table: Table, layout: CsvLayout) -> None:
        self._layout = layout
        self._columns = table.columns
        wide = [(number, self._expansion(column)) for number, column in enumerate(table.columns)]
        # From the last to the first: what a cell grows into moves only those behind it.
        self._wide = [(number, expand) for number, expand in reversed(wide) if expand is not None]

    def header(self) -> list[str]:
        return [name for column in self._columns for name in self._names(column)]

    def cells(self, values: Iterable[Any]) -> list[str]:
        cells = [
            value if type(value) is str else "" if value is None else _TEXT_OF[type(value)](value) for value in values
        ]
        for number, expand in self._wide:
            cells[number : number + 1] = expand(cells[number])
        return cells

    def _names(self, column: Column) -> list[str]:
        name = "-".join(column.steps) if self._layout.has_group_paths else column.field.name
        if column.field.type == GEOPOINT:
            return [f"{name}-{part}" for part in GEOPOINT_CELLS]
        return [name, *(f"{name}/{choice}" for choice in self._layout.choices.get(column.field.path, ()))]

    def _expansion(self, column: Column) -> Callable[[str], list[str]] | None:
        if column.field.type == GEOPOINT:
            return _geopoint_cells
        choices = self._layout.choices.get(column.field.path)
        return partial(_choice_cells, choices) if choices else None


def _joined(value: list[Any]) -> str:
    try:
        return " ".join(value)
    except TypeError:
        return answer_text(value)


# By the class of a value: what `answer_text` would say, without asking again what it is.
_TEXT_OF: Mapping[type, Callable[[Any], str]] = {int: repr, float: repr, list: _joined, dict: answer_text}


def _geopoint_cells(text: str) -> list[str]:
    parts = text.split(maxsplit=3)
    return parts + [""] * (4 - len(parts))


def _choice_cells(choices: Iterable[str], text: str) -> list[str]:
    chosen = set(text.split())
    return [text, *("1" if choice in chosen else "0" for choice in choices)]


class SubmissionsCsv(CsvTable):
    """The table of the form itself: what the server knows of each submission stands around its answers."""

    def header(self) -> list[str]:
        return ["SubmissionDate", *super().header(), *SUBMISSION_CELLS]

    def line(self, record: Record, values: Iterable[Any]) -> list[str]:
        return [
            moment_text(record.submitted_at),
            *self.cells(values),
            record.instance_id,
            "" if record.submitter_id is None else str(record.submitter_id),
            record.submitter_name or "",
            str(record.files_present),
            str(record.files_expected),
            NOT_DECRYPTED if record.is_encrypted else "",
            record.review_state or "",
            record.device_id or "",
            str(record.edits),
            record.form_version,
        ]


class RepeatCsv(CsvTable):
    def header(self) -> list[str]:
        return [*super().header(), "PARENT_KEY", "KEY"]

    def line(self, row: Row) -> list[str]:
        cells = self.cells(row.values)
        cells += (row.parent_key, row.key)
        return cells
