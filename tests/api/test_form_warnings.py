"""What is worth a question before a form is kept: 400.16, until the sender says to ignore it."""

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XLSX, XML, workbook, xform, xlsform

FORMS = "/v1/projects/1/forms"
DRAFT = f"{FORMS}/visit/draft"


def _workbook_with_a_warning() -> bytes:
    """pyxform warns of a language without a code."""
    survey = [("type", "name", "label::Vietnamese"), ("text", "name", "Họ tên")]
    return workbook(survey=survey, settings=[("form_id", "version"), ("visit", "1")])


def test_warnings_of_the_converter_stop_the_upload(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data=_workbook_with_a_warning(), content_type=XLSX)

    assert (answer.status_code, answer.json["code"]) == (400, 400.16)
    warnings = answer.json["details"]["warnings"]
    assert "Vietnamese" in warnings["xlsFormWarnings"][0]
    assert warnings["workflowWarnings"] is None
    assert cast.bob.get(FORMS).json == []


def test_warnings_can_be_ignored(cast: Cast) -> None:
    answer = cast.bob.post(f"{FORMS}?ignoreWarnings=true", data=_workbook_with_a_warning(), content_type=XLSX)

    assert answer.status_code == 200


def test_form_with_the_id_of_one_in_the_trash_is_warned_of(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.delete(f"{FORMS}/visit")

    answer = cast.bob.post(FORMS, data=xform(), content_type=XML)

    (warning,) = answer.json["details"]["warnings"]["workflowWarnings"]
    assert answer.json["code"] == 400.16
    assert answer.json["details"]["warnings"]["xlsFormWarnings"] is None
    assert (warning["type"], warning["details"]) == ("deletedFormExists", {"xmlFormId": "visit"})
    assert "trash" in warning["reason"]


def test_dropped_fields_are_warned_of(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"name": "string", "age": "int"}))

    answer = cast.bob.post(DRAFT, data=xform(fields={"name": "string"}), content_type=XML)

    (warning,) = answer.json["details"]["warnings"]["workflowWarnings"]
    assert (warning["type"], warning["details"]) == ("structureChanged", ["age"])
    assert "/age" in warning["reason"]


def test_draft_with_dropped_fields_is_kept_when_warnings_are_ignored(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"name": "string", "age": "int"}))

    answer = cast.bob.post(f"{DRAFT}?ignoreWarnings=true", data=xform(fields={"name": "string"}), content_type=XML)

    assert answer.json == {"success": True}


def test_fields_that_only_the_draft_had_are_not_missed(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(fields={"name": "string", "age": "int"}), content_type=XML)

    assert cast.bob.post(DRAFT, data=xform(fields={"name": "string"}), content_type=XML).status_code == 200


def test_both_kinds_of_warnings_are_given_together(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xlsform(("text", "name", "N"), ("text", "b", "B")), content_type=XLSX)

    warnings = cast.bob.post(DRAFT, data=_workbook_with_a_warning(), content_type=XLSX).json["details"]["warnings"]

    assert warnings["xlsFormWarnings"]
    assert warnings["workflowWarnings"][0]["details"] == ["b"]
