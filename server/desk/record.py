"""One submission as a reviewer needs it, in a fixed number of queries: findings, answers, files, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from server.accounts.log import LogEntry, log_of_submission
from server.db import Database
from server.desk.answers import Answer, Section, read_sections
from server.desk.decisions import seen_mark
from server.desk.finding_places import FindingPlace, find_places
from server.desk.labels import Labels
from server.desk.lines import DRAWING_TYPE
from server.forms.models import Form
from server.storage import ObjectStore
from server.submissions.find import find_submission, list_comments
from server.submissions.finding_list import list_findings
from server.submissions.models import Comment, Finding, Submission, SubmissionAttachment, SubmissionVersion


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: a line of the log, or a comment."""

    at: datetime
    actor: str | None
    entry: LogEntry | None = None
    comment: Comment | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """`answers` is None when nobody here can read them, as they are encrypted; `files` by name.

    `finding_places` by the number of the finding.
    """

    submission: Submission
    has_earlier: bool
    labels: Labels | None
    findings: Sequence[Finding]
    finding_places: dict[int, FindingPlace]
    answers: Section | None
    files: dict[str, SubmissionAttachment]
    events: list[Event]

    @property
    def seen(self) -> str:
        return seen_mark(self.submission)

    @property
    def open_findings(self) -> list[Finding]:
        return [found for found in self.findings if found.dismissed_at is None]

    @property
    def photos(self) -> list[Answer]:
        """Answers whose file has arrived and is a picture: in the form's order, with drawings behind all others."""
        answers = [] if self.answers is None else self.answers.answers()
        shown = [answer for answer in answers if answer.kind == "file" and self._picture_type(answer.value)]
        return sorted(shown, key=lambda answer: self._picture_type(answer.value) == DRAWING_TYPE)

    def _picture_type(self, name: str) -> str | None:
        file = self.files.get(name)
        kind = "" if file is None or file.sha256 is None else file.content_type or ""
        return kind if kind.startswith("image/") else None

    @property
    def places(self) -> list[Answer]:
        return [] if self.answers is None else [answer for answer in self.answers.answers() if answer.place]


def read_record(
    database: Database, storage: ObjectStore, session: Session, form: Form, instance_id: str, *, language: str
) -> Record:
    """By its instanceID; raise 404.1 when the form has none such outside the trash."""
    submission = find_submission(session, form, instance_id)
    versions = _versions(session, submission)
    current = versions[0]
    findings = list_findings(session, submission)
    form_version = current.form_version or form.current_version
    labels = None if form_version is None else Labels(database, storage, session, form_version, language)
    answers = None
    if labels is not None and current.answers is not None:
        earlier: dict[str, Any] | None = versions[1].answers if len(versions) > 1 else None
        answers = read_sections(labels, current.answers, earlier, findings)
    return Record(
        submission=submission,
        has_earlier=len(versions) > 1,
        labels=labels,
        findings=findings,
        finding_places=find_places(answers, findings),
        answers=answers,
        files=_files(session, current),
        events=_events(session, submission),
    )


def _versions(session: Session, submission: Submission) -> Sequence[SubmissionVersion]:
    """The current one and the one before it."""
    statement = (
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission.id, SubmissionVersion.id <= submission.current_version_id)
        .options(undefer(SubmissionVersion.answers), joinedload(SubmissionVersion.form_version))
        .order_by(SubmissionVersion.id.desc())
        .limit(2)
    )
    # What the lookup of the submission has in hand comes without its answers.
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def _files(session: Session, version: SubmissionVersion) -> dict[str, SubmissionAttachment]:
    statement = select(SubmissionAttachment).where(SubmissionAttachment.submission_version_id == version.id)
    return {file.name: file for file in session.scalars(statement.order_by(SubmissionAttachment.id))}


def _events(session: Session, submission: Submission) -> list[Event]:
    """Newest first."""
    log = [
        Event(entry.audit.logged_at, entry.actor.display_name if entry.actor else None, entry=entry)
        for entry in log_of_submission(session, submission.id)
    ]
    comments = [
        Event(comment.created_at, comment.actor.display_name if comment.actor else None, comment=comment)
        for comment in list_comments(session, submission)
    ]
    return sorted([*log, *comments], key=lambda event: event.at, reverse=True)
