"""Where an arriving instance belongs: which form and which version of it. Whether it is taken there, intake decides."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.errors import Problem, form_id_mismatch, form_not_found
from server.forms.definitions import fields_of
from server.forms.find import draft_version, find_form, find_version
from server.forms.models import Form, FormVersion, Project
from server.permissions import Actor, require
from server.xform.definition import Field
from server.xform.instance import InstanceHead


@dataclass(frozen=True, slots=True)
class Destination:
    """`version` is None when the phone names one that was never published here: it is kept all the same."""

    form: Form
    version: FormVersion | None
    fields: tuple[Field, ...]
    is_draft: bool = False


def find_destination(session: Session, actor: Actor, project: Project, head: InstanceHead) -> Destination:
    """The published form that the XML names; raise 404.7 when there is none, or 403.1."""
    try:
        form = find_form(session, project, head.form_id)
    except Problem:
        require(actor, "submission.create", project)
        raise form_not_found(head.form_id) from None
    require(actor, _verb(actor, head), project, form)
    return _open_destination(session, form, head)


def _verb(actor: Actor, head: InstanceHead) -> str:
    """Collect edits what its enumerator has sent, with the right to send; a link is anybody's and edits nothing."""
    return "submission.update" if head.deprecated_id and actor.type == "public_link" else "submission.create"


def form_destination(session: Session, form: Form, head: InstanceHead) -> Destination:
    """As `find_destination`, for a client that has named the form by its address: both names must agree."""
    if head.form_id != form.form_id:
        raise form_id_mismatch(form.form_id, head.form_id)
    return _open_destination(session, form, head)


def draft_destination(session: Session, form: Form, head: InstanceHead) -> Destination:
    """The form's draft, whatever version the phone names: drafts are replaced under the tester's hands."""
    if head.form_id != form.form_id:
        raise form_id_mismatch(form.form_id, head.form_id)
    version = draft_version(form)
    return Destination(form, version, fields_of(session, version), is_draft=True)


def _open_destination(session: Session, form: Form, head: InstanceHead) -> Destination:
    current = form.current_version
    if current is None:
        raise form_not_found(head.form_id)
    version = current if current.version == head.version else _older_version(session, form, head)
    return Destination(form, version, fields_of(session, version or current))


def _older_version(session: Session, form: Form, head: InstanceHead) -> FormVersion | None:
    try:
        return find_version(session, form, head.version)
    except Problem:
        return None
