"""Signing in and out with a page: the password first, then the second factor of those who have one."""

import hmac
from urllib.parse import urlencode, urlsplit

from flask import Response
from sqlalchemy.orm import Session

from server.accounts.half_sign_in import SECONDS, holder_of, new_ticket
from server.accounts.preferences import preferences_of
from server.accounts.second_factor import check_code, has_second_factor
from server.accounts.sessions import end_session
from server.accounts.sign_in import OpenSession, by_password, by_token, open_session
from server.accounts.users import find_user
from server.errors import Problem, csrf_failed
from server.http.access import without_credentials
from server.http.call import Call
from server.http.credentials import COOKIE, comes_by_https, forget_session, keep_session
from server.permissions import Actor
from server.web.fault_words import fault_words
from server.web.frame import LANGUAGES, keep_language
from server.web.other_sites import refuse_other_sites
from server.web.pages import routes
from server.web.shell import field, see, show
from server.web.words import gettext

SIGN_IN = "/sign-in"
# Who has shown the password and not yet the code.
TICKET = "ticket"
_CODE = f"{SIGN_IN}/code"
_HOME = "/projects"
_MAX_FORM = 10_000


@routes.route("GET", SIGN_IN, without_credentials("it asks for them"), transaction="own")
def show_sign_in(call: Call) -> Response:
    """Ask for e-mail address and password."""
    return _page(call, next_path=_safe(call.request.args.get("next", "")))


@routes.route("POST", SIGN_IN, without_credentials("the form holds them"), transaction="own")
def sign_in(call: Call) -> Response:
    """Open a session and go on to where somebody wanted to be, or ask for the second factor first."""
    request = call.request
    request.max_content_length = _MAX_FORM
    refuse_other_sites(request)
    email, next_path = field(call, "email"), _safe(request.form.get("next", ""))
    services, password = call.services, request.form.get("password", "")
    try:
        actor = by_password(services.database, services.settings, email, password, address=request.remote_addr or "")
    except Problem as problem:
        return _page(call, next_path=next_path, email=email, problem=problem)
    ticket = _ticket_if_needed(call, actor)
    return _enter(call, actor, next_path) if ticket is None else _ask_for_code(call, ticket, next_path)


@routes.route("GET", _CODE, without_credentials("it asks for the code after the password"), transaction="own")
def show_code(call: Call) -> Response:
    """Ask for the code, of whoever has just shown the password."""
    next_path = _safe(call.request.args.get("next", ""))
    return _again(next_path) if _holder(call) is None else _code_page(call, next_path)


@routes.route("POST", _CODE, without_credentials("the ticket and the code are checked here"), transaction="own")
def give_code(call: Call) -> Response:
    """Open a session for a right code."""
    request, services = call.request, call.services
    request.max_content_length = _MAX_FORM
    refuse_other_sites(request)
    next_path, holder = _safe(request.form.get("next", "")), _holder(call)
    if holder is None:
        return _again(next_path)
    try:
        check_code(services.database, services.settings, holder, field(call, "code"), address=request.remote_addr or "")
    except Problem as problem:
        return _code_page(call, next_path, problem)
    response = _enter(call, holder, next_path)
    response.delete_cookie(TICKET, path=SIGN_IN)
    return response


@routes.route(
    "POST",
    "/sign-out",
    without_credentials("it ends the session in its cookie, and only with that session's own CSRF token"),
    transaction="own",
)
def sign_out(call: Call) -> Response:
    """End the session; one that is over already has nothing to end."""
    call.request.max_content_length = _MAX_FORM
    token, given = call.request.cookies.get(COOKIE, ""), call.request.form.get("csrf", "")
    with call.writing() as session:
        open_one = _still_open(session, token)
        if open_one is not None:
            if not hmac.compare_digest(given.encode(), open_one.csrf.encode()):
                raise csrf_failed()
            end_session(session, open_one.actor, token)
    return forget_session(see(SIGN_IN))


def _still_open(session: Session, token: str) -> OpenSession | None:
    try:
        return by_token(session, token)
    except Problem:
        return None


def _ticket_if_needed(call: Call, actor: Actor) -> str | None:
    assert actor.id is not None
    with call.services.database.read() as session:
        if not has_second_factor(session, actor.id):
            return None
        return new_ticket(session, call.services.settings.secret_key, actor)


def _holder(call: Call) -> Actor | None:
    with call.services.database.read() as session:
        try:
            return holder_of(session, call.services.settings.secret_key, call.request.cookies.get(TICKET, ""))
        except Problem:
            return None


def _enter(call: Call, actor: Actor, next_path: str) -> Response:
    """Open the session, in the language that its user has chosen."""
    assert actor.id is not None
    with call.writing() as session:
        new = open_session(session, actor, user_agent=call.request.headers.get("User-Agent"))
        language = preferences_of(find_user(session, actor.id))["site"].get("language")
    response = see(next_path)
    keep_session(call, response, new)
    return keep_language(response, language) if language in LANGUAGES else response


def _ask_for_code(call: Call, ticket: str, next_path: str) -> Response:
    response = see(f"{_CODE}?{urlencode({'next': next_path})}")
    is_https = comes_by_https(call.services, call.request)
    response.set_cookie(
        TICKET, ticket, max_age=SECONDS, path=SIGN_IN, httponly=True, secure=is_https, samesite="Strict"
    )
    return response


def _again(next_path: str) -> Response:
    return see(f"{SIGN_IN}?{urlencode({'next': next_path})}")


def _safe(path: str) -> str:
    """Only a path of this server; anything else leads to the projects."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and path.isprintable()
    return path if is_ours else _HOME


def _page(call: Call, *, next_path: str, email: str = "", problem: Problem | None = None) -> Response:
    return _form_page(call, "sign_in.html", next_path, problem, email=email)


def _code_page(call: Call, next_path: str, problem: Problem | None = None) -> Response:
    return _form_page(call, "sign_in_code.html", next_path, problem)


def _form_page(call: Call, template: str, next_path: str, problem: Problem | None, **values: str) -> Response:
    # What the link to the other language carries along.
    rest = "&" + urlencode({"next": next_path})
    fault = None if problem is None else _fault(problem)
    status = 200 if problem is None else problem.status
    response = show(call, template, status=status, csrf=None, next=next_path, rest=rest, fault=fault, **values)
    if problem is not None and problem.status == 429 and problem.details:
        response.headers["Retry-After"] = str(problem.details["retryAfter"])
    return response


def _fault(problem: Problem) -> str:
    if problem.code == "401.2":
        return gettext("The e-mail address or the password is wrong.")
    return fault_words(problem)
