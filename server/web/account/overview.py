"""One's own account on one page. Its forms come back to it with what was wrong, beside the form."""

from typing import Final

from flask import Response

from server.accounts.api_passwords import list_api_passwords
from server.accounts.preferences import preferences_of
from server.accounts.second_factor import has_second_factor
from server.accounts.sessions import list_sessions
from server.accounts.tokens import token_hash
from server.accounts.users import find_user
from server.errors import Problem, not_found
from server.http.access import signed_in
from server.http.call import Call
from server.http.credentials import presented_session
from server.web.account.browser_name import browser_name
from server.web.fault_words import fault_words
from server.web.pages import routes
from server.web.shell import see, show

ACCOUNT: Final = "/account"
OWN: Final = signed_in("it is the caller's own account")
# Of forms with some passwords and names.
FORM_LIMIT: Final = 10_000
_DONE: Final = frozenset({"password", "language", "session", "api-password", "second-factor-off"})


@routes.route("GET", ACCOUNT, OWN, transaction="own")
def show_account(call: Call) -> Response:
    """Show the caller's account."""
    return account_page(call)


def account_page(call: Call, *, at: str = "", problem: Problem | None = None, new_api_password: str = "") -> Response:
    """`at` names the form that `problem` is about; `new_api_password` is shown this once."""
    actor_id, token = own_id(call), presented_session(call.request)
    with call.services.database.read() as session:
        user = find_user(session, actor_id)
        response = show(
            call,
            "account/overview.html",
            status=200 if problem is None else problem.status,
            here=ACCOUNT,
            user=user,
            chosen=preferences_of(user)["site"].get("language"),
            sessions=list_sessions(session, actor_id),
            current=token and token_hash(token),
            browser_name=browser_name,
            has_second_factor=has_second_factor(session, actor_id),
            api_passwords=list_api_passwords(session, actor_id),
            new_api_password=new_api_password,
            done=call.request.args.get("done") if call.request.args.get("done") in _DONE else None,
            at=at,
            fault=problem and fault_words(problem),
        )
    if new_api_password:
        response.headers["Cache-Control"] = "no-store"
    return response


def done(what: str) -> Response:
    """Back to the account, which says what has been done."""
    return see(f"{ACCOUNT}?done={what}")


def own_id(call: Call) -> int:
    """The id of the user who calls; raise 404.1 for keys, which have no account."""
    if call.actor.id is None or call.actor.type != "user":
        raise not_found()
    return call.actor.id
