"""A new password for oneself."""

from flask import Response

from server.accounts.sign_in import open_session
from server.accounts.users import find_user, set_password
from server.errors import Problem
from server.http.call import Call
from server.http.credentials import keep_session
from server.web.account.overview import ACCOUNT, FORM_LIMIT, OWN, account_page, done, own_id
from server.web.account.proof import check_own_password
from server.web.pages import routes


@routes.route("POST", f"{ACCOUNT}/password", OWN, transaction="own", form_limit=FORM_LIMIT)
def change_own_password(call: Call) -> Response:
    """Set a new password and end all sessions; this browser gets a new one."""
    form = call.request.form
    try:
        check_own_password(call, form.get("old", ""))
        with call.writing() as session:
            set_password(session, call.actor, find_user(session, own_id(call)), form.get("new", ""))
            new = open_session(session, call.actor, user_agent=call.request.headers.get("User-Agent"))
    except Problem as problem:
        return account_page(call, at="password", problem=problem)
    response = done("password")
    keep_session(call, response, new)
    return response
