"""Whether the form is offered to phones and takes submissions."""

from typing import Final

from flask import Response

from server.forms.state import update_form
from server.http.access import needs
from server.http.call import Call
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, field, see, show
from server.web.tabs import form_base

_CHANGE: Final = needs("form.update")


@routes.route("GET", f"{FORM}/settings", _CHANGE)
def show_settings(call: Call) -> Response:
    """Show the state of the form."""
    return show(call, "forms/settings.html", tab="settings", is_saved="saved" in call.request.args)


@routes.route("POST", f"{FORM}/settings", _CHANGE, form_limit=FORM_LIMIT)
def change_settings(call: Call) -> Response:
    """Open the form, let it run out, or close it."""
    update_form(call.session, call.actor, call.form, state=field(call, "state"))
    return see(f"{form_base(call.form)}/settings?saved=1")
