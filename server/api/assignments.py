"""Who has which role: on the whole server, on a project, on a form. The three look the same but for their reach."""

from flask import Response
from marshmallow import fields

from server.accounts.assignments import find_actor, find_role, grant, list_actors, list_assignments, unassign
from server.api.routes import routes
from server.api.shapes import ActorShape, Shape
from server.forms.form_assignments import list_form_assignments
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape, write_success
from server.permissions import Role

_SERVER = "/v1/assignments"
_PROJECT = "/v1/projects/<int:project_id>/assignments"
_FORM = "/v1/projects/<int:project_id>/forms/<form_id>/assignments"


class AssignmentShape(Shape):
    actor_id = fields.Integer()
    role_id = fields.Integer()


class ExtendedAssignmentShape(Shape):
    actor = fields.Nested(ActorShape)
    role_id = fields.Integer()


class FormSummaryShape(AssignmentShape):
    xml_form_id = fields.String(attribute="form_id")


class ExtendedFormSummaryShape(ExtendedAssignmentShape):
    xml_form_id = fields.String(attribute="form_id")


_ASSIGNMENT = AssignmentShape()
_EXTENDED = ExtendedAssignmentShape()
_ACTOR = ActorShape()
_SUMMARY = FormSummaryShape()
_EXTENDED_SUMMARY = ExtendedFormSummaryShape()


@routes.route("GET", _SERVER, needs("assignment.list"), answer=_ASSIGNMENT)
@routes.route("GET", _PROJECT, needs("assignment.list"), answer=_ASSIGNMENT)
@routes.route("GET", _FORM, needs("assignment.list"), answer=_ASSIGNMENT)
def show_assignments(call: Call) -> Response:
    """List who has which role on exactly this; with `X-Extended-Metadata: true` the actors are spelt out."""
    shape = _EXTENDED if call.wants_extended else _ASSIGNMENT
    return write_shape(shape, list_assignments(call.session, *call.chain[-1:]), many=True)


@routes.route("GET", f"{_SERVER}/<role>", needs("assignment.list"), answer=_ACTOR)
@routes.route("GET", f"{_PROJECT}/<role>", needs("assignment.list"), answer=_ACTOR)
@routes.route("GET", f"{_FORM}/<role>", needs("assignment.list"), answer=_ACTOR)
def show_actors(call: Call, role: str) -> Response:
    """List the actors that have one role on exactly this."""
    return write_shape(_ACTOR, list_actors(call.session, find_role(role), *call.chain[-1:]), many=True)


@routes.route("POST", f"{_SERVER}/<role>/<int:actor_id>", needs("assignment.create"))
@routes.route("POST", f"{_PROJECT}/<role>/<int:actor_id>", needs("assignment.create"))
@routes.route("POST", f"{_FORM}/<role>/<int:actor_id>", needs("assignment.create"))
def give_role(call: Call, role: str, actor_id: int) -> Response:
    """Give an actor a role. The role may not hold rights that the giver lacks."""
    target = find_actor(call.session, actor_id)
    grant(call.session, call.actor, find_role(role), target, *call.chain)
    return write_success()


@routes.route("DELETE", f"{_SERVER}/<role>/<int:actor_id>", needs("assignment.delete"))
@routes.route("DELETE", f"{_PROJECT}/<role>/<int:actor_id>", needs("assignment.delete"))
@routes.route("DELETE", f"{_FORM}/<role>/<int:actor_id>", needs("assignment.delete"))
def take_role(call: Call, role: str, actor_id: int) -> Response:
    """Take a role from an actor."""
    target = find_actor(call.session, actor_id)
    unassign(call.session, call.actor, find_role(role), target, *call.chain[-1:])
    return write_success()


@routes.route("GET", f"{_PROJECT}/forms", needs("assignment.list"), answer=_SUMMARY)
def show_form_assignments(call: Call) -> Response:
    """List who has which role on which single form of the project."""
    return _write_summary(call, None)


@routes.route("GET", f"{_PROJECT}/forms/<role>", needs("assignment.list"), answer=_SUMMARY)
def show_form_assignments_of_role(call: Call, role: str) -> Response:
    """List who has one role on which single form of the project."""
    return _write_summary(call, find_role(role))


def _write_summary(call: Call, role: Role | None) -> Response:
    shape = _EXTENDED_SUMMARY if call.wants_extended else _SUMMARY
    return write_shape(shape, list_form_assignments(call.session, call.project, role), many=True)
