"""Submissions as rows of a table: the questions that somebody has chosen, in an order that is quick to find.

Only what stands beside each submission can be sorted by: answers would have to be read from every one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, false, func, literal, select, tuple_

from server.desk.answers import Answer, read_rows
from server.desk.filters import Desk
from server.desk.lines import Line, Page, lines_of, list_lines
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import Field

# By name: what rows can be sorted by beside the moment at which they came.
SORTS: Final = {"name": Submission.folded_name, "area": Submission.area}


@dataclass(frozen=True, slots=True)
class Row:
    """One submission with the answers to the chosen questions, in their order; empty ones when it is encrypted."""

    line: Line
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class TablePage:
    """`next_key` leads to the page that follows; None at the end."""

    rows: list[Row]
    next_key: int | None


def offered_sorts(desk: Desk) -> list[str]:
    """Of `SORTS`; none for a filter that reads answers, which would then be read from every submission."""
    if desk.filter.answer is not None or desk.filter.box is not None:
        return []
    return [name for name in SORTS if name != "area" or desk.labels.area is not None]


def list_rows(desk: Desk, questions: Sequence[Field], *, sort: str, after: int | None, limit: int) -> TablePage:
    """The page after the submission with the number `after`; in the order of the filter when `sort` is not offered."""
    if sort in offered_sorts(desk):
        key = func.coalesce(SORTS[sort], "")
        ids = desk.session.scalars(_sorted_ids(desk, key, after, limit + 1)).all()
        page = Page(lines_of(desk, ids[:limit]), ids[limit - 1] if len(ids) > limit else None)
    else:
        page = list_lines(desk, after=after, limit=limit)
    answers = _answers(desk, [line.id for line in page.lines])
    read = read_rows(desk.labels, questions, (answers.get(line.id) or {} for line in page.lines))
    return TablePage([Row(line, row) for line, row in zip(page.lines, read, strict=True)], page.next_key)


def _sorted_ids(desk: Desk, key: ColumnElement[str], after: int | None, limit: int) -> Any:
    conditions = [*desk.conditions(), desk.is_in_state]
    if after is not None:
        of_form = (Submission.id == after, Submission.form_id == desk.form.id)
        last = desk.session.scalar(select(key).where(*of_form))
        if last is None:
            conditions.append(false())
        else:
            conditions.append(tuple_(key, Submission.id) > tuple_(literal(last), literal(after)))
    return select(Submission.id).where(*conditions).order_by(key, Submission.id).limit(limit)


def _answers(desk: Desk, ids: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    rows = (
        select(Submission.id, SubmissionVersion.answers)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(Submission.id.in_(ids))
    )
    return {number: answers for number, answers in desk.session.execute(rows)}  # noqa: C416 -- rows are no pairs to mypy
