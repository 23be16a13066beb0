"""A new form from a file: it begins as a draft."""

from typing import Final

from flask import Response

from server.errors import Problem
from server.forms.find import find_project
from server.forms.publish import create_form
from server.forms.upload import put_files
from server.http.access import needs
from server.http.call import Call
from server.web.forms.remark_words import marked, vietnamese
from server.web.forms.upload import UPLOAD_LIMIT, Refusal, has_file, read_file, refusal_of
from server.web.pages import routes
from server.web.shell import PROJECT, see, show
from server.web.tabs import form_base

_NEW: Final = f"{PROJECT}/forms/new"
_CREATE: Final = needs("form.create")


@routes.route("GET", _NEW, _CREATE)
def show_new(call: Call) -> Response:
    """Ask for an XLSForm."""
    return _page(call)


@routes.route("POST", _NEW, _CREATE, transaction="own", form_limit=UPLOAD_LIMIT)
def make_new(call: Call) -> Response:
    """Make a form that is only a draft; its warnings are on the page of the draft."""
    if not has_file(call):
        return _page(call)
    try:
        upload = read_file(call)
        with put_files(call.services.storage, upload) as files, call.writing() as session:
            project = find_project(session, call.project.id)
            form = create_form(session, call.actor, project, upload, files=files, ignore_warnings=True)
    except Problem as problem:
        return _page(call, refusal_of(call, problem))
    return see(f"{form_base(form)}/draft")


def _page(call: Call, refusal: Refusal | None = None) -> Response:
    status = 200 if refusal is None else 400
    return show(call, "forms/new.html", status=status, refusal=refusal, vietnamese=vietnamese, marked=marked)
