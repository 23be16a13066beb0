"""Signing in and out with a page."""

import hmac
import math
from urllib.parse import urlencode, urlsplit

from flask import Response, render_template
from sqlalchemy.orm import Session

from server.accounts.sessions import end_session
from server.accounts.sign_in import OpenSession, by_password, by_token, open_session
from server.errors import Problem, csrf_failed
from server.http.access import without_credentials
from server.http.call import Call
from server.http.credentials import COOKIE, forget_session, keep_session
from server.web.frame import Words, language_of, page_response, words_for
from server.web.pages import routes

_HOME = "/projects"
_MAX_FORM = 10_000
_ELSEWHERE = frozenset({"cross-site", "same-site"})


@routes.route("GET", "/sign-in", without_credentials("it asks for them"), transaction="own")
def show_sign_in(call: Call) -> Response:
    """Ask for e-mail address and password."""
    return _page(call, next_path=_safe(call.request.args.get("next", "")))


@routes.route("POST", "/sign-in", without_credentials("the form holds them"), transaction="own")
def sign_in(call: Call) -> Response:
    """Open a session and go on to where somebody wanted to be."""
    request = call.request
    request.max_content_length = _MAX_FORM
    if request.headers.get("Sec-Fetch-Site") in _ELSEWHERE:
        raise csrf_failed()
    email, next_path = request.form.get("email", "").replace("\0", ""), _safe(request.form.get("next", ""))
    services, password = call.services, request.form.get("password", "")
    try:
        actor = by_password(services.database, services.settings, email, password, address=request.remote_addr or "")
    except Problem as problem:
        return _page(call, next_path=next_path, email=email, problem=problem)
    with call.writing() as session:
        new = open_session(session, actor, user_agent=request.headers.get("User-Agent"))
    response = Response(status=303, headers={"Location": next_path})
    keep_session(call, response, new)
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
    return forget_session(Response(status=303, headers={"Location": "/sign-in"}))


def _still_open(session: Session, token: str) -> OpenSession | None:
    try:
        return by_token(session, token)
    except Problem:
        return None


def _safe(path: str) -> str:
    """Only a path of this server; anything else leads to the projects."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and path.isprintable()
    return path if is_ours else _HOME


def _page(call: Call, *, next_path: str, email: str = "", problem: Problem | None = None) -> Response:
    words = words_for(language_of(call.request))
    fault = None if problem is None else _fault(words, problem)
    # What the link to the other language carries along.
    rest = "&" + urlencode({"next": next_path})
    content = render_template("sign_in.html", next=next_path, email=email, fault=fault, rest=rest, **words.context())
    response = page_response(content, status=200 if problem is None else problem.status)
    if problem is not None and problem.status == 429 and problem.details:
        response.headers["Retry-After"] = str(problem.details["retryAfter"])
    return response


def _fault(words: Words, problem: Problem) -> str:
    if problem.status == 401:
        return words.say("The e-mail address or the password is wrong.")
    if problem.status == 429 and problem.details:
        minutes = math.ceil(problem.details["retryAfter"] / 60)
        return words.say("Too many failed attempts. Try again in %(minutes)s min.", minutes=minutes)
    return problem.message
