"""Which web users have a role in a project: giving one by e-mail address, changing it, taking it away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Response

from server.accounts.assignments import find_role, list_assignments, may_give, roles_on, set_only_role
from server.accounts.models import ActorRow, User
from server.accounts.user_search import list_users
from server.accounts.users import LONGEST_EMAIL, find_user, find_user_by_email
from server.errors import Problem, insufficient_rights, not_found
from server.http.access import needs
from server.http.call import Call
from server.permissions import ROLES_BY_ID, ROLES_BY_SYSTEM, Role, require
from server.web.fault_words import fault_words
from server.web.pages import routes
from server.web.role_words import may_do, role_words
from server.web.shell import FORM_LIMIT, field, see, show
from server.web.team.members import TEAM
from server.web.words import gettext

_WEB_USERS: Final = f"{TEAM}/users"
_WEB_USER: Final = f"{_WEB_USERS}/<int:actor_id>"
# Those that are meant for projects, from the most rights to the fewest.
_ROLES: Final = tuple(ROLES_BY_SYSTEM[name] for name in ("manager", "viewer", "formfill"))


@dataclass(slots=True)
class Holder:
    """A user with a role in the project; over the API somebody may be given several."""

    actor: ActorRow
    roles: list[Role]


@routes.route("GET", _WEB_USERS, needs("assignment.list"))
def show_holders(call: Call) -> Response:
    """List the web users who have a role in the project."""
    return _page(call)


@routes.route("POST", _WEB_USERS, needs("assignment.create"), form_limit=FORM_LIMIT)
def add_holder(call: Call) -> Response:
    """Give the user at `email` the role `role`; who has another one keeps that, and the page says so."""
    email = field(call, "email", LONGEST_EMAIL + 1)
    role = _asked_role(call)
    try:
        user = find_user_by_email(call.session, email)
    except Problem as problem:
        fault = gettext("No web user has this e-mail address.") if problem.status == 404 else fault_words(problem)
        return _page(call, fault=fault, email=email, role=role, is_unknown=problem.status == 404)
    if any(held != role for held in roles_on(call.session, user.actor, call.project)):
        name = user.actor.display_name
        fault = gettext("%(name)s has a role here already. Change it in the list.", name=name)
        return _page(call, fault=fault, email=email, role=role)
    set_only_role(call.session, call.actor, role, user.actor, *call.chain)
    return _done(call, user)


@routes.route("POST", f"{_WEB_USER}/role", needs("assignment.create"), form_limit=FORM_LIMIT)
def change_role(call: Call, actor_id: int) -> Response:
    """Let the user have the role `role` in the project, in place of what they had."""
    require(call.actor, "assignment.delete", *call.chain)
    user = _find_holder(call, actor_id)
    set_only_role(call.session, call.actor, _asked_role(call), user.actor, *call.chain)
    return _done(call, user)


@routes.route("POST", f"{_WEB_USER}/remove", needs("assignment.delete"), form_limit=FORM_LIMIT)
def remove_holder(call: Call, actor_id: int) -> Response:
    """Take whatever roles the user has in the project away; what they did stays."""
    set_only_role(call.session, call.actor, None, _find_holder(call, actor_id).actor, *call.chain)
    return see(_address(call))


def _asked_role(call: Call) -> Role:
    role = find_role(field(call, "role"))
    if role not in _ROLES:
        raise not_found()
    return role


def _find_holder(call: Call, actor_id: int) -> User:
    """Anybody but oneself: nobody shuts themselves out of the project by a slip."""
    if actor_id == call.actor.id:
        raise insufficient_rights()
    return find_user(call.session, actor_id)


def _address(call: Call) -> str:
    return f"/projects/{call.project.id}/team/users"


def _done(call: Call, user: User) -> Response:
    return see(_address(call), [("given", str(user.actor_id))])


def _holders(call: Call) -> Iterable[Holder]:
    """By name; app users, which have the project's assignments, too, stand on the team's own page."""
    found: dict[int, Holder] = {}
    for given in list_assignments(call.session, call.project):
        if given.actor.type == "user":
            found.setdefault(given.actor_id, Holder(given.actor, [])).roles.append(ROLES_BY_ID[given.role_id])
    return sorted(found.values(), key=lambda holder: (holder.actor.display_name.casefold(), holder.actor.id))


def _page(
    call: Call, *, fault: str = "", email: str = "", role: Role | None = None, is_unknown: bool = False
) -> Response:
    # Nobody who may not list users is told more addresses than they know.
    known = list_users(call.session, call.actor)
    return show(
        call,
        "team/web_users.html",
        status=400 if fault else 200,
        holders=_holders(call),
        roles=[one for one in _ROLES if may_give(call.actor, one, *call.chain)],
        role_words=role_words,
        may_do=may_do,
        emails={user.actor_id: user.email for user in known},
        given=call.request.args.get("given", ""),
        fault=fault,
        is_unknown=is_unknown,
        email=email,
        chosen=role,
        longest_email=LONGEST_EMAIL,
    )
