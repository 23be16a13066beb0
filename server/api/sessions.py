"""Signing in and out, for programs with a bearer token and for pages with a cookie."""

from flask import Response
from marshmallow import fields

from server.accounts.api_passwords import by_program
from server.accounts.key_holders import find_key, revoke_key
from server.accounts.models import SignIn
from server.accounts.sessions import end_session, find_session
from server.accounts.sign_in import open_session
from server.api.routes import routes
from server.api.shapes import Moment, Shape
from server.errors import not_found
from server.forms.find import find_project
from server.http.access import anyone, signed_in, without_credentials
from server.http.call import Call
from server.http.credentials import forget_session, keep_session, presented_session
from server.http.json import write_json, write_success


class Credentials(Shape):
    email = fields.String(required=True)
    password = fields.String(required=True)


class SessionShape(Shape):
    created_at = Moment()
    expires_at = Moment()
    csrf = fields.String()


class NewSessionShape(SessionShape):
    token = fields.String()


_SESSION = SessionShape()
_NEW_SESSION = NewSessionShape()


@routes.route(
    "POST",
    "/v1/sessions",
    without_credentials("the body holds them"),
    transaction="own",
    body=Credentials(),
    answer=_NEW_SESSION,
)
def sign_in(call: Call) -> Response:
    """Log in with e-mail address and password.

    Users with a second factor send an API password, which they make on the page `/account`, in place of the password.

    The token goes into `Authorization: Bearer …`. Browsers get it as a cookie too, which works together with the
    header `X-CSRF-Token` that repeats the `csrf` of the answer.
    """
    settings, database = call.services.settings, call.services.database
    address = call.request.remote_addr or ""
    actor = by_program(database, settings, call.body["email"], call.body["password"], address=address)
    with call.writing() as session:
        new = open_session(session, actor, user_agent=call.request.headers.get("User-Agent"))
    response = write_json(_wire(new.sign_in) | {"token": new.token})
    keep_session(call, response, new)
    return response


@routes.route("GET", "/v1/sessions/restore", anyone("it shows the caller's own session"), answer=_SESSION)
def show_session(call: Call) -> Response:
    """Show the session that the request came with; the token itself is not repeated to pages."""
    token = presented_session(call.request)
    if token is None:
        raise not_found()
    shown = _wire(find_session(call.session, token))
    is_known_to_the_caller = "Authorization" in call.request.headers
    return write_json(shown | {"token": token} if is_known_to_the_caller else shown)


@routes.route("DELETE", "/v1/sessions/current", signed_in("it ends the caller's own session", serves_set_up=True))
def sign_out(call: Call) -> Response:
    """Log out: end the session that the request came with."""
    token = presented_session(call.request)
    if token is None:
        raise not_found()
    end_session(call.session, call.actor, token)
    return forget_session(write_success())


@routes.route("DELETE", "/v1/sessions/<token>", signed_in("it asks for session.end where it is not one's own"))
def end_any_session(call: Call, token: str) -> Response:
    """End a session by its token, or revoke the access of an app user or a public link by its token."""
    key = find_key(call.session, token)
    if key is not None:
        revoke_key(call.session, call.actor, key, find_project(call.session, key.project_id))
        return write_success()
    end_session(call.session, call.actor, token)
    return forget_session(write_success()) if token == presented_session(call.request) else write_success()


def _wire(sign_in: SignIn) -> dict[str, str]:
    shown = _SESSION.dump(sign_in)
    assert isinstance(shown, dict)
    return shown
