"""Public links of a form: for whoever holds one, without an account."""

from flask import Response
from marshmallow import fields

from server.accounts import key_holders, public_links
from server.accounts.models import PublicLink
from server.api.app_users import PropertyChanges
from server.api.routes import routes
from server.api.shapes import AccountShape, ActorShape, Shape
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape, write_success

_LIST = "/v1/projects/<int:project_id>/forms/<form_id>/public-links"
_ITEM = f"{_LIST}/<int:actor_id>"


class NewPublicLink(Shape):
    display_name = fields.String(required=True)
    once = fields.Boolean(truthy={True}, falsy={False}, allow_none=True, load_default=False)
    properties = fields.Dict(keys=fields.String(), allow_none=True)


class PublicLinkShape(AccountShape):
    token = fields.String()
    once = fields.Boolean(attribute="is_once")


class ExtendedPublicLinkShape(PublicLinkShape):
    created_by = fields.Nested(ActorShape)
    properties = fields.Function(lambda link: link.properties or None)


_LINK, _EXTENDED = PublicLinkShape(), ExtendedPublicLinkShape()


@routes.route("GET", _LIST, needs("public_link.list"), answer=_LINK)
def show_public_links(call: Call) -> Response:
    """List the form's public links; the token is null where access has been revoked."""
    links = public_links.list_public_links(call.session, call.form.id)
    return write_shape(_EXTENDED if call.wants_extended else _LINK, links, many=True)


@routes.route("POST", _LIST, needs("public_link.create"), body=NewPublicLink(), answer=_LINK)
def create_public_link(call: Call) -> Response:
    """Create a link with which anybody can fill in the form; with `once` it takes a single submission."""
    created = public_links.create_public_link(
        call.session,
        call.actor,
        call.form,
        call.body["display_name"],
        is_once=bool(call.body["once"]),
        properties=call.body.get("properties"),
    )
    return write_shape(_LINK, created)


@routes.route("GET", _ITEM, needs("public_link.list"), answer=_LINK)
def show_public_link(call: Call, actor_id: int) -> Response:
    """Show one public link."""
    return write_shape(_EXTENDED if call.wants_extended else _LINK, _find(call, actor_id))


@routes.route("PATCH", _ITEM, needs("public_link.update"), body=PropertyChanges(), answer=_EXTENDED)
def set_properties(call: Call, actor_id: int) -> Response:
    """Set values of registered actor properties; null unsets one."""
    link = _find(call, actor_id)
    key_holders.set_properties(call.session, call.actor, link, call.body["properties"])
    return write_shape(_EXTENDED, link)


@routes.route("DELETE", _ITEM, needs("public_link.delete"))
def delete_public_link(call: Call, actor_id: int) -> Response:
    """Delete a public link. To cut off its access and keep it in the list, delete its session instead."""
    key_holders.delete_holder(call.session, call.actor, _find(call, actor_id))
    return write_success()


def _find(call: Call, actor_id: int) -> PublicLink:
    return public_links.find_public_link(call.session, call.form.id, actor_id)
