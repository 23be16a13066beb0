"""Submissions for Excel, Power BI, Tableau and their like: a form as an OData 4 service."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlencode

from flask import Response
from marshmallow import fields, validate

from server.api.exports import watched
from server.api.routes import routes
from server.api.shapes import Shape
from server.api.submissions import FORM
from server.db import utc_now
from server.errors import not_acceptable, not_implemented
from server.exports.odata.feed import stream_feed
from server.exports.odata.metadata import metadata_document, service_document
from server.exports.odata.service import Options, prepare_feed, service_model
from server.http.access import needs
from server.http.call import Call
from server.http.json import JSON, write_json
from server.http.waiting import between_pages
from server.permissions import require

SERVICE, DRAFT_SERVICE = f"{FORM}.svc", f"{FORM}/draft.svc"
_DESCRIBED, _READ = needs("form.read"), needs("submission.read")
_SERVICE_JSON: Final = f"{JSON}; odata.metadata=minimal"
_XML: Final = "application/xml; charset=utf-8"
_PLAIN: Final = "/()',:"
_PAGE_SIZE: Final = re.compile(r"\b(?:odata\.)?maxpagesize\s*=\s*\"?([1-9]\d{0,8})\b", re.IGNORECASE | re.ASCII)
# No form has more rows, and every database takes the number.
_NUMBER = validate.Range(min=0, max=2**31 - 1)


class FeedQuery(Shape):
    """OData's parameters, and ODK Central's own `$wkt`."""

    top = fields.Integer(data_key="$top", load_default=None, validate=_NUMBER)
    skip = fields.Integer(data_key="$skip", load_default=0, validate=_NUMBER)
    count = fields.Boolean(data_key="$count", load_default=False)
    wkt = fields.Boolean(data_key="$wkt", load_default=False)
    filter = fields.String(data_key="$filter", load_default="")
    search = fields.String(data_key="$search", load_default="")
    orderby = fields.String(data_key="$orderby", load_default="")
    select = fields.String(data_key="$select", load_default="")
    expand = fields.String(data_key="$expand", load_default="")
    skiptoken = fields.String(data_key="$skiptoken", load_default="")


_QUERY = FeedQuery()
# What OData has beside these would change the rows: leaving it out silently would give wrong figures.
_NOT_SUPPORTED = ("$apply", "$compute", "$deltatoken", "$index", "$levels")


@routes.route("GET", SERVICE, _DESCRIBED)
def get_service(call: Call) -> Response:
    """Get the index of the form's tables: one for the form itself, one for every repeat."""
    return _service(call, is_draft=False)


@routes.route("GET", DRAFT_SERVICE, _DESCRIBED)
def get_draft_service(call: Call) -> Response:
    """Get the index of the draft's tables."""
    return _service(call, is_draft=True)


@routes.route("GET", f"{SERVICE}/$metadata", _DESCRIBED)
def get_metadata(call: Call) -> Response:
    """Get the schema of the form's tables as CSDL."""
    return _metadata(call, is_draft=False)


@routes.route("GET", f"{DRAFT_SERVICE}/$metadata", _DESCRIBED)
def get_draft_metadata(call: Call) -> Response:
    """Get the schema of the draft's tables as CSDL."""
    return _metadata(call, is_draft=True)


@routes.route("GET", f"{SERVICE}/<path:table>", _READ, transaction="own", query=_QUERY)
def get_table(call: Call, table: str) -> Response:
    """Get the rows of a table, or one of them: `Submissions('uuid:…')`.

    With `$top` a page of so many, with a link to the next one; the header `Prefer: odata.maxpagesize=…` does the same.
    Beyond ODK Central's API, `$filter` and `$orderby` take the answers to questions outside of repeats too
    (`location/region eq 'north'`), and `$filter` those of a repeat in the repeat's own table, and the functions
    `contains` and `startswith`. `$search` looks for words in the instance names and in the names of those who sent,
    whatever their accents.
    """
    return _feed(call, table, is_draft=False)


@routes.route("GET", f"{DRAFT_SERVICE}/<path:table>", _READ, transaction="own", query=_QUERY)
def get_draft_table(call: Call, table: str) -> Response:
    """Get the rows of a table of what testers have sent to the draft."""
    return _feed(call, table, is_draft=True)


def _service(call: Call, *, is_draft: bool) -> Response:
    _check_format(call, "json", "application/json")
    root = service_model(call.session, call.form, is_draft=is_draft)
    response = write_json(service_document(root, _address(call, is_draft=is_draft)))
    response.content_type = _SERVICE_JSON
    return _with_version(response)


def _metadata(call: Call, *, is_draft: bool) -> Response:
    _check_format(call, "xml", "application/xml")
    root = service_model(call.session, call.form, is_draft=is_draft)
    return _with_version(Response(metadata_document(root, call.form.form_id), content_type=_XML))


def _feed(call: Call, path: str, *, is_draft: bool) -> Response:
    require(call.actor, "submission.list", *call.chain)
    _check_format(call, "json", "application/json")
    _check_options(call)
    service = _address(call, is_draft=is_draft)
    preferred = _preferred_size(call)
    options = Options(**call.query | ({} if preferred is None else {"top": preferred}))
    with call.services.database.read() as session:
        feed = prepare_feed(session, call.form, path, options, service=service, now=utc_now(), is_draft=is_draft)
    response = Response(content_type=JSON)
    if preferred is not None:
        response.headers["Preference-Applied"] = f"odata.maxpagesize={preferred}"
    response.automatically_set_content_length = False
    if call.request.method != "HEAD":
        address = f"{service}/{quote(path, safe=_PLAIN)}"
        link = _Link(address, call.request.args.items())
        # A page is soon done; all rows at once are an export like others.
        after_each = between_pages(call.request) if feed.top is None else None
        pieces = stream_feed(call.services.database, feed, link.behind)
        response.response = watched(pieces, call.form.form_id, after_each)
    return _with_version(response)


def _preferred_size(call: Call) -> int | None:
    """The size of pages that a client wishes for, unless it says with `$top` how many rows it wants."""
    found = _PAGE_SIZE.search(call.request.headers.get("Prefer", ""))
    return int(found[1]) if found and call.query["top"] is None else None


class _Link:
    """The address of the next page: that of this one, but for where it begins."""

    def __init__(self, address: str, sent: Iterable[tuple[str, str]]) -> None:
        self._address = address
        self._sent = [(name, value) for name, value in sent if name not in ("$skip", "$skiptoken")]

    def behind(self, token: str) -> str:
        return f"{self._address}?{urlencode([*self._sent, ('$skiptoken', token)], quote_via=quote)}"


def _address(call: Call, *, is_draft: bool) -> str:
    form = f"{call.base_url}/projects/{call.project.id}/forms/{quote(call.form.form_id, safe='')}"
    return f"{form}/draft.svc" if is_draft else f"{form}.svc"


def _check_format(call: Call, short: str, long: str) -> None:
    """Raise 406.1 for another format than this document has."""
    asked = call.request.args.get("$format", short).partition(";")[0].strip().lower()
    accepted = call.request.accept_mimetypes
    if asked not in (short, long) or (accepted and not any(_covers(kind, long) for kind, _ in accepted)):
        raise not_acceptable([long, short])


def _covers(accepted: str, kind: str) -> bool:
    return accepted.partition(";")[0].strip().lower() in ("*/*", "application/*", kind)


def _check_options(call: Call) -> None:
    for name in _NOT_SUPPORTED:
        if name in call.request.args:
            raise not_implemented(name)


def _with_version(response: Response) -> Response:
    response.headers["OData-Version"] = "4.0"
    return response
