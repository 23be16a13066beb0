"""JSON bodies and query strings against marshmallow schemas; the faults as Problems that name the field."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
from flask import Request
from marshmallow import Schema, ValidationError

from server.errors import Problem, missing_parameters, too_large, unparseable, wrong_type

MAX_JSON = 5_000_000
_MISSING = "Missing data for required field."
_PHRASES = (
    ("^Not a valid boolean", "true or false"),
    ("^Not a valid integer", "a whole number"),
    ("^Not a valid string", "a text"),
    ("^Not a valid list", "a list"),
    ("^(Not a valid mapping type|Invalid input type)", "an object"),
    ("^Field may not be null", "something other than null"),
    (r"^Length must be (between \d+ and \d+)", r"\1 characters long"),
    (r"^Longer than maximum length (\d+)", r"at most \1 characters long"),
    ("^Must be ", ""),
)


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
    faults = dict(_faults(error.messages_dict))
    missing = [name for name, said in faults.items() if said == _MISSING]
    if missing:
        return missing_parameters(missing, [name for name in data if name not in error.messages_dict])
    name, said = next(iter(faults.items()))
    return wrong_type(name, data.get(name.partition(".")[0]), _expected(said))


def _faults(messages: dict[Any, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Each field with a fault, such as `forms.0.state`, and what marshmallow says of it."""
    for name, said in messages.items():
        if isinstance(said, dict):
            yield from _faults(said, f"{within}{name}.")
        else:
            yield f"{within}{name}", str(said[0])


def _expected(said: str) -> str:
    """What marshmallow says is wrong, turned into what would be right."""
    for pattern, phrase in _PHRASES:
        said = re.sub(pattern, phrase, said)
    return said[:1].lower() + said[1:].rstrip(".")
