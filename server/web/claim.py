"""The page behind a mailed link: it sets the password of a new account, or of one whose password was forgotten."""

from flask import Response

from server.accounts.mails import CLAIM_PATH
from server.accounts.resets import reset_password
from server.errors import Problem
from server.http.access import without_credentials
from server.http.call import Call
from server.web.page import write_page
from server.web.pages import routes

_BY_TOKEN = without_credentials("the mailed token is the credential; it is checked where it is used up")
_MAX_FORM = 10_000
_USED_UP = (
    "Liên kết này đã được dùng, đã hết hạn hoặc không đúng. Hãy yêu cầu một liên kết mới. / "
    "This link has been used, is too old or is wrong. Ask for a new one."
)


@routes.route("GET", CLAIM_PATH, _BY_TOKEN, transaction="own")
def show_claim(call: Call) -> Response:
    """Ask for the new password."""
    return _page(call.request.args.get("token", ""))


@routes.route("POST", CLAIM_PATH, _BY_TOKEN, transaction="own")
def set_claimed_password(call: Call) -> Response:
    """Set the password; the link works once."""
    call.request.max_content_length = _MAX_FORM
    token, password = call.request.form.get("token", ""), call.request.form.get("password", "")
    try:
        with call.writing() as session:
            reset_password(session, token, password)
    except Problem as problem:
        return _page(token, problem=_USED_UP if problem.status == 401 else problem.message, status=problem.status)
    return write_page("claim", is_done=True)


def _page(token: str, *, problem: str | None = None, status: int = 200) -> Response:
    response = write_page("claim", status=status, path=CLAIM_PATH, token=token, problem=problem)
    # The address holds the token: it must not travel to wherever somebody goes from here.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
