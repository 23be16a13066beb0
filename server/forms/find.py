"""Looking up projects, forms and versions by what the API calls them; each raises 404.1 when there is none.

Every form is looked up inside its project, every version inside its form: an id of somewhere else does not exist.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from server.errors import not_authenticated, not_found
from server.forms.models import Form, FormVersion, Project
from server.permissions import Actor, Grant

# A form whose XML carries no version has the version ''; in a URL it is written so.
BLANK_VERSION = "___"
DRAFT_TESTER = frozenset({"draft.test"})
# Made once: every submission looks for its form.
_FORM = (
    select(Form)
    .where(Form.project_id == bindparam("project_id"), Form.form_id == bindparam("form_id"), Form.deleted_at.is_(None))
    .options(joinedload(Form.current_version), joinedload(Form.draft_version))
)


def find_project(session: Session, project_id: int) -> Project:
    project = session.get(Project, project_id)
    if project is None or project.deleted_at is not None:
        raise not_found()
    return project


def find_form(session: Session, project: Project, form_id: str) -> Form:
    """The form outside the trash, with its published version and its draft at hand."""
    form = session.scalars(_FORM, {"project_id": project.id, "form_id": form_id}).unique().one_or_none()
    if form is None:
        raise not_found()
    return form


def find_linked_form(session: Session, link_id: str) -> tuple[Project, Form]:
    """The form that pages for filling in know by this id."""
    statement = (
        select(Form)
        .where(Form.link_id == link_id, Form.deleted_at.is_(None))
        .options(joinedload(Form.current_version), joinedload(Form.draft_version))
    )
    form = session.execute(statement).unique().scalar_one_or_none()
    if form is None:
        raise not_found()
    return find_project(session, form.project_id), form


def published_version(form: Form) -> FormVersion:
    if form.current_version is None:
        raise not_found()
    return form.current_version


def draft_version(form: Form) -> FormVersion:
    if form.draft_version is None:
        raise not_found()
    return form.draft_version


def find_version(session: Session, form: Form, version: str) -> FormVersion:
    """A published version by its label as it stands in the URL."""
    label = "" if version == BLANK_VERSION else version
    statement = select(FormVersion).where(
        FormVersion.form_id == form.id, FormVersion.version == label, FormVersion.published_at.is_not(None)
    )
    found = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise not_found()
    return found


def draft_tester(session: Session, token: str) -> Actor:
    """Whoever holds a draft's test link: may try that draft and nothing else."""
    statement = (
        select(Form.actee_id)
        .join(FormVersion, Form.draft_version_id == FormVersion.id)
        .where(FormVersion.draft_token == token, Form.deleted_at.is_(None))
    )
    actee_id = session.scalar(statement)
    if actee_id is None:
        raise not_authenticated()
    return Actor(None, "draft_token", "draft tester", (Grant(DRAFT_TESTER, actee_id),))
