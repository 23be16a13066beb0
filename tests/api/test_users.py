from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.accounts.people import MAI, make_mai, sign_in, signed_in
from tests.cast import PASSWORD, Caller, Cast
from tests.logged import details_of

USERS = "/v1/users"
EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt", "email", "lastLoginAt"}


def test_administrator_lists_everybody(cast: Cast) -> None:
    answer = cast.alice.get(USERS)

    assert answer.status_code == 200
    assert [user["displayName"] for user in answer.json] == ["Alice", "Bob", "Cuong", "Dee", "Quan", "Vy"]
    assert all(set(user) == SHAPE for user in answer.json)


def test_others_list_nobody_and_find_an_exact_address(cast: Cast) -> None:
    assert cast.bob.get(USERS).json == []
    assert cast.dee.get(f"{USERS}?q=ali").json == []
    assert [user["id"] for user in cast.dee.get(f"{USERS}?q=Alice@example.org").json] == [cast.alice.id]
    assert cast.nobody.get(f"{USERS}?q=alice@example.org").json["code"] == 401.2


def test_query_with_a_nul_character_finds_nothing(cast: Cast) -> None:
    assert cast.alice.get(f"{USERS}?q=a%00b").json["code"] == 404.1


def test_new_user_can_sign_in_and_do_nothing(app: Flask, cast: Cast) -> None:
    answer = cast.alice.post(USERS, json={"email": " Mai@Example.org", "password": PASSWORD})

    assert answer.status_code == 200
    assert set(answer.json) == SHAPE
    assert (answer.json["email"], answer.json["displayName"], answer.json["type"]) == (MAI, MAI, "user")
    assert answer.json["lastLoginAt"] is None
    mai = signed_in(app)
    assert mai.get("/v1/users/current", headers=EXTENDED).json["verbs"] == []
    assert mai.get("/v1/projects").json == []
    assert details_of(cast.services, "user.create")[-1]["data"]["email"] == MAI


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"email": "no address"}, 400.8),
        ({"email": "@example.org"}, 400.8),
        ({"email": "mai@"}, 400.8),
        ({"email": "a b@example.org"}, 400.8),
        ({"email": "a\nb@example.org"}, 400.8),
        ({"email": "x" * 320 + "@example.org"}, 400.8),
        ({"email": 7}, 400.11),
        ({"email": MAI, "password": "short"}, 400.21),
        ({"email": MAI, "password": "password1234"}, 400.21),
        ({"email": MAI, "displayName": " "}, 400.8),
        ({"email": "BOB@example.org"}, 409.3),
    ],
)
def test_user_that_cannot_be_is_refused_with_the_reason(cast: Cast, body: dict[str, object], code: float) -> None:
    answer = cast.alice.post(USERS, json=body)

    assert answer.json["code"] == code
    assert answer.status_code == int(code)
    assert len(cast.alice.get(USERS).json) == 6


def test_of_two_that_take_an_address_at_once_one_gets_it(app: Flask, cast: Cast) -> None:
    def create(_: int) -> int:
        caller = Caller(app.test_client(), token=cast.alice.token)
        return caller.post(USERS, json={"email": MAI}).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(create, range(4)))

    assert codes == [200, 409, 409, 409]


def test_taken_address_is_named(cast: Cast) -> None:
    answer = cast.alice.post(USERS, json={"email": "bob@example.org"})

    assert answer.json["details"] == {"fields": ["email"], "values": ["bob@example.org"]}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"email": "\\ud800@x"}', b"1" * 100])
def test_body_that_is_no_object_is_refused(cast: Cast, body: bytes) -> None:
    assert cast.alice.post(USERS, data=body).status_code == 400


def test_user_is_shown_to_itself_and_to_administrators(cast: Cast) -> None:
    assert cast.alice.get(f"{USERS}/{cast.bob.id}").json["email"] == "bob@example.org"
    assert set(cast.bob.get(f"{USERS}/{cast.bob.id}").json) == SHAPE
    assert cast.dee.get(f"{USERS}/{cast.bob.id}").json["code"] == 403.1
    assert cast.quan.get(f"{USERS}/{cast.bob.id}").json["code"] == 403.1
    assert cast.nobody.get(f"{USERS}/{cast.bob.id}").json["code"] == 401.2


@pytest.mark.parametrize("unknown", ["999", "0", "9" * 30, "-1", "bob", "1.5"])
def test_unknown_user_is_not_found(cast: Cast, unknown: str) -> None:
    answer = cast.alice.get(f"{USERS}/{unknown}")

    assert answer.status_code == 404
    assert answer.json["code"] == 404.1


