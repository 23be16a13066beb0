"""The second factor: set up with a code that an app scans, renewed, turned off.

These pages are also for those whose role asks for a second factor before they can do anything else.
"""

import base64
from typing import Final
from urllib.parse import urlsplit

from flask import Response

from server.accounts.authenticator import setup_uri
from server.accounts.recovery_codes import count_codes
from server.accounts.second_factor import (
    begin_set_up,
    confirm,
    has_second_factor,
    remove,
    renew_codes,
    secret_to_confirm,
)
from server.accounts.settings_code import qr_svg
from server.accounts.sign_in import open_session
from server.accounts.users import find_user
from server.errors import Problem
from server.http.access import needs, signed_in
from server.http.call import Call
from server.http.credentials import keep_session
from server.http.prefix import origin_url
from server.permissions import ROLES_BY_SYSTEM
from server.site_settings import SECOND_FACTOR, SECOND_FACTOR_ROLES, roles_with_second_factor, set_value
from server.web.account.overview import ACCOUNT, FORM_LIMIT, done, own_id
from server.web.account.proof import check_own_code, check_own_password
from server.web.fault_words import fault_words
from server.web.pages import routes
from server.web.problem_page import SECOND_FACTOR_PATH
from server.web.role_words import ROLE_WORDS
from server.web.shell import field, see, show

_OWN: Final = signed_in("it is the caller's own second factor", serves_set_up=True)
_SET_UP: Final = f"{SECOND_FACTOR_PATH}/set-up"
_GROUP: Final = 4


@routes.route("GET", SECOND_FACTOR_PATH, _OWN, transaction="own")
def show_second_factor(call: Call) -> Response:
    """Show whether there is one, and what can be done."""
    return _page(call)


@routes.route("POST", SECOND_FACTOR_PATH, _OWN, form_limit=FORM_LIMIT)
def begin(call: Call) -> Response:
    """Make a secret, which the page that follows shows until it is confirmed."""
    if not has_second_factor(call.session, own_id(call)):
        begin_set_up(call.session, call.services.settings, own_id(call))
    return see(_SET_UP)


@routes.route("GET", _SET_UP, _OWN, transaction="own")
def show_set_up(call: Call) -> Response:
    """Show the code to scan."""
    return _set_up_page(call)


@routes.route("POST", _SET_UP, _OWN, transaction="own", form_limit=FORM_LIMIT)
def finish(call: Call) -> Response:
    """Let it count from now on: after the password, and a code that shows that the app has the secret."""
    try:
        check_own_password(call, call.request.form.get("password", ""))
        with call.writing() as session:
            codes = confirm(session, call.services.settings, call.actor, field(call, "code"))
            new = open_session(session, call.actor, user_agent=call.request.headers.get("User-Agent"))
    except Problem as problem:
        return _set_up_page(call, problem)
    response = _codes_page(call, codes)
    keep_session(call, response, new)
    return response


@routes.route("POST", f"{SECOND_FACTOR_PATH}/codes", _OWN, transaction="own", form_limit=FORM_LIMIT)
def make_new_codes(call: Call) -> Response:
    """Show ten new recovery codes in place of the old ones."""
    try:
        _check(call)
        with call.writing() as session:
            codes = renew_codes(session, call.actor)
    except Problem as problem:
        return _page(call, problem)
    return _codes_page(call, codes)


@routes.route("POST", f"{SECOND_FACTOR_PATH}/off", _OWN, transaction="own", form_limit=FORM_LIMIT)
def turn_off(call: Call) -> Response:
    """Take it away; whoever needs one is led here again."""
    try:
        _check(call)
        with call.writing() as session:
            remove(session, call.actor, own_id(call))
    except Problem as problem:
        return _page(call, problem)
    return done("second-factor-off")


@routes.route("POST", f"{SECOND_FACTOR_PATH}/roles", needs("config.set"), form_limit=FORM_LIMIT)
def choose_roles(call: Call) -> Response:
    """Set which roles ask for a second factor."""
    chosen = [name for name in SECOND_FACTOR_ROLES if name in call.request.form.getlist("role")]
    set_value(call.session, call.actor, SECOND_FACTOR, {"roles": chosen})
    return see(f"{SECOND_FACTOR_PATH}?saved=1")


def _check(call: Call) -> None:
    check_own_password(call, call.request.form.get("password", ""))
    check_own_code(call, field(call, "code"))


def _page(call: Call, problem: Problem | None = None) -> Response:
    actor_id = own_id(call)
    with call.services.database.read() as session:
        is_there, left = has_second_factor(session, actor_id), count_codes(session, actor_id)
        asking = roles_with_second_factor(session)
    return show(
        call,
        "account/second_factor.html",
        status=200 if problem is None else problem.status,
        here=SECOND_FACTOR_PATH,
        is_there=is_there,
        left=left,
        is_needed=call.actor.lacks_second_factor,
        asking=asking,
        role_words=ROLE_WORDS,
        roles=[ROLES_BY_SYSTEM[name] for name in SECOND_FACTOR_ROLES],
        is_saved="saved" in call.request.args,
        fault=problem and fault_words(problem),
    )


def _set_up_page(call: Call, problem: Problem | None = None) -> Response:
    actor_id, settings = own_id(call), call.services.settings
    with call.services.database.read() as session:
        email = find_user(session, actor_id).email
        try:
            secret = secret_to_confirm(session, settings, actor_id)
        except Problem:
            return see(SECOND_FACTOR_PATH)
    host = urlsplit(origin_url(call.request, settings.public_url)).netloc
    uri = setup_uri(secret, email, f"Transect {host}")
    letters = base64.b32encode(secret).decode()
    response = show(
        call,
        "account/set_up.html",
        status=200 if problem is None else problem.status,
        here=_SET_UP,
        uri=uri,
        picture=f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(uri)).decode()}",
        letters=" ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP)),
        fault=problem and fault_words(problem),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _codes_page(call: Call, codes: list[str]) -> Response:
    response = show(call, "account/codes.html", here=SECOND_FACTOR_PATH, codes=codes, account=ACCOUNT)
    response.headers["Cache-Control"] = "no-store"
    return response
