import base64
import json
import zlib
from typing import Any

import pytest
import segno

from server.accounts.settings_code import qr_png, settings_text
from tests.cast import Caller, Cast
from tests.factories import household, publish, send
from tests.logged import details_of

APP_USERS = "/v1/projects/1/app-users"
PROPERTIES = "/v1/projects/1/actor-properties"
EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt", "token", "projectId"}


def make(cast: Cast, name: str = "Phone", **more: object) -> Any:
    answer = cast.bob.post(APP_USERS, json={"displayName": name, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def register(cast: Cast, *names: str) -> None:
    for name in names:
        assert cast.bob.post(PROPERTIES, json={"name": name}).json == {"success": True}


def test_new_app_user_has_a_key_and_no_rights(cast: Cast) -> None:
    publish(cast.bob)
    made = make(cast, " Điện thoại 7 ")

    assert set(made) == SHAPE
    assert (made["displayName"], made["type"], made["projectId"]) == ("Điện thoại 7", "field_key", 1)
    phone = Caller(cast.nobody.client, key=str(made["token"]))
    assert send(phone, household()).status_code == 403
    assert details_of(cast.services, "field_key.create")[-1]["displayName"] == "Điện thoại 7"


def test_role_lets_the_phone_send(cast: Cast) -> None:
    publish(cast.bob)
    made = make(cast)
    cast.bob.post(f"/v1/projects/1/forms/household/assignments/app-user/{made['id']}")

    assert send(Caller(cast.nobody.client, key=str(made["token"])), household()).status_code == 201


def test_list_shows_the_newest_first_and_revoked_ones_last(cast: Cast) -> None:
    first, second = make(cast, "1"), make(cast, "2")
    cast.bob.delete(f"/v1/sessions/{second['token']}")

    rows = cast.bob.get(APP_USERS).json

    assert [row["id"] for row in rows] == [first["id"], cast.chi.id, second["id"]]
    assert all(set(row) == SHAPE for row in rows)
    assert rows[-1]["token"] is None


def test_extended_list_tells_maker_and_last_use(cast: Cast) -> None:
    make(cast)
    cast.chi.get("/v1/projects")

    made, chi = cast.bob.get(APP_USERS, headers=EXTENDED).json

    assert set(made) == SHAPE | {"createdBy", "lastUsed", "properties"}
    assert made["createdBy"]["displayName"] == "Bob"
    assert (made["lastUsed"], made["properties"], chi["createdBy"]) == (None, None, None)
    assert chi["lastUsed"] is not None


def test_refused_request_is_a_use_too(cast: Cast) -> None:
    assert cast.chi.get("/v1/users").json == []
    assert cast.chi.get("/v1/audits").status_code in {403, 404}

    assert cast.bob.get(f"{APP_USERS}/{cast.chi.id}", headers=EXTENDED).json["lastUsed"] is not None


def test_single_app_user_is_shown(cast: Cast) -> None:
    assert set(cast.bob.get(f"{APP_USERS}/{cast.chi.id}").json) == SHAPE
    extended = cast.bob.get(f"{APP_USERS}/{cast.chi.id}", headers=EXTENDED).json
    assert set(extended) == SHAPE | {"createdBy", "lastUsed", "properties"}


@pytest.mark.parametrize("actor_id", ["999", "2", "x", "9" * 25])
def test_unknown_app_user_is_not_found(cast: Cast, actor_id: str) -> None:
    path = f"{APP_USERS}/{actor_id}"

    assert cast.bob.get(path).json["code"] == 404.1
    assert cast.bob.patch(path, json={"properties": {}}).json["code"] == 404.1
    assert cast.bob.delete(path).json["code"] == 404.1
    assert cast.bob.get(f"{path}/qr").json["code"] == 404.1


def test_app_user_of_another_project_is_not_found(cast: Cast) -> None:
    assert cast.quan.get(f"/v1/projects/2/app-users/{cast.chi.id}").json["code"] == 404.1
    assert cast.quan.delete(f"/v1/projects/2/app-users/{cast.chi.id}").json["code"] == 404.1
    assert cast.quan.get("/v1/projects/2/app-users").json == []


def test_deleted_app_user_is_gone_and_its_key_too(cast: Cast) -> None:
    assert cast.bob.delete(f"{APP_USERS}/{cast.chi.id}").json == {"success": True}

    assert cast.chi.get("/v1/projects").json["code"] == 401.2
    assert cast.bob.get(APP_USERS).json == []
    assert cast.bob.get(f"{APP_USERS}/{cast.chi.id}").json["code"] == 404.1
    assert cast.chi.id not in [row["actorId"] for row in cast.bob.get("/v1/projects/1/assignments").json]
    assert len(details_of(cast.services, "field_key.delete")) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"displayName": ""}, 400.8),
        ({"displayName": "  "}, 400.8),
        ({"displayName": "x" * 256}, 400.8),
        ({"displayName": 7}, 400.11),
        ({"displayName": None}, 400.11),
        ({"displayName": "a\0"}, 400.1),
        ({"displayName": "a", "properties": {"region": "North"}}, 400.8),
        ({"displayName": "a", "properties": {"team": 7}}, 400.11),
        ({"displayName": "a", "properties": []}, 400.11),
        ({"displayName": "a", "properties": "x"}, 400.11),
    ],
)
def test_app_user_that_cannot_be_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    register(cast, "team")

    assert cast.bob.post(APP_USERS, json=body).json["code"] == code
    assert len(cast.bob.get(APP_USERS).json) == 1


