"""The public links of a form: for people without an account, made, handed on and revoked here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Response

from server.accounts.key_holders import delete_holder, revoke_key
from server.accounts.models import PublicLink
from server.accounts.public_links import create_public_link, find_public_link, list_public_links
from server.errors import Problem
from server.http.access import needs
from server.http.call import Call
from server.http.prefix import origin_url
from server.submissions.submitters import Sent, sent_by_submitter
from server.web.fault_words import fault_words
from server.web.fill.links import link_url
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, field, see, show
from server.web.tabs import form_base

LINKS: Final = f"{FORM}/links"
_LINK: Final = f"{LINKS}/<int:actor_id>"


@dataclass(frozen=True, slots=True)
class LinkLine:
    """`url` is None once the link has been revoked, `sent` while nothing has come in by it."""

    link: PublicLink
    url: str | None
    sent: Sent | None


@routes.route("GET", LINKS, needs("public_link.list"))
def show_links(call: Call) -> Response:
    """List the form's public links with what came in by each."""
    return _page(call)


@routes.route("POST", LINKS, needs("public_link.create"), form_limit=FORM_LIMIT)
def add_link(call: Call) -> Response:
    """Make a link with the name `name`; with `once` it is for one submission from each browser."""
    name, is_once = field(call, "name"), bool(field(call, "once"))
    try:
        link = create_public_link(call.session, call.actor, call.form, name, is_once=is_once)
    except Problem as problem:
        if problem.status != 400:
            raise
        return _page(call, fault=fault_words(problem), name=name)
    return see(f"{form_base(call.form)}/links", [("made", str(link.actor_id))])


@routes.route("POST", f"{_LINK}/revoke", needs("session.end"), form_limit=FORM_LIMIT)
def revoke_link(call: Call, actor_id: int) -> Response:
    """Let nobody fill in the form with the link any more; it stays in the list."""
    revoke_key(call.session, call.actor, _find(call, actor_id), *call.chain)
    return see(f"{form_base(call.form)}/links")


@routes.route("POST", f"{_LINK}/remove", needs("public_link.delete"), form_limit=FORM_LIMIT)
def remove_link(call: Call, actor_id: int) -> Response:
    """Take a link off the list; what came in by it keeps its name."""
    delete_holder(call.session, call.actor, _find(call, actor_id))
    return see(f"{form_base(call.form)}/links")


def link_lines(call: Call) -> Iterator[LinkLine]:
    """All links of the form, those that can be used first."""
    origin = origin_url(call.request, call.services.settings.public_url)
    sent = sent_by_submitter(call.session, call.form)
    for link in list_public_links(call.session, call.form.id):
        yield LinkLine(link, link_url(origin, call.form, link), sent.get(link.actor_id))


def secret(response: Response) -> Response:
    """Whoever has a link can send with it: no browser keeps a copy of a page that shows one."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _find(call: Call, actor_id: int) -> PublicLink:
    return find_public_link(call.session, call.form.id, actor_id)


def _page(call: Call, *, fault: str = "", name: str = "") -> Response:
    lines = list(link_lines(call))
    return secret(
        show(
            call,
            "forms/public_links.html",
            tab="links",
            status=400 if fault else 200,
            lines=lines,
            with_key=sum(line.url is not None for line in lines),
            made=call.request.args.get("made", ""),
            is_encrypted=call.form.current_version is not None and call.form.current_version.key_id is not None,
            fault=fault,
            name=name,
        )
    )
