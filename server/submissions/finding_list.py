"""Looking at findings: of one submission, of all submissions of a form together, and which submissions have any.

What somebody has dismissed is shown with its submission and counts nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from server.errors import not_found
from server.forms.models import Form
from server.submissions.models import Finding, Submission

# Strange names in one wrong submission could make any number of groups.
MAX_GROUPS: Final = 500
MAX_SAMPLES: Final = 3
_GROUP = (Finding.generic_path, Finding.rule, Finding.code, Finding.level)
_GRAVITY = case({"error": 0, "warning": 1, "unverifiable": 2}, value=Finding.level, else_=3)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One rule at one place of the form, with how many submissions break it; `latest` stands for all of them."""

    submissions: int
    latest: Finding
    values: tuple[str, ...]


def list_findings(session: Session, submission: Submission) -> Sequence[Finding]:
    """Those of the current version, in the order of the form."""
    statement = select(Finding).where(Finding.submission_version_id == submission.current_version_id)
    return session.scalars(statement.options(joinedload(Finding.dismissed_by)).order_by(Finding.id)).all()


def find_finding(session: Session, submission: Submission, finding_id: int) -> Finding:
    """By its number; raise 404.1 for one of an earlier version as for none."""
    statement = select(Finding).where(
        Finding.id == finding_id, Finding.submission_version_id == submission.current_version_id
    )
    found = session.scalars(statement.options(joinedload(Finding.dismissed_by))).one_or_none()
    if found is None:
        raise not_found()
    return found


def with_findings(
    form: Form, *, has_any: bool | None, rule: str | None = None, path: str | None = None
) -> ColumnElement[bool]:
    """A condition on submissions: any errors or warnings at all, or findings of a rule, or at a path of the form."""
    condition: ColumnElement[bool] = true()
    if has_any is not None:
        has_findings = or_(Submission.error_count > 0, Submission.warning_count > 0)
        condition &= has_findings if has_any else ~has_findings
    if rule is None and path is None:
        return condition
    broken = select(Finding.submission_version_id).where(Finding.form_id == form.id, Finding.dismissed_at.is_(None))
    if rule is not None:
        broken = broken.where(Finding.rule == rule)
    if path is not None:
        broken = broken.where(Finding.generic_path == path)
    return condition & Submission.current_version_id.in_(broken)


def group_findings(session: Session, form: Form) -> list[FindingGroup]:
    """The form's findings by place and rule: errors first, then what most submissions have."""
    submissions = func.count(Finding.submission_version_id.distinct())
    statement = _open_findings(form, *_GROUP, submissions, func.max(Finding.id)).group_by(*_GROUP)
    groups = session.execute(statement.order_by(_GRAVITY, submissions.desc(), *_GROUP).limit(MAX_GROUPS)).all()
    latest_ids = [group[-1] for group in groups]
    latest = {found.id: found for found in session.scalars(select(Finding).where(Finding.id.in_(latest_ids)))}
    samples = _samples(session, form)
    return [
        FindingGroup(count, latest[latest_id], tuple(samples.get(tuple(names), ())))
        for *names, count, latest_id in groups
    ]


def _samples(session: Session, form: Form) -> dict[tuple[str, ...], list[str]]:
    """Some answers that break each rule, the most frequent first."""
    place = func.row_number().over(partition_by=_GROUP, order_by=(func.count().desc(), Finding.value))
    ranked = (
        _open_findings(form, *_GROUP, Finding.value, place.label("place"))
        .where(Finding.value != "")
        .group_by(*_GROUP, Finding.value)
        .subquery()
    )
    samples: dict[tuple[str, ...], list[str]] = {}
    for *names, value, _ in session.execute(select(ranked).where(ranked.c.place <= MAX_SAMPLES).order_by("place")):
        samples.setdefault(tuple(names), []).append(value)
    return samples


def _open_findings(form: Form, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(Submission, Submission.current_version_id == Finding.submission_version_id)
        .where(
            Finding.form_id == form.id,
            Finding.dismissed_at.is_(None),
            ~Submission.is_draft,
            Submission.deleted_at.is_(None),
        )
    )
