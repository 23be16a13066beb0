"""Parquet files as DuckDB reads them: every cell against the CSV export, each column with its type."""

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from tests.cast import Cast
from tests.exports.hostile import HOSTILE, hostile_form, send_hostile
from tests.exports.survey import FORM, FORM_ID, filled, lines_of, survey_form, tables_of
from tests.factories import new_id, publish, send


@pytest.fixture
def sent(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    for seed in range(12):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201


class Files:
    """The files of a zip, unpacked."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.folder = folder
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            self.names = archive.namelist()
            archive.extractall(folder)

    def rows(self, name: str) -> list[dict[str, Any]]:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(self.folder / name)])
            header = [column[0] for column in found.description]
            return [dict(zip(header, row, strict=True)) for row in found.fetchall()]

    def types(self, name: str) -> dict[str, str]:
        with duckdb.connect() as connection:
            found = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(self.folder / name)])
            return {row[0]: row[1] for row in found.fetchall()}

    def labels(self, name: str) -> dict[str, dict[str, str]]:
        schema = parquet.read_schema(self.folder / name)
        return {field.name: {key.decode(): value.decode() for key, value in field.metadata.items()} for field in schema}

    def not_typed(self) -> list[dict[str, str]]:
        return lines_of((self.folder / "not-typed.csv").read_bytes())


def get(cast: Cast, folder: Path, query: str = "parquet", form: str = FORM) -> Files:
    answer = cast.vy.get(f"{form}/exports/{query}")
    assert answer.status_code == 200, answer.text
    return Files(folder, answer.data)


def as_csv(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def same(value: Any, text: str) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, datetime):
        return value == datetime.fromisoformat(text)
    if isinstance(value, (int, float)):
        return float(text) == value
    return as_csv(value) == text


@pytest.mark.usefixtures("sent")
def test_every_cell_is_that_of_the_csv_or_listed(cast: Cast, tmp_path: Path) -> None:
    files = get(cast, tmp_path)
    tables = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))
    listed = {(line["table"], line["KEY"], line["column"]): line["answer"] for line in files.not_typed()}

    assert {Path(name).stem for name in files.names} == {*(Path(name).stem for name in tables), "not-typed"}
    for name, lines in tables.items():
        rows = files.rows(f"{Path(name).stem}.parquet")
        path = Path(name).stem.removeprefix(FORM_ID).replace("-", "/")
        assert len(rows) == len(lines) > 0
        for row, line in zip(rows, lines, strict=True):
            assert list(row) == list(line)
            for column, text in line.items():
                expected = listed.pop((path, line["KEY"], column), None)
                assert (row[column] is None and expected == text) if expected else same(row[column], text)
    assert listed == {}


@pytest.mark.usefixtures("sent")
def test_columns_have_types(cast: Cast, tmp_path: Path) -> None:
    files = get(cast, tmp_path)

    types = files.types(f"{FORM_ID}.parquet")
    assert {
        name: types[name] for name in ("SubmissionDate", "start", "age", "home-gps-Latitude", "home-crops", "name")
    } == {
        "SubmissionDate": "TIMESTAMP WITH TIME ZONE",
        "start": "TIMESTAMP WITH TIME ZONE",
        "age": "BIGINT",
        "home-gps-Latitude": "DOUBLE",
        "home-crops": "VARCHAR[]",
        "name": "VARCHAR",
    }
    assert files.types(f"{FORM_ID}-home-room.parquet")["size"] == "DOUBLE"


@pytest.mark.usefixtures("sent")
def test_labels_stand_in_the_metadata(cast: Cast, tmp_path: Path) -> None:
    crops = get(cast, tmp_path).labels(f"{FORM_ID}.parquet")["home-crops"]

    assert crops["label"] == "home/crops"
    assert json.loads(crops["labels"]) == {"": "home/crops"}
    assert json.loads(crops["choices"]) == {"lúa": {"": "lúa"}, "ngô": {"": "ngô"}}


@pytest.mark.usefixtures("sent")
def test_every_choice_can_have_a_column(cast: Cast, tmp_path: Path) -> None:
    rows = get(cast, tmp_path, "parquet?splitSelectMultiples=true").rows(f"{FORM_ID}.parquet")

    assert {row["home-crops/lúa"] for row in rows} == {True, False, None}
    for row in rows:
        assert row["home-crops/lúa"] == (None if row["home-crops"] is None else "lúa" in row["home-crops"])


def test_choice_of_submissions_columns_and_words_applies(cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, hostile_form())
    first, second = send_hostile(cast)
    assert cast.bob.patch(f"{HOSTILE}/submissions/{first}", json={"reviewState": "approved"}).status_code == 200

    query = "parquet?approvedOnly=true&columns=/xã.1,/visit&labels=both&language=Tiếng Việt (vi)"
    rows = get(cast, tmp_path, query, HOSTILE).rows("khó_hiểu.parquet")

    assert [row["KEY"] for row in rows] == [first] != [second]
    assert [rows[0][name] for name in ("Xã nào? (xã.1)", "Ngày (visit)")] == ['Xã "A" (a"1)', date(2026, 5, 15)]
    assert len(rows[0]) == 13


def test_names_that_differ_only_by_case_are_told_apart(cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, hostile_form())
    first, _ = send_hostile(cast)

    row = get(cast, tmp_path, form=HOSTILE).rows("khó_hiểu.parquet")[0]

    assert (row["Tên"], row["tên_2"]) == ("lớn", "nhỏ")
    assert (row["KEY"], row["key_2"]) == (first, "chìa")


def test_line_and_area_are_well_known_texts(cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, hostile_form())
    send_hostile(cast)

    row = get(cast, tmp_path, form=HOSTILE).rows("khó_hiểu.parquet")[0]

    assert row["way"] == "LINESTRING (106.0 21.5, 106.25 21.75)"
    assert row["plot"] == "POLYGON Z ((106.0 21.0 5.0, 106.0 22.0 5.0, 107.0 22.0 5.0, 106.0 21.0 5.0))"


def test_form_without_submissions_has_files_with_columns(cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, survey_form())

    files = get(cast, tmp_path)

    assert files.rows(f"{FORM_ID}.parquet") == []
    assert "age" in files.types(f"{FORM_ID}.parquet")
