"""API passwords: made after the password was asked once more, shown once, ended at any time."""

from flask import Response

from server.accounts.api_passwords import create_api_password, end_api_password
from server.errors import Problem
from server.http.call import Call
from server.web.account.overview import ACCOUNT, FORM_LIMIT, OWN, account_page, done, own_id
from server.web.account.proof import check_own_password
from server.web.pages import routes
from server.web.shell import field


@routes.route("POST", f"{ACCOUNT}/api-passwords", OWN, transaction="own", form_limit=FORM_LIMIT)
def add_api_password(call: Call) -> Response:
    """Make an API password and show it this once."""
    own_id(call)
    try:
        check_own_password(call, call.request.form.get("password", ""))
        with call.writing() as session:
            made = create_api_password(session, call.actor, field(call, "name"))
    except Problem as problem:
        return account_page(call, at="api-password", problem=problem)
    return account_page(call, new_api_password=made)


@routes.route("POST", f"{ACCOUNT}/api-passwords/<int:api_password_id>/end", OWN, form_limit=FORM_LIMIT)
def end_own_api_password(call: Call, api_password_id: int) -> Response:
    """End one of the caller's own API passwords."""
    own_id(call)
    end_api_password(call.session, call.actor, api_password_id)
    return done("api-password")
