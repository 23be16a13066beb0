"""The API's description for people: the same content as the OpenAPI document, on one page without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response

from server.http.access import anyone
from server.http.call import Call
from server.http.openapi import described_routes, openapi_document
from server.http.routes import declared_routes
from server.web.page import write_page
from server.web.pages import routes

_METHODS = ("get", "head", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    noun: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    query: list[Line]
    body: list[Line]
    answer: list[Line]
    is_list: bool


@routes.route("GET", "/v1/docs", anyone("it says nothing about this server's data"), transaction="own")
def show_api(call: Call) -> Response:
    """Show this description of the API as a page."""
    document = openapi_document(described_routes(declared_routes()))
    nouns = [(noun, list(found)) for noun, found in groupby(_operations(document), lambda operation: operation.noun)]
    return write_page("api_docs", api=call.base_url, info=document["info"], nouns=nouns)


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    """In the document's order, which keeps nouns together."""
    schemas = document["components"]["schemas"]
    shown = [
        (operation["tags"][0], path, _METHODS.index(method), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    for noun, path, method, operation in sorted(shown, key=lambda found: found[:3]):
        body, answer = _schema(operation.get("requestBody")), _schema(operation["responses"].get("200"))
        yield Operation(
            noun,
            _METHODS[method].upper(),
            path,
            operation["summary"],
            operation["description"].split("\n\n"),
            [_line(found) for found in operation["parameters"] if found["in"] == "query"],
            _fields(schemas, body),
            _fields(schemas, answer.get("items", answer)),
            answer.get("type") == "array",
        )


def _schema(content: dict[str, Any] | None) -> dict[str, Any]:
    schema: dict[str, Any] = content["content"]["application/json"]["schema"] if content else {}
    return schema


def _line(parameter: dict[str, Any]) -> Line:
    return Line(parameter["name"], _kind(parameter["schema"]), parameter.get("required", False))


def _fields(schemas: dict[str, Any], schema: dict[str, Any]) -> list[Line]:
    described = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    required = described.get("required", [])
    return [Line(name, _kind(kind), name in required) for name, kind in described.get("properties", {}).items()]


def _kind(schema: dict[str, Any]) -> str:
    """The type in a word or two; what may be null besides is not said again for each."""
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    kinds = schema.get("type", "anything")
    kind = next((word for word in kinds if word != "null"), "null") if isinstance(kinds, list) else str(kinds)
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format", kind))
