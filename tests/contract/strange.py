"""Requests as nobody should send them: each to a real operation, with values of the wrong kind in some places."""

import json
import string
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.contract.operations import OPERATIONS, Operation
from tests.contract.world import World, visit
from tests.factories import new_id
from tests.phone import CONTENT_TYPE, Part, encoded

# After these there would be little left to ask about, or nobody to ask; and making a backup or a key takes long.
_SPARED = {
    "DELETE /v1/projects/{project}",
    "DELETE /v1/projects/{project}/forms/{form}",
    "DELETE /v1/projects/{project}/forms/{form}/draft",
    "DELETE /v1/projects/{project}/forms/{form}/submissions/{instance}",
    "DELETE /v1/sessions/current",
    "DELETE /v1/sessions/{phone_token}",
    "POST /v1/projects/{project}/forms/{form}/draft/publish",
}
_SLOW = {"POST /v1/backup", "POST /v1/projects/{project}/key"}
ASKED = [operation for operation in OPERATIONS if operation.name not in _SPARED | _SLOW]

_PARAMETERS = [
    "$filter", "action", "attachments", "datasets", "deleted", "deletedFields", "deviceID", "end", "fieldpath",
    "format", "forms", "groupPaths", "ignoreWarnings", "invalidate", "limit", "odata", "offset", "publish", "q",
    "splitSelectMultiples", "st", "start", "version",
]  # fmt: skip
_FIELDS = [
    "actorId", "archived", "assignments", "body", "description", "displayName", "email", "enabled", "forms", "hint",
    "name", "new", "old", "once", "organization", "passphrase", "password", "properties", "propertyValue",
    "reviewState", "roleId", "state", "title", "token", "xmlFormId",
]  # fmt: skip
_HEADERS = [
    "X-Extended-Metadata", "X-Action-Notes", "X-XlsForm-FormId-Fallback", "If-None-Match", "Range", "Accept",
]  # fmt: skip
_TYPES = ["application/json", "application/xml", "text/xml", "text/plain", "application/x-www-form-urlencoded", ""]

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ODD_TEXTS = [
    "0", "-1", "1.5", "007", "9223372036854775807", "9223372036854775808", "99999999999999999999", "true", "null",
    "NaN", "___", "..", "...", "%", "%00", "+", "'", '"', ";", "a/b", "a.xml", "1.geojson", "x'", "uuid:", "{}",
    "[]", "2026-02-30", "2026-01-01T00:00:00Z", "", " ", "\0", "\n", "🌾", "\ud7ff", "a eq",
    "__system/submissionDate ge 2026-01-01",
]  # fmt: skip
_ODD = st.sampled_from([*_ODD_TEXTS, "đ" * 300])
_VALUE = st.one_of(_ODD, st.integers().map(str), _TEXT)
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _VALUE),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(_FIELDS), _TEXT), inner, max_size=5)
    ),
    max_leaves=8,
)
# What goes wrong between a phone and a server: the document is cut, or something else stands in it.
_XML = st.one_of(
    st.builds(lambda name: visit(new_id(), name=name), _TEXT),
    st.integers(0, 200).map(lambda length: visit("uuid:1")[:length]),
    st.builds(
        lambda old, new: visit(new_id()).replace(old, new),
        st.sampled_from([b"visit", b"<name>", b"1"]),
        st.binary(max_size=9),
    ),
)
_BODY = st.one_of(st.just(b""), _JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=200), _XML)
_PARTS = st.lists(
    st.builds(Part, st.sampled_from(["xml_submission_file", "a.jpg", "", "../x"]), _BODY, st.none() | _TEXT), max_size=3
)


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@st.composite
def requests(draw: st.DrawFn, world: World) -> Request:
    """A request to one of the operations; in every second path all values are right, unless that ends something."""
    operation = draw(st.sampled_from(ASKED))
    is_found = operation.method != "DELETE" and draw(st.booleans())
    places = {name: world[name] if is_found else draw(_place(world, name)) for name in _names(operation)}
    path = operation.path.format_map({name: _quoted(value) for name, value in places.items()})
    query = urlencode(draw(st.dictionaries(st.sampled_from(_PARAMETERS), _VALUE, max_size=3)))
    headers = draw(st.dictionaries(st.sampled_from(_HEADERS), _ODD.filter(_fits_a_header), max_size=2))
    kind, body = draw(
        st.one_of(
            st.tuples(st.sampled_from(_TYPES), _BODY),
            st.tuples(st.just(CONTENT_TYPE), _PARTS.map(lambda parts: encoded(*parts))),
        )
    )
    has_body = operation.method in ("POST", "PUT", "PATCH", "DELETE")
    headers |= {"X-OpenRosa-Version": "1.0", **({"Content-Type": kind} if kind and has_body else {})}
    return Request(operation.method, f"{path}?{query}" if query else path, headers, body if has_body else b"")


def _place(world: World, name: str) -> st.SearchStrategy[str]:
    return st.one_of(st.just(world[name]), st.just(world[name]), _VALUE)


def _names(operation: Operation) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(operation.path) if name]


def _quoted(value: str) -> str:
    return quote(value, safe="!$:'()*")


def _fits_a_header(value: str) -> bool:
    return value.isprintable() and value.isascii()
