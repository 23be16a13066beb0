"""From a point to its submission: maps know submissions by their numbers, which are shorter than their names."""

from typing import Final
from urllib.parse import quote

from flask import Response
from sqlalchemy import select

from server.errors import not_found
from server.http.access import needs
from server.http.call import Call
from server.permissions import require
from server.submissions.models import Submission
from server.web.map.address import MAP
from server.web.pages import routes
from server.web.shell import see
from server.web.tabs import form_base

_LARGEST: Final = 2**63 - 1


@routes.route("GET", f"{MAP}/<int:number>", needs("submission.read"))
def lead_to_record(call: Call, number: int) -> Response:
    """Lead on to the submission with this number in the review desk."""
    require(call.actor, "submission.list", *call.chain)
    if number > _LARGEST:
        raise not_found()
    mine = (Submission.form_id == call.form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
    instance_id = call.session.scalars(select(Submission.instance_id).where(Submission.id == number, *mine)).first()
    if instance_id is None:
        raise not_found()
    return see(f"{form_base(call.form)}/review?state=all&open={quote(instance_id, safe='')}")
