import hashlib

import pytest

from tests.cast import Cast
from tests.forms.definitions import XLS, XLSX, XML, form_sheets, old_workbook, workbook, xform, xlsform

FORMS = "/v1/projects/1/forms"


def test_xform_becomes_a_draft_that_is_not_published(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert answer.status_code == 200
    assert answer.json["publishedAt"] is None
    assert cast.bob.get(f"{FORMS}/visit.xml").status_code == 404


def test_answer_has_what_clients_of_central_read(cast: Cast) -> None:
    form = cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML).json

    assert len(form.pop("enketoId")) >= 31
    assert {name: form[name] for name in form if not name.endswith("At")} == {
        "projectId": 1,
        "xmlFormId": "visit",
        "name": "Thăm hộ",
        "version": "1",
        "hash": hashlib.md5(xform()).hexdigest(),
        "state": "open",
        "keyId": None,
        "webformsEnabled": False,
    }
    assert form["publishedAt"].endswith("Z")
    assert form["createdAt"].endswith("Z")


def test_published_xml_comes_back_byte_for_byte(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type="text/xml")

    answer = cast.chi.get(f"{FORMS}/visit.xml")

    assert answer.data == xform()
    assert answer.content_type == "application/xml"


def test_xml_that_the_client_has_is_not_sent_again(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML)
    etag = cast.chi.get(f"{FORMS}/visit.xml").headers["ETag"]

    answer = cast.chi.get(f"{FORMS}/visit.xml", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    ("extension", "kind", "content"),
    [("xlsx", XLSX, xlsform()), ("xls", XLS, old_workbook(**form_sheets()))],
)
def test_workbook_comes_back_as_it_was_uploaded(cast: Cast, extension: str, kind: str, content: bytes) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=content, content_type=kind)

    answer = cast.bob.get(f"{FORMS}/visit.{extension}")

    assert answer.data == content
    assert answer.content_type == kind
    assert f'filename="visit.{extension}"' in answer.headers["Content-Disposition"]


def test_workbook_is_not_given_as_the_other_kind(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xlsform(), content_type=XLSX)

    assert cast.bob.get(f"{FORMS}/visit.xls").status_code == 404


def test_form_from_xml_has_no_workbook(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML)

    assert cast.bob.get(f"{FORMS}/visit.xlsx").status_code == 404


@pytest.mark.parametrize("claimed", [XLS, XML, "application/octet-stream", ""])
def test_bytes_decide_when_the_content_type_is_wrong(cast: Cast, claimed: str) -> None:
    answer = cast.bob.post(f"{FORMS}?publish=true", data=xlsform(), content_type=claimed)

    assert answer.status_code == 200
    extended = cast.bob.get(f"{FORMS}/visit", headers={"X-Extended-Metadata": "true"})
    assert extended.json["excelContentType"] == XLSX


@pytest.mark.parametrize(
    ("header", "form_id"),
    [("kh%E1%BA%A3o%20s%C3%A1t.xlsx", "khảo sát"), ("census", "census"), ("round.2.xls", "round.2")],
)
def test_fallback_id_is_decoded_and_loses_its_extension(cast: Cast, header: str, form_id: str) -> None:
    answer = cast.bob.post(
        FORMS, data=xlsform(form_id=None), content_type=XLSX, headers={"X-XlsForm-FormId-Fallback": header}
    )

    assert answer.json["xmlFormId"] == form_id


def test_form_without_version_has_a_blank_one(cast: Cast) -> None:
    assert cast.bob.post(FORMS, data=xform(version=None), content_type=XML).json["version"] == ""


def test_form_without_title_is_called_by_its_id(cast: Cast) -> None:
    assert cast.bob.post(FORMS, data=xform(title=""), content_type=XML).json["name"] == "visit"


def test_id_of_another_form_is_refused(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    answer = cast.bob.post(FORMS, data=xform(version="2"), content_type=XML)

    assert answer.status_code == 409
    assert answer.json["code"] == 409.3
    assert answer.json["details"] == {"fields": ["projectId", "xmlFormId"], "values": ["1", "visit"]}


def test_other_project_may_have_a_form_with_the_same_id(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.quan.post("/v1/projects/2/forms", data=xform(), content_type=XML).status_code == 200


def test_external_choices_fill_their_attachment(cast: Cast) -> None:
    content = workbook(
        survey=[("type", "name", "label", "choice_filter"), ("select_one_external xa", "xa", "Xã", "true()")],
        choices=[("list_name", "name", "label"), ("unused", "a", "A")],
        external_choices=[("list_name", "name", "label"), ("xa", "01", "Bản Cuôn")],
        settings=[("form_id",), ("visit",)],
    )
    cast.bob.post(f"{FORMS}?publish=true&ignoreWarnings=true", data=content, content_type=XLSX)

    answer = cast.chi.get(f"{FORMS}/visit/attachments/itemsets.csv")

    assert "Bản Cuôn" in answer.text
    assert answer.content_type == "text/csv"


def test_missing_project_is_not_found(cast: Cast) -> None:
    assert cast.alice.post("/v1/projects/99/forms", data=xform(), content_type=XML).status_code == 404
