"""The list of a review desk: pages of lines by key, counts that are filters, and what comes before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.desk.filters import STATES, Desk
from server.submissions.models import Finding, Submission, SubmissionAttachment, SubmissionVersion

PAGE: Final = 50
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")


@dataclass(frozen=True, slots=True)
class Line:
    """One submission in the list. `photo` is the name of its first photo, `name` what its form calls it, if it does."""

    id: int
    instance_id: str
    name: str | None
    area: str | None
    submitter: str | None
    received_at: datetime
    review_state: str | None
    error_count: int
    warning_count: int
    photo: str | None = None

    @property
    def finding_count(self) -> int:
        return self.error_count + self.warning_count


@dataclass(frozen=True, slots=True)
class Page:
    """`next_key` leads to the page that follows; None at the end."""

    lines: list[Line]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """A value that a filter can have, what people call it, and how many submissions have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Each counts what the rest of the filter lets through; `total` is what all of it lets through."""

    states: dict[str, int]
    submitters: list[Count]
    rules: list[Count]
    total: int


def list_lines(desk: Desk, *, after: int | None = None, limit: int = PAGE) -> Page:
    """The page that follows the submission with the number `after`, or the first one."""
    return read_page(desk, desk.ids(*beyond(desk, after), limit=limit + 1), in_order(desk), limit=limit)


def read_page(desk: Desk, ids: Select[int], *order: SQLColumnExpression[Any], limit: int) -> Page:
    """The first `limit` of these submissions in that order; `ids` has one more when another page follows."""
    found = desk.session.execute(_line_rows(ids).order_by(*order)).all()
    shown = found[:limit]
    photos = first_photos(desk.session, [row.current_version_id for row in shown])
    area = desk.labels.area
    lines = [
        Line(
            id=row.id,
            instance_id=row.instance_id,
            name=row.instance_name,
            area=desk.labels.choice(area, row.area) if area is not None and row.area else None,
            submitter=row.display_name,
            received_at=row.created_at,
            review_state=row.review_state,
            error_count=row.error_count,
            warning_count=row.warning_count,
            photo=photos.get(row.current_version_id),
        )
        for row in shown
    ]
    return Page(lines, shown[-1].id if len(found) > limit else None)


def lines_of(desk: Desk, numbers: Sequence[int]) -> list[Line]:
    """Those of the form's submissions with these numbers, in the order of the list."""
    ids = select(Submission.id).where(Submission.form_id == desk.form.id, Submission.id.in_(numbers))
    return read_page(desk, ids, in_order(desk), limit=len(numbers)).lines


def _line_rows(ids: Select[int]) -> Select[*tuple[Any, ...]]:
    columns = (
        Submission.id,
        Submission.instance_id,
        SubmissionVersion.instance_name,
        Submission.area,
        ActorRow.display_name,
        Submission.created_at,
        Submission.review_state,
        Submission.error_count,
        Submission.warning_count,
        Submission.current_version_id,
    )
    return (
        select(*columns)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .outerjoin(ActorRow, ActorRow.id == Submission.submitter_id)
        .where(Submission.id.in_(ids))
    )


def in_order(desk: Desk) -> ColumnElement[int]:
    """What the list is sorted by."""
    return Submission.id.asc() if desk.filter.oldest_first else Submission.id.desc()


def beyond(desk: Desk, key: int | None, *, backwards: bool = False) -> list[ColumnElement[bool]]:
    """That a row comes after the submission with the number `key` in the list; nothing for the list's beginning."""
    if key is None:
        return []
    return [Submission.id > key if desk.filter.oldest_first != backwards else Submission.id < key]


def first_photos(session: Session, version_ids: Iterable[int]) -> dict[int, str]:
    """The name of the first photo that has arrived of each version."""
    is_photo = (
        SubmissionAttachment.submission_version_id.in_(list(version_ids)),
        SubmissionAttachment.sha256.is_not(None),
        SubmissionAttachment.content_type.in_(PHOTO_TYPES),
    )
    first = select(func.min(SubmissionAttachment.id)).where(*is_photo)
    first = first.group_by(SubmissionAttachment.submission_version_id)
    rows = select(SubmissionAttachment.submission_version_id, SubmissionAttachment.name).where(
        SubmissionAttachment.id.in_(first)
    )
    return {version_id: name for version_id, name in session.execute(rows)}  # noqa: C416 -- rows are no pairs to mypy


def neighbours(desk: Desk, submission_id: int) -> tuple[str | None, str | None]:
    """The instanceIDs before and after it in the list; it need not be in the list itself any more."""
    before = desk.ids(*beyond(desk, submission_id, backwards=True), limit=1, backwards=True)
    after = desk.ids(*beyond(desk, submission_id), limit=1)
    previous, following = select(before.subquery().c.id), select(after.subquery().c.id)
    rows = select(Submission.id, Submission.instance_id).where(
        Submission.id.in_(previous) | Submission.id.in_(following)
    )
    found = {number > submission_id: name for number, name in desk.session.execute(rows)}
    return found.get(not desk.filter.oldest_first), found.get(desk.filter.oldest_first)


def count_lines(desk: Desk) -> Counts:
    """What each filter would give, in two queries and one for the names of who has sent."""
    session, chosen = desk.session, desk.filter.review_states
    grouped = (
        select(Submission.review_state, Submission.submitter_id, func.count())
        .where(*desk.conditions(counts=True))
        .group_by(Submission.review_state, Submission.submitter_id)
    )
    by_state: dict[str | None, int] = {}
    by_submitter: dict[int | None, int] = {}
    for state, submitter_id, count in session.execute(grouped):
        by_state[state] = by_state.get(state, 0) + count
        if state in chosen:
            by_submitter[submitter_id] = by_submitter.get(submitter_id, 0) + count
    return Counts(
        states={name: sum(by_state.get(state, 0) for state in states) for name, states in STATES.items()},
        submitters=_named(session, by_submitter),
        rules=_rules(desk),
        total=sum(by_state.get(state, 0) for state in chosen),
    )


def _named(session: Session, counts: dict[int | None, int]) -> list[Count]:
    rows = session.execute(
        select(ActorRow.id, ActorRow.display_name).where(ActorRow.id.in_([number for number in counts if number]))
    )
    return sorted(
        (Count(str(number), name, counts[number]) for number, name in rows),
        key=lambda found: (-found.count, found.label.casefold()),
    )


def _rules(desk: Desk) -> list[Count]:
    counted = func.count(Finding.submission_version_id.distinct())
    statement = (
        select(Finding.rule, counted)
        .join(Submission, Submission.current_version_id == Finding.submission_version_id)
        .where(Finding.form_id == desk.form.id, Finding.dismissed_at.is_(None), desk.is_in_state)
        .where(*desk.conditions_within_form())
        .group_by(Finding.rule)
    )
    return sorted(
        (Count(rule, rule, count) for rule, count in desk.session.execute(statement)),
        key=lambda found: (-found.count, found.value),
    )
