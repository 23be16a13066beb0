"""What the form check means for an upload: errors refuse it, warnings ask first."""

from pathlib import Path

import pytest

from tests.cast import Cast
from tests.forms.definitions import XLSX, XML, workbook, xform
from tests.submissions.rules import rules_form

FORMS = "/v1/projects/1/forms"
IGNORED = f"{FORMS}?ignoreWarnings=true&publish=true"
SHIPPED = sorted(Path(__file__).parents[2].joinpath("forms").glob("*.xlsx"))


def with_constraint(expression: str) -> bytes:
    return xform(fields={"age": "int"}).replace(b'type="int"', f'type="int" constraint="{expression}"'.encode())


def test_sound_form_is_taken_without_a_question(cast: Cast) -> None:
    assert cast.bob.post(FORMS, data=rules_form(), content_type=XML).status_code == 200


@pytest.mark.parametrize("query", ["", "?ignoreWarnings=true"])
def test_form_that_no_phone_can_open_is_refused_with_the_place(cast: Cast, query: str) -> None:
    answer = cast.bob.post(f"{FORMS}{query}", data=with_constraint(". &gt; "), content_type=XML)

    assert (answer.status_code, answer.json["code"]) == (400, 400.13)
    (found,) = answer.json["details"]["findings"]
    assert found.pop("detail") in answer.json["message"]
    assert found == {
        "sheet": None,
        "row": None,
        "code": "syntax",
        "level": "error",
        "path": "/data/age",
        "rule": "constraint",
        "expression": ". >",
        "offset": 4,
    }
    assert cast.bob.get(FORMS).json == []


def test_workbook_with_an_error_is_refused_too(cast: Cast) -> None:
    survey = [("type", "name", "label", "relevant"), ("integer", "age", "Tuổi", "${age} > 3")]
    content = workbook(survey=survey, settings=[("form_id", "version"), ("visit", "1")])

    answer = cast.bob.post(IGNORED, data=content, content_type=XLSX)

    assert (answer.status_code, answer.json["code"]) == (400, 400.13)
    assert [found["code"] for found in answer.json["details"]["findings"]] == ["cycle"]


def test_draft_with_an_error_leaves_the_draft_as_it_was(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    answer = cast.bob.post(f"{FORMS}/visit/draft", data=with_constraint("("), content_type=XML)

    assert answer.status_code == 400
    assert cast.bob.get(f"{FORMS}/visit/draft.xml").data == xform()


def test_warnings_ask_first_and_can_be_ignored(cast: Cast) -> None:
    xml = with_constraint(". &lt; '2020-01-01'")

    answer = cast.bob.post(FORMS, data=xml, content_type=XML)

    assert (answer.status_code, answer.json["code"]) == (400, 400.16)
    warnings = answer.json["details"]["warnings"]
    (warning,) = warnings["formCheckWarnings"]
    assert warning.startswith("/data/age (constraint): A comparison with the quoted")
    assert (warnings["xlsFormWarnings"], warnings["workflowWarnings"]) == (None, None)
    assert cast.bob.post(IGNORED, data=xml, content_type=XML).status_code == 200


@pytest.mark.parametrize("expression", ["newer-than-us(.) = 1", ". &gt; /data/missing"])
def test_what_validate_lets_through_is_only_warned_of(cast: Cast, expression: str) -> None:
    xml = with_constraint(expression)

    assert cast.bob.post(FORMS, data=xml, content_type=XML).json["code"] == 400.16
    assert cast.bob.post(IGNORED, data=xml, content_type=XML).status_code == 200


def test_form_that_names_another_server_is_warned_of(cast: Cast) -> None:
    elsewhere = b'<submission action="https://elsewhere.example.org/submission" method="post"/>'
    xml = xform().replace(b"</model>", elsewhere + b"</model>")

    answer = cast.bob.post(FORMS, data=xml, content_type=XML)

    (warning,) = answer.json["details"]["warnings"]["formCheckWarnings"]
    assert "https://elsewhere.example.org/submission" in warning


def test_files_that_come_later_are_no_reason_to_warn(cast: Cast) -> None:
    assert cast.bob.post(FORMS, data=rules_form(lists_villages=True), content_type=XML).status_code == 200


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_survey_is_taken_without_a_question(cast: Cast, path: Path) -> None:
    answer = cast.bob.post(f"{FORMS}?publish=true", data=path.read_bytes(), content_type=XLSX)

    assert answer.status_code == 200, answer.text
