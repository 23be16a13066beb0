"""Cells of a workbook: what is a number, a date or a text, read back by a library that is not the one that wrote it."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as BookCell

from server.exports.labelled import Cell
from server.exports.xlsx_frame import make_frame
from server.exports.xlsx_rows import MAX_TEXT, RowWriter, column_name

TEXT, NUMBER, DATE = range(3)
HEADER = ["text", "number", "date"]


def written(*rows: Sequence[Cell]) -> list[list[BookCell]]:
    """The cells of these rows under `HEADER`, as openpyxl finds them."""
    frame = make_frame({"Sheet": HEADER})
    writer = RowWriter(3, numbers=[NUMBER], dates=[DATE], day_style=frame.day, moment_style=frame.moment)
    (sheet,) = frame.sheets
    xml = "".join(writer.row(number, row) for number, row in enumerate(rows, start=2))
    content = io.BytesIO()
    with ZipFile(content, "w") as package:
        package.writestr(sheet.part, sheet.head + xml.encode() + sheet.tail)
        for name, part in frame.parts.items():
            package.writestr(name, part)
    found = load_workbook(content)["Sheet"]
    assert [cell.value for cell in found[1]] == HEADER
    rows_found = found.iter_rows(min_row=2, max_col=3)
    return [[cell for cell in row if isinstance(cell, BookCell)] for row in rows_found]


def one(place: int, cell: Cell) -> BookCell:
    row: list[Cell] = [None, None, None]
    row[place] = cell
    return written(row)[0][place]


def moment_of(cell: BookCell) -> str:
    assert isinstance(cell.value, datetime)
    return cell.value.isoformat()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.50", 12.5), ("-3", -3), ("007", 7), ("0", 0), ("-0.5", -0.5), (".5", 0.5), ("5.", 5), ("1.0E7", 1e7),
        ("1.5e-3", 0.0015), ("123456789012345", 123456789012345), ("0.1", 0.1), ("+7", 7),
    ],
)  # fmt: skip
def test_answer_to_a_question_for_a_number_is_a_number(text: str, number: float) -> None:
    cell = one(NUMBER, text)

    assert (cell.data_type, cell.value) == ("n", number)


@pytest.mark.parametrize(
    "text",
    [
        "1234567890123456",
        "0.12345678901234567",
        "1e999",
        "1e-999",
        "1_000",
        "١٢",
        "nan",
        "inf",
        "-",
        "1,5",
        "1 2",
        "0x1",
    ],
)
def test_what_is_no_number_or_has_too_many_digits_stays_as_it_was_sent(text: str) -> None:
    assert one(NUMBER, text).value == text


def test_digits_in_a_text_stay_a_text() -> None:
    assert one(TEXT, "007").value == "007"


@pytest.mark.parametrize(
    ("text", "moment", "shown"),
    [
        ("2026-05-15", "2026-05-15T00:00:00", "yyyy-mm-dd"),
        ("1900-03-01", "1900-03-01T00:00:00", "yyyy-mm-dd"),
        ("9999-12-31", "9999-12-31T00:00:00", "yyyy-mm-dd"),
        ("2026-05-15T08:00:00.000+07:00", "2026-05-15T08:00:00", "yyyy-mm-dd hh:mm:ss"),
        ("2026-05-15T08:30:15.250Z", "2026-05-15T08:30:15.250000", "yyyy-mm-dd hh:mm:ss"),
        ("2026-05-15T23:59:59.000+07", "2026-05-15T23:59:59", "yyyy-mm-dd hh:mm:ss"),
        ("2026-05-15T08:30", "2026-05-15T08:30:00", "yyyy-mm-dd hh:mm:ss"),
    ],
)
def test_answer_with_a_date_is_a_date_by_the_clock_of_the_phone(text: str, moment: str, shown: str) -> None:
    cell = one(DATE, text)

    assert (cell.data_type, moment_of(cell), cell.number_format) == ("d", moment, shown)


@pytest.mark.parametrize(
    "text",
    ["1900-02-28", "0001-01-01", "2026-02-30", "2026-05-15T25:00", "15/5/2026", "2026-5-15", "hôm nay", "+2026-05-15"],
)
def test_what_is_no_date_of_excels_calendar_stays_as_it_was_sent(text: str) -> None:
    assert one(DATE, text).value == text


def test_moment_of_the_server_is_in_utc() -> None:
    assert moment_of(one(TEXT, datetime(2026, 5, 15, 1, tzinfo=UTC))) == "2026-05-15T01:00:00"


@pytest.mark.parametrize(
    "text", ["a & b < c > d", '"quoted"', "  blanks  ", "two\nlines", "tab\there", "Nông Văn Đức 🌾", "=1+1"]
)
def test_text_is_what_was_sent(text: str) -> None:
    cell = one(TEXT, text)

    assert (cell.data_type, cell.value) in {("s", text), ("inlineStr", text)}


@pytest.mark.parametrize(
    ("text", "coded"), [("a\rb", "a_x000D_b"), ("_x000D_", "_x005F_x000D_"), ("\ufffe", "_xFFFE_")]
)
def test_what_xml_cannot_say_is_coded_as_excel_does(text: str, coded: str) -> None:
    frame = make_frame({"Sheet": HEADER})
    writer = RowWriter(3, numbers=[], dates=[], day_style=frame.day, moment_style=frame.moment)

    assert f">{coded}<" in writer.row(2, [text, None, None])


@pytest.mark.parametrize(("letter", "units"), [("ạ", 1), ("🌾", 2)])
def test_text_that_a_cell_cannot_hold_is_cut_between_letters_and_noted(letter: str, units: int) -> None:
    frame = make_frame({"Sheet": HEADER})
    writer = RowWriter(3, numbers=[], dates=[], day_style=frame.day, moment_style=frame.moment)
    most = MAX_TEXT // units

    assert writer.row(2, [letter * most, None, None]).count(letter) == most
    assert writer.cuts == []
    assert writer.row(3, [letter * (most + 1), None, None]).count(letter) == most
    assert writer.cuts == [(0, most + 1)]


def test_columns_have_excels_names() -> None:
    assert [column_name(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
