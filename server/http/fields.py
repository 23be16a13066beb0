"""JSON bodies and query strings against marshmallow schemas; the faults as Problems that name the field."""

from typing import Any

import orjson
from flask import Request
from marshmallow import Schema, ValidationError

from server.errors import Problem, missing_parameters, too_large, unparseable, wrong_type

MAX_JSON = 5_000_000
_MISSING = "Missing data for required field."


def read_body(schema: Schema, request: Request) -> dict[str, Any]:
    """Parse and check a JSON object; unknown fields are ignored, as Central does."""
    if (request.content_length or 0) > MAX_JSON:
        raise too_large(MAX_JSON)
    raw = request.get_data(cache=False)
    if len(raw) > MAX_JSON:
        raise too_large(MAX_JSON)
    try:
        data = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise unparseable("json", len(raw), f"{error}.") from None
    if not isinstance(data, dict):
        raise wrong_type("body", data, "a JSON object")
    if b"\\u0000" in raw:
        # Postgres keeps no NUL characters, and no name or text has a use for one.
        raise unparseable("json", len(raw), "It holds a NUL character (\\u0000); leave it out.")
    return _checked(schema, data)


def read_query(schema: Schema, request: Request) -> dict[str, Any]:
    """Check the query string; parameters nobody declared are ignored (phones add `deviceID` everywhere)."""
    return _checked(schema, request.args.to_dict())


def _checked(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded = schema.load(data)
    except ValidationError as error:
        raise _first_fault(error, data) from None
    assert isinstance(loaded, dict)
    return loaded


def _first_fault(error: ValidationError, data: dict[str, Any]) -> Problem:
    messages = error.messages_dict
    missing = [name for name, said in messages.items() if said == [_MISSING]]
    if missing:
        return missing_parameters(missing, [name for name in data if name not in messages])
    name, said = next(iter(messages.items()))
    reason = "; ".join(said) if isinstance(said, list) else str(said)
    return wrong_type(name, data.get(name), reason[:1].lower() + reason[1:].rstrip("."))
