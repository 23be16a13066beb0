"""Exports in the formats beside Central's: every cell against the CSV export, which is held against the XML."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import load_workbook

from server.exports import xlsx
from server.exports.excel_csv import guarded
from tests.cast import Cast
from tests.exports.survey import FORM, FORM_ID, filled, survey_form, tables_of
from tests.factories import new_id, publish, send

TABLES = {
    "Submissions": f"{FORM_ID}.csv",
    "room": f"{FORM_ID}-home-room.csv",
    "window": f"{FORM_ID}-home-room-window.csv",
    "member": f"{FORM_ID}-member.csv",
}


@pytest.fixture(autouse=True)
def sent(cast: Cast) -> list[str]:
    publish(cast.bob, survey_form())
    ids = [new_id() for _ in range(12)]
    for seed, instance_id in enumerate(ids):
        assert send(cast.chi, filled(seed, instance_id)).status_code == 201
    return ids


def get(cast: Cast, query: str) -> bytes:
    answer = cast.vy.get(f"{FORM}/exports/{query}")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.data
    return content


def same(cell: object, text: str) -> bool:
    if cell is None:
        return text == ""
    if isinstance(cell, datetime):
        # Excel keeps fractions of a second only roughly.
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
        return abs((cell - moment).total_seconds()) < 0.01
    if isinstance(cell, (int, float)):
        return float(text) == cell
    return cell == text


def test_workbook_holds_every_cell_of_the_csv_files(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(get(cast, "xlsx")))
    tables = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))

    assert book.sheetnames == list(TABLES)
    for sheet_name, file_name in TABLES.items():
        header, *rows = book[sheet_name].iter_rows(values_only=True)
        lines = tables[file_name]
        assert book[sheet_name].freeze_panes == "A2"
        assert len(rows) == len(lines) > 0
        for row, line in zip(rows, lines, strict=True):
            assert list(header) == list(line)
            wrong = [(cell, text) for cell, text in zip(row, line.values(), strict=True) if not same(cell, text)]
            assert wrong == []


def test_text_that_looks_like_a_formula_is_text_in_a_workbook(cast: Cast) -> None:
    sheet = load_workbook(io.BytesIO(get(cast, "xlsx")))["Submissions"]

    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")}
    assert kinds <= {"s", "inlineStr"}


def test_excel_csv_is_the_csv_with_a_mark(cast: Cast) -> None:
    with zipfile.ZipFile(io.BytesIO(get(cast, "excel-csv"))) as archive:
        assert set(archive.namelist()) == set(TABLES.values())
        tables = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))
        for name in archive.namelist():
            content = archive.read(name)
            assert content.startswith(b"\xef\xbb\xbf")
            lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert [list(line) for line in lines] == [list(line) for line in tables[name]]
            assert [line["KEY"] for line in lines] == [line["KEY"] for line in tables[name]]


@pytest.mark.parametrize("text", ["=1", "+1 2", "-a", "@x", "%0", "\tx", "\rx", "\nx"])
def test_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "-12.50", "7", "a=1", "", "Nông"])
def test_number_and_plain_text_are_not_guarded(text: str) -> None:
    assert guarded(text) == text


def keys(cast: Cast, query: str) -> set[str]:
    sheet = load_workbook(io.BytesIO(get(cast, f"xlsx?{query}")))["Submissions"]
    header, *rows = sheet.iter_rows(values_only=True)
    return {str(row[header.index("KEY")]) for row in rows}


def test_only_what_was_approved(cast: Cast, sent: list[str]) -> None:
    changed = cast.bob.patch(f"{FORM}/submissions/{sent[3]}", json={"reviewState": "approved"})
    assert changed.status_code == 200

    assert keys(cast, "approvedOnly=true") == {sent[3]}
    assert keys(cast, "reviewStates=received") == set(sent) - {sent[3]}


def test_only_submissions_with_an_answer(cast: Cast, sent: list[str]) -> None:
    lines = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))[f"{FORM_ID}.csv"]
    for column, path, value in (("age", "/age", "7"), ("home-crops", "/home/crops", "ngô")):
        wanted = {line["KEY"] for line in lines if value in line[column].split(" ")}
        assert wanted
        assert keys(cast, f"answer={path}={value}") == wanted


def test_only_chosen_columns(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(get(cast, "xlsx?columns=/name,/member/m_name")))

    assert book.sheetnames == ["Submissions", "member"]
    assert [cell.value for cell in book["member"][1]] == ["m_name", "PARENT_KEY", "KEY"]


@pytest.mark.parametrize(
    "query",
    [
        "xls", "xlsx?columns=/none", "xlsx?answer=/none=1", "xlsx?answer=name", "xlsx?answer=/member/m_name=1",
        "xlsx?reviewStates=maybe", "xlsx?labels=all", "xlsx?$filter=x",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(cast: Cast, query: str) -> None:
    assert cast.vy.get(f"{FORM}/exports/{query}").status_code in {400, 501}


def test_unknown_format_names_those_that_exist(cast: Cast) -> None:
    assert "xlsx" in cast.vy.get(f"{FORM}/exports/xls").json["message"]


def test_table_larger_than_a_sheet_is_refused_with_the_way_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 5)

    answer = cast.vy.get(f"{FORM}/exports/xlsx")

    assert answer.status_code == 400
    assert "csv" in answer.json["message"]


def test_labels_stand_for_names_in_headers(cast: Cast) -> None:
    def header(labels: str) -> list[object]:
        book = load_workbook(io.BytesIO(get(cast, f"xlsx?labels={labels}&columns=/home/crops")))
        return [book["Submissions"].cell(1, 2).value]

    assert [header(labels) for labels in ("names", "labels", "both")] == [
        ["home-crops"],
        ["home/crops"],
        ["home/crops (home-crops)"],
    ]


def test_text_that_a_cell_cannot_hold_is_named_in_a_sheet_of_its_own(cast: Cast) -> None:
    long, fits = new_id(), new_id()
    for instance_id, letters in ((long, 32_768), (fits, 32_767)):
        xml = filled(1, instance_id).replace(b"<note/>", f"<note>{'ạ' * letters}</note>".encode())
        assert send(cast.chi, xml).status_code == 201

    book = load_workbook(io.BytesIO(get(cast, "xlsx")))

    header, *cuts = book[xlsx.CUTS_SHEET].iter_rows(values_only=True)
    assert header[:3] == ("Sheet", "KEY", "Column")
    assert cuts == [("Submissions", long, "note", 32_768)]
    assert book.sheetnames == [*TABLES, xlsx.CUTS_SHEET]
    columns = [cell.value for cell in book["Submissions"][1]]
    rows = [dict(zip(columns, row, strict=True)) for row in book["Submissions"].iter_rows(min_row=2, values_only=True)]
    notes = {row["KEY"]: row["note"] for row in rows if row["note"]}
    assert notes == {long: "ạ" * 32_767, fits: "ạ" * 32_767}
