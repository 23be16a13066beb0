"""All web users, and adding one, who gets in by a link that is shown once."""

from flask import Response

from server.accounts import mails
from server.accounts.administrators import administrator_ids, make_administrator
from server.accounts.resets import hand_out_reset
from server.accounts.user_search import list_users
from server.accounts.users import LONGEST_EMAIL, LONGEST_NAME, create_user, find_user, find_user_by_email
from server.errors import Problem
from server.forms.project_roles import roles_in_projects
from server.http.access import needs
from server.http.call import Call
from server.http.prefix import origin_url
from server.mail import send
from server.permissions import require
from server.web.fault_words import fault_words
from server.web.pages import routes
from server.web.role_words import role_words
from server.web.shell import FORM_LIMIT, field, show
from server.web.users.one import USERS, user_page
from server.web.words import gettext


@routes.route("GET", USERS, needs("user.list"), transaction="own")
def show_all(call: Call) -> Response:
    """List the web users with what they may do and when they signed in last."""
    return _page(call)


@routes.route("POST", USERS, needs("user.create"), transaction="own", form_limit=FORM_LIMIT)
def add_user(call: Call) -> Response:
    """Make a web user of `email` and `name`, with `administrator` one who administers the server, and show the link."""
    settings, email = call.services.settings, field(call, "email", LONGEST_EMAIL + 1)
    is_administrator = bool(field(call, "administrator"))
    if is_administrator:
        require(call.actor, "assignment.create")
    try:
        with call.writing() as session:
            name = field(call, "name", LONGEST_NAME)
            user = create_user(session, call.actor, email=email, password=None, display_name=name)
            if is_administrator:
                make_administrator(session, call.actor, user)
            link = hand_out_reset(session, call.actor, user, origin_url(call.request, settings.public_url))
    except Problem as problem:
        return _page(call, problem)
    if settings.mail_url is not None:
        send(settings, mails.welcome(user.email, link))
    with call.services.database.read() as session:
        return user_page(call, session, find_user(session, user.actor_id), link=link, is_mailed=bool(settings.mail_url))


def _page(call: Call, problem: Problem | None = None) -> Response:
    email = field(call, "email", LONGEST_EMAIL + 1)
    is_taken = problem is not None and problem.status == 409
    with call.services.database.read() as session:
        users = list_users(session, call.actor)
        return show(
            call,
            "users/list.html",
            status=200 if problem is None else problem.status,
            users=sorted(users, key=lambda user: (user.actor.display_name.casefold(), user.email)),
            administrators=administrator_ids(session),
            roles=roles_in_projects(session, users),
            role_words=role_words,
            is_deleted=call.request.args.get("done") == "deleted",
            fault=problem
            and (gettext("A web user has this e-mail address already.") if is_taken else fault_words(problem)),
            holder=find_user_by_email(session, email) if is_taken else None,
            email=email,
            name=field(call, "name", LONGEST_NAME),
            wants_administrator=bool(field(call, "administrator")),
            longest_email=LONGEST_EMAIL,
            longest_name=LONGEST_NAME,
        )
