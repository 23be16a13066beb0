"""Every format of an export at one address, made while it is sent."""

from collections.abc import Iterator
from itertools import chain

from flask import Response

from server import audit
from server.api.export_choice import ChoiceQuery, read_choice
from server.api.exports import watched
from server.api.routes import routes
from server.api.submissions import FORM
from server.exports.formats import find_format, prepare_export
from server.exports.freshness import EXPORTED
from server.http.access import needs
from server.http.call import Call
from server.http.files import disposition
from server.permissions import require

_QUERY = ChoiceQuery()


@routes.route("GET", f"{FORM}/exports/<format_name>", needs("submission.read"), transaction="own", query=_QUERY)
def export_format(call: Call, format_name: str) -> Response:
    """Export a form's submissions in one of the formats."""
    require(call.actor, "submission.list", *call.chain)
    wanted = find_format(format_name)
    with call.services.database.read() as session:
        export = prepare_export(session, call.form, read_choice(call))
    response = Response(content_type=wanted.content_type)
    response.headers["Content-Disposition"] = disposition(f"{export.name}.{wanted.extension}")
    # How long it gets is known only when it has been written.
    response.automatically_set_content_length = False
    if call.request.method != "HEAD":
        pieces = wanted.write(call.services.database, call.services.storage, export)
        # What makes it impossible is told before the answer begins.
        first = next(pieces, b"")
        with call.writing() as session:
            audit.record(session, call.actor, EXPORTED, call.form)
        response.response = _stream(first, pieces, export.form_id)
    return response


def _stream(first: bytes, pieces: Iterator[bytes], form_id: str) -> Iterator[bytes]:
    return watched(chain([first], pieces), form_id)
