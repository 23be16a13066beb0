"""Cards to print with the codes of public links, for a notice board or to hand out."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response

from server.http.access import needs
from server.http.call import Call
from server.http.prefix import origin_url
from server.web.forms.public_links import LINKS, link_lines, secret
from server.web.pages import routes
from server.web.qr_picture import qr_picture
from server.web.shell import show


@dataclass(frozen=True, slots=True)
class LinkCard:
    """`code` is the address of a picture."""

    name: str
    code: str
    is_once: bool


@routes.route("GET", f"{LINKS}/sheet", needs("public_link.list"))
def show_cards(call: Call) -> Response:
    """Show a card for each link that can be used; with `link`, its number, only for that one."""
    wanted = call.request.args.getlist("link")
    cards = [
        LinkCard(line.link.actor.display_name, qr_picture(line.url), line.link.is_once)
        for line in link_lines(call)
        if line.url is not None and (not wanted or str(line.link.actor_id) in wanted)
    ]
    server = urlsplit(origin_url(call.request, call.services.settings.public_url)).netloc
    return secret(show(call, "forms/link_cards.html", cards=cards, server=server))
