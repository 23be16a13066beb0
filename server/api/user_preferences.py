"""What users set for themselves, for the whole site and by project."""

from flask import Response
from marshmallow import fields

from server.accounts.preferences import delete_preference, set_preference
from server.api.routes import routes
from server.api.shapes import Shape
from server.http.access import needs, signed_in
from server.http.call import Call
from server.http.json import write_success

_SITE = "/v1/user-preferences/site/<name>"
_PROJECT = "/v1/user-preferences/project/<int:project_id>/<name>"
_OWN = signed_in("everybody sets their own")


class PreferenceValue(Shape):
    property_value = fields.Raw(required=True, allow_none=True)


@routes.route("PUT", _SITE, _OWN, body=PreferenceValue())
def set_site_preference(call: Call, name: str) -> Response:
    """Keep a preference of the caller for the whole site."""
    set_preference(call.session, call.actor, name, call.body["property_value"])
    return write_success()


@routes.route("DELETE", _SITE, _OWN)
def delete_site_preference(call: Call, name: str) -> Response:
    """Forget a preference of the caller for the whole site."""
    delete_preference(call.session, call.actor, name)
    return write_success()


@routes.route("PUT", _PROJECT, needs("project.read"), body=PreferenceValue())
def set_project_preference(call: Call, name: str) -> Response:
    """Keep a preference of the caller for one project."""
    set_preference(call.session, call.actor, name, call.body["property_value"], project_id=call.project.id)
    return write_success()


@routes.route("DELETE", _PROJECT, needs("project.read"))
def delete_project_preference(call: Call, name: str) -> Response:
    """Forget a preference of the caller for one project."""
    delete_preference(call.session, call.actor, name, project_id=call.project.id)
    return write_success()
