"""Check again what is there already: after a new version of the form engine, or after checks that failed.

Only current versions are looked at. What has been found before and is found again keeps its row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, undefer

from server.db import Database
from server.forms.models import Form, FormVersion
from server.storage import ObjectStore
from server.submissions.checking import NOT_CHECKED, Checked, check
from server.submissions.findings import replace_findings
from server.submissions.models import Submission, SubmissionVersion
from server.xform.document import parse_document

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Which submissions are meant: None stands for all."""

    project_id: int | None = None
    form_id: str | None = None


def count_checkable(database: Database, scope: Scope) -> int:
    with database.read() as session:
        counted = select(func.count()).select_from(_checkable(scope).order_by(None).subquery())
        return session.scalar(counted) or 0


def recheck(database: Database, storage: ObjectStore, scope: Scope) -> Iterator[Checked]:
    """Check one submission after the other, some hundred to a transaction; a check that fails leaves things alone."""
    last_id = 0
    while True:
        with database.read() as session:
            versions = _next_versions(session, scope, last_id)
        if not versions:
            return
        last_id = versions[-1].id
        results = [(version.id, _check(database, storage, version)) for version in versions]
        with database.write() as session:
            for version_id, checked in results:
                if checked != NOT_CHECKED:
                    replace_findings(session, version_id, checked)
        yield from (checked for _, checked in results)


def _checkable(scope: Scope) -> Select[SubmissionVersion]:
    """Current versions outside the trash which can be read and whose form's rules are known."""
    statement = (
        select(SubmissionVersion)
        .join(Submission, Submission.current_version_id == SubmissionVersion.id)
        .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
        .join(Form, Form.id == SubmissionVersion.form_id)
        .where(~SubmissionVersion.is_encrypted, Submission.deleted_at.is_(None), Form.deleted_at.is_(None))
        .options(contains_eager(SubmissionVersion.form_version))
        .order_by(SubmissionVersion.id)
    )
    if scope.project_id is not None:
        statement = statement.where(Form.project_id == scope.project_id)
    return statement if scope.form_id is None else statement.where(Form.form_id == scope.form_id)


def _next_versions(session: Session, scope: Scope, last_id: int) -> Sequence[SubmissionVersion]:
    statement = _checkable(scope).where(SubmissionVersion.id > last_id).limit(_AT_ONCE)
    return session.scalars(statement.options(undefer(SubmissionVersion.xml))).all()


def _check(database: Database, storage: ObjectStore, version: SubmissionVersion) -> Checked:
    form_version = version.form_version
    assert form_version is not None, "the query takes only versions whose form version is known"
    root = parse_document(version.xml)
    return check(database, storage, form_version, root, user_agent=version.user_agent, received_at=version.created_at)
