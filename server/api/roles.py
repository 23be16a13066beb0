"""The roles, which are fixed, for everybody to read."""

from datetime import UTC, datetime

from flask import Response
from marshmallow import fields

from server.accounts.assignments import find_role
from server.api.routes import routes
from server.api.shapes import Moment, Shape
from server.http.access import anyone
from server.http.call import Call
from server.http.json import write_shape
from server.permissions import ROLES

_OPEN = anyone("roles are the same on every server and no secret")
# Roles come with the program: they are as old as its first release.
_FIRST_RELEASE = datetime(2026, 11, 22, tzinfo=UTC)


class RoleShape(Shape):
    id = fields.Integer()
    name = fields.String()
    system = fields.String()
    verbs = fields.Function(lambda role: sorted(role.verbs))
    created_at = Moment(dump_default=_FIRST_RELEASE)
    updated_at = Moment(dump_default=None)


_ROLE = RoleShape()


@routes.route("GET", "/v1/roles", _OPEN, transaction="own", answer=_ROLE)
def show_roles(call: Call) -> Response:  # noqa: ARG001 -- every view takes the call
    """List all roles with what they allow."""
    return write_shape(_ROLE, ROLES, many=True)


@routes.route("GET", "/v1/roles/<role>", _OPEN, transaction="own", answer=_ROLE)
def show_role(call: Call, role: str) -> Response:  # noqa: ARG001 -- every view takes the call
    """Show a role by its number or its system name."""
    return write_shape(_ROLE, find_role(role))
