import re
from collections import Counter
from typing import Any

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.cast import Cast


def document(cast: Cast) -> Any:
    answer = cast.nobody.get("/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json


def operations(cast: Cast) -> dict[tuple[str, str], Any]:
    """By method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in document(cast)["paths"].items()
        for method, operation in methods.items()
    }


def test_the_description_is_valid_openapi(cast: Cast) -> None:
    found = list(OpenAPIV31SpecValidator(document(cast)).iter_errors())

    assert found == []


def test_every_route_of_the_api_is_described(cast: Cast, app: Flask) -> None:
    described = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in operations(cast)}
    served = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/v1/") and (method != "HEAD" or "GET" not in (rule.methods or ()))
    }

    assert described == served
    assert len(described) > 80


def test_operations_have_ids_of_their_own_and_a_text(cast: Cast) -> None:
    found = operations(cast).values()

    assert Counter(operation["operationId"] for operation in found).most_common(1)[0][1] == 1
    assert all(operation["summary"] and operation["description"] for operation in found)


def test_rights_bodies_queries_and_answers_are_those_of_the_route(cast: Cast) -> None:
    created = operations(cast)["POST", "/v1/projects/{projectId}/app-users"]
    listed = operations(cast)["GET", "/v1/audits"]

    assert created["description"].endswith("Needs `field_key.create`.")
    assert created["parameters"] == [
        {"in": "path", "name": "projectId", "required": True, "schema": {"type": "integer"}}
    ]
    assert created["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/NewAppUser")
    assert created["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/AppUser")
    assert [parameter["name"] for parameter in listed["parameters"]] == ["action", "start", "end", "limit", "offset"]
    assert listed["responses"]["200"]["content"]["application/json"]["schema"]["type"] == "array"


def test_what_anybody_may_do_asks_for_no_sign_in(cast: Cast) -> None:
    found = operations(cast)

    assert found["GET", "/v1/roles"]["security"] == []
    assert found["GET", "/v1/audits"]["security"] != []


def test_answers_may_hold_null_and_bodies_only_where_they_say_so(cast: Cast) -> None:
    schemas = document(cast)["components"]["schemas"]

    assert schemas["AppUser"]["properties"]["updatedAt"]["type"] == ["string", "null"]
    assert schemas["NewAppUser"]["properties"]["displayName"]["type"] == "string"


def test_choices_in_a_path_are_listed(cast: Cast) -> None:
    (key,) = operations(cast)["POST", "/v1/config/{key}"]["parameters"]

    assert key["schema"]["enum"] == ["logo", "hero-image"]
