from typing import Any

import pytest

from server.encryption import new_key_pair
from server.xform.definition import parse_form
from server.xform.relabel import with_public_key
from tests.cast import Cast
from tests.encrypting_phone import send_encrypted
from tests.factories import household, household_form, make_draft, publish, send
from tests.forms.definitions import XLSX, xform, xlsform
from tests.kept import set_form_state
from tests.logged import details_of
from tests.queries import counted_queries

PROJECT = "/v1/projects/1"
FORM = f"{PROJECT}/forms/household"
KEYS = f"{FORM}/submissions/keys"
OWN_KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"


def enable(cast: Cast, **more: str) -> Any:
    answer = cast.bob.post(f"{PROJECT}/key", json={"passphrase": "bí mật", **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def form_xml(cast: Cast, path: str = FORM) -> bytes:
    answer = cast.bob.get(f"{path}.xml")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def test_project_shows_its_key(cast: Cast) -> None:
    before = cast.bob.get(PROJECT).json

    after = enable(cast)

    assert before["keyId"] is None
    assert isinstance(after["keyId"], int)
    assert set(after) == set(before)
    assert cast.bob.get(PROJECT).json == after


def test_published_form_gets_a_version_with_the_key(cast: Cast) -> None:
    before = publish(cast.bob)
    cast.bob.patch(FORM, json={"state": "closing"})

    key_id = enable(cast)["keyId"]

    after = cast.bob.get(FORM).json
    definition = parse_form(form_xml(cast))
    assert (before["keyId"], after["keyId"]) == (None, key_id)
    assert after["version"] == definition.version != before["version"]
    assert after["version"].startswith("1[encrypted:")
    assert after["hash"] != before["hash"]
    assert (after["state"], after["name"]) == ("closing", before["name"])
    assert definition.submission.rsa_public_key is not None
    assert [version["version"] for version in cast.bob.get(f"{FORM}/versions").json] == [after["version"], "1"]


def test_form_list_offers_the_encrypted_version_at_once(cast: Cast) -> None:
    publish(cast.bob)
    headers = {"X-OpenRosa-Version": "1.0"}
    tag = cast.chi.get(f"{PROJECT}/formList", headers=headers).headers["ETag"]

    enable(cast)

    answer = cast.chi.get(f"{PROJECT}/formList", headers={**headers, "If-None-Match": tag})
    assert answer.status_code == 200
    assert b"<version>1[encrypted:" in answer.data


def test_files_of_the_form_are_those_of_the_encrypted_version(cast: Cast) -> None:
    publish(cast.bob, xform(media=["map.png"]))
    path = f"{PROJECT}/forms/visit"
    cast.bob.post(f"{path}/draft")
    cast.bob.post(f"{path}/draft/attachments/map.png", data=b"map", content_type="image/png")
    cast.bob.post(f"{path}/draft/publish?version=2")

    enable(cast)

    assert cast.bob.get(f"{path}/attachments/map.png").data == b"map"


def test_draft_is_changed_in_place_and_keeps_its_test_link(cast: Cast) -> None:
    token = make_draft(cast.bob)

    key_id = enable(cast)["keyId"]

    draft = cast.bob.get(f"{FORM}/draft").json
    assert (draft["draftToken"], draft["keyId"]) == (token, key_id)
    assert draft["version"].startswith("1[encrypted:")
    assert parse_form(form_xml(cast, f"{FORM}/draft")).submission.rsa_public_key is not None
    assert cast.bob.post(f"{FORM}/draft/publish").status_code == 200


def test_form_with_a_key_of_its_own_is_left_alone(cast: Cast) -> None:
    xml = with_public_key(household_form(), OWN_KEY, "1")
    before = publish(cast.bob, xml)

    key_id = enable(cast)["keyId"]

    after = cast.bob.get(FORM).json
    assert after == before
    assert after["keyId"] not in (None, key_id)
    assert form_xml(cast) == xml


def test_same_own_key_in_two_forms_is_one_key(cast: Cast) -> None:
    first = publish(cast.bob, with_public_key(household_form("a"), OWN_KEY, "1"))
    second = publish(cast.bob, with_public_key(household_form("b"), OWN_KEY, "1"))

    assert first["keyId"] == second["keyId"]


@pytest.mark.parametrize(("content", "kind"), [(xform("visit"), "application/xml"), (xlsform(), XLSX)])
def test_new_form_is_encrypted_when_it_comes(cast: Cast, content: bytes, kind: str) -> None:
    key_id = enable(cast)["keyId"]

    form = cast.bob.post(f"{PROJECT}/forms?publish=true", data=content, content_type=kind).json

    assert form["keyId"] == key_id
    assert form["version"].startswith("1[encrypted:")
    assert parse_form(form_xml(cast, f"{PROJECT}/forms/visit")).submission.rsa_public_key is not None


def test_new_form_with_a_key_of_its_own_keeps_it(cast: Cast) -> None:
    key_id = enable(cast)["keyId"]

    form = publish(cast.bob, with_public_key(household_form(), OWN_KEY, "1"))

    assert form["version"] == "1"
    assert form["keyId"] not in (None, key_id)


def test_same_version_sent_again_is_still_the_same_version(cast: Cast) -> None:
    enable(cast)
    publish(cast.bob)
    cast.bob.post(f"{FORM}/draft?ignoreWarnings=true", data=household_form(), content_type="application/xml")

    answer = cast.bob.post(f"{FORM}/draft/publish")

    assert (answer.status_code, answer.json["code"]) == (409, 409.6)


def test_encrypted_form_that_is_sent_back_gets_no_second_mark(cast: Cast) -> None:
    publish(cast.bob)
    enable(cast)
    xml = form_xml(cast)

    cast.bob.post(f"{FORM}/draft", data=xml, content_type="application/xml")

    draft = cast.bob.get(f"{FORM}/draft").json
    assert draft["version"].count("[encrypted:") == 1
    assert form_xml(cast, f"{FORM}/draft") == xml


def test_form_that_comes_back_from_the_trash_is_encrypted(cast: Cast) -> None:
    publish(cast.bob)
    cast.bob.delete(FORM)
    number = cast.bob.get(f"{PROJECT}/forms?deleted=true").json[0]["id"]

    key_id = enable(cast)["keyId"]

    cast.bob.post(f"{PROJECT}/forms/{number}/restore")
    assert cast.bob.get(FORM).json["keyId"] == key_id


def test_other_projects_stay_as_they_are(cast: Cast) -> None:
    before = publish(cast.quan, project_id=2)

    enable(cast)

    assert cast.quan.get("/v1/projects/2/forms/household").json == before


def test_second_key_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    enable(cast)
    before = cast.bob.get(FORM).json

    answer = cast.bob.post(f"{PROJECT}/key", json={"passphrase": "other"})

    assert (answer.status_code, answer.json["code"]) == (409, 409.3)
    assert answer.json["message"] == "A resource already exists with id value(s) of 1."
    assert cast.bob.get(FORM).json == before


@pytest.mark.parametrize(("body", "code"), [({}, 400.3), ({"passphrase": ""}, 400.8), ({"passphrase": 7}, 400.11)])
def test_passphrase_that_cannot_be_used_is_refused(cast: Cast, body: dict[str, Any], code: float) -> None:
    answer = cast.bob.post(f"{PROJECT}/key", json=body)

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert cast.bob.get(PROJECT).json["keyId"] is None


@pytest.mark.parametrize("name", ["dee", "vy", "chi", "cuong", "quan"])
def test_who_may_not_encrypt_the_project_does_not(cast: Cast, name: str) -> None:
    answer = getattr(cast, name).post(f"{PROJECT}/key", json={"passphrase": "mine"})

    assert (answer.status_code, answer.json["code"]) == (403, 403.1)
    assert cast.bob.get(PROJECT).json["keyId"] is None


def test_nobody_encrypts_no_project(cast: Cast) -> None:
    assert cast.nobody.post(f"{PROJECT}/key", json={"passphrase": "mine"}).status_code == 401


def test_passphrase_is_nowhere_in_the_log(cast: Cast) -> None:
    publish(cast.bob)
    key_id = enable(cast)["keyId"]

    assert details_of(cast.services, "project.update") == [{"data": {"keyId": key_id}}]
    assert len(details_of(cast.services, "form.update.publish")) == 2


def test_phones_submissions_need_the_key_and_show_its_hint(cast: Cast) -> None:
    publish(cast.bob)
    key_id = enable(cast, hint="quê ngoại")["keyId"]
    xml = form_xml(cast)

    assert send_encrypted(cast.chi, xml, household("uuid:1"), "uuid:1").status_code == 201

    public = parse_form(xml).submission.rsa_public_key
    expected = {"id": key_id, "public": public, "managed": True, "hint": "quê ngoại"}
    assert cast.vy.get(KEYS).json == [expected]


def test_own_key_is_shown_as_far_as_it_is_known(cast: Cast) -> None:
    xml = with_public_key(household_form(), new_key_pair("elsewhere").public, "1")
    key_id = publish(cast.bob, xml)["keyId"]

    send_encrypted(cast.chi, xml, household("uuid:1"), "uuid:1")

    public = parse_form(xml).submission.rsa_public_key
    assert cast.bob.get(KEYS).json == [{"id": key_id, "public": public, "managed": False, "hint": None}]


def test_form_without_encrypted_submissions_needs_no_key(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())
    enable(cast)

    assert cast.bob.get(KEYS).json == []


def test_submission_in_the_trash_needs_no_key(cast: Cast) -> None:
    publish(cast.bob)
    enable(cast)
    send_encrypted(cast.chi, form_xml(cast), household("uuid:1"), "uuid:1")

    cast.bob.delete(f"{FORM}/submissions/uuid:1")

    assert cast.bob.get(KEYS).json == []


def test_draft_has_keys_of_its_own(cast: Cast) -> None:
    publish(cast.bob)
    key_id = enable(cast)["keyId"]
    cast.bob.post(f"{FORM}/draft")
    path = f"{FORM}/draft/submission"

    assert send_encrypted(cast.bob, form_xml(cast), household("uuid:1"), "uuid:1", path=path).status_code == 201

    assert [key["id"] for key in cast.bob.get(f"{FORM}/draft/submissions/keys").json] == [key_id]
    assert cast.bob.get(KEYS).json == []


@pytest.mark.parametrize("name", ["dee", "chi", "cuong", "quan"])
@pytest.mark.parametrize("within", ["", "/draft"])
def test_who_may_not_read_submissions_sees_no_keys(cast: Cast, name: str, within: str) -> None:
    publish(cast.bob)

    assert getattr(cast, name).get(f"{FORM}{within}/submissions/keys").status_code == 403
    assert cast.nobody.get(f"{FORM}{within}/submissions/keys").status_code == 401


def test_closed_form_is_encrypted_too(cast: Cast) -> None:
    publish(cast.bob)
    set_form_state(cast.services, "closed")

    key_id = enable(cast)["keyId"]

    assert cast.bob.get(FORM).json["keyId"] == key_id


def test_keys_take_as_many_queries_for_many_submissions_as_for_one(cast: Cast) -> None:
    publish(cast.bob)
    enable(cast)
    xml = form_xml(cast)
    send_encrypted(cast.chi, xml, household("uuid:1"), "uuid:1")
    with counted_queries(cast.services) as for_one:
        cast.bob.get(KEYS)
    send_encrypted(cast.chi, xml, household("uuid:2"), "uuid:2")
    with counted_queries(cast.services) as for_two:
        cast.bob.get(KEYS)

    assert len(for_two) == len(for_one)
