"""Decide what an arriving instance is, and keep it.

Phones resend after lost connections, send photos in a second trip, and edit last week's visit. All three reuse
identifiers, so the decision is made here, once, for every edge. Answers are judged by `checking`, and kept
whatever it finds.

The order makes 201 a promise: files are durable in the object store first, then one short transaction writes every
row, then the phone is told. A file without a row is swept up later; a row without a file cannot come to be.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import audit
from server.db import Database, utc_now
from server.errors import (
    already_replaced,
    edited_submission_not_found,
    form_does_not_accept,
    not_found,
    other_xml_under_instance_id,
    submission_deleted,
)
from server.forms.models import FormVersion
from server.permissions import Actor
from server.storage import ObjectStore
from server.submissions.arrival import Arrival
from server.submissions.attachments import KeptFile, add_files, kept_files, place_files, record_files
from server.submissions.checking import Checked, begin_check
from server.submissions.destination import Destination
from server.submissions.duration import seconds_taken
from server.submissions.file_names import is_file_name
from server.submissions.findings import (
    FindingRow,
    add_findings,
    finding_rows,
    finding_summary,
    keep_late,
    with_dismissals,
)
from server.submissions.models import RepeatCount, Submission, SubmissionVersion
from server.submissions.search_terms import area_path, search_terms
from server.xform.instance import expected_attachments, read_answers
from server.xform.repeat_counts import repeat_counts


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival; `resend` changed nothing but for files that were missing."""

    outcome: Literal["new", "edit", "resend"]
    submission_id: int
    version_id: int


# Its id, its submission, the hash of its XML, the submission's current version, and when it was deleted.
_KnownVersion = Row[int, int, str, int | None, datetime | None]

# Made once, and on tables instead of mapped classes: every submission passes here, and building a statement costs
# more than SQLite takes to run it.
_SUBMISSION, _VERSION = cast("Table", Submission.__table__), cast("Table", SubmissionVersion.__table__)
_COUNT = cast("Table", RepeatCount.__table__)
_ADD_COUNTS = insert(_COUNT)
_DROP_COUNTS = delete(_COUNT).where(_COUNT.c.submission_id == bindparam("counted"))
_ADD_SUBMISSION = insert(_SUBMISSION).returning(_SUBMISSION.c.id)
_ADD_VERSION = insert(_VERSION).returning(_VERSION.c.id)
_NAMED_VERSION = (
    select(
        SubmissionVersion.id,
        SubmissionVersion.submission_id,
        SubmissionVersion.xml_sha256,
        Submission.current_version_id,
        Submission.deleted_at,
    )
    .join(Submission, Submission.id == SubmissionVersion.submission_id)
    .where(
        SubmissionVersion.form_id == bindparam("form_id"),
        SubmissionVersion.is_draft == bindparam("is_draft"),
        SubmissionVersion.instance_id == bindparam("instance_id"),
    )
)
_HOLD_VERSION = _NAMED_VERSION.with_for_update(of=Submission)
_HOLD_DRAFT = select(FormVersion.id).where(FormVersion.id == bindparam("id")).with_for_update(read=True, key_share=True)
_MAKE_CURRENT = (
    update(_SUBMISSION)
    .where(_SUBMISSION.c.id == bindparam("submission_id"))
    .values(current_version_id=bindparam("version_id"))
)


@dataclass(frozen=True, slots=True)
class _Content:
    """What the answers say: as JSON, and which files they name. Encrypted submissions say only the latter.

    `checked` is what the form's rules say of them, and `findings` the same as rows; `beside` are the columns of the
    submission that are made of the answers.
    """

    answers: dict[str, Any] | None
    expected_files: list[str]
    checked: Checked
    findings: list[FindingRow]
    beside: dict[str, str | int | None]


