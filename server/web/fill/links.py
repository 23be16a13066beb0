"""The addresses `/-/…` that ODK Central's API gives to pages on which forms are filled in."""

from urllib.parse import quote, urlencode

from flask import Response

from server.accounts.models import PublicLink
from server.accounts.public_links import find_public_link
from server.accounts.sign_in import by_key
from server.errors import Problem, not_authenticated, not_found
from server.forms.find import find_linked_form, published_version
from server.forms.models import Form, FormVersion
from server.http.access import anyone, signed_in
from server.http.call import Call
from server.http.prefix import key_url
from server.permissions import Actor, require
from server.web.fill.page import Task, write_fill_page
from server.web.pages import routes
from server.web.shell import see, show
from server.web.tabs import form_base

_BY_TOKEN = anyone("the public link's token in `st`, or the rights to the page that it leads to, decide")


def link_url(origin: str, form: Form, link: PublicLink) -> str | None:
    """Where a public link leads, as it is given to people; None when it has been revoked."""
    kind = "single/" if link.is_once else ""
    return f"{origin}/-/{kind}{form.link_id}?{urlencode({'st': link.token})}" if link.token else None


@routes.route("GET", "/-/<link_id>", _BY_TOKEN)
def show_link(call: Call, link_id: str) -> Response:
    """Show the form to whoever holds a public link; without a token, lead to the page for those who sign in."""
    token = call.request.args.get("st")
    if token is None:
        return _lead(call, link_id, "submission.create", "/fill")
    try:
        call.actor = _holder(call, token)
        _find(call, link_id, "submission.create")
        version = published_version(call.form)
    except Problem:
        call.path_project = call.path_form = None
        return show(call, "fill/ended.html", status=404)
    return _fill(call, version, token)


@routes.route("GET", "/-/single/<link_id>", _BY_TOKEN)
def show_single_link(call: Call, link_id: str) -> Response:
    """The same as `/-/{link}`: whether each respondent may send once, the link itself says."""
    return show_link(call, link_id)


@routes.route("GET", "/-/preview/<link_id>", signed_in("the page that it leads to asks for form.update"))
def show_preview_link(call: Call, link_id: str) -> Response:
    """Lead to the preview of the draft."""
    return _lead(call, link_id, "form.update", "/draft/preview")


@routes.route("GET", "/-/edit/<link_id>", signed_in("the page that it leads to asks for submission.update"))
def show_edit_link(call: Call, link_id: str) -> Response:
    """Lead to the page that edits the submission in `instance_id`."""
    instance_id = call.request.args.get("instance_id", "")
    return _lead(call, link_id, "submission.update", f"/submissions/{quote(instance_id, safe='')}/edit")


def _holder(call: Call, token: str) -> Actor:
    """The public link with this token; an app user's key opens nothing here."""
    actor = by_key(call.session, token).actor
    if actor.type != "public_link":
        raise not_found()
    return actor


def _find(call: Call, link_id: str, verb: str) -> None:
    call.path_project, call.path_form = find_linked_form(call.session, link_id)
    require(call.actor, verb, *call.chain)


def _lead(call: Call, link_id: str, verb: str, page: str) -> Response:
    if call.actor.is_anonymous:
        raise not_authenticated()
    _find(call, link_id, verb)
    return see(f"{form_base(call.form)}{page}")


def _fill(call: Call, version: FormVersion, token: str) -> Response:
    assert call.actor.id is not None
    link = find_public_link(call.session, call.form.id, call.actor.id)
    base = key_url("", token, call.project.id)
    form = base + form_base(call.form).removeprefix(f"/projects/{call.project.id}")
    task = Task(
        kind="new",
        form=f"{form}.xml",
        files=f"{form}/attachments/",
        send=f"{base}/submission",
        once=f"sent:{call.form.link_id}:{link.actor_id}" if link.is_once else None,
    )
    return write_fill_page(call, version, task)
