"""The three surveys that ship with the product: they convert, match their sources, and speak both languages."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from pyxform.xls2xform import convert

from forms import build as builder
from forms.source_files import SourceError, read_form

FORM_IDS = ["vn_commune_infra", "vn_em53_household", "vn_hh_poverty_review"]
VI, EN = "Vietnamese (vi)", "English (en)"
WITHOUT_LABEL = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "audit",
    "calculate",
    "end_group",
    "end_repeat",
}
UNITS, ETHNIC, POINTS, LINES = "admin_units.csv", "ethnic.csv", "b1_points.csv", "lines.csv"
PARENT_LEVEL = {
    ("district", "old"): "province",
    ("commune", "old"): "district",
    ("commune", "new"): "province",
}

Row = dict[str, str]
each_form = pytest.mark.parametrize("form_id", FORM_IDS)


def shipped(form_id: str) -> Path:
    return builder.FOLDER / f"{form_id}.xlsx"


def media(form_id: str) -> Path:
    return builder.FOLDER / f"{form_id}-media"


@cache
def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    workbook = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}


def rows(form_id: str, sheet: str) -> list[Row]:
    header, *body = cells(shipped(form_id))[sheet]
    return [{str(key): str(value) for key, value in zip(header, row, strict=True) if value} for row in body]


def table(name: str) -> list[Row]:
    with (builder.SOURCES / "media" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def lacking(found: list[Row], text: str) -> list[str]:
    """Names of the rows that do not have this text in both languages."""
    return [row.get("name", "") for row in found if not {f"{text}::{VI}", f"{text}::{EN}"} <= set(row)]


def in_force(scheme: str) -> list[Row]:
    column = {"old": "valid_from", "new": "valid_to"}[scheme]
    return [unit for unit in table(UNITS) if not unit[column]]


def files_named(form_id: str) -> set[str]:
    """Every file that a question or an expression of the form reads."""
    text = "\n".join(value for row in rows(form_id, "survey") for value in row.values())
    lists = re.findall(r"select_\w+_from_file (\S+)", text)
    return {*lists, *(f"{name}.csv" for name in re.findall(r"pulldata\('(\w+)'", text))}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    builder.build(folder)
    return folder


@each_form
def test_a_form_converts_without_a_warning(form_id: str) -> None:
    warnings: list[str] = []
    converted = convert(str(shipped(form_id)), warnings=warnings)
    assert warnings == []
    assert f'id="{form_id}"' in converted.xform


@each_form
def test_a_version_is_a_date_and_a_two_digit_number(form_id: str) -> None:
    (settings,) = rows(form_id, "settings")
    assert re.fullmatch(r"20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\d\d", settings["version"])
    assert settings["default_language"] == VI


@each_form
def test_the_shipped_form_says_what_its_source_says(form_id: str, built: Path) -> None:
    assert cells(shipped(form_id)) == cells(built / f"{form_id}.xlsx")


@each_form
def test_the_shipped_media_are_those_of_the_sources(form_id: str, built: Path) -> None:
    expected = {path.name: path.read_bytes() for path in (built / f"{form_id}-media").iterdir()}
    assert {path.name: path.read_bytes() for path in media(form_id).iterdir()} == expected


def test_every_source_is_shipped_and_nothing_else() -> None:
    assert [path.stem for path in builder.form_sources()] == FORM_IDS
    assert sorted(path.stem for path in builder.FOLDER.glob("*.xlsx")) == FORM_IDS


@each_form
def test_a_workbook_holds_no_time_of_building(form_id: str, built: Path) -> None:
    with ZipFile(built / f"{form_id}.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {builder.ZIP_EPOCH}
        properties = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", properties)) == {"1980-01-01T00:00:00"}


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = builder.build(tmp_path)
    assert [path.read_bytes() for path in again] == [(built / path.name).read_bytes() for path in again]


@each_form
def test_every_question_and_group_has_a_label_in_both_languages(form_id: str) -> None:
    seen = [row for row in rows(form_id, "survey") if row["type"] not in WITHOUT_LABEL]
    assert lacking(seen, "label") == []


@each_form
def test_every_choice_has_a_label_in_both_languages(form_id: str) -> None:
    assert lacking(rows(form_id, "choices"), "label") == []


@each_form
def test_a_hint_stands_in_both_languages(form_id: str) -> None:
    hinted = [row for row in rows(form_id, "survey") if f"hint::{VI}" in row or f"hint::{EN}" in row]
    assert lacking(hinted, "hint") == []


@each_form
def test_a_required_question_says_so_in_both_languages(form_id: str) -> None:
    required = [row for row in rows(form_id, "survey") if "required" in row]
    assert lacking(required, "required_message") == []


@each_form
def test_a_constraint_explains_itself_in_both_languages(form_id: str) -> None:
    constrained = [row for row in rows(form_id, "survey") if "constraint" in row]
    assert lacking(constrained, "constraint_message") == []


@each_form
def test_a_choice_list_has_no_code_twice(form_id: str) -> None:
    codes = Counter((row["list_name"], row["name"]) for row in rows(form_id, "choices"))
    assert [code for code, times in codes.items() if times > 1] == []


@each_form
def test_a_form_ships_the_files_that_it_names(form_id: str) -> None:
    assert files_named(form_id) == {path.name for path in media(form_id).iterdir()}


@pytest.mark.parametrize("name", [UNITS, ETHNIC, POINTS, LINES])
def test_a_table_is_plain_utf_8(name: str) -> None:
    content = (builder.SOURCES / "media" / name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    content.decode("utf-8")


@pytest.mark.parametrize("scheme", ["old", "new"])
def test_a_unit_code_is_unique_in_its_level_and_scheme(scheme: str) -> None:
    codes = Counter((unit["level"], unit["name"]) for unit in in_force(scheme))
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize(("level", "scheme"), [*PARENT_LEVEL, ("village", "old"), ("village", "new")])
def test_a_unit_has_a_parent_of_the_right_level_in_its_scheme(level: str, scheme: str) -> None:
    parents = {
        unit["name"] for unit in in_force(scheme) if unit["level"] == PARENT_LEVEL.get((level, scheme), "commune")
    }
    children = [unit for unit in in_force(scheme) if unit["level"] == level]
    assert children
    assert [unit["name"] for unit in children if unit["parent"] not in parents] == []


@pytest.mark.parametrize("scheme", ["old", "new"])
def test_every_commune_has_a_village_to_choose(scheme: str) -> None:
    units = in_force(scheme)
    communes = {unit["name"] for unit in units if unit["level"] == "commune"}
    assert {unit["parent"] for unit in units if unit["level"] == "village"} == communes


def test_a_unit_is_in_force_in_at_least_one_scheme() -> None:
    assert [unit["name"] for unit in table(UNITS) if unit["valid_from"] and unit["valid_to"]] == []


@pytest.mark.parametrize(
    ("scheme", "level", "count"),
    [("old", "province", 1), ("new", "province", 1), ("old", "district", 1), ("new", "district", 0),
     ("old", "commune", 19), ("new", "commune", 8)],
)  # fmt: skip
def test_the_example_area_is_complete(scheme: str, level: str, count: int) -> None:
    assert [unit["level"] for unit in in_force(scheme)].count(level) == count


def test_a_code_may_name_another_commune_after_the_change() -> None:
    names = {
        scheme: {unit["name"]: unit["label"] for unit in in_force(scheme) if unit["level"] == "commune"}
        for scheme in ("old", "new")
    }
    assert (names["old"]["06103"], names["new"]["06103"]) == ("Xã Hòa Bình", "Xã Thiện Long")


def test_made_up_villages_are_marked_as_tests() -> None:
    villages = [unit for unit in table(UNITS) if unit["level"] == "village"]
    unmarked = [v for v in villages if not (v["name"].startswith("TEST") and v["label"].endswith("(mã thử)"))]
    assert unmarked == []


def test_the_54_ethnic_groups_and_foreigners_are_listed_once() -> None:
    assert [group["name"] for group in table(ETHNIC)] == [f"{code:02}" for code in range(1, 56)]
    assert {group["small"] for group in table(ETHNIC)} == {"0", "1"}


def test_every_b1_item_has_points_in_both_areas() -> None:
    keys = Counter(row["item_key"] for row in table(POINTS))
    items = {
        item
        for row in rows("vn_hh_poverty_review", "survey")
        for item in re.findall(r"\{area\}, '_([a-z]+)_'", row.get("calculation", ""))
    }
    found = {tuple(key.split("_")[:2]) for key in keys}
    assert max(keys.values()) == 1
    assert found == {(area, item) for area in ("rural", "urban") for item in items}


def test_every_year_that_the_form_accepts_has_its_lines() -> None:
    found = {(row["line_key"], row["area"], row["year"]) for row in table(LINES)}
    expected = {(f"{a}_{year}", a, str(year)) for a in ("rural", "urban") for year in range(2022, 2031)}
    assert found == expected


def test_values_without_a_confirmed_source_are_marked_as_tests() -> None:
    assert {row["status"] for row in table(POINTS) + table(LINES)} == {"TEST"}


SHARED = """
blocks: {metadata: [{type: start, name: start}]}
choices: {yesno: [{name: yes, vi: Có, en: Yes}]}
messages: {required: {vi: Bắt buộc., en: Required.}}
"""
SOURCE = """
settings: {form_id: tiny, version: '2026112201'}
media: []
survey:
  - include: metadata
  - {type: select_one yesno, name: ready, label: {vi: Xong, en: Ready}, required: yes}
