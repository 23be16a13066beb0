"""Exports that are made in the background: asked for, watched, cancelled, begun anew and downloaded."""

from typing import Any

from flask import Response
from marshmallow import fields

from server.api.export_choice import ChoiceQuery, read_choice
from server.api.routes import routes
from server.api.shapes import Moment, Shape
from server.errors import not_found
from server.exports.export_jobs import Wanted, find_export, request_export
from server.exports.job_formats import find_job_format
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.models import Export
from server.http.access import needs, signed_in
from server.http.call import Call
from server.http.files import send_blob
from server.http.json import write_json, write_success
from server.jobs import queue
from server.permissions import require

_FORM = "/v1/projects/<int:project_id>/forms/<form_id>"
_ITEM = "/v1/projects/<int:project_id>/exports/<int:export_id>"
_BY_FORM = signed_in("whoever may read the submissions of the export's form now, which the use case looks up")


class ExportJobQuery(ChoiceQuery):
    """As when the same format is made while it is sent; `pattern` is about names of files in `media.zip`."""

    pattern = fields.String(load_default=DEFAULT_PATTERN)


class ExportShape(Shape):
    """`done` of `total`, in `unit`; `url` is there when the file is, until `expiresAt`."""

    id = fields.Integer()
    format = fields.String()
    state = fields.String(attribute="job.state")
    done = fields.Integer(attribute="job.done")
    total = fields.Integer(attribute="job.total", allow_none=True)
    unit = fields.Function(lambda export: find_job_format(export.format).unit)
    error = fields.String(attribute="job.error", allow_none=True)
    name = fields.String()
    size = fields.Integer(attribute="blob.size", dump_default=None, allow_none=True)
    url = fields.String(allow_none=True)
    created_at = Moment()
    expires_at = Moment()


_SHAPE = ExportShape()


@routes.route("POST", f"{_FORM}/exports/<export_format>", needs("submission.read"), query=ExportJobQuery())
def start_export(call: Call, export_format: str) -> Response:
    """Have an export made in the background, in any format of those that are streamed, or `media.zip`."""
    require(call.actor, "submission.list", *call.chain)
    wanted = Wanted(export_format, read_choice(call), call.query["pattern"])
    database, storage = call.services.database, call.services.storage
    export = request_export(call.session, call.actor, call.form, wanted, database=database, storage=storage)
    return _written(call, export, 202)


@routes.route("GET", _ITEM, _BY_FORM, answer=_SHAPE)
def get_export(call: Call, export_id: int) -> Response:
    """See how far an export is, and where its file is when it is made."""
    return _written(call, _found(call, export_id))


@routes.route("DELETE", _ITEM, _BY_FORM)
def cancel_export(call: Call, export_id: int) -> Response:
    """Cancel an export that is not made yet."""
    queue.cancel(call.session, _found(call, export_id).job_id)
    return write_success()


@routes.route("POST", f"{_ITEM}/retry", _BY_FORM, answer=_SHAPE)
def retry_export(call: Call, export_id: int) -> Response:
    """Begin an export anew that failed or was cancelled; any other stays as it is."""
    export = _found(call, export_id)
    queue.retry(call.session, export.job_id)
    call.session.refresh(export.job)
    return _written(call, export)


@routes.route("GET", f"{_ITEM}/file", _BY_FORM)
def download_export(call: Call, export_id: int) -> Response:
    """Download an export's file, whole or from where a download broke off."""
    export = _found(call, export_id)
    if export.blob is None or export.name is None:
        raise not_found()
    kind = find_job_format(export.format).content_type
    return send_blob(call.request, call.services.storage, export.blob, name=export.name, content_type=kind)


def _found(call: Call, export_id: int) -> Export:
    """Who may not read the form is told no more than of an export that does not exist."""
    export = find_export(call.session, call.project, export_id)
    if not all(call.actor.can(verb, call.project, export.form) for verb in ("submission.read", "submission.list")):
        raise not_found()
    return export


def _written(call: Call, export: Export, status: int = 200) -> Response:
    shown: dict[str, Any] = dict(_SHAPE.dump(export))
    path = f"/projects/{call.project.id}/exports/{export.id}/file"
    shown["url"] = None if export.sha256 is None else f"{call.base_url}{path}"
    return write_json(shown, status)
