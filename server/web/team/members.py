"""Who collects in a project: adding enumerators one by one or from a list, and taking their keys away."""

import re
from collections.abc import Iterable
from typing import Final

from flask import Response
from sqlalchemy.orm import Session

from server.accounts.app_users import find_app_user, list_app_users
from server.accounts.enumerators import MOST_AT_ONCE, add_enumerators, names_in
from server.accounts.key_holders import delete_holder, revoke_key
from server.accounts.models import AppUser
from server.accounts.users import LONGEST_NAME
from server.errors import Problem
from server.forms.find import find_project
from server.http.access import needs
from server.http.call import Call
from server.submissions.submitters import sending_by_submitter
from server.web.moments import midnight, today
from server.web.pages import routes
from server.web.reach import lonely_origin
from server.web.shell import FORM_LIMIT, PROJECT, field, see, show
from server.web.team.app_version import app_version
from server.web.words import gettext

TEAM: Final = f"{PROJECT}/team"
_MEMBER: Final = f"{TEAM}/<int:actor_id>"
_LONGEST_LIST: Final = 200_000
_LONGEST_TOLD: Final = 80
_SPAN: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@routes.route("GET", TEAM, needs("field_key.list"))
def show_team(call: Call) -> Response:
    """List the enumerators with when they were last heard of, and what they have sent with which app."""
    return _page(call, call.session)


@routes.route("POST", TEAM, needs("field_key.create"), transaction="own", form_limit=FORM_LIMIT)
def add_members(call: Call) -> Response:
    """Add an enumerator for each line of `names`."""
    names = names_in(field(call, "names", _LONGEST_LIST))
    try:
        with call.writing() as session:
            project = find_project(session, call.project.id)
            added = add_enumerators(session, call.actor, project.id, project, names)
    except Problem as problem:
        if problem.status != 400:
            raise
        limits = {"most": MOST_AT_ONCE, "longest": LONGEST_NAME}
        fault = gettext("At most %(most)s names at once, each of at most %(longest)s characters.", **limits)
        with call.services.database.read() as session:
            return _page(call, session, fault=fault, names="\n".join(names))
    made = [app_user.actor_id for app_user in added.made]
    told = [("added", f"{min(made)}-{max(made)}")] if made else []
    told += [("known", name[:_LONGEST_TOLD]) for name in added.known]
    told += [("twice", name[:_LONGEST_TOLD]) for name in added.twice]
    return see(f"/projects/{call.project.id}/team", told)


@routes.route("POST", f"{_MEMBER}/revoke", needs("session.end"), form_limit=FORM_LIMIT)
def revoke_member(call: Call, actor_id: int) -> Response:
    """Take the key away: what the phone has not sent yet cannot be sent with it."""
    revoke_key(call.session, call.actor, find_app_user(call.session, call.project.id, actor_id), call.project)
    return see(f"/projects/{call.project.id}/team")


@routes.route("POST", f"{_MEMBER}/remove", needs("field_key.delete"), form_limit=FORM_LIMIT)
def remove_member(call: Call, actor_id: int) -> Response:
    """Take an enumerator off the list; what was sent keeps its name."""
    delete_holder(call.session, call.actor, find_app_user(call.session, call.project.id, actor_id))
    return see(f"/projects/{call.project.id}/team")


def asked_members(call: Call, members: Iterable[AppUser]) -> list[AppUser]:
    """Those whom the address names: `member`, a number, or `added`, the first and the last of a row of numbers."""
    numbers = set(call.request.args.getlist("member"))
    span = _SPAN.fullmatch(call.request.args.get("added", ""))
    first, last = (int(span[1]), int(span[2])) if span else (0, -1)
    return [one for one in members if str(one.actor_id) in numbers or first <= one.actor_id <= last]


def _page(call: Call, session: Session, *, fault: str = "", names: str = "") -> Response:
    members = list_app_users(session, call.project.id)
    return show(
        call,
        "team/members.html",
        status=400 if fault else 200,
        members=members,
        sent=sending_by_submitter(session, call.project.id, midnight(today())),
        app_version=app_version,
        with_key=sum(member.token is not None for member in members),
        added={member.actor_id for member in asked_members(call, members)},
        span=call.request.args.get("added", ""),
        known=call.request.args.getlist("known"),
        twice=call.request.args.getlist("twice"),
        fault=fault,
        names=names,
        lonely_origin=lonely_origin(call),
    )
