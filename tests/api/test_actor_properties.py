import pytest

from tests.cast import Cast
from tests.logged import details_of

PROPERTIES = "/v1/projects/1/actor-properties"
EXTENDED = {"X-Extended-Metadata": "true"}


@pytest.mark.parametrize("name", ["region", "Vùng_2", "a-b", "_x", "x1"])
def test_name_is_registered_and_listed(cast: Cast, name: str) -> None:
    assert cast.bob.post(PROPERTIES, json={"name": name}).json == {"success": True}

    assert cast.bob.get(PROPERTIES).json == [{"name": name}]
    assert details_of(cast.services, "actor_property.create") == [{"name": name}]


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a.b", "1a", "-a", "__a", "name", "Label", "displayName", "DISPLAYNAME", "x" * 256, "a\n"]
)
def test_name_that_cannot_be_used_is_refused(cast: Cast, name: str) -> None:
    answer = cast.bob.post(PROPERTIES, json={"name": name})

    assert answer.json["code"] == 400.8
    assert answer.json["details"]["field"] == "name"
    assert cast.bob.get(PROPERTIES).json == []


@pytest.mark.parametrize(("body", "code"), [({}, 400.3), ({"name": None}, 400.11), ({"name": 5}, 400.11)])
def test_body_without_a_name_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    assert cast.bob.post(PROPERTIES, json=body).json["code"] == code


@pytest.mark.parametrize("name", ["region", "REGION"])
def test_name_is_taken_whatever_its_case(cast: Cast, name: str) -> None:
    cast.bob.post(PROPERTIES, json={"name": "region"})

    assert cast.bob.post(PROPERTIES, json={"name": name}).json["code"] == 409.3


def test_names_belong_to_one_project(cast: Cast) -> None:
    cast.bob.post(PROPERTIES, json={"name": "region"})

    assert cast.quan.get("/v1/projects/2/actor-properties").json == []
    assert cast.quan.post("/v1/projects/2/actor-properties", json={"name": "region"}).status_code == 200


def test_values_in_use_are_listed_once(cast: Cast) -> None:
    cast.bob.post(PROPERTIES, json={"name": "region"})
    cast.bob.post(PROPERTIES, json={"name": "team"})
    for region in ("South", "North", "South"):
        cast.bob.post("/v1/projects/1/app-users", json={"displayName": "x", "properties": {"region": region}})

    assert cast.bob.get(PROPERTIES, headers=EXTENDED).json == [
        {"name": "region", "values": ["North", "South"]},
        {"name": "team", "values": []},
    ]


def test_values_of_deleted_app_users_are_not_in_use(cast: Cast) -> None:
    cast.bob.post(PROPERTIES, json={"name": "region"})
    cast.bob.patch(f"/v1/projects/1/app-users/{cast.chi.id}", json={"properties": {"region": "North"}})
    cast.bob.delete(f"/v1/projects/1/app-users/{cast.chi.id}")

    assert cast.bob.get(PROPERTIES, headers=EXTENDED).json == [{"name": "region", "values": []}]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_others_see_and_register_nothing(cast: Cast, method: str) -> None:
    callers = (cast.dee, cast.quan, cast.vy, cast.chi)
    options = {"json": {"name": "x"}}

    assert [caller.send(method, PROPERTIES, **options).json["code"] for caller in callers] == [403.1] * 4
    assert cast.nobody.send(method, PROPERTIES, **options).json["code"] == 401.2
