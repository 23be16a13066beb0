"""Making, replacing, publishing and throwing away the next version of a form."""

from typing import Final

from flask import Response
from sqlalchemy.orm import Session

from server.errors import Problem, not_found
from server.forms.find import draft_version, find_form, find_project
from server.forms.listing import list_versions
from server.forms.models import Form, FormVersion
from server.forms.publish import copy_draft, delete_draft, publish_draft, set_draft
from server.forms.upload import put_files
from server.http.access import needs
from server.http.call import Call
from server.submissions.drafts import clear_draft_submissions
from server.web.forms.draft_page import is_unfit, show_draft_page
from server.web.forms.upload import UPLOAD_LIMIT, has_file, read_file, refusal_of
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, field, see
from server.web.tabs import form_base

DRAFT: Final = f"{FORM}/draft"
CHANGE: Final = needs("form.update")
_VERSION_TAKEN: Final = "409.6"


@routes.route("GET", DRAFT, CHANGE)
def show_draft(call: Call) -> Response:
    """Show the draft, or ask for one."""
    return show_draft_page(call, call.session, call.form)


@routes.route("POST", DRAFT, CHANGE, transaction="own", form_limit=UPLOAD_LIMIT)
def replace_draft(call: Call) -> Response:
    """Make the file the draft; with `copy` instead of a file, a copy of the published version, or of `version`."""
    if not has_file(call):
        return _copy(call) if field(call, "copy") else _back(call)
    try:
        return _upload(call)
    except Problem as problem:
        with call.services.database.read() as session:
            return show_draft_page(call, session, _form(call, session), refusal=refusal_of(call, problem))


def _upload(call: Call) -> Response:
    upload = read_file(call, call.form.form_id)
    with put_files(call.services.storage, upload) as files, call.writing() as session:
        form = _form(call, session)
        clear_draft_submissions(session, form)
        # A draft is not published yet: what there is to say of it stands on its page.
        set_draft(session, call.actor, form, upload, files=files, ignore_warnings=True)
    return _back(call)


def _copy(call: Call) -> Response:
    with call.writing() as session:
        form = _form(call, session)
        clear_draft_submissions(session, form)
        copy_draft(session, call.actor, form, _earlier(session, form, field(call, "version")))
    return _back(call)


def _earlier(session: Session, form: Form, number: str) -> FormVersion | None:
    """The published version with this number, None for a blank one; raise 404.1 for another."""
    if not number:
        return None
    found = [version for version in list_versions(session, form) if str(version.id) == number]
    if not found:
        raise not_found()
    return found[0]


@routes.route("POST", f"{DRAFT}/publish", CHANGE, transaction="own", form_limit=FORM_LIMIT)
def publish(call: Call) -> Response:
    """Make the draft that somebody has seen the form's version, under the label in `version`.

    One that phones cannot use as it is needs `despite`.
    """
    seen, version, notes = field(call, "seen"), field(call, "version", 200), field(call, "notes", 2000)
    try:
        with call.writing() as session:
            form = _form(call, session)
            draft = draft_version(form)
            if str(draft.id) != seen:
                return see(f"{form_base(form)}/draft?replaced=1")
            if not field(call, "despite") and is_unfit(call, session, form, draft):
                return see(f"{form_base(form)}/draft?unfit=1")
            clear_draft_submissions(session, form)
            publish_draft(session, call.actor, form, seen=int(seen), version=version or None, notes=notes or None)
    except Problem as problem:
        if problem.code != _VERSION_TAKEN:
            raise
        return see(f"{form_base(call.form)}/draft?taken=1")
    return see(f"{form_base(call.form)}/versions?published=1")


@routes.route("POST", f"{DRAFT}/discard", CHANGE, form_limit=FORM_LIMIT)
def discard(call: Call) -> Response:
    """Throw the draft away, with what testers have sent to it."""
    clear_draft_submissions(call.session, call.form)
    delete_draft(call.session, call.actor, call.form)
    return _back(call)


def _back(call: Call) -> Response:
    return see(f"{form_base(call.form)}/draft")


def _form(call: Call, session: Session) -> Form:
    return find_form(session, find_project(session, call.project.id), call.form.form_id)
