import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.logged import details_of

SERVER = "/v1/assignments"
PROJECT = "/v1/projects/1/assignments"
FORM = "/v1/projects/1/forms/household/assignments"
EXTENDED = {"X-Extended-Metadata": "true"}
ACTOR = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt"}


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish(cast.bob)


def test_server_wide_assignments_leave_projects_out(cast: Cast) -> None:
    assert cast.alice.get(SERVER).json == [{"actorId": cast.alice.id, "roleId": 1}]


def test_project_assignments_leave_server_and_forms_out(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/app-user/{cast.chi.id}")

    assert cast.bob.get(PROJECT).json == [
        {"actorId": cast.chi.id, "roleId": 2},
        {"actorId": cast.bob.id, "roleId": 5},
        {"actorId": cast.cuong.id, "roleId": 7},
        {"actorId": cast.vy.id, "roleId": 8},
    ]
    assert cast.bob.get(FORM).json == [{"actorId": cast.chi.id, "roleId": 2}]


@pytest.mark.parametrize("path", [SERVER, PROJECT, FORM])
def test_extended_assignments_spell_out_the_actors(cast: Cast, path: str) -> None:
    cast.alice.post(f"{path}/viewer/{cast.dee.id}")

    row = cast.alice.get(path, headers=EXTENDED).json[-1]

    assert set(row) == {"actor", "roleId"}
    assert set(row["actor"]) == ACTOR
    assert (row["actor"]["displayName"], row["roleId"]) == ("Dee", 8)


@pytest.mark.parametrize("path", [SERVER, PROJECT, FORM])
def test_role_is_given_listed_and_taken(cast: Cast, path: str) -> None:
    assert cast.alice.post(f"{path}/viewer/{cast.dee.id}").json == {"success": True}
    assert [actor["id"] for actor in cast.alice.get(f"{path}/8").json][-1] == cast.dee.id
    assert set(cast.alice.get(f"{path}/viewer").json[-1]) == ACTOR
    assert cast.alice.delete(f"{path}/8/{cast.dee.id}").json == {"success": True}
    assert cast.dee.id not in [actor["id"] for actor in cast.alice.get(f"{path}/viewer").json]


def test_role_reaches_what_is_below_and_nothing_beside(cast: Cast) -> None:
    cast.bob.post(f"{PROJECT}/viewer/{cast.dee.id}")

    assert cast.dee.get("/v1/projects/1/forms/household").status_code == 200
    assert cast.dee.get("/v1/projects/2").json["code"] == 403.1


def test_role_on_a_form_does_not_open_the_project(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/viewer/{cast.dee.id}")

    assert cast.dee.get("/v1/projects/1/forms/household").status_code == 200
    assert cast.dee.get("/v1/projects/1").json["code"] == 403.1


def test_taken_role_is_gone_at_once(cast: Cast) -> None:
    cast.alice.delete(f"{PROJECT}/manager/{cast.bob.id}")

    assert cast.bob.get("/v1/projects/1").json["code"] == 403.1


@pytest.mark.parametrize("path", [SERVER, PROJECT, FORM])
def test_role_cannot_be_given_twice(cast: Cast, path: str) -> None:
    cast.alice.post(f"{path}/viewer/{cast.dee.id}")

    assert cast.alice.post(f"{path}/8/{cast.dee.id}").json["code"] == 409.3


@pytest.mark.parametrize("path", [SERVER, PROJECT, FORM])
def test_role_that_was_not_given_cannot_be_taken(cast: Cast, path: str) -> None:
    assert cast.alice.delete(f"{path}/viewer/{cast.dee.id}").json["code"] == 404.1


@pytest.mark.parametrize("rest", ["king/6", "4/6", "viewer/999", "viewer/bob"])
@pytest.mark.parametrize("path", [SERVER, PROJECT, FORM])
def test_unknown_role_or_actor_is_not_found(cast: Cast, path: str, rest: str) -> None:
    assert cast.alice.post(f"{path}/{rest}").json["code"] == 404.1
    assert cast.alice.delete(f"{path}/{rest}").json["code"] == 404.1


def test_unknown_role_has_no_actors(cast: Cast) -> None:
    assert [cast.alice.get(f"{path}/king").json["code"] for path in (SERVER, PROJECT, FORM)] == [404.1, 404.1, 404.1]


def test_deleted_actor_gets_no_role(cast: Cast) -> None:
    cast.alice.delete(f"/v1/users/{cast.dee.id}")

    assert cast.bob.post(f"{PROJECT}/viewer/{cast.dee.id}").json["code"] == 404.1


@pytest.mark.parametrize("role", ["admin", "pwreset"])
@pytest.mark.parametrize("path", [PROJECT, FORM])
def test_manager_cannot_give_more_than_a_manager_has(cast: Cast, path: str, role: str) -> None:
    assert cast.bob.post(f"{path}/{role}/{cast.dee.id}").json["code"] == 403.1
    assert cast.bob.get(f"{path}/{role}").json == []


@pytest.mark.parametrize("role", ["manager", "viewer", "formfill", "app-user", "formview"])
def test_manager_can_give_what_a_manager_has(cast: Cast, role: str) -> None:
    assert cast.bob.post(f"{PROJECT}/{role}/{cast.dee.id}").status_code == 200


def test_assignments_are_logged_by_the_kind_of_actor(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/app-user/{cast.chi.id}")
    cast.bob.delete(f"{FORM}/app-user/{cast.chi.id}")
    cast.alice.post(f"{SERVER}/viewer/{cast.dee.id}")
    cast.alice.delete(f"{SERVER}/viewer/{cast.dee.id}")

    assert details_of(cast.services, "field_key.assignment.create")[-1]["roleId"] == 2
    assert details_of(cast.services, "field_key.assignment.delete")[-1]["roleId"] == 2
    assert details_of(cast.services, "user.assignment.create")[-1] == {"roleId": 8, "grantedActeeId": "*"}
    assert details_of(cast.services, "user.assignment.delete")[-1] == {"roleId": 8, "revokedActeeId": "*"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/viewer"), ("POST", "/viewer/6"), ("DELETE", "/viewer/3"), ("GET", "/forms")],
)
def test_others_see_and_change_no_assignments_of_a_project(cast: Cast, method: str, path: str) -> None:
    callers = (cast.dee, cast.quan, cast.vy, cast.cuong, cast.chi)

    assert [caller.send(method, PROJECT + path).json["code"] for caller in callers] == [403.1] * 5
    assert cast.nobody.send(method, PROJECT + path).json["code"] == 401.2


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/viewer"), ("POST", "/viewer/6"), ("DELETE", "/viewer/3")]
)
@pytest.mark.parametrize("place", [SERVER, FORM])
def test_others_see_and_change_no_assignments_elsewhere(cast: Cast, place: str, method: str, path: str) -> None:
    callers = (cast.dee, cast.quan, cast.vy)

    assert [caller.send(method, place + path).json["code"] for caller in callers] == [403.1] * 3
    assert cast.nobody.send(method, place + path).json["code"] == 401.2


def test_manager_of_a_project_sees_nothing_of_the_server(cast: Cast) -> None:
    assert cast.bob.get(SERVER).json["code"] == 403.1
    assert cast.bob.post(f"{SERVER}/viewer/{cast.dee.id}").json["code"] == 403.1


def test_all_form_assignments_of_a_project_are_shown_at_a_glance(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/app-user/{cast.chi.id}")
    cast.bob.post(f"{FORM}/viewer/{cast.dee.id}")
    chi = {"actorId": cast.chi.id, "roleId": 2, "xmlFormId": "household"}
    dee = {"actorId": cast.dee.id, "roleId": 8, "xmlFormId": "household"}

    assert cast.bob.get(f"{PROJECT}/forms").json == [chi, dee]
    assert cast.bob.get(f"{PROJECT}/forms/app-user").json == [chi]
    assert cast.bob.get(f"{PROJECT}/forms/8").json == [dee]
    assert cast.quan.get("/v1/projects/2/assignments/forms").json == []
    assert cast.bob.get(f"{PROJECT}/forms/king").json["code"] == 404.1


def test_form_assignments_can_spell_out_the_actors(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/viewer/{cast.dee.id}")

    (row,) = cast.bob.get(f"{PROJECT}/forms", headers=EXTENDED).json

    assert set(row) == {"actor", "roleId", "xmlFormId"}
    assert row["actor"]["displayName"] == "Dee"


def test_form_in_the_trash_has_no_assignments(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/viewer/{cast.dee.id}")
    cast.bob.delete("/v1/projects/1/forms/household")

    assert cast.bob.get(f"{PROJECT}/forms").json == []
