"""The page behind a mailed link: it sets the password of a new account, or of one whose password was forgotten."""

from urllib.parse import urlencode

from flask import Response

from server.accounts.mails import CLAIM_PATH
from server.accounts.resets import reset_password
from server.errors import Problem
from server.http.access import without_credentials
from server.http.call import Call
from server.web.fault_words import fault_words
from server.web.pages import routes
from server.web.shell import show

_BY_TOKEN = without_credentials("the mailed token is the credential; it is checked where it is used up")
_MAX_FORM = 10_000


@routes.route("GET", CLAIM_PATH, _BY_TOKEN, transaction="own")
def show_claim(call: Call) -> Response:
    """Ask for the new password."""
    return _page(call, call.request.args.get("token", ""))


@routes.route("POST", CLAIM_PATH, _BY_TOKEN, transaction="own")
def set_claimed_password(call: Call) -> Response:
    """Set the password; the link works once."""
    call.request.max_content_length = _MAX_FORM
    token, password = call.request.form.get("token", ""), call.request.form.get("password", "")
    try:
        with call.writing() as session:
            reset_password(session, token, password)
    except Problem as problem:
        return _page(call, token, problem)
    return _page(call, "", is_done=True)


def _page(call: Call, token: str, problem: Problem | None = None, *, is_done: bool = False) -> Response:
    response = show(
        call,
        "claim.html",
        status=200 if problem is None else problem.status,
        csrf=None,
        rest=f"&{urlencode({'token': token})}",
        path=CLAIM_PATH,
        token=token,
        is_done=is_done,
        is_used_up=problem is not None and problem.status == 401,
        fault=problem and fault_words(problem),
    )
    # The address holds the token: it must not travel to wherever somebody goes from here.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
