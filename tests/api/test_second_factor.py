"""Programs and second factors: API passwords, and roles that ask for one."""

import base64
from collections.abc import Iterator

import pytest
from flask import Flask

from server.accounts.api_passwords import MOST, create_api_password, end_api_password, list_api_passwords
from server.accounts.sign_in import load_actor
from server.errors import Problem
from tests.accounts.authenticator_app import set_up_app
from tests.accounts.people import MAI, make_mai, sign_in, signed_in
from tests.cast import PASSWORD, Caller, Cast
from tests.test_architecture import DECLARED, filled

CONFIG = "/v1/config/second-factor"
NEW = "three blind mice run"


@pytest.fixture
def mai(cast: Cast) -> int:
    return make_mai(cast)


def api_password(cast: Cast, actor_id: int, name: str = "Power BI") -> str:
    with cast.services.database.write() as session:
        return create_api_password(session, load_actor(session, actor_id), name)


def basic(cast: Cast, email: str, password: str) -> float | int:
    """The code of the refusal, or 200."""
    value = base64.b64encode(f"{email}:{password}".encode()).decode()
    answer = cast.nobody.get(
        "/v1/users/current", headers={"Authorization": f"Basic {value}"}, base_url="https://localhost"
    )
    return 200 if answer.status_code == 200 else float(answer.json["code"])


def test_the_password_alone_no_longer_opens_the_api(cast: Cast, mai: int) -> None:
    set_up_app(cast.services, mai)

    answer = sign_in(cast.nobody)

    assert answer.json["code"] == 401.11
    assert "API password" in answer.json["message"]
    assert "Set-Cookie" not in answer.headers
    assert basic(cast, MAI, PASSWORD) == 401.11
    assert sign_in(cast.nobody, password="wrong").json["code"] == 401.2


def test_an_api_password_opens_the_api_in_place_of_the_password(app: Flask, cast: Cast, mai: int) -> None:
    set_up_app(cast.services, mai)
    password = api_password(cast, mai)

    assert signed_in(app, password=password).get("/v1/users/current").json["email"] == MAI
    assert basic(cast, MAI.upper(), password) == 200
    with cast.services.database.read() as session:
        (kept,) = list_api_passwords(session, mai)
    assert kept.last_used_at is not None
    assert password not in vars(kept).values()


def test_an_api_password_is_good_for_its_owner_only(cast: Cast, mai: int) -> None:
    password = api_password(cast, mai)

    assert basic(cast, "bob@example.org", password) == 401.2
    assert basic(cast, MAI, f"{password}x") == 401.2


def test_an_api_password_changes_no_password(app: Flask, cast: Cast, mai: int) -> None:
    password = api_password(cast, mai)
    caller = signed_in(app, password=password)

    refused = caller.put(f"/v1/users/{mai}/password", json={"old": password, "new": NEW})

    assert refused.json["code"] == 401.2
    assert sign_in(cast.nobody).status_code == 200


@pytest.mark.parametrize("deed", ["end", "password", "delete"])
def test_an_api_password_ends(cast: Cast, mai: int, deed: str) -> None:
    password = api_password(cast, mai)
    if deed == "end":
        with cast.services.database.write() as session:
            (kept,) = list_api_passwords(session, mai)
            end_api_password(session, load_actor(session, mai), kept.id)
    elif deed == "password":
        assert cast.alice.put(f"/v1/users/{mai}/password", json={"new": NEW}).status_code == 200
    else:
        assert cast.alice.delete(f"/v1/users/{mai}").status_code == 200

    assert basic(cast, MAI, password) == 401.2


def test_nobody_ends_the_api_password_of_somebody_else(cast: Cast, mai: int) -> None:
    password = api_password(cast, mai)
    assert cast.alice.id is not None
    with cast.services.database.read() as session:
        (kept,) = list_api_passwords(session, mai)

    with pytest.raises(Problem, match="Could not find"), cast.services.database.write() as session:
        end_api_password(session, load_actor(session, cast.alice.id), kept.id)

    assert basic(cast, MAI, password) == 200


