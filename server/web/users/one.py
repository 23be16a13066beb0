"""One web user: what they may do, where they are signed in, and what an administrator can do for them."""

from typing import Final

from flask import Response
from sqlalchemy.orm import Session

from server.accounts.administrators import (
    administrator_ids,
    end_administrator,
    is_last_administrator,
    make_administrator,
)
from server.accounts.models import User
from server.accounts.resets import hand_out_reset
from server.accounts.sessions import end_all_sessions, list_sessions
from server.accounts.users import delete_user, find_user
from server.errors import insufficient_rights
from server.forms.project_roles import roles_in_projects
from server.http.access import needs
from server.http.call import Call
from server.http.prefix import origin_url
from server.web.account.browser_name import browser_name
from server.web.pages import routes
from server.web.reach import lonely_origin
from server.web.role_words import role_words
from server.web.shell import FORM_LIMIT, field, see, show
from server.web.words import N_, gettext

USERS: Final = "/users"
_USER: Final = f"{USERS}/<int:actor_id>"
_LAST: Final = N_("Nobody else who administers this server has a password. Make another administrator first.")
_UNSURE: Final = N_("Nothing was changed: tick that you want this.")


@routes.route("GET", _USER, needs("user.read"))
def show_user(call: Call, actor_id: int) -> Response:
    """Show a web user, and what can be done."""
    return user_page(call, call.session, find_user(call.session, actor_id))


@routes.route("POST", f"{_USER}/administrator", needs("assignment.create"), form_limit=FORM_LIMIT)
def make_one(call: Call, actor_id: int) -> Response:
    """Let the user administer the server."""
    make_administrator(call.session, call.actor, find_user(call.session, actor_id))
    return _saved(actor_id)


@routes.route("POST", f"{_USER}/administrator/end", needs("assignment.delete"), form_limit=FORM_LIMIT)
def end_one(call: Call, actor_id: int) -> Response:
    """Let the user administer the server no longer; never the last one, and oneself only with `sure`."""
    user, is_self = find_user(call.session, actor_id), actor_id == call.actor.id
    if fault := _why_not(call, user, must_be_sure=is_self):
        return user_page(call, call.session, user, fault=fault)
    end_administrator(call.session, call.actor, user)
    return see("/projects") if is_self else _saved(actor_id)


@routes.route("POST", f"{_USER}/sessions/end", needs("session.end"), form_limit=FORM_LIMIT)
def sign_out_everywhere(call: Call, actor_id: int) -> Response:
    """End all sessions of the user."""
    end_all_sessions(call.session, call.actor, find_user(call.session, actor_id))
    return _saved(actor_id)


@routes.route("POST", f"{_USER}/password", needs("user.password.invalidate"), form_limit=FORM_LIMIT)
def renew_password(call: Call, actor_id: int) -> Response:
    """Show a link for a new password; with `now` the present one and all access end at once, else when it is used."""
    user = find_user(call.session, actor_id)
    origin = origin_url(call.request, call.services.settings.public_url)
    link = hand_out_reset(call.session, call.actor, user, origin, invalidates=bool(field(call, "now")))
    return user_page(call, call.session, user, link=link)


@routes.route("POST", f"{_USER}/delete", needs("user.delete"), form_limit=FORM_LIMIT)
def delete_one(call: Call, actor_id: int) -> Response:
    """Delete the user, with `sure`; what they did keeps their name. Nobody deletes themselves."""
    if actor_id == call.actor.id:
        raise insufficient_rights()
    user = find_user(call.session, actor_id)
    if fault := _why_not(call, user, must_be_sure=True):
        return user_page(call, call.session, user, fault=fault)
    delete_user(call.session, call.actor, user)
    return see(USERS, [("done", "deleted")])


def _why_not(call: Call, user: User, *, must_be_sure: bool) -> str:
    """In English, why the user cannot lose their rights; empty when they can."""
    if must_be_sure and not field(call, "sure"):
        return _UNSURE
    return _LAST if is_last_administrator(call.session, user) else ""


def user_page(
    call: Call, session: Session, user: User, *, link: str = "", is_mailed: bool = False, fault: str = ""
) -> Response:
    """`link` sets the user's password and is shown this once; `fault` says in English why nothing was changed."""
    response = show(
        call,
        "users/one.html",
        status=400 if fault else 200,
        here=f"{USERS}/{user.actor_id}",
        user=user,
        is_self=user.actor_id == call.actor.id,
        is_administrator=user.actor_id in administrator_ids(session),
        roles=roles_in_projects(session, [user]).get(user.actor_id, ()),
        role_words=role_words,
        sessions=list_sessions(session, user.actor_id),
        browser_name=browser_name,
        link=link,
        is_mailed=is_mailed,
        lonely_origin=lonely_origin(call),
        is_saved="saved" in call.request.args,
        fault=gettext(fault),
    )
    if link:
        # Whoever has it sets the password: no browser keeps a copy.
        response.headers["Cache-Control"] = "no-store"
    return response


def _saved(actor_id: int) -> Response:
    return see(f"{USERS}/{actor_id}", [("saved", "yes")])
