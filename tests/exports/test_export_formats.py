"""Exports in the formats beside Central's: their tables, and what is refused. Cells are looked at in `test_every_cell`."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from server.exports import xlsx
from server.exports.excel_csv import guarded
from tests.cast import Cast
from tests.exports.survey import FORM, FORM_ID, filled, survey_form
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


def test_each_table_has_a_sheet_whose_header_stays_in_sight(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(get(cast, "xlsx")))

    assert book.sheetnames == list(TABLES)
    assert {sheet.freeze_panes for sheet in book} == {"A2"}


def test_excel_csv_has_a_file_for_each_table(cast: Cast) -> None:
    with zipfile.ZipFile(io.BytesIO(get(cast, "excel-csv"))) as archive:
        assert archive.namelist() == list(TABLES.values())


def test_text_that_looks_like_a_formula_is_text_in_a_workbook(cast: Cast) -> None:
    sheet = load_workbook(io.BytesIO(get(cast, "xlsx")))["Submissions"]

    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")}
    assert kinds
    assert kinds <= {"s", "inlineStr"}


@pytest.mark.parametrize("text", ["=1", "+1 2", "-a", "@x", "%0", "\tx", "\rx", "\nx"])
def test_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "-12.50", "7", "a=1", "", "Nông"])
def test_number_and_plain_text_are_not_guarded(text: str) -> None:
    assert guarded(text) == text


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
