"""Replacing a project's details together with the states and assignments of all its forms, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.errors import not_implemented
from server.forms.form_assignments import replace_assignments
from server.forms.hold import hold_project
from server.forms.models import Project
from server.forms.projects import forms_of, update_project
from server.forms.state import update_form
from server.permissions import Actor, require


@dataclass(frozen=True, slots=True)
class FormPlan:
    """What a form shall be; None leaves it as it is. `assignments` are pairs of actor and role."""

    form_id: str
    state: str | None = None
    assignments: Sequence[tuple[int, int]] | None = None


def replace_project(
    session: Session,
    actor: Actor,
    project: Project,
    *,
    name: str,
    description: str | None,
    archived: bool,
    plans: Sequence[FormPlan] | None,
) -> None:
    """Set all details, and what `plans` say of each form; raise 501.1 when they name other forms than there are."""
    hold_project(session, project.id)
    update_project(session, actor, project, {"name": name, "description": description, "archived": archived})
    if plans is None:
        return
    forms = {form.form_id: form for form in forms_of(session, project)}
    if sorted(forms) != sorted(plan.form_id for plan in plans):
        raise not_implemented("of creating or deleting forms by leaving them out or adding them here")
    for plan in plans:
        form = forms[plan.form_id]
        if plan.state is not None and plan.state != form.state:
            require(actor, "form.update", project, form)
            update_form(session, actor, form, state=plan.state)
        if plan.assignments is not None:
            replace_assignments(session, actor, project, form, plan.assignments)
