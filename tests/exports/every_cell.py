"""Files of an export against the rows that `plain_walk` reads from the XML: every cell, and how many there were."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from tests.exports.plain_walk import PlainForm, PlainTable

# Behind the answers of the form's own table: the KEY, and nine cells that the XML does not tell.
_UNTOLD = 9
_CODED = re.compile("_x([0-9A-F]{4})_")
_NUMBER_TYPES = {"int", "integer", "decimal", "geopoint"}
_FIRST_DAY = datetime.fromisoformat("1900-03-01")


@dataclass
class Compared:
    """How many cells were looked at, and those that are otherwise: place, what the file says, what the XML says."""

    cells: int = 0
    wrong: list[tuple[str, Any, str]] = field(default_factory=list)

    def look(self, place: str, found: Any, wanted: str, *, is_same: bool) -> None:
        self.cells += 1
        if not is_same:
            self.wrong.append((place, found, wanted))


def compare_csv(form: PlainForm, submissions: Sequence[bytes], content: bytes, *, has_mark: bool) -> Compared:
    """`submissions` newest first, as in the file."""
    compared, wanted = Compared(), form.rows(submissions)
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        tables = list(form.root.walk())
        assert len(archive.namelist()) == len(tables)
        for name, table in zip(archive.namelist(), tables, strict=True):
            raw = archive.read(name)
            assert raw.startswith(b"\xef\xbb\xbf") == has_mark
            header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
            assert name.endswith(f"{'-'.join(('', *table.path))}.csv")
            _compare_table(compared, table, header, rows, wanted[table.path], _is_text)
    return compared


def compare_xlsx(form: PlainForm, submissions: Sequence[bytes], content: bytes) -> Compared:
    """Numbers and dates must be such where Excel can hold them, and all else the text."""
    compared, wanted = Compared(), form.rows(submissions)
    sheets = load_workbook(io.BytesIO(content)).worksheets
    for sheet, table in zip(sheets, form.root.walk(), strict=True):
        header, *rows = sheet.iter_rows(values_only=True)
        _compare_table(compared, table, list(header), [list(row) for row in rows], wanted[table.path], _is_typed)
    return compared


def _compare_table(
    compared: Compared,
    table: PlainTable,
    header: Sequence[Any],
    rows: list[list[Any]],
    wanted: list[list[str]],
    same: Any,
) -> None:
    keys = ["PARENT_KEY", "KEY"] if table.path else ["KEY"]
    assert [*table.headers, *keys] == list(_told(table, header)), table.path
    assert len(rows) == len(wanted), table.path
    types = [*table.types, *("string" for _ in keys)]
    for number, (row, texts) in enumerate(zip(rows, wanted, strict=True), start=2):
        for kind, name, found, text in zip(types, _told(table, header), _told(table, row), texts, strict=True):
            compared.look(f"{'/'.join(table.path)}:{name}:{number}", found, text, is_same=same(found, text, kind))


def _told(table: PlainTable, row: Sequence[Any]) -> Sequence[Any]:
    """Without SubmissionDate and what stands behind the KEY, of which the XML says nothing."""
    return row if table.path else row[1:-_UNTOLD]


def _is_text(found: str, text: str, _kind: str) -> bool:
    return found == text


def _is_typed(found: Any, text: str, kind: str) -> bool:
    number = _number(text) if kind in _NUMBER_TYPES else None
    if number is not None:
        return isinstance(found, (int, float)) and float(found) == float(number)
    moment = _moment(text) if kind in {"date", "dateTime"} else None
    if moment is not None:
        # Excel keeps fractions of a second only roughly.
        return isinstance(found, datetime) and abs(found - moment) < timedelta(milliseconds=2)
    shown = "" if found is None else found
    return isinstance(shown, str) and _CODED.sub(lambda code: chr(int(code[1], 16)), shown) == text


def _number(text: str) -> Decimal | None:
    """None for what is none, or has more digits than Excel keeps."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or "_" in text or not text.isascii() or text != text.strip():
        return None
    return number if len(re.sub("[^0-9]", "", re.sub("[eE].*", "", text)).strip("0")) <= 15 else None


def _moment(text: str) -> datetime | None:
    """By the clock of whoever wrote it; None for what is none, or lies before Excel's calendar."""
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment >= _FIRST_DAY else None


def worst(compared: Compared) -> Iterator[str]:
    """A few of the cells that are wrong, for people."""
    for place, found, wanted in compared.wrong[:20]:
        yield f"{place}: {found!r} instead of {wanted!r}"
