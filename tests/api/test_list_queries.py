"""No list asks the database more often when it is longer."""

import pytest

from tests.cast import Cast
from tests.factories import household_form, publish
from tests.queries import counted_queries

LISTS = [
    "/v1/users",
    "/v1/users?q=example",
    "/v1/assignments",
    "/v1/assignments/viewer",
    "/v1/projects",
    "/v1/projects?forms=true&datasets=true",
    "/v1/projects/1/assignments",
    "/v1/projects/1/assignments/app-user",
    "/v1/projects/1/assignments/forms",
    "/v1/projects/1/assignments/forms/app-user",
    "/v1/projects/1/forms/household/assignments",
    "/v1/projects/1/app-users",
    "/v1/projects/1/actor-properties",
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("extended", ["true", "false"])
def test_list_of_any_length_takes_the_same_queries(cast: Cast, path: str, extended: str) -> None:
    grow(cast, 1)
    before = cost(cast, path, extended)
    assert before > 0
    grow(cast, 3)

    assert cost(cast, path, extended) == before


def cost(cast: Cast, path: str, extended: str) -> int:
    with counted_queries(cast.services) as queries:
        answer = cast.alice.get(path, headers={"X-Extended-Metadata": extended})
    assert answer.status_code == 200
    return len(queries)


def grow(cast: Cast, count: int) -> None:
    """More of everything: users, projects, forms, app users, properties, and roles for all."""
    for _ in range(count):
        number = len(cast.alice.get("/v1/users").json)
        user = cast.alice.post("/v1/users", json={"email": f"user{number}@example.org"}).json["id"]
        cast.alice.post("/v1/projects", json={"name": f"Project {number}"})
        cast.bob.post("/v1/projects/1/actor-properties", json={"name": f"property{number}"})
        cast.bob.post(
            "/v1/projects/1/app-users", json={"displayName": "x", "properties": {f"property{number}": f"{number}"}}
        )
        publish(cast.bob, household_form("household" if number == 6 else f"form{number}"))
        cast.alice.post(f"/v1/assignments/viewer/{user}")
        cast.bob.post(f"/v1/projects/1/assignments/app-user/{user}")
        cast.bob.post(f"/v1/projects/1/forms/household/assignments/app-user/{user}")