def receive(
    database: Database,
    storage: ObjectStore,
    actor: Actor,
    destination: Destination,
    arrival: Arrival,
    *,
    wait: float,
) -> Receipt:
    """Keep the arrival and say what it was; its findings come with it unless they take longer than `wait` seconds.

    Raises 409.2 when the form is closed, 409.4 for other XML under a known instanceID, 409.7 for a deleted submission,
    409.8 when the version that an edit replaces was replaced before, 404.9 when it is not there.
    """
    if not (destination.is_draft or destination.form.takes_submissions):
        _refuse_unless_known(database, destination, arrival)
    answers, expected_files = _read_answers(destination, arrival)
    check = begin_check(database, storage, destination, arrival)
    for file in arrival.parts.files:
        storage.put(file.staged)
    checked = check.result(wait)
    with database.read() as session:
        terms = search_terms(arrival.head, answers, area_path(session, destination.form, destination.version))
    beside = terms | {"duration": seconds_taken(answers)}
    content = _Content(answers, expected_files, checked, finding_rows(checked), beside)
    try:
        receipt = _keep(database, actor, destination, arrival, content)
    except IntegrityError:
        # The same instance arrived twice at once and its twin was first: now it is there, and this one is a resend.
        receipt = _keep(database, actor, destination, arrival, content)
    if receipt.outcome != "resend":
        check.when_late(lambda late: keep_late(database, receipt.version_id, late))
    return receipt


def _name(destination: Destination, instance_id: str) -> dict[str, Any]:
    """What a submission, and a version of one, is known by."""
    return {"form_id": destination.form.id, "is_draft": destination.is_draft, "instance_id": instance_id}


def _refuse_unless_known(database: Database, destination: Destination, arrival: Arrival) -> None:
    """A closed form takes nothing new, but a phone that missed our answer before is told that all is well."""
    with database.read() as session:
        if session.execute(_NAMED_VERSION, _name(destination, arrival.instance_id)).one_or_none() is None:
            raise form_does_not_accept(destination.form.form_id)


def _read_answers(destination: Destination, arrival: Arrival) -> tuple[dict[str, Any] | None, list[str]]:
    """The answers as JSON and the files that are expected with them.

    No file can ever come under a name that is none: such an answer stays an answer.
    """
    if arrival.head.is_encrypted:
        answers, names = None, list(arrival.head.encrypted_files)
    else:
        answers = read_answers(destination.fields, arrival.root)
        names = expected_attachments(destination.fields, answers)
    return answers, [name for name in names if is_file_name(name)]


def _keep(database: Database, actor: Actor, destination: Destination, arrival: Arrival, content: _Content) -> Receipt:
    with database.write() as session:
        files = record_files(session, arrival.parts.files)
        return _Keeping(session, actor, destination, arrival, content, files, utc_now()).keep()


