"""`transect check-form`: a report on a form, without server and database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import commands
from tests.forms.definitions import workbook, xform
from tests.submissions.rules import rules_form

SHIPPED = sorted(Path(__file__).parents[2].joinpath("forms").glob("*.xlsx"))


def check(path: Path, *options: str) -> Result:
    environment = {"TRANSECT_DATA_DIR": str(path.parent / "nothing"), "TRANSECT_DATABASE_URL": "sqlite:////dev/null/no"}
    return CliRunner(env=environment).invoke(commands, ["check-form", str(path), *options])


def written(folder: Path, content: bytes, name: str = "visit.xml") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def broken() -> bytes:
    return xform(fields={"age": "int"}).replace(b'type="int"', b'type="int" constraint=". &gt; 3 and ("')


def shown_expression(lines: list[str]) -> list[str]:
    """What is indented deeper than the sentences."""
    return [line for line in lines if line.startswith(" " * 8)]


def test_fault_is_shown_with_a_caret_below_it(tmp_path: Path) -> None:
    result = check(written(tmp_path, broken()))

    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].split() == ["error", "syntax", "/data/age", "(constraint)"]
    assert shown_expression(lines) == ["        . > 3 and (", "                   ^"]
    assert lines[-1] == "1 errors, 0 warnings."


def test_caret_stands_right_in_an_expression_with_blanks_before_it(tmp_path: Path) -> None:
    form = xform(fields={"age": "int"}).replace(b'type="int"', b'type="int" constraint="   . &gt; 3 and ("')

    lines = check(written(tmp_path, form)).output.splitlines()

    assert shown_expression(lines) == ["        . > 3 and (", "                   ^"]


def test_report_fits_into_eighty_columns(tmp_path: Path) -> None:
    constraint = f". &gt; 3 and {' and '.join(f'/data/gone_{number} = 1' for number in range(20))}"
    form = xform(fields={"a_field_with_a_long_name_as_they_are_in_real_forms": "int"})
    form = form.replace(b'type="int"', f'type="int" constraint="{constraint}"'.encode())

    lines = check(written(tmp_path, form)).output.splitlines()

    assert "    (constraint)" in lines
    assert max(map(len, lines)) <= 80


def test_sound_form_is_said_to_be_sound(tmp_path: Path) -> None:
    result = check(written(tmp_path, rules_form()))

    assert (result.exit_code, result.output) == (0, "0 errors, 0 warnings.\n")


def test_report_can_be_read_by_programs(tmp_path: Path) -> None:
    result = check(written(tmp_path, broken()), "--json")

    assert result.exit_code == 1
    (found,) = json.loads(result.output)["findings"]
    assert (found["code"], found["level"], found["path"], found["offset"]) == ("syntax", "error", "/data/age", 11)


def test_files_beside_the_form_are_looked_into(tmp_path: Path) -> None:
    path = written(tmp_path, rules_form(lists_villages=True))
    without_list = check(path).output
    (tmp_path / "visit-media").mkdir()
    (tmp_path / "visit-media" / "villages.csv").write_text("name,label\nv1,Ban Chu\n")

    assert "missing-attachment" in without_list
    assert check(path).output == "0 errors, 0 warnings.\n"


def test_warnings_of_the_converter_are_told(tmp_path: Path) -> None:
    survey = [("type", "name", "label::Vietnamese"), ("text", "name", "Họ tên")]
    content = workbook(survey=survey, settings=[("form_id", "version"), ("visit", "1")])

    result = check(written(tmp_path, content, "visit.xlsx"))

    assert result.exit_code == 0
    assert "of the converter" in result.output


@pytest.mark.parametrize("content", [b"<not-a-form/>", b"no form at all", b"PK\x03\x04broken"])
def test_what_is_no_form_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    result = check(written(tmp_path, content))

    assert result.exit_code == 1
    assert result.output.startswith("Error: visit.xml: ")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_survey_has_no_faults(path: Path) -> None:
    assert check(path).output == "0 errors, 0 warnings.\n"
