import pytest

from tests.cast import Caller, Cast
from tests.logged import details_of

SITE = "/v1/user-preferences/site"
PROJECT = "/v1/user-preferences/project"


def preferences(caller: Caller) -> object:
    return caller.get("/v1/users/current", headers={"X-Extended-Metadata": "true"}).json["preferences"]


@pytest.mark.parametrize("value", ["latest", 7, 1.5, True, False, None, [1, "hai"], {"a": {"b": "ạ"}}])
def test_site_preference_of_any_type_is_kept(cast: Cast, value: object) -> None:
    answer = cast.dee.put(f"{SITE}/projectSortMode", json={"propertyValue": value})

    assert answer.json == {"success": True}
    assert preferences(cast.dee) == {"site": {"projectSortMode": value}, "projects": {}}


def test_preferences_are_everybodys_own(cast: Cast) -> None:
    cast.bob.put(f"{SITE}/a", json={"propertyValue": 1})

    assert preferences(cast.dee) == {"site": {}, "projects": {}}


def test_project_preferences_stand_beside_those_of_the_site(cast: Cast) -> None:
    cast.alice.put(f"{SITE}/a", json={"propertyValue": 1})
    cast.alice.put(f"{PROJECT}/1/b", json={"propertyValue": 2})
    cast.alice.put(f"{PROJECT}/1/b", json={"propertyValue": 3})
    cast.alice.put(f"{PROJECT}/2/b", json={"propertyValue": 4})

    assert preferences(cast.alice) == {"site": {"a": 1}, "projects": {"1": {"b": 3}, "2": {"b": 4}}}


def test_preference_is_forgotten(cast: Cast) -> None:
    cast.bob.put(f"{SITE}/a", json={"propertyValue": 1})
    cast.bob.put(f"{PROJECT}/1/b", json={"propertyValue": 2})

    assert cast.bob.delete(f"{SITE}/a").json == {"success": True}
    assert cast.bob.delete(f"{PROJECT}/1/b").json == {"success": True}
    assert preferences(cast.bob) == {"site": {}, "projects": {}}


def test_preference_that_is_not_there_cannot_be_forgotten(cast: Cast) -> None:
    assert cast.bob.delete(f"{SITE}/a").json["code"] == 404.1
    assert cast.bob.delete(f"{PROJECT}/1/a").json["code"] == 404.1


def test_changes_are_logged(cast: Cast) -> None:
    cast.bob.put(f"{PROJECT}/1/b", json={"propertyValue": 2})
    cast.bob.delete(f"{PROJECT}/1/b")

    update = {"propertyName": "b", "propertyValue": 2, "projectId": 1}
    assert details_of(cast.services, "user.preference.update") == [update]
    assert details_of(cast.services, "user.preference.delete") == [{"propertyName": "b", "projectId": 1}]


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a", {}, 400.3),
        ("a", {"propertyValue": "x" * 200_000}, 400.8),
        ("a" * 101, {"propertyValue": 1}, 400.8),
        ("a", {"propertyValue": {"x": "\0"}}, 400.1),
    ],
)
def test_what_cannot_be_kept_is_refused(cast: Cast, name: str, body: dict[str, object], code: float) -> None:
    assert cast.bob.put(f"{SITE}/{name}", json=body).json["code"] == code


def test_unknown_project_has_no_preferences(cast: Cast) -> None:
    assert cast.alice.put(f"{PROJECT}/99/a", json={"propertyValue": 1}).json["code"] == 404.1
    assert cast.alice.delete(f"{PROJECT}/99/a").json["code"] == 404.1


def test_project_preferences_ask_for_a_right_to_the_project(cast: Cast) -> None:
    body = {"json": {"propertyValue": 1}}

    assert [caller.put(f"{PROJECT}/1/a", **body).status_code for caller in (cast.dee, cast.quan)] == [403, 403]
    assert [caller.delete(f"{PROJECT}/1/a").status_code for caller in (cast.dee, cast.quan)] == [403, 403]


def test_nobody_and_phones_have_no_preferences(cast: Cast) -> None:
    body = {"json": {"propertyValue": 1}}

    assert [cast.nobody.put(f"{place}/a", **body).json["code"] for place in (SITE, f"{PROJECT}/1")] == [401.2, 401.2]
    assert [cast.nobody.delete(f"{place}/a").json["code"] for place in (SITE, f"{PROJECT}/1")] == [401.2, 401.2]
    assert cast.chi.put(f"{SITE}/a", **body).json["code"] == 404.1