choices: {}
"""


def write_source(folder: Path, source: str) -> Path:
    (folder / "shared.yaml").write_text(SHARED, encoding="utf-8")
    path = folder / "tiny.yaml"
    path.write_text(source, encoding="utf-8")
    return path


def test_a_source_takes_blocks_lists_and_messages_from_the_shared_file(tmp_path: Path) -> None:
    form = read_form(write_source(tmp_path, SOURCE))
    assert [row["name"] for row in form.survey] == ["start", "ready"]
    assert form.survey[1][f"required_message::{EN}"] == "Required."
    assert form.choices == [{"list_name": "yesno", "name": "yes", f"label::{VI}": "Có", f"label::{EN}": "Yes"}]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "label: {vi: Xong, en: Ready}",
            "label: {vi: Xong}",
            "survey row 2: label needs a text in each of vi, en",
        ),
        ("label: {vi: Xong, en: Ready}", "label: Xong", "keys and values are expected here"),
        ("required: yes", "requird: yes", "survey row 2: unknown requird; allowed are label, hint"),
        ("required: yes", "name: again", "name stands twice"),
        ("select_one yesno", "select_one noyes", "no choice list noyes"),
        ("include: metadata", "include: metdata", "no block metdata in shared.yaml; there are metadata"),
        ("choices: {}", "", "the sections must be settings, media, survey, choices"),
        ("media: []", "media: [", "is not YAML"),
        ("media: []", "media: none", "a list is expected here"),
    ],
)
def test_a_wrong_source_is_refused_with_its_place(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        read_form(write_source(tmp_path, SOURCE.replace(right, wrong)))
