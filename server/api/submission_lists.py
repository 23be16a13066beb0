"""What a client asks of all submissions of a form before it filters or exports them: who sent them, and which keys."""

from flask import Response
from marshmallow import fields

from server.api.routes import routes
from server.api.shapes import ActorShape, Shape
from server.api.submissions import DRAFT_LIST, LIST
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape
from server.submissions.keys import list_keys
from server.submissions.submitters import list_submitters


class KeyShape(Shape):
    id = fields.Integer()
    public = fields.String()
    managed = fields.Boolean(attribute="is_managed")
    hint = fields.String()


_ACTOR, _KEY = ActorShape(), KeyShape()
_LIST, _READ = needs("submission.list"), needs("submission.read")


@routes.route("GET", f"{LIST}/submitters", _LIST, answer=_ACTOR)
def show_submitters(call: Call) -> Response:
    """List everybody who has sent a submission, each once."""
    return write_shape(_ACTOR, list_submitters(call.session, call.form), many=True)


@routes.route("GET", f"{DRAFT_LIST}/submitters", _LIST, answer=_ACTOR)
def show_draft_submitters(call: Call) -> Response:
    """List everybody who has sent a submission to the draft."""
    return write_shape(_ACTOR, list_submitters(call.session, call.form, is_draft=True), many=True)


@routes.route("GET", f"{LIST}/keys", _READ, answer=_KEY)
def show_keys(call: Call) -> Response:
    """List the keys that are needed to decrypt the form's submissions, with the hints to their passphrases."""
    return write_shape(_KEY, list_keys(call.session, call.form), many=True)


@routes.route("GET", f"{DRAFT_LIST}/keys", _READ, answer=_KEY)
def show_draft_keys(call: Call) -> Response:
    """List the keys that are needed to decrypt the submissions to the draft."""
    return write_shape(_KEY, list_keys(call.session, call.form, is_draft=True), many=True)
