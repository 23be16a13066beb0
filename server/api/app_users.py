"""App users of a project: the keys for phones, and what the project keeps about them."""

from flask import Response
from marshmallow import fields
from marshmallow.validate import OneOf

from server.accounts import app_users, key_holders
from server.accounts.models import AppUser
from server.accounts.settings_code import qr_png, qr_svg, settings_text
from server.api.routes import routes
from server.api.shapes import AccountShape, ActorShape, Moment, Shape
from server.errors import not_found
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape, write_success
from server.http.prefix import key_url, origin_url

_LIST = "/v1/projects/<int:project_id>/app-users"
_ITEM = f"{_LIST}/<int:actor_id>"


class NewAppUser(Shape):
    display_name = fields.String(required=True)
    properties = fields.Dict(keys=fields.String(), allow_none=True)


class PropertyChanges(Shape):
    properties = fields.Dict(keys=fields.String(), required=True)


class QrQuery(Shape):
    format = fields.String(load_default="png", validate=OneOf(["png", "svg"]))


class AppUserShape(AccountShape):
    token = fields.String()
    project_id = fields.Integer()


class ExtendedAppUserShape(AppUserShape):
    created_by = fields.Nested(ActorShape)
    last_used = Moment(attribute="last_used_at")
    properties = fields.Function(lambda app_user: app_user.properties or None)


_APP_USER = AppUserShape()
_EXTENDED = ExtendedAppUserShape()


@routes.route("GET", _LIST, needs("field_key.list"), answer=_APP_USER)
def show_app_users(call: Call) -> Response:
    """List the project's app users; the token is null where access has been revoked."""
    shape = _EXTENDED if call.wants_extended else _APP_USER
    return write_shape(shape, app_users.list_app_users(call.session, call.project.id), many=True)


@routes.route("POST", _LIST, needs("field_key.create"), body=NewAppUser(), answer=_APP_USER)
def create_app_user(call: Call) -> Response:
    """Create an app user. It has no rights until a role is assigned to it, on the project or on forms."""
    body = call.body
    created = app_users.create_app_user(
        call.session,
        call.actor,
        call.project.id,
        body["display_name"],
        properties=body.get("properties"),
    )
    return write_shape(_APP_USER, created)


@routes.route("GET", _ITEM, needs("field_key.list"), answer=_APP_USER)
def show_app_user(call: Call, actor_id: int) -> Response:
    """Show one app user."""
    return write_shape(_EXTENDED if call.wants_extended else _APP_USER, _find(call, actor_id))


@routes.route("PATCH", _ITEM, needs("field_key.update"), body=PropertyChanges(), answer=_EXTENDED)
def set_properties(call: Call, actor_id: int) -> Response:
    """Set values of registered actor properties; null unsets one."""
    app_user = _find(call, actor_id)
    key_holders.set_properties(call.session, call.actor, app_user, call.body["properties"])
    return write_shape(_EXTENDED, app_user)


@routes.route("DELETE", _ITEM, needs("field_key.delete"))
def delete_app_user(call: Call, actor_id: int) -> Response:
    """Delete an app user. To cut off its access and keep it in the list, delete its session instead."""
    key_holders.delete_holder(call.session, call.actor, _find(call, actor_id))
    return write_success()


@routes.route("GET", f"{_ITEM}/qr", needs("field_key.list"), query=QrQuery())
def show_qr(call: Call, actor_id: int) -> Response:
    """Draw the QR code that sets up ODK Collect for this app user, as a PNG or with `format=svg` as an SVG."""
    app_user = _find(call, actor_id)
    if app_user.token is None:
        raise not_found()
    origin = origin_url(call.request, call.services.settings.public_url)
    text = settings_text(key_url(origin, app_user.token, call.project.id), call.project.name)
    if call.query["format"] == "svg":
        return Response(qr_svg(text), content_type="image/svg+xml")
    return Response(qr_png(text), content_type="image/png")


def _find(call: Call, actor_id: int) -> AppUser:
    return app_users.find_app_user(call.session, call.project.id, actor_id)
