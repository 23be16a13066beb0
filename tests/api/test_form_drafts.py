import hashlib

import pytest

from tests.cast import Cast
from tests.factories import household, household_form, publish
from tests.forms.definitions import XLSX, XML, xform, xlsform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"
DRAFT = f"{VISIT}/draft"


def test_upload_makes_a_draft_beside_the_published_version(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))

    answer = cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)

    assert answer.json == {"success": True}
    assert cast.bob.get(f"{DRAFT}.xml").data == xform(version="2")
    assert cast.chi.get(f"{VISIT}.xml").data == xform(version="1")


def test_draft_has_its_own_details_and_a_token(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)

    draft = cast.bob.get(DRAFT).json

    assert (draft["version"], draft["publishedAt"]) == ("2", None)
    assert draft["hash"] == hashlib.md5(xform(version="2")).hexdigest()
    assert len(draft["draftToken"]) == 64


def test_extended_draft_has_counts_of_its_own(cast: Cast) -> None:
    publish(cast.bob, household_form())
    cast.bob.post(f"{FORMS}/household/draft", data=household_form(version="2"), content_type=XML)
    cast.bob.post(f"{FORMS}/household/draft/submissions", data=household(version="2"), content_type=XML)
    extended = {"X-Extended-Metadata": "true"}

    assert cast.bob.get(f"{FORMS}/household/draft", headers=extended).json["submissions"] == 1
    assert cast.bob.get(f"{FORMS}/household", headers=extended).json["submissions"] == 0


def test_form_without_draft_has_none(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert [cast.bob.get(f"{DRAFT}{rest}").status_code for rest in ("", ".xml", "/fields", "/attachments")] == [404] * 4


def test_workbook_of_a_draft_comes_back(cast: Cast) -> None:
    content = xlsform()
    cast.bob.post(FORMS, data=content, content_type=XLSX)

    assert cast.bob.get(f"{DRAFT}.xlsx").data == content
    assert cast.bob.get(f"{DRAFT}.xls").status_code == 404


def test_empty_body_copies_the_published_version(cast: Cast) -> None:
    publish(cast.bob, xform())

    answer = cast.bob.post(DRAFT)

    assert answer.json == {"success": True}
    assert cast.bob.get(f"{DRAFT}.xml").data == xform()


def test_nothing_can_be_copied_before_something_is_published(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.bob.post(DRAFT).json["code"] == 404.1


def test_token_stays_while_the_draft_is_replaced(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)
    token = cast.bob.get(DRAFT).json["draftToken"]

    cast.bob.post(f"{DRAFT}?ignoreWarnings=true", data=xform(version="2"), content_type=XML)

    assert cast.bob.get(DRAFT).json["draftToken"] == token


def test_token_is_new_after_publishing(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)
    token = cast.bob.get(DRAFT).json["draftToken"]
    cast.bob.post(f"{DRAFT}/publish")

    cast.bob.post(DRAFT)

    assert cast.bob.get(DRAFT).json["draftToken"] != token


def test_draft_with_another_id_is_refused(cast: Cast) -> None:
    publish(cast.bob, xform())

    answer = cast.bob.post(DRAFT, data=xform("other"), content_type=XML)

    assert (answer.status_code, answer.json["code"]) == (400, 400.8)
    assert answer.json["details"]["field"] == "xmlFormId"


def test_field_may_not_change_its_type(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"name": "string", "age": "int"}))

    answer = cast.bob.post(DRAFT, data=xform(fields={"name": "string", "age": "string"}), content_type=XML)

    assert (answer.status_code, answer.json["code"]) == (400, 400.17)
    assert answer.json["details"] == {"path": "/age", "type": "int"}


def test_type_of_a_field_that_was_dropped_long_ago_still_counts(cast: Cast) -> None:
    publish(cast.bob, xform(version="1", fields={"age": "int"}))
    cast.bob.post(f"{DRAFT}?ignoreWarnings=true", data=xform(version="2", fields={"name": "string"}), content_type=XML)
    cast.bob.post(f"{DRAFT}/publish")

    answer = cast.bob.post(DRAFT, data=xform(version="3", fields={"age": "date"}), content_type=XML)

    assert answer.json["code"] == 400.17


def test_types_in_drafts_do_not_count(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(fields={"age": "int"}), content_type=XML)

    answer = cast.bob.post(DRAFT, data=xform(fields={"age": "string"}), content_type=XML)

    assert answer.status_code == 200


def test_deleted_draft_leaves_the_published_version(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)

    assert cast.bob.delete(DRAFT).json == {"success": True}

    assert cast.bob.get(DRAFT).status_code == 404
    assert cast.chi.get(f"{VISIT}.xml").data == xform()


def test_only_draft_of_a_form_cannot_be_deleted(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.bob.delete(DRAFT).status_code == 409
    assert cast.bob.get(DRAFT).status_code == 200


def test_draft_that_is_not_there_cannot_be_deleted(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert cast.bob.delete(DRAFT).status_code == 404


@pytest.mark.parametrize("how", ["replace", "delete", "publish"])
def test_submissions_of_testers_go_with_the_draft(cast: Cast, how: str) -> None:
    path = f"{FORMS}/household/draft"
    publish(cast.bob, household_form())
    cast.bob.post(path, data=household_form(version="2"), content_type=XML)
    cast.bob.post(f"{path}/submissions", data=household(version="2"), content_type=XML)
    assert len(cast.bob.get(f"{path}/submissions").json) == 1
    steps = {
        "replace": lambda: cast.bob.post(path, data=household_form(version="3"), content_type=XML),
        "delete": lambda: cast.bob.delete(path),
        "publish": lambda: cast.bob.post(f"{path}/publish"),
    }

    assert steps[how]().status_code == 200

    cast.bob.post(path, data=household_form(version="4"), content_type=XML)
    assert cast.bob.get(f"{path}/submissions").json == []
    assert cast.bob.get(f"{FORMS}/household/submissions").json == []


def test_fields_of_the_draft_are_its_own(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"name": "string"}))
    cast.bob.post(DRAFT, data=xform(fields={"name": "string", "age": "int"}), content_type=XML)

    paths = [[field["path"] for field in cast.bob.get(f"{place}/fields").json] for place in (VISIT, DRAFT)]

    assert paths == [["/name", "/meta", "/meta/instanceID"], ["/name", "/age", "/meta", "/meta/instanceID"]]
