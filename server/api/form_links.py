"""Forms by the id that stands in the addresses of pages which fill them in."""

from flask import Response
from marshmallow import fields

from server.accounts.sign_in import by_key
from server.api.form_shapes import FormShape, FormView
from server.api.forms import shown_version
from server.api.routes import routes
from server.api.shapes import Shape
from server.errors import not_authenticated
from server.forms.find import find_linked_form
from server.http.access import anyone
from server.http.call import Call
from server.http.json import write_shape
from server.permissions import require


class LinkQuery(Shape):
    st = fields.String(load_default=None)


_FORM = FormShape()


@routes.route(
    "GET",
    "/v1/form-links/<link_id>/form",
    anyone("the public link's token in `st`, or the caller's own rights, decide"),
    query=LinkQuery(),
    answer=_FORM,
)
def get(call: Call, link_id: str) -> Response:
    """Get a form's details by its `enketoId`; `st` is the token of a public link."""
    token = call.query["st"]
    actor = call.actor if token is None else by_key(call.session, token).actor
    project, form = find_linked_form(call.session, link_id)
    if actor.is_anonymous:
        raise not_authenticated()
    require(actor, "form.read", project, form)
    return write_shape(_FORM, FormView(form, shown_version(form)))
