"""A sheet to print: one card for each enumerator, with the code that sets up ODK Collect."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response

from server.accounts.app_users import list_app_users
from server.accounts.settings_code import settings_text
from server.http.access import needs
from server.http.call import Call
from server.http.prefix import key_url, origin_url
from server.web.pages import routes
from server.web.qr_picture import qr_picture
from server.web.reach import lonely_origin
from server.web.shell import show
from server.web.team.members import TEAM, asked_members


@dataclass(frozen=True, slots=True)
class Card:
    """`code` is the address of a picture."""

    name: str
    code: str


@routes.route("GET", f"{TEAM}/sheet", needs("field_key.list"))
def show_sheet(call: Call) -> Response:
    """Show a card for each enumerator with a key; with `member` or `added`, only for those."""
    origin = origin_url(call.request, call.services.settings.public_url)
    everybody = list_app_users(call.session, call.project.id)
    members = asked_members(call, everybody) if {"member", "added"} & set(call.request.args) else everybody
    cards = [
        Card(member.actor.display_name, _code(key_url(origin, member.token, call.project.id), call.project.name))
        for member in members
        if member.token is not None
    ]
    cards.sort(key=lambda card: card.name.casefold())
    response = show(
        call, "team/sheet.html", cards=cards, server=urlsplit(origin).netloc, lonely_origin=lonely_origin(call)
    )
    # Whoever has a code can send as its owner: no browser keeps a copy.
    response.headers["Cache-Control"] = "no-store"
    return response


def _code(server_url: str, project_name: str) -> str:
    return qr_picture(settings_text(server_url, project_name))
