"""Submissions out of the database for exports: newest first, page by page, with everything that a row says of them.

Pages go by key, so that the last one costs no more than the first and memory does not grow with the form.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from server.accounts.models import ActorRow
from server.db import is_among
from server.exports.answer_values import answers_without
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion

# Enough to make the queries cheap, little enough to give the first rows at once and to keep few answers in memory.
PAGE = 500

Answers = Mapping[str, Any]
# Hears after each page how many submissions more have been written; may raise to end the export.
OnRecords = Callable[[int], None]
_NO_ANSWERS: Answers = {}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which submissions: `condition` is about the columns of `Submission`."""

    form_id: int
    is_draft: bool = False
    with_deleted: bool = False
    condition: ColumnElement[bool] | None = None

    def where(self) -> ColumnElement[bool]:
        return and_(Submission.form_id == self.form_id, self.where_within_form())

    def where_within_form(self) -> ColumnElement[bool]:
        """The same for rows that something else ties to the form already.

        Naming the form again leads Postgres to read all of its submissions for each of them, while it does not know
        yet how many there are.
        """
        in_place = true() if self.with_deleted else Submission.deleted_at.is_(None)
        wanted = true() if self.condition is None else self.condition
        return and_(Submission.is_draft == self.is_draft, in_place, wanted)


@dataclass(slots=True)
class Record:
    """One submission; `form_version` is that of its first version, `answers_json` is of its current one."""

    id: int
    version_id: int
    instance_id: str
    submitted_at: datetime
    review_state: str | None
    device_id: str | None
    submitter_id: int | None
    submitter_name: str | None
    is_encrypted: bool
    form_version: str
    answers_json: str | None
    updated_at: datetime | None
    deleted_at: datetime | None
    edits: int
    files_expected: int
    files_present: int

    def answers(self) -> Answers:
        """Read anew at each call: a page of answers that are kept costs five times as much as one at a time.

        Empty when the submission is encrypted.
        """
        return (self.answers_json and orjson.loads(self.answers_json)) or _NO_ANSWERS


def read_records(session: Session, selection: Selection) -> Iterator[list[Record]]:
    """All submissions of the selection, in pages."""
    page = (
        _records(SubmissionVersion.answers.expression)
        .where(selection.where())
        .order_by(Submission.id.desc())
        .limit(PAGE)
    )
    statement = page
    while records := _read(session, statement):
        yield records
        if len(records) < PAGE:
            return
        statement = page.where(Submission.id < records[-1].id)


def unheard(_more: int) -> None:
    """For whoever does not ask how far an export is."""


def find_records(session: Session, ids: Collection[int], *, without: Iterable[str] = ()) -> dict[int, Record]:
    """These submissions by their ids, as long as they are there; at most a few hundred at once.

    `without` are paths of repeats whose rows are not needed, which may be most of the answers.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    answers = answers_without(SubmissionVersion.answers.expression, without, is_sqlite=is_sqlite)
    found = _read(session, _records(answers).where(is_among(Submission.id.expression, ids)))
    return {record.id: record for record in found}


def _records(answers: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The columns of a Record in their order."""
    version = aliased(SubmissionVersion)
    versions = select(version.version).where(version.submission_id == Submission.id).order_by(version.id).limit(1)
    edits = select(func.count() - 1).where(version.submission_id == Submission.id)
    files = select(func.count()).where(
        SubmissionAttachment.submission_version_id == SubmissionVersion.id, SubmissionAttachment.is_expected
    )
    # A first version replaces nothing.
    is_edited = SubmissionVersion.deprecated_id.is_not(None)
    return (
        select(
            Submission.id,
            SubmissionVersion.id.label("version_id"),
            Submission.instance_id,
            Submission.created_at,
            Submission.review_state,
            Submission.device_id,
            Submission.submitter_id,
            ActorRow.display_name,
            SubmissionVersion.is_encrypted,
            case((is_edited, versions.scalar_subquery()), else_=SubmissionVersion.version),
            # As text, which both databases hand out unread.
            cast(answers, Text),
            Submission.updated_at,
            Submission.deleted_at,
            case((is_edited, edits.scalar_subquery()), else_=0),
            files.scalar_subquery(),
            files.where(SubmissionAttachment.sha256.is_not(None)).scalar_subquery(),
        )
        .join(SubmissionVersion, Submission.current_version_id == SubmissionVersion.id)
        .join(ActorRow, Submission.submitter_id == ActorRow.id, isouter=True)
    )


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Record]:
    return [Record(*row) for row in session.connection().execute(statement)]
