"""Which submissions a reviewer wants to see, as conditions on rows.

A text is looked for in the folded name of a submission, and in the names of enumerators, of areas and of what lies
around these: they are looked up first. So all conditions but those on answers are decided by an index alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import Session

from server.desk.answer_columns import answer_column
from server.desk.areas import areas_named
from server.desk.boxes import Box, is_inside
from server.desk.labels import Labels
from server.errors import unexpected_value
from server.forms.models import Form
from server.submissions.findings import breaks, breaks_any
from server.submissions.models import Submission, SubmissionVersion
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

    `since` is inclusive, `until` is not. `area` is the answer that stands beside a submission.
    """

    state: str = ""
    submitter_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    rule: str | None = None
    has_findings: bool | None = None
    area: str | None = None
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

    def conditions(self) -> list[ColumnElement[bool]]:
        """All that the filter asks for but the state, on rows of submissions that are neither drafts nor deleted."""
        mine = (Submission.form_id == self.form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
        answered = () if self.answered is None else (self.answered,)
        return [*mine, *self._narrowed(), *answered]

    @property
    def is_in_state(self) -> ColumnElement[bool]:
        """That a row has one of the review states that the filter asks for."""
        states = self.filter.review_states
        found: ColumnElement[bool] = Submission.review_state.in_([state for state in states if state is not None])
        return found | Submission.review_state.is_(None) if None in states else found

    @property
    def answered(self) -> ColumnElement[bool] | None:
        """That a row has the answers that the filter asks for, if it asks for any: these alone are in no index."""
        asked = []
        if self.filter.answer is not None:
            asked.append(self._answered(*self.filter.answer))
        if self.filter.box is not None:
            asked.append(is_inside(self.filter.box, self.labels.fields))
        return and_(*asked) if asked else None

    @property
    def whatever_answered(self) -> "Desk":
        """The same desk without that condition."""
        return replace(self, filter=replace(self.filter, answer=None, box=None))

    def order(self, *, backwards: bool = False) -> ColumnElement[int]:
        """What the list is sorted by."""
        return Submission.id.asc() if self.filter.oldest_first != backwards else Submission.id.desc()

    def beyond(self, key: int | None, *, backwards: bool = False) -> list[ColumnElement[bool]]:
        """That a row comes after the submission with the number `key` in the list; nothing for the list's beginning."""
        if key is None:
            return []
        return [Submission.id > key if self.filter.oldest_first != backwards else Submission.id < key]

    def is_up_to(self, key: int) -> ColumnElement[bool]:
        """That a row comes no later in the list than the submission with the number `key`."""
        return Submission.id <= key if self.filter.oldest_first else Submission.id >= key

    def ids(self, *more: ColumnElement[bool], limit: int | None = None, backwards: bool = False) -> Select[int]:
        """The numbers of those submissions, in the order of the list or against it.

        Each state is read by itself, in order and no further than the limit, so that the few that wait are found among
        many that are done.
        """
        order, conditions = self.order(backwards=backwards), [*self.conditions(), *more]
        parts = []
        for state in self.filter.review_states:
            of_state = Submission.review_state.is_(None) if state is None else Submission.review_state == state
            part = select(Submission.id).where(*conditions, of_state).order_by(order).limit(limit).subquery()
            parts.append(select(part.c.id))
        found = union_all(*parts).subquery()
        rising = self.filter.oldest_first != backwards
        return select(found.c.id).order_by(found.c.id.asc() if rising else found.c.id.desc()).limit(limit)

    def _narrowed(self) -> Iterator[ColumnElement[bool]]:
        wanted = self.filter
        if wanted.submitter_id is not None:
            yield Submission.submitter_id == wanted.submitter_id
        if wanted.since is not None:
            yield Submission.created_at >= wanted.since
        if wanted.until is not None:
            yield Submission.created_at < wanted.until
        if wanted.has_findings is not None:
            yield breaks_any() if wanted.has_findings else ~breaks_any()
        if wanted.rule is not None:
            yield breaks(wanted.rule)
        if wanted.area is not None:
            yield Submission.area == wanted.area
        if words := folded(wanted.text[:MAX_TEXT]):
            yield self._named(words)

    def _answered(self, path: str, value: str) -> ColumnElement[bool]:
        field = next((field for field in self.labels.fields if field.path == path and not field.has_children), None)
        if field is None or outermost_repeat(self.labels.fields, field) is not None:
            raise unexpected_value("answer", path, "it must be a question of this form outside of repeats")
        found = answer_column(path)
        is_it = found == value
        if field.has_several_values:
            # A list is kept as JSON; its items are names, which hold no quotes.
            is_it |= found.contains(f'"{value}"', autoescape=True)
        version = select(SubmissionVersion.id).where(SubmissionVersion.id == Submission.current_version_id, is_it)
        return version.correlate(Submission).exists()

    def _named(self, words: str) -> ColumnElement[bool]:
        found = is_named(self.session, self.form.id, words)
        areas = areas_named(self.labels, words)
        return or_(found, Submission.area.in_(areas)) if areas else found
