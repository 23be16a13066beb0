"""Exports in the background, by the forms of the data page: begun, cancelled, begun anew."""

from dataclasses import replace
from typing import Final

from flask import Response

from server.errors import not_found
from server.exports.export_jobs import Wanted, find_export, request_export
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.models import Export
from server.http.access import needs
from server.http.call import Call
from server.jobs import queue
from server.permissions import require
from server.web.forms.data import chosen_format
from server.web.forms.export_address import read_choice, read_pattern
from server.web.moments import zone
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, see
from server.web.tabs import form_base

_JOBS: Final = f"{FORM}/data/jobs"
_JOB: Final = f"{_JOBS}/<int:export_id>"
_READ: Final = needs("submission.read")


@routes.route("POST", _JOBS, _READ, form_limit=FORM_LIMIT)
def start_job(call: Call) -> Response:
    """Have the file made that the address has chosen."""
    require(call.actor, "submission.list", *call.chain)
    args = call.request.args
    choice, pattern = replace(read_choice(args), time_zone=zone().key), read_pattern(args) or DEFAULT_PATTERN
    database, storage = call.services.database, call.services.storage
    wanted = Wanted(chosen_format(args), choice, pattern)
    request_export(call.session, call.actor, call.form, wanted, database=database, storage=storage)
    return _back(call)


@routes.route("POST", f"{_JOB}/cancel", _READ, form_limit=FORM_LIMIT)
def cancel_job(call: Call, export_id: int) -> Response:
    """Cancel an export that is not made yet."""
    queue.cancel(call.session, _find(call, export_id).job_id)
    return _back(call)


@routes.route("POST", f"{_JOB}/retry", _READ, form_limit=FORM_LIMIT)
def retry_job(call: Call, export_id: int) -> Response:
    """Begin an export anew that failed or was cancelled."""
    queue.retry(call.session, _find(call, export_id).job_id)
    return _back(call)


def _find(call: Call, export_id: int) -> Export:
    require(call.actor, "submission.list", *call.chain)
    export = find_export(call.session, call.project, export_id)
    if export.form_id != call.form.id:
        raise not_found()
    return export


def _back(call: Call) -> Response:
    """To the list of jobs, with what was chosen."""
    return see(f"{form_base(call.form)}/data", call.request.args.items(multi=True), at="jobs")
