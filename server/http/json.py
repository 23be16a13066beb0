"""JSON answers: how values, lists, successes and Problems are written."""

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema

from server.errors import Problem

JSON = "application/json; charset=utf-8"


def write_json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status=status, content_type=JSON)


def write_shape(shape: Schema, value: Any, *, many: bool = False) -> Response:
    """Write what the schema makes of a row or, with `many`, of a list of rows."""
    return write_json(shape.dump(value, many=many))


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
