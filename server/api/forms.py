"""Forms: list, create, details, change, trash."""

from flask import Response

from server.api.form_shapes import (
    DeletedFormShape,
    ExtendedDeletedFormShape,
    ExtendedFormShape,
    FormChangesShape,
    FormListQuery,
    FormShape,
    FormView,
    FormWithNotesShape,
    NewFormQuery,
    counted_view,
    counted_views,
)
from server.api.form_uploads import read_form_upload
from server.api.routes import routes
from server.forms.find import find_project
from server.forms.listing import list_forms
from server.forms.models import Form, FormVersion
from server.forms.publish import create_form, publish_draft
from server.forms.state import delete_form, restore_form, update_form
from server.forms.upload import put_files
from server.http.access import needs, signed_in
from server.http.call import Call
from server.http.json import write_json, write_shape, write_success

LIST = "/v1/projects/<int:project_id>/forms"
FORM = f"{LIST}/<form_id>"

_FORM, _EXTENDED_FORM, _FORM_WITH_NOTES = FormShape(), ExtendedFormShape(), FormWithNotesShape()
_DELETED_FORM, _EXTENDED_DELETED_FORM = DeletedFormShape(), ExtendedDeletedFormShape()
_BY_FORM = signed_in("the list holds what the actor may list, which may be single forms; nothing at all is a 403.1")


@routes.route("GET", LIST, _BY_FORM, query=FormListQuery(), answer=_FORM)
def list_all(call: Call) -> Response:
    """List the project's forms; `deleted=true` lists those in the trash, with their numbers."""
    is_deleted = call.query["deleted"]
    forms = list_forms(call.session, call.actor, call.project, is_deleted=is_deleted)
    if not call.wants_extended:
        views = [FormView(form, shown_version(form)) for form in forms]
        return write_shape(_DELETED_FORM if is_deleted else _FORM, views, many=True)
    views = counted_views(call.session, [(form, shown_version(form)) for form in forms])
    return write_shape(_EXTENDED_DELETED_FORM if is_deleted else _EXTENDED_FORM, views, many=True)


@routes.route("POST", LIST, needs("form.create"), transaction="own", query=NewFormQuery(), answer=_FORM)
def create(call: Call) -> Response:
    """Create a form from an XForm or an XLSForm: as a draft, or with `publish=true` ready for phones."""
    upload = read_form_upload(call)
    with put_files(call.services.storage, upload) as files, call.writing() as session:
        project = find_project(session, call.project.id)
        form = create_form(
            session, call.actor, project, upload, files=files, ignore_warnings=call.query["ignore_warnings"]
        )
        if call.query["publish"]:
            publish_draft(session, call.actor, form, notes=call.action_notes)
        return write_json(_FORM.dump(FormView(form, shown_version(form))))


@routes.route("GET", FORM, needs("form.read"), answer=_FORM)
def get(call: Call) -> Response:
    """Get a form's details: those of its published version, or of its draft while nothing is published."""
    view = counted_view(call, call.form, shown_version(call.form))
    if not call.wants_extended:
        return write_shape(_FORM, view)
    may_see_notes = call.actor.can("form.update", *call.chain)
    return write_shape(_FORM_WITH_NOTES if may_see_notes else _EXTENDED_FORM, view)


@routes.route("PATCH", FORM, needs("form.update"), body=FormChangesShape(), answer=_FORM)
def update(call: Call) -> Response:
    """Change whether the form is offered and takes submissions, and with what it is filled in on the web."""
    state, webforms_enabled = call.body.get("state"), call.body.get("webforms_enabled")
    update_form(call.session, call.actor, call.form, state=state, webforms_enabled=webforms_enabled)
    return write_shape(_FORM, FormView(call.form, shown_version(call.form)))


@routes.route("DELETE", FORM, needs("form.delete"))
def delete(call: Call) -> Response:
    """Put a form into the trash, with all that belongs to it."""
    delete_form(call.session, call.actor, call.form)
    return write_success()


@routes.route("POST", f"{LIST}/<int:number>/restore", needs("form.restore"))
def restore(call: Call, number: int) -> Response:
    """Take a form out of the trash, by the number that the list with `deleted=true` gives."""
    restore_form(call.session, call.actor, call.project, number)
    return write_success()


def shown_version(form: Form) -> FormVersion:
    """A form that was never published is shown as its draft."""
    version = form.current_version or form.draft_version
    assert version is not None, "a form has a published version or a draft"
    return version
