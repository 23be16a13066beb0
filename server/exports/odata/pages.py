"""Which submissions a page of a table begins and goes on with, found without reading any answers.

For a repeat's table the counts kept beside the answers say where a row is, at any depth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from server.exports.odata.order import OrderColumn, from_place, plain_values, sortings
from server.exports.odata.page_token import PageEnd
from server.exports.records import Selection
from server.submissions.models import RepeatCount, Submission

# Submissions that are looked up at once.
_AT_ONCE = 2_000


class Place(NamedTuple):
    """A submission in the order of the table; so many of its rows are to be passed over."""

    submission_id: int
    passed: int
    values: Sequence[Any]

    def end(self, rows: int) -> PageEnd:
        return PageEnd(self.submission_id, rows, plain_values(self.values))


@dataclass(frozen=True, slots=True)
class TableOrder:
    """`path` is the repeat's, or empty for the form's own table."""

    selection: Selection
    path: str
    order: Sequence[OrderColumn] = ()

    def count(self, session: Session) -> int:
        if not self.path:
            return session.scalar(select(func.count()).select_from(Submission).where(self.selection.where())) or 0
        rows = self._counted(select(func.coalesce(func.sum(RepeatCount.rows), 0)))
        return session.scalar(rows) or 0

    def places(self, session: Session, end: PageEnd | None, skip: int, most: int | None) -> Iterator[Place]:
        """From behind `end`, `skip` rows later; so many submissions as may be needed for `most` rows."""
        start: ColumnElement[bool] = true()
        passed = 0
        if end is not None:
            start = self._behind(end.submission_id, end.values, included=bool(self.path))
        if skip:
            first = self._skipped(session, start, skip, end)
            if first is None:
                return
            start = self._behind(first.submission_id, plain_values(first.values), included=True)
            end, passed = None, first.passed
        yield from self._from(session, start, end, passed, most)

    def _from(
        self, session: Session, start: ColumnElement[bool], end: PageEnd | None, passed: int, most: int | None
    ) -> Iterator[Place]:
        left = most
        while left is None or left > 0:
            size = _AT_ONCE if left is None else min(left, _AT_ONCE)
            found = session.connection().execute(self._submissions().where(start).limit(size)).all()
            for submission_id, *values in found:
                done = end.rows if end is not None and self.path and submission_id == end.submission_id else passed
                passed = 0
                yield Place(submission_id, done, values)
            if len(found) < size:
                return
            last_id, *last_values = found[-1]
            start = self._behind(last_id, plain_values(last_values), included=False)
            left = None if left is None else left - size

    def _skipped(self, session: Session, start: ColumnElement[bool], skip: int, end: PageEnd | None) -> Place | None:
        """The submission that holds the first row behind those skipped, and how many of its rows are skipped too."""
        if not self.path:
            row = session.execute(self._submissions().where(start).offset(skip).limit(1)).one_or_none()
            return None if row is None else Place(row[0], 0, row[1:])
        # Rows of the first submission that a page before has given out are behind us already.
        skip += end.rows if end is not None else 0
        in_order = sortings(self.order, self._number)
        upto = func.sum(RepeatCount.rows).over(order_by=in_order, rows=(None, 0)).label("upto")
        listed = self._submissions().add_columns(RepeatCount.rows, upto).where(start).order_by(None).subquery()
        first = select(listed).where(listed.c.upto > skip).order_by(listed.c.upto).limit(1)
        row = session.execute(first).one_or_none()
        if row is None:
            return None
        submission_id, *values, rows, total = row
        return Place(submission_id, skip - (int(total) - rows), values)

    @property
    def _number(self) -> ColumnElement[int]:
        return RepeatCount.submission_id.expression if self.path else Submission.id.expression

    def _behind(self, submission_id: int, values: Sequence[Any], *, included: bool) -> ColumnElement[bool]:
        return from_place(self.order, values, self._number, submission_id, included=included)

    def _submissions(self) -> Select[*tuple[Any, ...]]:
        columns = [column.column.label(f"by_{number}") for number, column in enumerate(self.order)]
        statement = select(self._number, *columns)
        counted = self._counted(statement) if self.path else statement.where(self.selection.where())
        return counted.order_by(*sortings(self.order, self._number))

    def _counted(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return (
            statement.select_from(Submission)
            .join(RepeatCount, RepeatCount.submission_id == Submission.id)
            .where(
                RepeatCount.form_id == self.selection.form_id,
                RepeatCount.path == self.path,
                self.selection.where_within_form(),
            )
        )
