"""JSON answers: how values, lists, successes and Problems are written."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema

from server.errors import Problem

JSON = "application/json; charset=utf-8"


def wire_name(name: str) -> str:
    """`created_at` as clients know it: `createdAt`."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def write_json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status=status, content_type=JSON)


def write_shape(shape: Schema, value: Any, *, many: bool = False) -> Response:
    """Write what the schema makes of a row or, with `many`, of a list of rows."""
    return write_json(shape.dump(value, many=many))


def stream_list(batches: Iterable[list[Any]]) -> Response:
    """Write a list of any length as its parts come in."""
    return Response(_joined(batches), content_type=JSON)


def _joined(batches: Iterable[list[Any]]) -> Iterator[bytes]:
    lead = b"["
    for batch in batches:
        if batch:
            yield lead + orjson.dumps(batch)[1:-1]
            lead = b","
    yield b"[]" if lead == b"[" else b"]"


def write_success() -> Response:
    return write_json({"success": True})


def write_problem_json(problem: Problem) -> Response:
    # Central's clients compare codes as JSON numbers: 404.1, not "404.1".
    content: dict[str, Any] = {"message": problem.message, "code": float(problem.code)}
    if problem.details is not None:
        content["details"] = problem.details
    response = write_json(content, problem.status)
    if problem.status == 429 and problem.details:
        response.headers["Retry-After"] = str(problem.details["retryAfter"])
    return response