def test_there_are_not_endlessly_many(cast: Cast, mai: int) -> None:
    for number in range(MOST):
        api_password(cast, mai, str(number))

    with pytest.raises(Problem, match="at most"):
        api_password(cast, mai, "one more")


@pytest.fixture
def required(cast: Cast) -> Iterator[None]:
    answer = cast.alice.post(CONFIG, json={"roles": ["manager"]})
    assert answer.status_code == 200, answer.text
    yield
    assert cast.alice.delete(CONFIG).status_code == 200
    assert cast.bob.get("/v1/projects").status_code != 403


@pytest.mark.usefixtures("required")
def test_who_needs_a_second_factor_and_has_none_is_told_so(cast: Cast) -> None:
    answer = cast.bob.get("/v1/projects/1")

    assert answer.json["code"] == 403.11
    assert "/account/second-factor" in answer.json["message"]
    assert cast.vy.get("/v1/projects/1").status_code == 200
    assert cast.chi.get("/v1/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"}).status_code == 200


@pytest.mark.usefixtures("required")
def test_who_lacks_it_can_use_no_route_but_those_that_set_it_up(cast: Cast) -> None:
    tried = [route for route in DECLARED if route.access.needs_sign_in and not route.access.serves_set_up]
    answers = {f"{route.method} {route.path}": cast.bob.send(route.method, filled(route.path)) for route in tried}

    assert len(tried) > 100
    assert {name for name, answer in answers.items() if answer.status_code not in {403, 404}} == set()
    own = {f"/account/second-factor{rest}" for rest in ("", "/set-up", "/codes", "/off")}
    assert {route.path for route in DECLARED if route.access.serves_set_up} == {"/v1/sessions/current", *own}


@pytest.mark.usefixtures("required")
def test_what_is_open_to_anybody_shows_them_no_more_than_to_strangers(cast: Cast) -> None:
    assert cast.bob.get("/v1/projects").json == cast.nobody.get("/v1/projects").json == []
    invalidated = cast.bob.post("/v1/users/reset/initiate?invalidate=true", json={"email": "vy@example.org"})
    assert invalidated.json["code"] == 403.1


@pytest.mark.usefixtures("required")
def test_with_a_second_factor_everything_is_as_before(cast: Cast) -> None:
    assert cast.bob.id is not None
    set_up_app(cast.services, cast.bob.id)
    value = base64.b64encode(f"bob@example.org:{api_password(cast, cast.bob.id)}".encode()).decode()

    answer = cast.nobody.get(
        "/v1/projects/1", headers={"Authorization": f"Basic {value}"}, base_url="https://localhost"
    )

    assert answer.status_code == 200


def test_only_administrators_say_who_needs_one(cast: Cast) -> None:
    body = {"json": {"roles": ["admin"]}}

    assert [caller.post(CONFIG, **body).status_code for caller in (cast.bob, cast.dee)] == [403, 403]
    assert cast.nobody.post(CONFIG, **body).status_code == 401
    assert cast.bob.get(CONFIG).status_code == 403
    assert cast.nobody.get("/v1/config/public").json == {}


@pytest.mark.parametrize("body", [{}, {"roles": "admin"}, {"roles": ["app-user"]}, {"roles": ["nonsense"]}])
def test_roles_that_nobody_with_a_password_has_are_refused(cast: Cast, body: dict[str, object]) -> None:
    assert cast.alice.post(CONFIG, json=body).status_code == 400


def test_an_administrator_who_asks_it_of_administrators_is_asked_first(cast: Cast) -> None:
    assert cast.alice.post(CONFIG, json={"roles": ["admin"]}).status_code == 200

    assert cast.alice.get("/v1/users").json["code"] == 403.11


def test_a_session_that_lacks_it_can_still_be_left(app: Flask, cast: Cast) -> None:
    cast.alice.post(CONFIG, json={"roles": ["manager"]})

    assert Caller(app.test_client(), token=cast.bob.token).delete("/v1/sessions/current").status_code == 200