def test_properties_are_set_at_creation(cast: Cast) -> None:
    register(cast, "region", "team")
    made = make(cast, properties={"region": "North", "team": None})

    shown = cast.bob.get(f"{APP_USERS}/{made['id']}", headers=EXTENDED).json
    assert shown["properties"] == {"region": "North"}
    assert details_of(cast.services, "field_key.property.set") == [{"properties": {"region": "North"}}]


def test_properties_are_changed_one_by_one(cast: Cast) -> None:
    register(cast, "region", "team")
    path = f"{APP_USERS}/{cast.chi.id}"
    cast.bob.patch(path, json={"properties": {"region": "North", "team": "A"}})

    answer = cast.bob.patch(path, json={"properties": {"region": None, "team": "B"}})

    assert set(answer.json) == SHAPE | {"createdBy", "lastUsed", "properties"}
    assert answer.json["properties"] == {"team": "B"}
    assert cast.bob.patch(path, json={"properties": {"team": None}}).json["properties"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"properties": None}, 400.11),
        ({"properties": {"x": "y"}}, 400.8),
        ({"properties": {"a": 1}}, 400.11),
    ],
)
def test_property_change_that_cannot_be_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    register(cast, "a")

    assert cast.bob.patch(f"{APP_USERS}/{cast.chi.id}", json=body).json["code"] == code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/5"),
        ("PATCH", "/5"),
        ("DELETE", "/5"),
        ("GET", "/5/qr"),
    ],
)
def test_others_see_and_change_no_app_users(cast: Cast, method: str, path: str) -> None:
    callers = (cast.dee, cast.quan, cast.vy, cast.cuong, cast.chi)
    options = {"json": {"displayName": "x", "properties": {}}}

    assert [caller.send(method, APP_USERS + path, **options).json["code"] for caller in callers] == [403.1] * 5
    assert cast.nobody.send(method, APP_USERS + path, **options).json["code"] == 401.2


def test_qr_code_sets_up_collect(cast: Cast) -> None:
    answer = cast.bob.get(f"{APP_USERS}/{cast.chi.id}/qr", base_url="https://survey.example.org")

    url = f"https://survey.example.org/v1/key/{cast.chi.key}/projects/1"
    text = settings_text(url, "Rà soát hộ nghèo")
    assert answer.content_type == "image/png"
    assert answer.data == qr_png(text)
    settings = json.loads(zlib.decompress(base64.b64decode(text)))
    assert settings["general"]["server_url"] == url
    assert settings["project"]["name"] == "Rà soát hộ nghèo"
    assert segno.make_qr(text, error="l", boost_error=False).error == "L"


def test_qr_code_comes_as_svg_on_demand(cast: Cast) -> None:
    answer = cast.bob.get(f"{APP_USERS}/{cast.chi.id}/qr?format=svg")

    assert answer.mimetype == "image/svg+xml"
    assert b"<svg" in answer.data
    assert cast.bob.get(f"{APP_USERS}/{cast.chi.id}/qr?format=gif").json["code"] == 400.11


def test_revoked_app_user_has_no_qr_code(cast: Cast) -> None:
    cast.bob.delete(f"/v1/sessions/{cast.chi.key}")

    assert cast.bob.get(f"{APP_USERS}/{cast.chi.id}/qr").json["code"] == 404.1
