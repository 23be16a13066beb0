"""The names under which a project keeps values about its app users."""

from flask import Response
from marshmallow import fields

from server.accounts.actor_properties import list_properties, properties_with_values, register_property
from server.api.routes import routes
from server.api.shapes import Shape
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_json, write_success

_LIST = "/v1/projects/<int:project_id>/actor-properties"


class ActorPropertyShape(Shape):
    name = fields.String(required=True)


_PROPERTY = ActorPropertyShape()


@routes.route("GET", _LIST, needs("actor_property.list"), answer=_PROPERTY)
def show_properties(call: Call) -> Response:
    """List the registered names; with `X-Extended-Metadata: true` also the values in use under each."""
    if call.wants_extended:
        return write_json(properties_with_values(call.session, call.project.id))
    return write_json([{"name": name} for name in list_properties(call.session, call.project.id)])


@routes.route("POST", _LIST, needs("actor_property.update"), body=_PROPERTY)
def add_property(call: Call) -> Response:
    """Register a name, under which values can then be set on app users."""
    register_property(call.session, call.actor, call.project.id, call.project, call.body["name"])
    return write_success()
