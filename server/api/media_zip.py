"""All files of a form's submissions in one zip, which can be downloaded in parts."""

from flask import Response
from marshmallow import fields

from server import audit
from server.api.export_choice import ChoiceQuery, read_choice
from server.api.routes import routes
from server.exports.archive import member_name
from server.exports.freshness import EXPORTED
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.media_zip import MediaZip, check_media_pattern, prepare_media
from server.exports.plan import select_submissions
from server.exports.sized_archive import part_of
from server.http.access import needs
from server.http.call import Call
from server.http.files import asked_range, disposition
from server.permissions import require


class MediaQuery(ChoiceQuery):
    """Which submissions, as in every export; `pattern` is a path with questions and other words in braces, such as
    `{village}/{instanceName}_{field}.jpg`.
    """

    pattern = fields.String(load_default=DEFAULT_PATTERN)


@routes.route(
    "GET",
    "/v1/projects/<int:project_id>/forms/<form_id>/exports/media.zip",
    needs("submission.read"),
    transaction="own",
    query=MediaQuery(),
)
def export_media(call: Call) -> Response:
    """Download all files of a form's submissions in a zip, whole or from where a download broke off."""
    require(call.actor, "submission.list", *call.chain)
    pattern = call.query["pattern"]
    with call.services.database.read() as session:
        check_media_pattern(session, call.form, pattern)
        selection = select_submissions(session, call.form, read_choice(call))
        media = prepare_media(session, call.services.storage, selection, pattern)
    return _send(call, media)


def _send(call: Call, media: MediaZip) -> Response:
    response, size = Response(content_type="application/zip"), media.size
    response.headers["Content-Disposition"] = disposition(f"{member_name(call.form.form_id)}.media.zip")
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(media.tag)
    if call.request.if_none_match.contains_weak(media.tag):
        response.status_code = 304
        return response
    start, length = asked_range(call.request, size, media.tag)
    if length != size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    response.content_length = length
    if call.request.method != "HEAD":
        with call.writing() as session:
            audit.record(session, call.actor, EXPORTED, call.form)
        response.response = part_of(media.stream(), start, length)
    return response
