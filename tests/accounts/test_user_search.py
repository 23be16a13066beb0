from typing import Any

import pytest

from tests.cast import Cast


def found(cast: Cast, query: str) -> list[Any]:
    answer = cast.alice.get("/v1/users", query_string={"q": query})
    assert answer.status_code == 200
    return [user["displayName"] for user in answer.json]


def add(cast: Cast, email: str, name: str) -> None:
    assert cast.alice.post("/v1/users", json={"email": email, "displayName": name}).status_code == 200


def test_exact_address_comes_first(cast: Cast) -> None:
    add(cast, "bob@example.org.vn", "bob@example.org bob@example.org")

    assert found(cast, "BOB@example.org ")[0] == "Bob"


def test_the_likest_comes_first(cast: Cast) -> None:
    add(cast, "x1@a.vn", "Nguyễn Thị Hoà")
    add(cast, "x2@a.vn", "Nguyễn Thị Hoa")

    assert found(cast, "nguyễn thị hoa") == ["Nguyễn Thị Hoa", "Nguyễn Thị Hoà"]


def test_part_of_a_name_finds_it(cast: Cast) -> None:
    add(cast, "a.very.long.address.of.somebody@ministry.example.vn", "Lò Thị Mai")

    assert found(cast, "ministry") == ["Lò Thị Mai"]


@pytest.mark.parametrize("query", ["zzzzzz", "%", "' OR 1=1 --", "…"])
def test_what_is_like_nobody_finds_nobody(cast: Cast, query: str) -> None:
    assert found(cast, query) == []


def test_blank_query_lists_everybody(cast: Cast) -> None:
    assert len(found(cast, "")) == 6


def test_deleted_user_is_not_found(cast: Cast) -> None:
    cast.alice.delete(f"/v1/users/{cast.vy.id}")

    assert "Vy" not in found(cast, "vy@example.org")
