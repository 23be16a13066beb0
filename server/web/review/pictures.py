"""Small pictures of a submission's photos; a grey one where a photo cannot be shown."""

from flask import Response

from server.desk.thumbnails import SIZES, thumbnail
from server.errors import not_found
from server.http.access import needs
from server.http.call import Call
from server.http.files import send_blob
from server.submissions.find import find_attachment, find_submission
from server.web.pages import routes

ITEM = "/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>"
_PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120"><rect width="160" height="120" fill="#e6eaec"/>'
    b'<path d="M56 78l16-20 12 14 8-9 14 15z" fill="#9aa7ae"/><circle cx="98" cy="48" r="6" fill="#9aa7ae"/></svg>'
)


@routes.route("GET", f"{ITEM}/thumbnails/<size>/<name>", needs("submission.read"), transaction="own")
def show_thumbnail(call: Call, instance_id: str, size: str, name: str) -> Response:
    """Show a photo in a size of `SIZES`; it is made when it is first asked for."""
    if size not in SIZES:
        raise not_found()
    services = call.services
    with services.database.read() as session:
        submission = find_submission(session, call.form, instance_id)
        _, photo = find_attachment(session, submission.current_version, name)
    found = thumbnail(services.database, services.storage, photo, size)
    if found is None:
        return _placeholder()
    return send_blob(call.request, services.storage, found, name=f"{size}.webp", content_type="image/webp")


def _placeholder() -> Response:
    response = Response(_PLACEHOLDER, content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
