"""What pages about a project or a form share: where one is, which tabs one may open, how forms are read."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template

from server.forms.models import Form, FormVersion
from server.http.call import Call
from server.web.frame import POLICY, csrf_of, page_response
from server.web.moments import written
from server.web.shown import Shown
from server.web.tabs import form_base, tabs

FORM = "/projects/<int:project_id>/forms/<form_id>"
PROJECT = "/projects/<int:project_id>"
# Of a page's form without files; a list of names can be long.
FORM_LIMIT = 400_000
# Servers take lines of 4,094 bytes, and the path needs some of them.
_LONGEST_QUERY = 2_000


def shown_version(form: Form) -> FormVersion:
    """A form that was never published is shown as its draft."""
    version = form.current_version or form.draft_version
    assert version is not None, "a form has a published version or a draft"
    return version


def show(
    call: Call, template: str, *, tab: str = "", status: int = 200, policy: str = POLICY, **values: Any
) -> Response:
    """Render a page of the project or the form that the path names."""
    kept = [(name, value) for name, value in call.request.args.items(multi=True) if name != "lang"]
    frame: dict[str, Any] = {
        "actor": call.actor,
        "project": call.path_project,
        "form": call.path_form,
        "tab": tab,
        "csrf": csrf_of(call.request),
        "rest": f"&{urlencode(kept)}" if kept else "",
        "shown": Shown(),
        "written": written,
        "may": lambda verb: call.actor.can(verb, *call.chain),
    }
    if call.path_form is not None:
        frame |= {
            "base": form_base(call.path_form),
            "tabs": list(tabs(call)),
            "title": shown_version(call.path_form).title or call.path_form.form_id,
        }
    return page_response(render_template(template, **(frame | values)), status=status, policy=policy)


def see(address: str, told: Iterable[tuple[str, str]] = (), *, at: str = "") -> Response:
    """After a change, lead to the page that shows it, so that loading that again changes nothing.

    `told` becomes the query, as far as an address may be long; `at` is a place on that page.
    """
    query = ""
    for name, value in told:
        longer = f"{query}{'&' if query else '?'}{urlencode({name: value})}"
        if len(longer) > _LONGEST_QUERY:
            break
        query = longer
    return Response(status=303, headers={"Location": f"{address}{query}{'#' if at else ''}{at}"})


def field(call: Call, name: str, longest: int = 1000) -> str:
    """What a field of the page's form holds; blank when it is not there. Nothing in the database has NULs."""
    return call.request.form.get(name, "").replace("\0", "").strip()[:longest]
