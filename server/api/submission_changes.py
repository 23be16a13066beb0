"""What edits changed, and where to make one."""

from urllib.parse import quote

from flask import Response
from marshmallow import fields

from server.api.routes import routes
from server.api.shapes import Shape
from server.api.submissions import ITEM
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_json
from server.http.prefix import origin_url
from server.submissions.find import find_submission
from server.submissions.history import changes_by_version


class DifferenceShape(Shape):
    new = fields.String()
    old = fields.String()
    path = fields.Raw()


_DIFFERENCE = DifferenceShape()


@routes.route("GET", f"{ITEM}/diffs", needs("submission.read"), answer=_DIFFERENCE)
def list_changes(call: Call, instance_id: str) -> Response:
    """List what each version changed against the one before it, by the version's instanceID."""
    submission = find_submission(call.session, call.form, instance_id)
    changes = changes_by_version(call.session, submission)
    return write_json({version_id: _DIFFERENCE.dump(found, many=True) for version_id, found in changes.items()})


@routes.route("GET", f"{ITEM}/edit", needs("submission.update"))
def open_edit_page(call: Call, instance_id: str) -> Response:
    """Go to the page on which a signed-in user edits the submission."""
    submission = find_submission(call.session, call.form, instance_id)
    origin = origin_url(call.request, call.services.settings.public_url)
    page = f"{origin}/-/edit/{call.form.link_id}?instance_id={quote(submission.instance_id, safe=':')}"
    return Response(status=302, headers={"Location": page}, content_type="text/html; charset=utf-8")
