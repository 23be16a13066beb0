"""Emptying the trash: forms and submissions that have lain in it for long enough go with everything below them.

A form goes in one transaction, since half of a form could otherwise be taken out of the trash in between. Submissions
go some hundreds at a time, so that phones do not wait.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import Assignment
from server.db import Base, Database
from server.forms.models import Form, Project
from server.permissions import COMMAND_LINE
from server.purge.removal import AT_ONCE, remove_rows
from server.submissions.models import Submission


def count_trash(session: Session, before: datetime) -> tuple[int, int]:
    """Forms, and submissions of other forms, that were put into the trash before that."""
    forms = select(func.count()).select_from(Form).where(Form.deleted_at <= before)
    with_their_form = Submission.form_id.in_(select(Form.id).where(Form.deleted_at <= before))
    submissions = select(func.count()).select_from(Submission).where(Submission.deleted_at <= before, ~with_their_form)
    return session.scalar(forms) or 0, session.scalar(submissions) or 0


def purge_forms(database: Database, before: datetime) -> int:
    """Remove forms that were put into the trash before that; returns how many."""
    with database.read() as session:
        found = session.scalars(select(Form.id).where(Form.deleted_at <= before).order_by(Form.id)).all()
    return sum(_purge_form(database, number, before) for number in found)


def purge_submissions(database: Database, before: datetime) -> int:
    """Remove submissions that were put into the trash before that; returns how many."""
    total = 0
    while removed := _purge_some_submissions(database, before):
        total += removed
    return total


def _purge_form(database: Database, number: int, before: datetime) -> bool:
    with database.write() as session:
        # As whoever takes a form out of the trash: the project's row first.
        project_id = select(Form.project_id).where(Form.id == number).scalar_subquery()
        session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
        form = session.scalar(select(Form).where(Form.id == number, Form.deleted_at <= before))
        if form is None:
            return False
        submissions = session.scalars(select(Submission.id).where(Submission.form_id == number)).all()
        audit.record(session, COMMAND_LINE, "form.purge", form, **_remains(form, len(submissions)))
        _forget_submissions(session, submissions)
        session.execute(delete(Assignment).where(Assignment.actee_id == form.actee_id))
        remove_rows(session, _table(Form), [number])
        return True


def _remains(form: Form, submissions: int) -> dict[str, Any]:
    """What the log says of a form that is no more."""
    version = form.current_version or form.draft_version
    return {
        "name": version.title if version else form.form_id,
        "projectId": form.project_id,
        "formId": form.id,
        "xmlFormId": form.form_id,
        "version": version.version if version else None,
        "submissions": submissions,
    }


def _purge_some_submissions(database: Database, before: datetime) -> int:
    with database.write() as session:
        some = (
            select(Submission.id, Submission.form_id)
            .where(Submission.deleted_at <= before)
            .order_by(Submission.form_id, Submission.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        form_of = {row.id: row.form_id for row in session.execute(some)}
        for form in session.scalars(select(Form).where(Form.id.in_(set(form_of.values())))):
            gone = sum(form_id == form.id for form_id in form_of.values())
            audit.record(session, COMMAND_LINE, "submission.purge", form, submissions_deleted=gone)
        _forget_submissions(session, list(form_of))
        return len(form_of)


def _forget_submissions(session: Session, ids: Sequence[int]) -> None:
    """Remove submissions; the log keeps its rows about them, but their numbers may be given to others."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        session.execute(update(audit.Audit).where(audit.Audit.submission_id.in_(some)).values(submission_id=None))
    remove_rows(session, _table(Submission), ids)


def _table(model: type[Base]) -> Table:
    assert isinstance(model.__table__, Table)
    return model.__table__