def test_app_user_is_no_user(cast: Cast) -> None:
    assert cast.alice.get(f"{USERS}/{cast.chi.id}").json["code"] == 404.1
    assert cast.chi.get(f"{USERS}/current").json["code"] == 404.1


def test_caller_is_shown_with_verbs_and_preferences_on_demand(cast: Cast) -> None:
    plain = cast.alice.get(f"{USERS}/current").json
    extended = cast.alice.get(f"{USERS}/current", headers=EXTENDED).json

    assert set(plain) == SHAPE
    assert set(extended) == SHAPE | {"verbs", "preferences"}
    assert {"project.create", "user.list", "audit.read"} <= set(extended["verbs"])
    assert extended["preferences"] == {"site": {}, "projects": {}}


def test_verbs_of_the_caller_are_those_on_the_whole_server(cast: Cast) -> None:
    assert cast.bob.get(f"{USERS}/current", headers=EXTENDED).json["verbs"] == []
    assert cast.nobody.get(f"{USERS}/current").json["code"] == 401.2


def test_user_changes_its_own_name_and_address(app: Flask, cast: Cast) -> None:
    mai = make_mai(cast)

    answer = signed_in(app).patch(f"{USERS}/{mai}", json={"email": "Mai.Anh@example.org", "displayName": "Mai Anh"})

    assert answer.status_code == 200
    assert (answer.json["email"], answer.json["displayName"]) == ("mai.anh@example.org", "Mai Anh")
    assert answer.json["updatedAt"] is not None
    assert sign_in(cast.nobody).status_code == 401
    assert sign_in(cast.nobody, "mai.anh@example.org").status_code == 200
    changes = {"email": "mai.anh@example.org", "displayName": "Mai Anh"}
    assert details_of(cast.services, "user.update") == [{"data": changes}]


def test_what_is_left_out_of_a_change_stays(cast: Cast) -> None:
    answer = cast.alice.patch(f"{USERS}/{cast.bob.id}", json={"displayName": "Bảo", "type": "admin", "id": 1})

    assert answer.json["email"] == "bob@example.org"
    assert (answer.json["displayName"], answer.json["type"], answer.json["id"]) == ("Bảo", "user", cast.bob.id)


def test_others_change_no_user(cast: Cast) -> None:
    change = {"json": {"displayName": "X"}}

    assert cast.dee.patch(f"{USERS}/{cast.bob.id}", **change).json["code"] == 403.1
    assert cast.quan.patch(f"{USERS}/{cast.bob.id}", **change).json["code"] == 403.1
    assert cast.nobody.patch(f"{USERS}/{cast.bob.id}", **change).json["code"] == 401.2


def test_address_of_somebody_else_cannot_be_taken(cast: Cast) -> None:
    answer = cast.bob.patch(f"{USERS}/{cast.bob.id}", json={"email": "dee@example.org"})

    assert answer.json["code"] == 409.3
    assert cast.bob.get(f"{USERS}/current").json["email"] == "bob@example.org"


def test_deleted_user_is_gone_at_once_and_frees_the_address(cast: Cast) -> None:
    answer = cast.alice.delete(f"{USERS}/{cast.bob.id}")

    assert answer.json == {"success": True}
    assert cast.bob.get("/v1/projects").json["code"] == 401.2
    assert cast.alice.get(f"{USERS}/{cast.bob.id}").json["code"] == 404.1
    assert [user["displayName"] for user in cast.alice.get(USERS).json] == ["Alice", "Cuong", "Dee", "Quan", "Vy"]
    assert cast.bob.id not in [row["actorId"] for row in cast.alice.get("/v1/projects/1/assignments").json]
    assert cast.alice.post(USERS, json={"email": "bob@example.org"}).json["id"] != cast.bob.id
    assert len(details_of(cast.services, "user.delete")) == 1


def test_only_administrators_delete_users(cast: Cast) -> None:
    path = f"{USERS}/{cast.vy.id}"

    assert [caller.delete(path).json["code"] for caller in (cast.bob, cast.dee, cast.vy)] == [403.1, 403.1, 403.1]
    assert cast.nobody.delete(path).json["code"] == 401.2


def test_only_administrators_create_users(cast: Cast) -> None:
    body = {"json": {"email": "new@example.org"}}

    assert [caller.post(USERS, **body).json["code"] for caller in (cast.bob, cast.dee)] == [403.1, 403.1]
    assert cast.nobody.post(USERS, **body).json["code"] == 401.2
