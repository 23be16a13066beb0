"""Stata and SPSS files as ReadStat reads them, which is a program of others, and SPSS files as PSPP does."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from server.exports.statistics import stata
from server.exports.statistics.names import variable_names
from tests.cast import Cast
from tests.exports.hostile import HOSTILE, hostile_form, send_hostile
from tests.exports.survey import FORM, FORM_ID, filled, lines_of, survey_form, tables_of
from tests.factories import household, new_id, publish, send
from tests.services import require

EXTENSIONS = {"stata": "dta", "spss": "sav"}
HARD = "khó_hiểu"
HOUSEHOLD = "/v1/projects/1/forms/household"


@dataclass
class Read:
    """One file: its rows by variable, and what it says of the variables."""

    rows: list[dict[str, Any]]
    labels: dict[str, str | None]
    value_labels: dict[str, dict[Any, str]]


class Files:
    """The files of a zip, unpacked."""

    def __init__(self, folder: Path, extension: str, content: bytes) -> None:
        self.folder, self.extension = folder, extension
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            self.names = archive.namelist()
            archive.extractall(folder)

    def read(self, stem: str) -> Read:
        reader = pyreadstat.read_dta if self.extension == "dta" else pyreadstat.read_sav
        columns, about = reader(str(self.folder / f"{stem}.{self.extension}"), output_format="dict")
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return Read(rows, about.column_names_to_labels, about.variable_value_labels)

    def lines(self, name: str) -> list[dict[str, str]]:
        return lines_of((self.folder / name).read_bytes())


@pytest.fixture(params=list(EXTENSIONS))
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sent(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    for seed in range(12):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201


@pytest.fixture
def hard(cast: Cast) -> tuple[str, str]:
    publish(cast.bob, hostile_form())
    return send_hostile(cast)


def get(cast: Cast, folder: Path, program: str, query: str = "", form: str = HOSTILE) -> Files:
    answer = cast.vy.get(f"{form}/exports/{program}?{query}")
    assert answer.status_code == 200, answer.text
    return Files(folder, EXTENSIONS[program], answer.data)


def same(value: Any, text: str) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, datetime):
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
        return abs((value - moment).total_seconds()) < 0.01
    if isinstance(value, (int, float)):
        return float(text) == value
    # Blanks at the end are how SPSS fills its texts up.
    return str(value) == text.rstrip(" ") or str(value) == text


@pytest.mark.usefixtures("sent")
def test_every_cell_is_that_of_the_csv_or_listed(cast: Cast, tmp_path: Path, program: str) -> None:
    files = get(cast, tmp_path, program, form=FORM)
    tables = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))
    listed = {(line["table"], line["KEY"], line["column"]): line["answer"] for line in files.lines("not-typed.csv")}
    variables = [line for line in files.lines("variables.csv") if line["choice"] == ""]

    for name, lines in tables.items():
        stem, path = Path(name).stem, Path(name).stem.removeprefix(FORM_ID).replace("-", "/")
        own = [line["variable"] for line in variables if line["file"] == f"{stem}.{EXTENSIONS[program]}"]
        rows = files.read(stem).rows
        assert len(rows) == len(lines) > 0
        for row, line in zip(rows, lines, strict=True):
            for variable, (column, text) in zip(own, line.items(), strict=True):
                expected = listed.pop((path, line["KEY"], column), None)
                is_same = same(row[variable], text)
                assert (row[variable] is None and expected == text) if expected else is_same, (variable, text)
    assert listed == {}


def test_names_are_legal_and_each_is_there_once(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    rows = get(cast, tmp_path, program).read(HARD).rows

    names = list(rows[0])
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert {"Ten", "ten_2", "xa_1", "xa_1_2", "if_", "v_all", "crops_tea_s"} <= set(names)
    assert [(row["Ten"], row["ten_2"], row["if_"]) for row in rows] == [("lớn", "nhỏ", "nếu"), ("a", "b", "")]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ([(("home", "room"), 1), (("home_room",), 1)], ["home_room", "home_room_2"]),
        ([(("a" * 20, "b" * 20, "đất"), 1)], [f"{'b' * 20}_dat"]),
        ([(("x" * 40,), 1), (("x" * 41,), 1)], ["x" * 32, f"{'x' * 30}_2"]),
        ([(("group", "q" * 20, "rice husks"), 2)], [f"{'q' * 20}_rice_husks"]),
        ([(("1",), 1), (("str5",), 1), (("ALL",), 1), (("土",), 1)], ["v1", "str5_", "ALL_", "v_"]),
    ],
)
def test_name_is_made_of_what_leads_to_the_question(
    columns: list[tuple[tuple[str, ...], int]], names: list[str]
) -> None:
    assert list(variable_names(columns)) == names


def test_key_is_that_of_the_submission_whatever_the_questions_are_called(
    cast: Cast, tmp_path: Path, program: str, hard: tuple[str, str]
) -> None:
    rows = get(cast, tmp_path, program).read(HARD).rows

    assert [(row["KEY"], row["key_2"]) for row in rows] == [(hard[0], "chìa"), (hard[1], "")]


def test_labels_are_in_the_chosen_language(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    for language, labels in (
        ("Tiếng Việt (vi)", ("Ngày", "Chè - Cây trồng", {1: "Ngói", 2: "Tranh"})),
        ("English (en)", ("Day", "Tea's leaf - Crops", {1: "Tiles", 2: "Thatch"})),
    ):
        read = get(cast, tmp_path / language, program, f"language={language}").read(HARD)
        assert (read.labels["visit"], read.labels["crops_tea_s"], read.value_labels["roof"]) == labels


def test_choices_that_are_called_by_numbers_keep_them(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    rows = get(cast, tmp_path, program).read(HARD).rows

    # The second is of no choice, and has no label.
    assert [row["roof"] for row in rows] == [2, 7]


def test_other_choices_are_texts_and_in_spss_have_labels(
    cast: Cast, tmp_path: Path, program: str, hard: object
) -> None:
    read = get(cast, tmp_path, program, "language=Tiếng Việt (vi)").read(HARD)

    assert [row["xa_1"] for row in read.rows] == ['a"1', "b'2"]
    assert read.value_labels.get("xa_1") == ({'a"1': 'Xã "A"', "b'2": "Xã B"} if program == "spss" else None)


def test_choices_are_numbered_when_labels_are_asked_for(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    for labels, texts in (
        ("labels", {1: 'Commune "A"', 2: "Commune B"}),
        ("both", {1: 'Commune "A" (a"1)', 2: "Commune B (b'2)"}),
    ):
        read = get(cast, tmp_path / labels, program, f"labels={labels}").read(HARD)
        assert [row["xa_1"] for row in read.rows] == [1, 2]
        assert read.value_labels["xa_1"] == texts


def test_numbers_of_choices_stay_when_a_version_brings_others(
    cast: Cast, tmp_path: Path, program: str, hard: object
) -> None:
    old = "<value>a&quot;1</value>"
    newer = hostile_form().replace(b'version="1"', b'version="2"')
    newer = newer.replace(old.encode(), f"<value>new</value></item><item><label>A</label>{old}".encode())
    assert cast.bob.post(f"{HOSTILE}/draft", data=newer, content_type="application/xml").status_code == 200
    assert cast.bob.post(f"{HOSTILE}/draft/publish").status_code == 200

    read = get(cast, tmp_path, program, "labels=labels").read(HARD)

    assert [row["xa_1"] for row in read.rows] == [1, 2]
    assert read.value_labels["xa_1"] == {1: "A", 2: "Commune B", 3: 'Commune "A"'}


@pytest.mark.usefixtures("sent")
def test_choices_of_several_are_zero_or_one_and_missing_without_an_answer(
    cast: Cast, tmp_path: Path, program: str
) -> None:
    rows = get(cast, tmp_path, program, form=FORM).read(FORM_ID).rows

    assert {row["home_crops_lua"] for row in rows} == {0, 1, None}
    for row in rows:
        chosen = row["home_crops"].split()
        assert row["home_crops_lua"] == (int("lúa" in chosen) if chosen else None)


def test_days_times_and_numbers_have_their_types(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    first, second = get(cast, tmp_path, program).read(HARD).rows

    assert first["visit"] == date(2026, 5, 15)
    assert first["at"].replace(tzinfo=UTC) == datetime(2026, 5, 15, 8, 0, 0, 250_000, tzinfo=UTC)
    assert (first["count"], first["share"], first["spot_Altitude"]) == (7, 12.5, 512.5)
    assert [second[name] for name in ("visit", "at", "count", "spot_Latitude", "crops_rice")] == [None] * 5


def test_long_text_is_whole(cast: Cast, tmp_path: Path, program: str, hard: object) -> None:
    rows = get(cast, tmp_path, program).read(HARD).rows

    assert [row["long_text"].rstrip() for row in rows] == [("đường " * 700).rstrip(), "ngắn"]


@pytest.mark.parametrize("size", [1, 8, 9, 252, 255, 256, 504, 505, 2045, 2046, 32_767, 32_768, 100_000])
def test_text_of_any_length_is_kept_and_listed_where_spss_cuts_it(
    cast: Cast, tmp_path: Path, program: str, size: int
) -> None:
    publish(cast.bob)
    text = "".join(chr(ord("a") + place % 26) for place in range(size))
    for name in (text, "ngắn"):
        assert send(cast.chi, household(name=name)).status_code == 201

    files = get(cast, tmp_path, program, form=HOUSEHOLD)

    is_cut = program == "spss" and size > 32_767
    assert [row["name"] for row in files.read("household").rows] == ["ngắn", text[:32_767] if is_cut else text]
    assert ("not-typed.csv" in files.names) == is_cut
    assert len(files.read("household-member").rows) == 4


def test_choice_of_submissions_and_columns_applies(
    cast: Cast, tmp_path: Path, program: str, hard: tuple[str, str]
) -> None:
    assert cast.bob.patch(f"{HOSTILE}/submissions/{hard[1]}", json={"reviewState": "approved"}).status_code == 200

    rows = get(cast, tmp_path, program, "approvedOnly=true&columns=/roof").read(HARD).rows

    assert [(row["KEY"], row["roof"], row["ReviewState"]) for row in rows] == [(hard[1], 7, "approved")]
    assert len(rows[0]) == 12


def test_questions_of_earlier_versions_have_variables_when_asked_for(
    cast: Cast, tmp_path: Path, program: str, sent: object
) -> None:
    draft = f"{FORM}/draft?ignoreWarnings=true"
    assert cast.bob.post(draft, data=survey_form("2"), content_type="application/xml").status_code == 200
    assert cast.bob.post(f"{FORM}/draft/publish").status_code == 200

    newest = get(cast, tmp_path / "newest", program, form=FORM).read(FORM_ID).rows[0]
    merged = get(cast, tmp_path / "merged", program, "deletedFields=true", form=FORM).read(FORM_ID).rows[0]

    assert {"income", "home_crops_che", "home_crops_ngo"} <= newest.keys()
    assert "age" not in newest
    assert {"income", "age"} <= merged.keys()


def test_form_without_submissions_has_files_with_variables(cast: Cast, tmp_path: Path, program: str) -> None:
    publish(cast.bob, hostile_form())

    read = get(cast, tmp_path, program).read(HARD)

    assert read.rows == []
    assert read.labels["visit"] == "Day"


def test_variables_are_listed_with_the_question_that_they_come_from(
    cast: Cast, tmp_path: Path, program: str, hard: object
) -> None:
    listed = {line["variable"]: line for line in get(cast, tmp_path, program).lines("variables.csv")}

    assert listed["crops_tea_s"] == {
        "file": f"{HARD}.{EXTENSIONS[program]}",
        "variable": "crops_tea_s",
        "path": "/crops",
        "choice": "tea's",
        "type": "0 or 1",
        "label": "Tea's leaf - Crops",
    }


@pytest.mark.usefixtures("sent")
def test_script_opens_every_table_under_a_name_of_its_own(cast: Cast, tmp_path: Path, program: str) -> None:
    files = get(cast, tmp_path, program, form=FORM)

    script = (files.folder / "load.R").read_text()
    opened = re.findall(rf'^(\w+) <- read_{files.extension}\("(.+)"\)$', script, re.MULTILINE)
    assert [name for _, name in opened] == [name for name in files.names if name.endswith(files.extension)]
    assert len({variable for variable, _ in opened}) == len(opened) == 4


def test_table_with_more_variables_than_stata_takes_is_refused(
    cast: Cast, hard: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stata, "MAX_VARIABLES", 5)

    answer = cast.vy.get(f"{HOSTILE}/exports/stata")

    assert answer.status_code == 400
    assert "parquet" in answer.json["message"]


def pspp(folder: Path, syntax: str) -> list[list[str]]:
    require(shutil.which("pspp") is not None, "PSPP is not installed")
    (folder / "in.sps").write_text(syntax)
    done = subprocess.run(
        ["pspp", "-O", "format=csv", "in.sps"], cwd=folder, capture_output=True, text=True, check=True
    )
    return list(csv.reader(io.StringIO(done.stdout)))


def test_pspp_reads_names_labels_and_values(cast: Cast, tmp_path: Path, hard: object) -> None:
    get(cast, tmp_path, "spss", "language=Tiếng Việt (vi)")

    lines = pspp(
        tmp_path,
        f"GET FILE='{HARD}.sav'.\nDISPLAY DICTIONARY.\nLIST /VARIABLES=visit xa_1 roof count crops_rice at.\n"
        "MRSETS /DISPLAY NAME=ALL.\n",
    )

    assert ["Xã nào?", 'a"1', 'Xã "A"'] in lines
    assert ["Mái", "1", "Ngói"] in lines
    assert ["2026/05/15", 'a"1', "2", "7", "1", "15-MAY-2026 08:00:00"] in lines
    assert [".", "b'2", "7", ".", ".", "."] in lines
    assert not any("warning" in cell for line in lines for cell in line)
    assert ["$crops", "Cây trồng", "Dichotomies", "1", "crops_rice\ncrops_tea_s"] in lines
