"""The lists of forms: for people who manage them, and for phones that fill them in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from server.errors import insufficient_rights
from server.forms.models import Form, FormAttachment, FormVersion, Project
from server.permissions import Actor, visible


@dataclass(frozen=True, slots=True)
class OfferedForm:
    """What a phone's form list says of a form; `expects_files` whether or not they have been uploaded."""

    form_id: str
    name: str
    version: str
    md5: str
    expects_files: bool


def list_forms(session: Session, actor: Actor, project: Project, *, is_deleted: bool = False) -> Sequence[Form]:
    """The project's forms that the actor may list, with versions and creators at hand, in order of creation.

    Raises 403.1 for somebody who has no right to the project and none to any form in it.
    """
    in_trash = Form.deleted_at.is_not(None) if is_deleted else Form.deleted_at.is_(None)
    forms = session.scalars(_listed(actor).where(Form.project_id == project.id, in_trash)).unique().all()
    if not forms and not actor.can("form.list", project):
        raise insufficient_rights()
    return forms


def list_forms_by_project(session: Session, actor: Actor, projects: Iterable[Project]) -> dict[int, list[Form]]:
    """As `list_forms` for several projects, by project id; a project without any is left out."""
    inside = Form.project_id.in_([project.id for project in projects])
    forms: dict[int, list[Form]] = {}
    for form in session.scalars(_listed(actor).where(inside, Form.deleted_at.is_(None))).unique():
        forms.setdefault(form.project_id, []).append(form)
    return forms


def offered_forms(session: Session, actor: Actor, project: Project) -> list[OfferedForm]:
    """The published forms that phones of this actor may fill in: open ones, in order of creation."""
    statement = (
        select(Form.form_id, FormVersion.title, FormVersion.version, FormVersion.md5, _EXPECTS_FILES)
        .join(FormVersion, Form.current_version_id == FormVersion.id)
        .join(Project, Form.project_id == Project.id)
        .where(
            Form.project_id == project.id,
            Form.state == "open",
            Form.deleted_at.is_(None),
            visible(actor, "form.read", [Project.actee_id, Form.actee_id]),
        )
        .order_by(Form.id)
    )
    return [OfferedForm(*row) for row in session.execute(statement)]


def offered_draft(session: Session, form: Form, version: FormVersion) -> OfferedForm:
    """The draft of a form as the only entry of its testers' form list."""
    expects_files = session.scalars(select(_EXPECTS_FILES).where(FormVersion.id == version.id)).one()
    return OfferedForm(form.form_id, version.title, version.version, version.md5, expects_files)


def list_versions(session: Session, form: Form) -> Sequence[FormVersion]:
    """The form's published versions with who published them, newest first."""
    statement = (
        select(FormVersion)
        .outerjoin(FormVersion.published_by)
        .where(FormVersion.form_id == form.id, FormVersion.published_at.is_not(None))
        .options(contains_eager(FormVersion.published_by))
        .order_by(FormVersion.published_at.desc(), FormVersion.id.desc())
    )
    return session.scalars(statement).all()


def _listed(actor: Actor) -> Select[Form]:
    return (
        select(Form)
        .join(Project, Form.project_id == Project.id)
        .where(visible(actor, "form.list", [Project.actee_id, Form.actee_id]))
        .options(joinedload(Form.current_version), joinedload(Form.draft_version), joinedload(Form.created_by))
        .order_by(Form.id)
    )


_EXPECTS_FILES = exists().where(FormAttachment.form_version_id == FormVersion.id).correlate(FormVersion)
