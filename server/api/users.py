"""Web users over the API: who they are, and how they come and go."""

from flask import Response
from marshmallow import fields

from server.accounts.models import User
from server.accounts.preferences import preferences_of
from server.accounts.resets import invite
from server.accounts.user_search import list_users
from server.accounts.users import create_user, delete_user, find_user, update_user
from server.api.routes import routes
from server.api.shapes import AccountShape, Moment, Shape
from server.errors import not_found
from server.http.access import needs, signed_in
from server.http.call import Call
from server.http.json import write_json, write_shape, write_success
from server.mail import send
from server.permissions import require

_LIST = "/v1/users"
_ITEM = f"{_LIST}/<int:actor_id>"


class UserListQuery(Shape):
    q = fields.String()


class NewUser(Shape):
    email = fields.String(required=True)
    password = fields.String(allow_none=True)
    display_name = fields.String()


class UserChanges(Shape):
    email = fields.String()
    display_name = fields.String()


class UserShape(AccountShape):
    email = fields.String()
    last_login_at = Moment()


class ExtendedUserShape(UserShape):
    verbs = fields.List(fields.String())
    preferences = fields.Dict()


_USER = UserShape()


@routes.route(
    "GET",
    _LIST,
    signed_in("without user.list only an exact match"),
    query=UserListQuery(),
    answer=_USER,
)
def show_users(call: Call) -> Response:
    """List all users or, with `q`, those whose address or name is like it, best match first.

    Callers without `user.list` get an empty list, or the one user whose e-mail address is exactly `q`.
    """
    return write_shape(_USER, list_users(call.session, call.actor, call.query.get("q")), many=True)


@routes.route("POST", _LIST, needs("user.create"), transaction="own", body=NewUser(), answer=_USER)
def add_user(call: Call) -> Response:
    """Create a user, who gets a mail with a link for setting a password, and no rights until roles are assigned."""
    settings = call.services.settings
    with call.writing() as session:
        user = create_user(
            session,
            call.actor,
            email=call.body["email"],
            password=call.body.get("password"),
            display_name=call.body.get("display_name"),
        )
        mail = invite(session, user, settings.public_url)
    send(settings, mail)
    return write_shape(_USER, user)


@routes.route("GET", f"{_LIST}/current", signed_in("it shows the caller"), answer=ExtendedUserShape())
def show_caller(call: Call) -> Response:
    """Show the signed-in user; with `X-Extended-Metadata: true` also verbs on the whole server and preferences."""
    user = _caller(call)
    shown = _USER.dump(user)
    assert isinstance(shown, dict)
    if call.wants_extended:
        shown |= {"verbs": call.actor.verbs_on(), "preferences": preferences_of(user)}
    return write_json(shown)


@routes.route("GET", _ITEM, signed_in("oneself, or with user.read anybody"), answer=_USER)
def show_user(call: Call, actor_id: int) -> Response:
    """Show one user."""
    return write_shape(_USER, _find(call, actor_id, "user.read"))


@routes.route("PATCH", _ITEM, signed_in("oneself, or with user.update anybody"), body=UserChanges(), answer=_USER)
def change_user(call: Call, actor_id: int) -> Response:
    """Change the name or the e-mail address; what is left out stays."""
    user = _find(call, actor_id, "user.update")
    update_user(call.session, call.actor, user, **call.body)
    return write_shape(_USER, user)


@routes.route("DELETE", _ITEM, needs("user.delete"))
def remove_user(call: Call, actor_id: int) -> Response:
    """Delete a user. What they did keeps their name, and the address can be used again."""
    delete_user(call.session, call.actor, find_user(call.session, actor_id))
    return write_success()


def _caller(call: Call) -> User:
    """The user who calls; raise 404.1 for app users and other keys, which are none."""
    if call.actor.id is None or call.actor.type != "user":
        raise not_found()
    return find_user(call.session, call.actor.id)


def _find(call: Call, actor_id: int, verb: str) -> User:
    if actor_id != call.actor.id:
        require(call.actor, verb)
    return find_user(call.session, actor_id)
