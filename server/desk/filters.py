"""Which submissions a reviewer wants to see, as conditions on rows.

A text is looked for in the folded name of a submission, and in the names of enumerators, of areas and of what lies
around these: they are looked up first, so that the search itself reads one index and no answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.orm import Session

from server.desk.answer_columns import answer_column
from server.desk.areas import areas_named
from server.desk.boxes import Box, is_inside
from server.desk.labels import Labels
from server.errors import unexpected_value
from server.forms.models import Form
from server.submissions.finding_list import with_findings
from server.submissions.models import Finding, Submission, SubmissionVersion
from server.submissions.search import is_named
from server.submissions.search_terms import folded
from server.xform.fields import outermost_repeat

# What a reviewer sees, and the review states that it stands for: None is the one of a submission just received.
STATES: Final[dict[str, tuple[str | None, ...]]] = {
    "to-review": (None, "edited"),
    "has-issues": ("hasIssues",),
    "approved": ("approved",),
    "rejected": ("rejected",),
}
MAX_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What is empty does not filter. `state` is a name of `STATES`; `answer` a question's path and the wanted answer.

    `since` is inclusive, `until` is not.
    """

    state: str = ""
    submitter_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    rule: str | None = None
    has_findings: bool | None = None
    path: str | None = None
    answer: tuple[str, str] | None = None
    box: Box | None = None
    text: str = ""
    oldest_first: bool = False

    @property
    def review_states(self) -> tuple[str | None, ...]:
        """All states when none is chosen."""
        return STATES[self.state] if self.state else tuple(state for states in STATES.values() for state in states)


@dataclass(frozen=True, slots=True)
class Desk:
    """A form's submissions through a filter; `labels` are those of the form's current version."""

    session: Session
    form: Form
    filter: ReviewFilter
    labels: Labels

    def conditions(self, *, counts: bool = False) -> list[ColumnElement[bool]]:
        """All that the filter asks for but the state, on rows of submissions that are neither drafts nor deleted.

        What `counts` all rows looks up all broken rules at once; a page asks for those of one row after the other.
        """
        narrowed = self.conditions_within_form(counts=counts)
        # Broken rules are looked up within the form, and lead to their submissions by themselves.
        is_tied = counts and (self.filter.rule is not None or self.filter.path is not None)
        return narrowed if is_tied else [Submission.form_id == self.form.id, *narrowed]

    def conditions_within_form(self, *, counts: bool = True) -> list[ColumnElement[bool]]:
        """The same for rows that something else ties to the form already.

        Naming the form again leads SQLite to read all of its submissions for each of them.
        """
        return [~Submission.is_draft, Submission.deleted_at.is_(None), *self._narrowed(counts=counts)]

    @property
    def is_in_state(self) -> ColumnElement[bool]:
        """That a row has one of the review states that the filter asks for."""
        states = self.filter.review_states
        found: ColumnElement[bool] = Submission.review_state.in_([state for state in states if state is not None])
        return found | Submission.review_state.is_(None) if None in states else found

    def ids(self, *more: ColumnElement[bool], limit: int | None = None, backwards: bool = False) -> Select[int]:
        """The numbers of those submissions, in the order of the list or against it.

        Each state is read by itself, in order and no further than the limit, so that the few that wait are found among
        many that are done.
        """
        rising = self.filter.oldest_first != backwards
        order = Submission.id.asc() if rising else Submission.id.desc()
        conditions = [*self.conditions(), *more]
        parts = []
        for state in self.filter.review_states:
            of_state = Submission.review_state.is_(None) if state is None else Submission.review_state == state
            part = select(Submission.id).where(*conditions, of_state).order_by(order).limit(limit).subquery()
            parts.append(select(part.c.id))
        found = union_all(*parts).subquery()
        return select(found.c.id).order_by(found.c.id.asc() if rising else found.c.id.desc()).limit(limit)

    def _narrowed(self, *, counts: bool) -> Iterator[ColumnElement[bool]]:
        wanted = self.filter
        if wanted.submitter_id is not None:
            yield Submission.submitter_id == wanted.submitter_id
        if wanted.since is not None:
            yield Submission.created_at >= wanted.since
        if wanted.until is not None:
            yield Submission.created_at < wanted.until
        if wanted.has_findings is not None:
            yield with_findings(self.form, has_any=wanted.has_findings)
        if wanted.rule is not None or wanted.path is not None:
            yield self._broken(counts=counts)
        if wanted.answer is not None:
            yield self._answered(*wanted.answer)
        if wanted.box is not None:
            yield is_inside(wanted.box, self.labels.fields)
        if words := folded(wanted.text[:MAX_TEXT]):
            yield self._named(words)

    def _broken(self, *, counts: bool) -> ColumnElement[bool]:
        if counts:
            return with_findings(self.form, has_any=None, rule=self.filter.rule, path=self.filter.path)
        finding = select(Finding.id).where(
            Finding.submission_version_id == Submission.current_version_id, Finding.dismissed_at.is_(None)
        )
        if self.filter.rule is not None:
            finding = finding.where(Finding.rule == self.filter.rule)
        if self.filter.path is not None:
            finding = finding.where(Finding.generic_path == self.filter.path)
        return finding.correlate(Submission).exists()

    def _answered(self, path: str, value: str) -> ColumnElement[bool]:
        field = next((field for field in self.labels.fields if field.path == path and not field.has_children), None)
        if field is None or outermost_repeat(self.labels.fields, field) is not None:
            raise unexpected_value("answer", path, "it must be a question of this form outside of repeats")
        found = answer_column(path)
        is_it = found == value
        if field.has_several_values:
            # A list is kept as JSON; its items are names, which hold no quotes.
            is_it |= found.contains(f'"{value}"', autoescape=True)
        # Asked of one row after the other, so that a page of frequent answers reads no more than it shows.
        version = select(SubmissionVersion.id).where(SubmissionVersion.id == Submission.current_version_id, is_it)
        return version.correlate(Submission).exists()

    def _named(self, words: str) -> ColumnElement[bool]:
        found = is_named(self.session, self.form.id, words)
        areas = areas_named(self.labels, words)
        return or_(found, Submission.area.in_(areas)) if areas else found
