"""Whether the form is offered to phones and takes submissions, and which question says where one was made."""

from dataclasses import dataclass
from typing import Final

from flask import Response

from server.desk.labels import pick_language
from server.forms.definitions import definition_of
from server.forms.find import published_version
from server.forms.state import update_form
from server.http.access import needs
from server.http.call import Call
from server.submissions.areas import area_questions, choose_area
from server.web.frame import language_of
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, field, see, show
from server.web.tabs import form_base

_CHANGE: Final = needs("form.update")


@dataclass(frozen=True, slots=True)
class OfferedAreas:
    """Paths of questions with their labels; `by_rule` is the label of the one that the rule finds, if it finds one."""

    questions: list[tuple[str, str]]
    by_rule: str | None


@routes.route("GET", f"{FORM}/settings", _CHANGE)
def show_settings(call: Call) -> Response:
    """Show the state of the form, and its area question once anybody can have been asked it."""
    return show(
        call,
        "forms/settings.html",
        tab="settings",
        saved=call.request.args.get("saved"),
        areas=_offered_areas(call) if call.form.current_version else None,
    )


@routes.route("POST", f"{FORM}/settings", _CHANGE, form_limit=FORM_LIMIT)
def change_settings(call: Call) -> Response:
    """Open the form, let it run out, or close it."""
    update_form(call.session, call.actor, call.form, state=field(call, "state"))
    return see(f"{form_base(call.form)}/settings?saved=state")


@routes.route("POST", f"{FORM}/settings/area", _CHANGE, form_limit=FORM_LIMIT)
def change_area(call: Call) -> Response:
    """Choose the area question `area`; blank for the one that the rule finds."""
    choose_area(call.session, call.actor, call.form, field(call, "area") or None)
    return see(f"{form_base(call.form)}/settings?saved=area", at="area")


def _offered_areas(call: Call) -> OfferedAreas:
    version, language = published_version(call.form), language_of(call.request)
    definition = definition_of(call.session, version)
    spoken = pick_language(definition.languages, language, definition.default_language)
    by_rule = definition.field(definition.area_path) if definition.area_path else None
    return OfferedAreas(
        [(item.path, item.label(spoken)) for item in area_questions(definition.fields)],
        by_rule.label(spoken) if by_rule else None,
    )
