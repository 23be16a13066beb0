"""The tabs of a form's pages, and where they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from server.forms.models import Form
from server.http.call import Call
from server.web.words import gettext


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: str
    address: str


def form_base(form: Form) -> str:
    """The start of all addresses about a form."""
    return f"/projects/{form.project_id}/forms/{quote(form.form_id, safe='')}"


def tabs(call: Call) -> Iterator[Tab]:
    """Those that the caller may open."""
    form = call.form
    base = form_base(form)

    def can(verb: str) -> bool:
        return call.actor.can(verb, *call.chain)

    if can("submission.list"):
        yield Tab("overview", gettext("Overview"), base)
        yield from _submission_tabs(call, base)
    if can("form.update"):
        yield Tab("draft", gettext("Form"), f"{base}/draft")
    if can("form.read"):
        yield Tab("versions", gettext("Versions"), f"{base}/versions")
    if can("submission.read") and can("submission.list") and form.current_version is not None:
        yield Tab("data", gettext("Data"), f"{base}/data")
    if can("public_link.list"):
        yield Tab("links", gettext("Links"), f"{base}/links")
    if call.actor.can("field_key.list", call.project):
        yield Tab("team", gettext("Team"), f"/projects/{call.project.id}/team")
    if can("form.update"):
        yield Tab("settings", gettext("Settings"), f"{base}/settings")


def _submission_tabs(call: Call, base: str) -> Iterator[Tab]:
    """Ways of looking at what has been sent, once anything can have been."""
    if call.form.current_version is None:
        return
    can_read = call.actor.can("submission.read", *call.chain)
    yield Tab("review", gettext("Review"), f"{base}/review")
    if can_read:
        yield Tab("map", gettext("Map"), f"{base}/map")
        yield Tab("table", gettext("Table"), f"{base}/table")
    yield Tab("progress", gettext("Progress"), f"{base}/progress")
    if can_read:
        yield Tab("photos", gettext("Photos"), f"{base}/photos")
