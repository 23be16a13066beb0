"""Passwords over the API: changing one's own, and the reset by mail."""

from flask import Response
from marshmallow import fields

from server.accounts.resets import ask_for_reset, reset_password
from server.accounts.sign_in import by_password
from server.accounts.users import find_user, set_password
from server.api.routes import routes
from server.api.shapes import Shape
from server.errors import missing_parameters, not_authenticated
from server.http.access import anyone, signed_in, without_credentials
from server.http.call import Call
from server.http.json import write_success
from server.permissions import require


class PasswordChange(Shape):
    old = fields.String()
    new = fields.String(required=True)


class ResetRequest(Shape):
    email = fields.String(required=True)


class ResetQuery(Shape):
    invalidate = fields.Boolean()


class NewPassword(Shape):
    new = fields.String(required=True)
    token = fields.String()


@routes.route(
    "PUT",
    "/v1/users/<int:actor_id>/password",
    signed_in("oneself with the old password, or with user.update anybody"),
    transaction="own",
    body=PasswordChange(),
)
def change_password(call: Call, actor_id: int) -> Response:
    """Change a password; all sessions of that user end, this one too if it is theirs.

    Whoever has `user.update` may leave out the old password of others.
    """
    database, old = call.services.database, call.body.get("old")
    if actor_id != call.actor.id:
        require(call.actor, "user.update")
    elif old is None:
        raise missing_parameters(["old"], ["new"])
    with database.read() as session:
        email = find_user(session, actor_id).email
    if old is not None:
        by_password(database, call.services.settings, email, old, address=call.request.remote_addr or "")
    with call.writing() as session:
        set_password(session, call.actor, find_user(session, actor_id), call.body["new"])
    return write_success()


@routes.route(
    "POST",
    "/v1/users/reset/initiate",
    anyone("the answer is the same for every address; only the mail tells more"),
    transaction="own",
    body=ResetRequest(),
    query=ResetQuery(),
)
def start_reset(call: Call) -> Response:
    """Mail a link for setting a new password; with `invalidate=true` the present one stops working at once."""
    invalidates = call.query.get("invalidate", False)
    if invalidates and call.actor.is_anonymous:
        raise not_authenticated()
    services, address = call.services, call.request.remote_addr or ""
    ask_for_reset(
        services.database,
        services.settings,
        call.actor,
        call.body["email"],
        address=address,
        invalidates=invalidates,
    )
    return write_success()


@routes.route(
    "POST", "/v1/users/reset/verify", without_credentials("the token of the mail is the proof"), body=NewPassword()
)
def finish_reset(call: Call) -> Response:
    """Set a new password with the token of the mailed link, in the body or as a bearer token. All sessions end."""
    scheme, _, bearer = call.request.headers.get("Authorization", "").partition(" ")
    token = call.body.get("token") or (bearer.strip() if scheme.lower() == "bearer" else "")
    reset_password(call.session, token, call.body["new"])
    return write_success()
