"""The page on which the first administrator is made, with a code that stands in the server's log."""

import logging

from flask import Response

from server.accounts.first_admin import check_first_admin_code, create_first_admin, first_admin_code, has_users
from server.accounts.sign_in import open_session
from server.errors import Problem, not_found, wrong_code
from server.http.access import without_credentials
from server.http.call import Call
from server.http.credentials import keep_session
from server.web.fault_words import fault_words
from server.web.other_sites import refuse_other_sites
from server.web.pages import FIRST_ADMIN, routes
from server.web.shell import field, see, show
from server.web.words import gettext

_BY_CODE = without_credentials("nobody has any yet: the code of the server's log is asked for")
_MAX_FORM = 10_000
_log = logging.getLogger("transect")


@routes.route("GET", FIRST_ADMIN, _BY_CODE, transaction="own")
def show_first_admin(call: Call) -> Response:
    """Ask for the code and for who the administrator is; the code is written into the log."""
    _refuse_when_begun(call)
    code = first_admin_code(call.services.settings.secret_key)
    _log.warning("nobody can sign in yet; the code for the first administrator is %s", code)
    return _page(call)


@routes.route("POST", FIRST_ADMIN, _BY_CODE, transaction="own")
def make_first_admin(call: Call) -> Response:
    """Create the administrator and sign them in."""
    call.request.max_content_length = _MAX_FORM
    refuse_other_sites(call.request)
    _refuse_when_begun(call)
    services, address = call.services, call.request.remote_addr or ""
    try:
        check_first_admin_code(services.database, services.settings, field(call, "code"), address=address)
        with call.writing() as session:
            admin = create_first_admin(
                session,
                email=field(call, "email"),
                password=call.request.form.get("password", ""),
                display_name=field(call, "name"),
            )
            new = open_session(session, admin, user_agent=call.request.headers.get("User-Agent"))
    except Problem as problem:
        return _page(call, problem)
    response = see("/projects")
    keep_session(call, response, new)
    return response


def _refuse_when_begun(call: Call) -> None:
    """Raise 404.1 when there are users."""
    with call.services.database.read() as session:
        if has_users(session):
            raise not_found()


def _page(call: Call, problem: Problem | None = None) -> Response:
    return show(
        call,
        "first_admin.html",
        status=200 if problem is None else problem.status,
        csrf=None,
        path=FIRST_ADMIN,
        code="" if problem is None or problem.code == wrong_code().code else field(call, "code"),
        name=field(call, "name"),
        email=field(call, "email"),
        fault=problem and _fault(problem),
    )


def _fault(problem: Problem) -> str:
    if problem.code == wrong_code().code:
        return gettext("The code is wrong. It stands in the terminal or the log of the server.")
    return fault_words(problem)