@dataclass(frozen=True, slots=True)
class _Keeping:
    """One arrival inside the transaction that keeps it."""

    session: Session
    actor: Actor
    destination: Destination
    arrival: Arrival
    content: _Content
    files: dict[str, KeptFile]
    now: datetime

    def keep(self) -> Receipt:
        self._hold_draft()
        known = self._find_version(self.arrival.instance_id)
        if known is not None:
            return self._resend(known)
        if self.arrival.head.deprecated_id:
            return self._edit(self.arrival.head.deprecated_id)
        return self._new()

    def _hold_draft(self) -> None:
        """A draft goes when it is published or replaced; raise 404.1 when that has happened since we looked."""
        version = self.destination.version
        is_gone = (
            self.destination.is_draft
            and version is not None
            and self.session.scalar(_HOLD_DRAFT, {"id": version.id}) is None
        )
        if is_gone:
            raise not_found()

    def _find_version(self, instance_id: str) -> _KnownVersion | None:
        """The version with this instanceID; its submission stays locked until the transaction ends."""
        return self.session.execute(_HOLD_VERSION, _name(self.destination, instance_id)).one_or_none()

    def _resend(self, known: _KnownVersion) -> Receipt:
        if known.xml_sha256 != self.arrival.xml_sha256:
            raise other_xml_under_instance_id()
        if known.deleted_at is not None:
            raise submission_deleted()
        for name in add_files(self.session, known.id, self.files):
            self._record("submission.attachment.update", known.submission_id, name=name)
        return Receipt("resend", known.submission_id, known.id)

    def _new(self) -> Receipt:
        findings = self.content.findings
        row = _name(self.destination, self.arrival.instance_id) | self.content.beside | finding_summary(findings)
        submission_id = self.session.execute(_ADD_SUBMISSION, row | self._sent_by()).scalar_one()
        version_id = self._add_version(submission_id)
        add_findings(self.session, self.destination.form.id, version_id, findings)
        self.session.execute(_MAKE_CURRENT, {"submission_id": submission_id, "version_id": version_id})
        self._count_repeats(submission_id)
        place_files(self.session, version_id, self.content.expected_files, self.files)
        self._record("submission.create", submission_id)
        return Receipt("new", submission_id, version_id)

    def _edit(self, deprecated_id: str) -> Receipt:
        replaced = self._find_version(deprecated_id)
        if replaced is None:
            raise edited_submission_not_found(deprecated_id)
        if replaced.deleted_at is not None:
            raise submission_deleted()
        if replaced.current_version_id != replaced.id:
            return self._resend_of_twin(deprecated_id)
        version_id = self._add_version(replaced.submission_id)
        findings = with_dismissals(self.session, [replaced.id], self.content.findings)
        add_findings(self.session, self.destination.form.id, version_id, findings)
        values = {"submission_id": replaced.submission_id, "version_id": version_id}
        changes: dict[str, Any] = {"review_state": "edited", "updated_at": self.now}
        changes |= finding_summary(findings)
        changes |= self.content.beside
        self.session.execute(_MAKE_CURRENT.values(changes), values)
        self.session.execute(_DROP_COUNTS, {"counted": replaced.submission_id})
        self._count_repeats(replaced.submission_id)
        expected = self.content.expected_files
        inherited = {name: file for name, file in kept_files(self.session, replaced.id).items() if name in expected}
        place_files(self.session, version_id, expected, inherited | self.files)
        self._record("submission.update.version", replaced.submission_id)
        return Receipt("edit", replaced.submission_id, version_id)

    def _resend_of_twin(self, deprecated_id: str) -> Receipt:
        """The edit that came first may be this one, sent twice at once: it was kept while we waited for our turn."""
        twin = self._find_version(self.arrival.instance_id)
        if twin is None:
            raise already_replaced(deprecated_id)
        return self._resend(twin)

    def _add_version(self, submission_id: int) -> int:
        destination, head = self.destination, self.arrival.head
        row = {
            "submission_id": submission_id,
            "form_id": destination.form.id,
            "is_draft": destination.is_draft,
            "instance_id": self.arrival.instance_id,
            "deprecated_id": head.deprecated_id,
            "instance_name": head.instance_name,
            "form_version_id": destination.version.id if destination.version else None,
            "version": head.version,
            "xml": self.arrival.parts.xml,
            "xml_sha256": self.arrival.xml_sha256,
            "answers": self.content.answers,
            "is_encrypted": head.is_encrypted,
            "check_state": self.content.checked.state,
            "engine_version": self.content.checked.engine_version,
        }
        return int(self.session.execute(_ADD_VERSION, row | self._sent_by()).scalar_one())

    def _count_repeats(self, submission_id: int) -> None:
        counted = {"form_id": self.destination.form.id, "submission_id": submission_id}
        counts = repeat_counts(self.content.answers)
        if counts:
            rows = [counted | {"path": path, "rows": number} for path, number in counts.items()]
            self.session.execute(_ADD_COUNTS, rows)

    def _sent_by(self) -> dict[str, Any]:
        sender = self.arrival.sender
        return {
            "submitter_id": self.actor.id,
            "device_id": sender.device_id,
            "user_agent": sender.user_agent,
            "created_at": self.now,
        }

    def _record(self, action: str, submission_id: int, **details: Any) -> None:
        """Submissions to a draft leave no trace: they are thrown away when the form is published."""
        if not self.destination.is_draft:
            audit.record(
                self.session,
                self.actor,
                action,
                self.destination.form,
                submission_id=submission_id,
                instanceId=self.arrival.instance_id,
                **details,
            )
