"""Every format of an export at one address, made while it is sent."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from flask import Response

from server import audit
from server.api.export_choice import ChoiceQuery, read_choice
from server.api.exports import watched
from server.api.routes import routes
from server.api.submissions import FORM
from server.errors import no_room
from server.exports.formats import Format, find_format, prepare_export
from server.exports.freshness import EXPORTED
from server.exports.pieces import end
from server.exports.plan import ExportPlan
from server.exports.room import NoRoom, room_needed
from server.http.access import needs
from server.http.call import Call
from server.http.files import disposition
from server.http.waiting import ClientGone, between_pages
from server.permissions import require

_log = logging.getLogger("transect")
_QUERY = ChoiceQuery()
# As nginx logs it; nobody reads the answer.
_CLIENT_GONE = 499


@routes.route("GET", f"{FORM}/exports/<format_name>", needs("submission.read"), transaction="own", query=_QUERY)
def export_format(call: Call, format_name: str) -> Response:
    """Export a form's submissions in one of the formats."""
    require(call.actor, "submission.list", *call.chain)
    wanted = find_format(format_name)
    database, storage = call.services.database, call.services.storage
    with database.read() as session:
        export = prepare_export(session, call.form, read_choice(call), database=database, storage=storage)
    response = Response(content_type=wanted.content_type)
    response.headers["Content-Disposition"] = disposition(f"{export.name}.{wanted.extension}")
    # How long it gets is known only when it has been written.
    response.automatically_set_content_length = False
    if call.request.method != "HEAD":
        try:
            first, rest = _begun(call, wanted, export)
        except ClientGone:
            return Response(status=_CLIENT_GONE)
        response.response = watched(chain([first], rest), export.form_id)
        response.call_on_close(partial(end, rest))
    return response


def _begun(call: Call, wanted: Format, export: ExportPlan) -> tuple[bytes, Iterator[bytes]]:
    """The file's first bytes and the rest: what makes it impossible is told before the answer begins."""
    export = replace(export, on_records=between_pages(call.request))
    pieces = wanted.write(call.services.database, call.services.storage, export)
    try:
        with room_needed():
            first = next(pieces, b"")
    except NoRoom as error:
        _log.error("the export of the form %s: %s", export.form_id, error)
        raise no_room() from error
    with call.writing() as session:
        audit.record(session, call.actor, EXPORTED, call.form)
    return first, pieces
