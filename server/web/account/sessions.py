"""One's own sessions: ending one that was left open somewhere, or all others."""

from flask import Response

from server.accounts.sessions import end_other_sessions, end_own_session
from server.http.call import Call
from server.http.credentials import presented_session
from server.web.account.overview import ACCOUNT, FORM_LIMIT, OWN, done
from server.web.pages import routes


@routes.route("POST", f"{ACCOUNT}/sessions/<int:session_id>/end", OWN, form_limit=FORM_LIMIT)
def end_session_of_mine(call: Call, session_id: int) -> Response:
    """End one of the caller's own sessions."""
    end_own_session(call.session, call.actor, session_id)
    return done("session")


@routes.route("POST", f"{ACCOUNT}/sessions/end-others", OWN, form_limit=FORM_LIMIT)
def end_all_others(call: Call) -> Response:
    """End all of the caller's own sessions but this one."""
    end_other_sessions(call.session, call.actor, presented_session(call.request) or "")
    return done("session")
