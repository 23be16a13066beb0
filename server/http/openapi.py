"""The API's description in OpenAPI 3.1, made from what the routes declare; the door to apispec.

Paths, rights, bodies, queries and answers come from the declarations, the texts from the views' docstrings. A text
that begins with "List" belongs to an answer that is a list.
"""

import inspect
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from server.http.access import Access
from server.http.json import wire_name
from server.http.routes import Route

_JSON = "application/json"
_VARIABLE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}, {"cookie": []}]
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token that `POST /v1/sessions` gives."},
    "basic": {"type": "http", "scheme": "basic", "description": "E-mail address and password; only over https."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "As pages use it; what changes anything needs the header `X-CSRF-Token`, too.",
    },
}
_INTRODUCTION = """The API of ODK Central, and what Transect adds to it.

App users, public links and drafts under test carry their token in the path: `/v1/key/{token}/…` and
`/v1/test/{token}/…` stand for `/v1/…`. Lists and details say more with the header `X-Extended-Metadata: true`. The
header `X-Action-Notes` puts a note beside the action into the log. Times are in UTC."""
_PROBLEM = {
    "type": "object",
    "required": ["message", "code"],
    "properties": {
        "message": {"type": "string", "description": "What is wrong and what to do about it."},
        "code": {"type": "number", "description": "Its whole part is the HTTP status.", "examples": [404.1]},
        "details": {"type": "object", "description": "What a program needs to know of it."},
    },
}


@lru_cache(maxsize=1)
def openapi_document(routes: tuple[Route, ...]) -> dict[str, Any]:
    """The description of these routes as OpenAPI's JSON has it."""
    spec = APISpec(
        title="Transect",
        version=version("transect"),
        openapi_version="3.1.0",
        info={"description": _INTRODUCTION},
        servers=[{"url": "/"}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_SchemaNames().name)],
    )
    spec.components.schema("Problem", _PROBLEM)
    for name, scheme in _SECURITY.items():
        spec.components.security_scheme(name, scheme)
    ids: Counter[str] = Counter()
    for route in sorted(routes, key=lambda route: (_noun(route), route.path, route.method)):
        ids[route.endpoint] += 1
        operation_id = f"{route.endpoint}_{ids[route.endpoint]}" if ids[route.endpoint] > 1 else route.endpoint
        operation = {"operationId": operation_id, **_operation(route)}
        spec.path(path=_path(route.path), operations={route.method.lower(): operation})
    document = spec.to_dict()
    _allow_null_in_answers(document)
    return document


class _SchemaNames:
    """Names schemas after their classes, and after their modules where two classes share a name."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Schema]] = {}

    def name(self, schema: Any) -> str:
        kind = schema if isinstance(schema, type) else type(schema)
        plain = kind.__name__.removesuffix("Shape")
        if self._classes.setdefault(plain, kind) is kind:
            return plain
        return f"{kind.__module__.rpartition('.')[2].title().replace('_', '')}{plain}"


def _operation(route: Route) -> dict[str, Any]:
    summary, _, more = inspect.cleandoc(route.view.__doc__ or "").partition("\n\n")
    operation: dict[str, Any] = {
        "tags": [_noun(route)],
        "summary": " ".join(summary.split()),
        "description": "\n\n".join(part for part in (more, _rights(route.access)) if part),
        "parameters": [*_path_parameters(route.path), *_query_parameters(route)],
        "responses": {**_answer(route), "default": _content("A refusal.", {"$ref": "#/components/schemas/Problem"})},
        "security": _SIGNED_IN if route.access.needs_sign_in else [],
    }
    if route.body is not None:
        operation["requestBody"] = {"content": {_JSON: {"schema": route.body}}}
    return operation


def _noun(route: Route) -> str:
    """What the operation is about: its module's name."""
    return route.view.__module__.rpartition(".")[2].replace("_", " ").capitalize()


def _rights(access: Access) -> str:
    if access.verbs:
        return f"Needs {' or '.join(f'`{verb}`' for verb in access.verbs)}."
    who = "For anybody who is signed in" if access.needs_sign_in else "Open to anybody"
    return f"{who}: {access.why_open}."


def _answer(route: Route) -> dict[str, Any]:
    if route.answer is None:
        return {"2XX": {"description": "It is done, or the body is what was asked for."}}
    is_list = (route.view.__doc__ or "").startswith("List ")
    return {"200": _content("OK", {"type": "array", "items": route.answer} if is_list else route.answer)}


def _content(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _path(path: str) -> str:
    return _VARIABLE.sub(lambda found: f"{{{wire_name(found[3])}}}", path)


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"in": "path", "name": wire_name(name), "required": True, "schema": _kind(converter, choices)}
        for converter, choices, name in _VARIABLE.findall(path)
    ]


def _kind(converter: str, choices: str) -> dict[str, Any]:
    if converter == "any":
        return {"type": "string", "enum": [choice.strip(" \"'") for choice in choices.split(",")]}
    return {"type": "integer"} if converter == "int" else {"type": "string"}


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [] if route.query is None else [{"in": "query", "schema": route.query}]


def _allow_null_in_answers(document: dict[str, Any]) -> None:
    """Whatever has no value is null in an answer, while bodies say themselves where null may stand."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    ]
    asked, found = set[str](), _references(bodies)
    while found:
        asked |= found
        found = _references([schemas[name] for name in found]) - asked
    for name in schemas.keys() - asked - {"Problem"}:
        properties = schemas[name].get("properties", {})
        schemas[name]["properties"] = {key: _or_null(value) for key, value in properties.items()}


def _references(part: Any) -> set[str]:
    if isinstance(part, list):
        return set[str]().union(*map(_references, part))
    if not isinstance(part, dict):
        return set()
    if isinstance(part.get("$ref"), str):
        return {part["$ref"].rpartition("/")[2]}
    return set[str]().union(*map(_references, part.values()))


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema if kind is None or isinstance(kind, list) else {**schema, "type": [kind, "null"]}


def described_routes(declared: Iterable[Route]) -> tuple[Route, ...]:
    """Those that belong to the API: pages describe themselves."""
    return tuple(route for route in declared if route.path.startswith("/v1/"))
