"""The list of a review desk: pages of lines by key, counts that are filters, and what comes before and after."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.db import is_among
from server.desk.filters import STATES, Desk
from server.desk.looking import find_in_any_state, find_next
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion

PAGE: Final = 50
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
# Of what is drawn on the screen of a phone, such as a signature; its camera does not write it.
DRAWING_TYPE: Final = "image/png"


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
    """Each counts what the rest of the filter lets through; `total` is what all of it lets through.

    Of those that are `is_partial` there may be more.
    """

    states: dict[str, int]
    submitters: list[Count]
    rules: list[Count]
    total: int
    is_partial: bool


def list_lines(desk: Desk, *, after: int | None = None, limit: int = PAGE) -> Page:
    """The page that follows the submission with the number `after`, or the first one."""
    found = find_next(desk, after, limit=limit)
    return Page(lines_of(desk, found.numbers), found.next_key)


def lines_of(desk: Desk, numbers: Sequence[int]) -> list[Line]:
    """Those of the form's submissions with these numbers, in that order."""
    found = {row.id: row for row in desk.session.execute(_line_rows(numbers))}
    rows = [found[number] for number in numbers if number in found]
    photos = first_photos(desk.session, [row.current_version_id for row in rows])
    area = desk.labels.area
    return [
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
        for row in rows
    ]


def _line_rows(numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
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
        # Naming the form would lead SQLite to look for the numbers among all of its submissions.
        .where(is_among(Submission.id, numbers))
    )


def first_photos(session: Session, version_ids: Iterable[int]) -> dict[int, str]:
    """The name of the first photo that has arrived of each version; a drawing only where there is no other picture."""
    is_photo = (
        SubmissionAttachment.submission_version_id.in_(list(version_ids)),
        SubmissionAttachment.sha256.is_not(None),
        SubmissionAttachment.content_type.in_(PHOTO_TYPES),
    )
    number = SubmissionAttachment.id
    no_drawing = func.min(number).filter(SubmissionAttachment.content_type != DRAWING_TYPE)
    first = select(func.coalesce(no_drawing, func.min(number))).where(*is_photo)
    first = first.group_by(SubmissionAttachment.submission_version_id)
    rows = select(SubmissionAttachment.submission_version_id, SubmissionAttachment.name).where(
        SubmissionAttachment.id.in_(first)
    )
    return {version_id: name for version_id, name in session.execute(rows)}  # noqa: C416 -- rows are no pairs to mypy


def neighbours(desk: Desk, submission_id: int) -> tuple[str | None, str | None]:
    """The instanceIDs before and after it in the list; it need not be in the list itself any more."""
    before = find_next(desk, submission_id, limit=1, backwards=True).numbers
    after = find_next(desk, submission_id, limit=1).numbers
    rows = select(Submission.id, Submission.instance_id).where(Submission.id.in_([*before, *after]))
    names = {number: name for number, name in desk.session.execute(rows)}  # noqa: C416 -- rows are no pairs to mypy
    return next((names[number] for number in before), None), next((names[number] for number in after), None)


def count_lines(desk: Desk) -> Counts:
    """What each filter would give, in one pass, with one more query for the names of who has sent.

    For an answer, only the first `MOST_LOOKED_AT` that the rest of the filter lets through are looked at.
    """
    found = None if desk.answered is None else find_in_any_state(desk)
    conditions = desk.conditions() if found is None else [is_among(Submission.id, found.numbers)]
    columns = (Submission.review_state, Submission.submitter_id, Submission.broken_rules)
    chosen = desk.filter.review_states
    by_state, by_submitter, by_rule = Counter[str | None](), Counter[int | None](), Counter[str]()
    grouped = select(*columns, func.count()).where(*conditions).group_by(*columns)
    for state, submitter_id, rules, count in desk.session.execute(grouped):
        by_state[state] += count
        if state in chosen:
            by_submitter[submitter_id] += count
            for rule in (rules or "").split():
                by_rule[rule] += count
    return Counts(
        states={name: sum(by_state[state] for state in states) for name, states in STATES.items()},
        submitters=_named(desk.session, by_submitter),
        rules=sorted((Count(rule, rule, count) for rule, count in by_rule.items()), key=_order),
        total=sum(by_submitter.values()),
        is_partial=found is not None and found.next_key is not None,
    )


def _named(session: Session, counts: Mapping[int | None, int]) -> list[Count]:
    rows = session.execute(
        select(ActorRow.id, ActorRow.display_name).where(ActorRow.id.in_([number for number in counts if number]))
    )
    return sorted((Count(str(number), name, counts[number]) for number, name in rows), key=_order)


def _order(count: Count) -> tuple[int, str]:
    return -count.count, count.label.casefold()
