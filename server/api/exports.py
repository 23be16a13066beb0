"""Submissions as CSV, for analysts and their scripts."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flask import Response
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy.orm import Session

from server import audit
from server.api.routes import routes
from server.api.shapes import Shape
from server.api.submissions import DRAFT_LIST, LIST
from server.db import utc_now
from server.exports.conditions import SubmissionFilter
from server.exports.csv_export import CsvExport, stream_csv, stream_zip
from server.exports.decryption import Decryption
from server.exports.form_filter import form_filter
from server.exports.freshness import EXPORTED, export_tag
from server.exports.prepare import CsvOptions, prepare_csv
from server.forms.keys import open_keys
from server.http.access import needs
from server.http.call import Call
from server.http.fields import read_body
from server.http.files import disposition
from server.http.waiting import ClientGone, between_pages
from server.permissions import require

_log = logging.getLogger("transect")
_READ = needs("submission.read")
# No key has a longer number, and the databases take no larger ones.
_LONGEST_NUMBER = 18
_CSV, _ZIP = "text/csv; charset=utf-8", "application/zip"


class ExportQuery(Shape):
    """The parameters of Central's CSV exports; numbers of keys with their passphrases may come beside them."""

    attachments = fields.Boolean(load_default=True)
    group_paths = fields.Boolean(load_default=True)
    deleted_fields = fields.Boolean(load_default=False)
    split_select_multiples = fields.Boolean(load_default=False)
    filter = fields.String(data_key="$filter", load_default="")


class PassphrasesShape(Schema):
    """Numbers of keys with their passphrases, as JSON."""

    class Meta:
        """The names are numbers, so none is declared."""

        unknown = INCLUDE


_QUERY, _PASSPHRASES = ExportQuery(), PassphrasesShape()


@routes.route("GET", f"{LIST}.csv.zip", _READ, transaction="own", query=_QUERY)
@routes.route("POST", f"{LIST}.csv.zip", _READ, transaction="own", query=_QUERY)
def export_zip(call: Call) -> Response:
    """Export all tables and files in a zip."""
    return _export(call, as_zip=True)


@routes.route("GET", f"{LIST}.csv", _READ, transaction="own", query=_QUERY)
@routes.route("POST", f"{LIST}.csv", _READ, transaction="own", query=_QUERY)
def export_csv(call: Call) -> Response:
    """Export the table of the form itself, without repeats and files."""
    return _export(call, as_zip=False)


@routes.route("GET", f"{DRAFT_LIST}.csv.zip", _READ, transaction="own", query=_QUERY)
@routes.route("POST", f"{DRAFT_LIST}.csv.zip", _READ, transaction="own", query=_QUERY)
def export_draft_zip(call: Call) -> Response:
    """Export what testers have sent to the draft, with files, in a zip."""
    return _export(call, as_zip=True, is_draft=True)


@routes.route("GET", f"{DRAFT_LIST}.csv", _READ, transaction="own", query=_QUERY)
@routes.route("POST", f"{DRAFT_LIST}.csv", _READ, transaction="own", query=_QUERY)
def export_draft_csv(call: Call) -> Response:
    """Export the table of the draft itself."""
    return _export(call, as_zip=False, is_draft=True)


def _export(call: Call, *, as_zip: bool, is_draft: bool = False) -> Response:
    require(call.actor, "submission.list", *call.chain)
    passphrases = _passphrases(call)
    response = Response(content_type=_ZIP if as_zip else _CSV)
    with call.services.database.read() as session:
        wanted = form_filter(session, call.form, call.query["filter"], utc_now(), is_draft=is_draft)
        if not passphrases and _may_be_kept(call, wanted, is_draft=is_draft):
            tag = export_tag(session, call.form, {**call.query, "zip": as_zip})
            response.set_etag(tag, weak=True)
            if call.request.if_none_match.contains_weak(tag):
                response.status_code = 304
                return response
        decryption = _decryption(session, call, passphrases)
        export = prepare_csv(session, call.form, _options(call), wanted, is_draft=is_draft, decryption=decryption)
    response.headers["Content-Disposition"] = disposition(f"{export.name}.{'zip' if as_zip else 'csv'}")
    # How long it gets is known only when it has been written.
    response.automatically_set_content_length = False
    if call.request.method != "HEAD":
        _record(call, is_draft=is_draft)
        response.response = _stream(call, export, as_zip=as_zip)
    return response


def _passphrases(call: Call) -> dict[int, str]:
    """By number of key; in the body of a POST they stay out of histories and logs."""
    request = call.request
    sent: dict[str, Any] = {**request.args, **request.form}
    if request.mimetype == "application/json":
        sent |= read_body(_PASSPHRASES, request)
    return {
        int(name): value
        for name, value in sent.items()
        if name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER and value and isinstance(value, str)
    }


def _decryption(session: Session, call: Call, passphrases: dict[int, str]) -> Decryption | None:
    keys = open_keys(session, call.form, passphrases) if passphrases else {}
    return Decryption(call.services.storage, keys) if keys else None


def _options(call: Call) -> CsvOptions:
    query = call.query
    return CsvOptions(query["group_paths"], query["deleted_fields"], query["split_select_multiples"])


def _may_be_kept(call: Call, wanted: SubmissionFilter | None, *, is_draft: bool) -> bool:
    """Whether it can be told later that the same would come out again."""
    changes_with_time = wanted is not None and wanted.changes_with_time
    return call.request.method != "POST" and not is_draft and not changes_with_time


def _record(call: Call, *, is_draft: bool) -> None:
    if not is_draft:
        with call.writing() as session:
            audit.record(session, call.actor, EXPORTED, call.form)


def _stream(call: Call, export: CsvExport, *, as_zip: bool) -> Iterator[bytes]:
    database, storage = call.services.database, call.services.storage
    export = replace(export, on_records=between_pages(call.request))
    if as_zip:
        pieces = stream_zip(database, storage, export, with_attachments=call.query["attachments"])
    else:
        pieces = stream_csv(database, export)
    return watched(pieces, export.form_id)


def watched(pieces: Iterator[bytes], form_id: str, after_each: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """A fault breaks the stream, and the answer has begun: only the log can say why."""
    try:
        if after_each is None:
            yield from pieces
            return
        for piece in pieces:
            yield piece
            after_each(len(piece))
    except ClientGone:
        raise
    except Exception:
        _log.exception("the export of the form %s broke off", form_id)
        raise
