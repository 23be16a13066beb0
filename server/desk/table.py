"""Submissions as rows of a table: the questions that somebody has chosen, sorted by what stands beside a submission or
by an answer.

For an answer all of them have to be read, so there is a limit to how many. Pages go by key: each begins behind the row
with which the one before it ended, whatever has come in since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from server.db import moment_text
from server.desk.answers import Answer, read_rows
from server.desk.filters import Desk
from server.desk.lines import Line, Page, lines_of, list_lines
from server.exports.answer_names import answer_names
from server.exports.odata.order import OrderColumn
from server.forms.odata_names import odata_path
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import Field, questions_outside_repeats

# By name: what rows can be sorted by beside the moment at which they came.
SORTS: Final = {"name": Submission.folded_name, "area": Submission.area}
# Reading the answers of as many takes seconds.
MOST_SORTED: Final = 100_000
_FALLING: Final = "-"


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


def offered_sorts(desk: Desk, total: int) -> list[str]:
    """Names of `SORTS`, then paths of questions if `total`, what the filter lets through, is not too much."""
    beside = [name for name in SORTS if name != "area" or desk.labels.area is not None]
    if total > MOST_SORTED:
        # What filters by an answer or a place reads the answers, too.
        return beside if desk.filter.answer is None and desk.filter.box is None else []
    return [*beside, *(field.path for field in questions_outside_repeats(desk.labels.fields))]


def list_rows(
    desk: Desk, questions: Sequence[Field], *, sort: str, offered: Sequence[str], after: int | None, limit: int
) -> TablePage:
    """The page after the submission with the number `after`.

    `sort` is one of those `offered`, falling with `-` before it; for any other the order is that of the filter.
    """
    name = sort.removeprefix(_FALLING)
    if name in offered:
        column = OrderColumn(_sorted_by(desk, name), is_descending=sort.startswith(_FALLING))
        number = Submission.id.desc() if column.is_descending else Submission.id.asc()
        sorted_ids = _sorted_ids(desk, column, after).order_by(column.sorting, number).limit(limit + 1)
        ids = desk.session.scalars(sorted_ids).all()
        page = Page(lines_of(desk, ids[:limit]), ids[limit - 1] if len(ids) > limit else None)
    else:
        page = list_lines(desk, after=after, limit=limit)
    answers = _answers(desk, [line.id for line in page.lines])
    read = read_rows(desk.labels, questions, (answers.get(line.id) or {} for line in page.lines))
    return TablePage([Row(line, row) for line, row in zip(page.lines, read, strict=True)], page.next_key)


def _sorted_by(desk: Desk, name: str) -> ColumnElement[Any]:
    """A number as a number, a moment as a moment, all else as text; what is no such value is as if it were missing."""
    if name in SORTS:
        return func.coalesce(SORTS[name], "")
    return answer_names(desk.session, desk.labels.fields)[odata_path(name).removeprefix("/")][1]


def _sorted_ids(desk: Desk, column: OrderColumn, after: int | None) -> Select[int]:
    found = select(Submission.id).where(*desk.conditions(), desk.is_in_state)
    return found if after is None else found.where(_behind(desk, column, after))


def _behind(desk: Desk, column: OrderColumn, key: int) -> ColumnElement[bool]:
    of_form = (Submission.id == key, Submission.form_id == desk.form.id)
    row = desk.session.execute(select(column.column).where(*of_form)).one_or_none()
    if row is None:
        return false()
    value = moment_text(row[0]) if isinstance(row[0], datetime) else row[0]
    is_later = Submission.id < key if column.is_descending else Submission.id > key
    return or_(column.after(value), and_(column.same(value), is_later))


def _answers(desk: Desk, ids: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    rows = (
        select(Submission.id, SubmissionVersion.answers)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(Submission.id.in_(ids))
    )
    return {number: answers for number, answers in desk.session.execute(rows)}  # noqa: C416 -- rows are no pairs to mypy
