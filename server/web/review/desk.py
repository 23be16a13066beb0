"""The desk itself: one page with list and submission, or one part of it for the script that changes pages in place."""

from typing import Any

from flask import Response, render_template

from server.desk.decisions import last_change
from server.desk.filters import Desk
from server.desk.labels import Labels
from server.desk.lines import Page, count_lines, list_lines, neighbours
from server.desk.record import read_record
from server.errors import not_found
from server.http.access import needs
from server.http.call import Call
from server.web.frame import csrf_of, language_of, page_response
from server.web.ground import shown_ground
from server.web.pages import routes
from server.web.review.address import DESK, Address, read_address, read_key
from server.web.review.place_map import draw_map
from server.web.review.told import read_told
from server.web.shown import Shown
from server.web.tabs import form_base, tabs
from server.web.view_links import view_links

_PARTS = ("list", "detail", "counts")
# A list beside a chosen submission shows no more than a screen or two; the rest comes as one scrolls.
_LINES = 40


@routes.route("GET", DESK, needs("submission.list"))
def show_desk(call: Call) -> Response:
    """Show what waits for review, and the submission that the address names."""
    args = call.request.args
    address, language, part = read_address(args), language_of(call.request), args.get("part")
    desk = open_desk(call, address, language)
    open_id = args.get("open")
    values: dict[str, Any] = {"part": part if part in _PARTS else None}
    if part not in ("list", "detail"):
        values |= {"counts": count_lines(desk), "saved": view_links(call, "review", address.query())}
    if part not in ("detail", "counts"):
        values["page"] = list_lines(desk, after=read_key(args.get("after")), limit=_LINES)
        values["is_later"] = "after" in args
    if part not in ("list", "counts"):
        values |= _open(call, desk, open_id, values.get("page"), language)
    return _write(call, address, values)


def open_desk(call: Call, address: Address, language: str) -> Desk:
    return Desk(call.session, call.form, address.filter, labels_of(call, language))


def labels_of(call: Call, language: str) -> Labels:
    """Those of the form's published version; raises 404.1 when there is none."""
    version = call.form.current_version
    if version is None:
        raise not_found()
    services = call.services
    return Labels(services.database, services.storage, call.session, version, language)


def _open(call: Call, desk: Desk, open_id: str | None, page: Page | None, language: str) -> dict[str, Any]:
    """The named submission with what comes before and after it; on a whole page without a name, the list's first."""
    instance_id = open_id or (page.lines[0].instance_id if page and page.lines else None)
    if instance_id is None:
        return {"record": None}
    services = call.services
    record = read_record(services.database, services.storage, call.session, call.form, instance_id, language=language)
    previous, following = neighbours(desk, record.submission.id)
    return {
        "record": record,
        "is_chosen": open_id is not None,
        "previous": previous,
        "following": following,
        "drawing": draw_map(record.places, shown_ground(call.session)),
        "overtaken": last_change(call.session, record.submission) if "overtaken" in call.request.args else None,
    }


def _write(call: Call, address: Address, values: dict[str, Any]) -> Response:
    template = f"review/{values['part'] or 'page'}.html"
    base = form_base(call.form)
    content = render_template(
        template,
        **values,
        shown=Shown(),
        address=address,
        told=read_told(call),
        picked=call.request.args.getlist("pick"),
        base=base,
        api=f"/v1{base}/submissions",
        project=call.project,
        form=call.form,
        actor=call.actor,
        csrf=csrf_of(call.request),
        tab="review",
        tabs=list(tabs(call)),
        may_decide=call.actor.can("submission.update", *call.chain),
        may_edit=call.actor.can("submission.update", *call.chain) and call.form.takes_submissions,
    )
    return page_response(content)
