"""One submission on paper: A4, with its photos and a line to sign on."""

from urllib.parse import quote

from flask import Response, render_template

from server.desk.record import read_record
from server.http.access import needs
from server.http.call import Call
from server.web.frame import language_of, page_response
from server.web.ground import shown_ground
from server.web.pages import routes
from server.web.review.pictures import ITEM
from server.web.review.place_map import draw_map
from server.web.shown import Shown


@routes.route("GET", f"{ITEM}/print", needs("submission.read"))
def print_submission(call: Call, instance_id: str) -> Response:
    """Show a submission as it is printed."""
    language, services = language_of(call.request), call.services
    record = read_record(services.database, services.storage, call.session, call.form, instance_id, language=language)
    base = f"/projects/{call.project.id}/forms/{quote(call.form.form_id, safe='')}"
    content = render_template(
        "review/print.html",
        record=record,
        base=base,
        api=f"/v1{base}/submissions",
        drawing=draw_map(record.places, shown_ground(call.session)),
        project=call.project,
        form=call.form,
        shown=Shown(),
    )
    return page_response(content)
