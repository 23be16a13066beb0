import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"
EXTENDED = {"X-Extended-Metadata": "true"}


@pytest.mark.parametrize("name", ["alice", "bob", "vy", "cuong", "chi"])
def test_who_may_read_a_form_gets_its_details(cast: Cast, name: str) -> None:
    publish(cast.bob, xform())

    answer = getattr(cast, name).get(VISIT)

    assert answer.status_code == 200
    assert answer.json["xmlFormId"] == "visit"


def test_form_of_another_project_is_not_found(cast: Cast) -> None:
    publish(cast.quan, xform("theirs"), project_id=2)

    assert cast.alice.get(f"{FORMS}/theirs").json["code"] == 404.1


def test_form_without_publication_shows_its_draft(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(version="3"), content_type=XML)

    assert cast.bob.get(VISIT).json["version"] == "3"
    assert cast.bob.get(VISIT).json["publishedAt"] is None


def test_published_version_is_shown_beside_a_newer_draft(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(f"{VISIT}/draft", data=xform(version="2"), content_type=XML)

    assert cast.bob.get(VISIT).json["version"] == "1"


def test_extended_details_have_figures_and_creator(cast: Cast) -> None:
    publish(cast.bob, xform())

    form = cast.vy.get(VISIT, headers=EXTENDED).json

    assert form["submissions"] == 0
    assert form["createdBy"]["displayName"] == "Bob"
    assert form["excelContentType"] is None


def test_notes_on_publishing_are_shown_to_those_who_may_publish(cast: Cast) -> None:
    notes = {"X-Action-Notes": "S%E1%BB%ADa%20nh%C3%A3n"}
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML, headers=notes)

    assert cast.bob.get(VISIT, headers=EXTENDED).json["publishNotes"] == "Sửa nhãn"
    assert "publishNotes" not in cast.vy.get(VISIT, headers=EXTENDED).json


@pytest.mark.parametrize("state", ["closing", "closed", "open"])
def test_state_can_be_changed(cast: Cast, state: str) -> None:
    publish(cast.bob, xform())

    answer = cast.bob.patch(VISIT, json={"state": state})

    assert answer.json["state"] == state
    assert answer.json["updatedAt"] is not None
    assert cast.bob.get(VISIT).json["state"] == state


def test_what_the_change_does_not_name_stays(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.patch(VISIT, json={"state": "closing"})

    answer = cast.bob.patch(VISIT, json={"webformsEnabled": True})

    assert (answer.json["state"], answer.json["webformsEnabled"]) == ("closing", True)


def test_unknown_state_is_refused_with_those_that_there_are(cast: Cast) -> None:
    publish(cast.bob, xform())

    answer = cast.bob.patch(VISIT, json={"state": "ajar"})

    assert (answer.status_code, answer.json["code"]) == (400, 400.8)
    assert "closing" in answer.json["message"]


@pytest.mark.parametrize(
    ("body", "field"), [({"state": 1}, "state"), ({"webformsEnabled": "perhaps"}, "webformsEnabled")]
)
def test_value_of_the_wrong_type_is_named(cast: Cast, body: dict[str, object], field: str) -> None:
    publish(cast.bob, xform())

    answer = cast.bob.patch(VISIT, json=body)

    assert (answer.status_code, answer.json["code"]) == (400, 400.11)
    assert answer.json["details"]["field"] == field


def test_broken_json_is_refused(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert cast.bob.patch(VISIT, data=b"{", content_type="application/json").json["code"] == 400.1


def test_deleted_form_is_gone_and_its_id_free(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert cast.bob.delete(VISIT).json == {"success": True}

    assert cast.bob.get(VISIT).status_code == 404
    assert cast.bob.get(f"{VISIT}.xml").status_code == 404
    answer = cast.bob.post(f"{FORMS}?ignoreWarnings=true", data=xform(), content_type=XML)
    assert answer.status_code == 200


def test_deleted_form_comes_back_by_its_number(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.delete(VISIT)
    (deleted,) = cast.bob.get(f"{FORMS}?deleted=true").json

    answer = cast.bob.post(f"{FORMS}/{deleted['id']}/restore")

    assert answer.json == {"success": True}
    assert cast.chi.get(f"{VISIT}.xml").data == xform()


def test_form_whose_id_is_taken_cannot_come_back(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.delete(VISIT)
    (deleted,) = cast.bob.get(f"{FORMS}?deleted=true").json
    cast.bob.post(f"{FORMS}?ignoreWarnings=true", data=xform(), content_type=XML)

    answer = cast.bob.post(f"{FORMS}/{deleted['id']}/restore")

    assert (answer.status_code, answer.json["code"]) == (409, 409.3)


@pytest.mark.parametrize("number", ["1", "99"])
def test_form_that_is_not_in_the_trash_cannot_be_restored(cast: Cast, number: str) -> None:
    publish(cast.bob, xform())

    assert cast.bob.post(f"{FORMS}/{number}/restore").json["code"] == 404.1


def test_form_in_the_trash_of_another_project_is_not_found(cast: Cast) -> None:
    publish(cast.quan, xform(), project_id=2)
    cast.quan.delete("/v1/projects/2/forms/visit")
    (deleted,) = cast.quan.get("/v1/projects/2/forms?deleted=true").json

    assert cast.bob.post(f"{FORMS}/{deleted['id']}/restore").status_code == 404
