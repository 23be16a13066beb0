"""From the request to the actor: the token in the URL, a bearer token, Basic, or the session cookie, in this order.

The first that is presented decides; when it fails, the request fails, whatever else it carries. Only a cookie that
opens nothing counts as none.
"""

import base64
import binascii
import hmac

from flask import Request, Response
from sqlalchemy.orm import Session

from server.accounts import sign_in
from server.accounts.api_passwords import by_program
from server.accounts.last_use import is_worth_noting, note_use
from server.errors import Problem, csrf_failed, https_required, not_authenticated
from server.forms.find import draft_tester
from server.http.call import Call, Services
from server.http.prefix import DRAFT_TOKEN, KEY
from server.permissions import NOBODY, Actor

COOKIE = "session"
CSRF_COOKIE = "csrf"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_SAME_SITE = "Lax"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def presents_something(request: Request) -> bool:
    """Whether anybody can be behind the request; a body of somebody without credentials need not be read."""
    return COOKIE in request.cookies or "Authorization" in request.headers


def identify(own: Services, session: Session, request: Request, *, csrf: str) -> Actor:
    """Return the actor, or NOBODY when the request presents nothing; raise 401 for what is presented and wrong.

    `csrf` is the token that came along, which a request with a session cookie needs to change anything.
    """
    environ = request.environ
    if KEY in environ:
        return _by_key(own, session, environ[KEY])
    if DRAFT_TOKEN in environ:
        return draft_tester(session, environ[DRAFT_TOKEN])
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return sign_in.by_token(session, value.strip()).actor
    if scheme.lower() == "basic":
        return _by_basic(own, request, value)
    if scheme:
        raise not_authenticated()
    return _by_cookie(session, request, csrf)


def _by_key(own: Services, session: Session, token: str) -> Actor:
    found = sign_in.by_key(session, token)
    if found.actor.type == "field_key" and is_worth_noting(found.last_used_at):
        with own.database.write() as writing:
            note_use(writing, found.actor)
    return found.actor


def _by_basic(own: Services, request: Request, value: str) -> Actor:
    if not comes_by_https(own, request):
        raise https_required()
    try:
        email, separator, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise not_authenticated() from None
    # Postgres looks for no text with a NUL character, and no address has one.
    if not separator or "\0" in email:
        raise not_authenticated()
    return by_program(own.database, own.settings, email, password, address=request.remote_addr or "")


def comes_by_https(own: Services, request: Request) -> bool:
    """Also behind a proxy that the server was told of only by its public address."""
    return request.is_secure or own.settings.is_public_https


def presented_session(request: Request) -> str | None:
    """The session token that `identify` goes by, or None when the caller came in by another door."""
    if KEY in request.environ or DRAFT_TOKEN in request.environ:
        return None
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return value.strip() if scheme.lower() == "bearer" else None
    return request.cookies.get(COOKIE)


def _by_cookie(session: Session, request: Request, csrf: str) -> Actor:
    token = request.cookies.get(COOKIE)
    if not token:
        return NOBODY
    try:
        found = sign_in.by_token(session, token)
    except Problem:
        # Browsers keep a cookie after its session has ended, and send it to the page for signing in too.
        return NOBODY
    if request.method not in _SAFE_METHODS and not hmac.compare_digest(csrf.encode(), found.csrf.encode()):
        raise csrf_failed()
    return found.actor


def keep_session(call: Call, response: Response, new: sign_in.NewSession) -> None:
    """Pages and their scripts send the CSRF token back; the session they cannot read.

    `Lax`, because a link in a mail must find its reader signed in. Other sites can thus lead a browser here, but only
    by GET, which changes nothing; whatever does asks for the CSRF token, which they cannot read.
    """
    is_https = comes_by_https(call.services, call.request)
    for name, value, is_hidden in ((COOKIE, new.token, True), (CSRF_COOKIE, new.csrf, False)):
        response.set_cookie(
            name, value, expires=new.sign_in.expires_at, httponly=is_hidden, secure=is_https, samesite=_SAME_SITE
        )


def forget_session(response: Response) -> Response:
    for name in (COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, samesite=_SAME_SITE)
    return response
