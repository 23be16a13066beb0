"""A form's photos, of all questions or of one; each leads to its submission on the review desk."""

from typing import Final

from flask import Response

from server.desk.gallery import list_photos, photo_questions
from server.http.access import needs
from server.http.call import Call
from server.permissions import require
from server.web.frame import language_of
from server.web.pages import routes
from server.web.review.address import read_key
from server.web.review.desk import labels_of
from server.web.shell import FORM, show

_PHOTOS: Final = 48


@routes.route("GET", f"{FORM}/photos", needs("submission.read"))
def show_photos(call: Call) -> Response:
    """Show a page of photos; a question that the form does not have stands for all of them."""
    require(call.actor, "submission.list", *call.chain)
    args, labels = call.request.args, labels_of(call, language_of(call.request))
    questions = {field.path: labels.question(field) for field in photo_questions(labels.fields)}
    chosen = args.get("question") if args.get("question") in questions else None
    gallery = list_photos(
        call.session, call.form, labels.fields, question=chosen, after=read_key(args.get("after")), limit=_PHOTOS
    )
    return show(
        call,
        "forms/photos.html",
        tab="photos",
        questions=questions,
        chosen=chosen,
        gallery=gallery,
        is_later="after" in args,
    )
