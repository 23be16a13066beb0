"""The page for a forgotten password. It says the same for every address: only the mail tells more."""

from flask import Response

from server.accounts.resets import ask_for_reset
from server.errors import Problem
from server.http.access import without_credentials
from server.http.call import Call
from server.web.fault_words import fault_words
from server.web.other_sites import refuse_other_sites
from server.web.pages import routes
from server.web.shell import field, show

RESET = "/reset"
_ANYBODY = without_credentials("who forgot the password has none; the answer is the same for every address")
_MAX_FORM = 10_000


@routes.route("GET", RESET, _ANYBODY, transaction="own")
def show_reset(call: Call) -> Response:
    """Ask for the e-mail address."""
    return _page(call)


@routes.route("POST", RESET, _ANYBODY, transaction="own")
def start_reset(call: Call) -> Response:
    """Mail a link, if there is an account."""
    call.request.max_content_length = _MAX_FORM
    refuse_other_sites(call.request)
    services, address = call.services, call.request.remote_addr or ""
    try:
        ask_for_reset(services.database, services.settings, call.actor, field(call, "email"), address=address)
    except Problem as problem:
        return _page(call, problem)
    return _page(call, is_done=True)


def _page(call: Call, problem: Problem | None = None, *, is_done: bool = False) -> Response:
    response = show(
        call,
        "reset.html",
        status=200 if problem is None else problem.status,
        csrf=None,
        email=field(call, "email"),
        sends_mail=call.services.settings.mail_url is not None,
        is_done=is_done,
        fault=problem and fault_words(problem),
    )
    if problem is not None and problem.status == 429 and problem.details:
        response.headers["Retry-After"] = str(problem.details["retryAfter"])
    return response
