"""Asking once more for what a thief of a session does not have, before something that keeps its owner out."""

from server.accounts.second_factor import check_code, has_second_factor
from server.accounts.sign_in import by_password
from server.accounts.users import find_user
from server.http.call import Call
from server.web.account.overview import own_id


def check_own_password(call: Call, password: str) -> None:
    """Raise 401.2 for a wrong password, 429 after too many."""
    services = call.services
    with services.database.read() as session:
        email = find_user(session, own_id(call)).email
    by_password(services.database, services.settings, email, password, address=call.request.remote_addr or "")


def check_own_code(call: Call, code: str) -> None:
    """Raise 401.12 for a wrong code, 429 after too many; who has no second factor needs none."""
    services = call.services
    with services.database.read() as session:
        is_needed = has_second_factor(session, own_id(call))
    if is_needed:
        address = call.request.remote_addr or ""
        check_code(services.database, services.settings, call.actor, code, address=address)
