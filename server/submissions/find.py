"""Looking up submissions inside a form; each lookup raises 404.1 when there is none."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from server.blobs import Blob
from server.errors import attachment_slot_not_found, not_found
from server.forms.models import Form
from server.submissions.models import Comment, Submission, SubmissionAttachment, SubmissionVersion


def submissions_of(form: Form, *, is_draft: bool = False, is_deleted: bool = False) -> Select[Submission]:
    """The form's submissions with their current versions, newest first. The one place that says which they are."""
    in_trash = Submission.deleted_at.is_not(None) if is_deleted else Submission.deleted_at.is_(None)
    return (
        select(Submission)
        .join(SubmissionVersion, Submission.current_version_id == SubmissionVersion.id)
        .where(Submission.form_id == form.id, Submission.is_draft == is_draft, in_trash)
        .options(contains_eager(Submission.current_version))
        .order_by(Submission.id.desc())
    )


def list_submissions(
    session: Session,
    form: Form,
    *,
    is_draft: bool = False,
    is_deleted: bool = False,
    condition: ColumnElement[bool] | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Sequence[Submission]:
    """Newest first, with submitters at hand, so that a list costs one query whatever its length."""
    statement = submissions_of(form, is_draft=is_draft, is_deleted=is_deleted).options(joinedload(Submission.submitter))
    if condition is not None:
        statement = statement.where(condition)
    return session.scalars(statement.limit(limit).offset(offset)).all()


def find_submission(
    session: Session, form: Form, instance_id: str, *, is_draft: bool = False, is_deleted: bool = False
) -> Submission:
    """By the instanceID of its first version, which is its name for good."""
    statement = submissions_of(form, is_draft=is_draft, is_deleted=is_deleted).options(joinedload(Submission.submitter))
    found = session.scalars(statement.where(Submission.instance_id == instance_id)).one_or_none()
    if found is None:
        raise not_found()
    return found


def hold_submission(
    session: Session, form: Form, instance_id: str, *, is_draft: bool = False, is_deleted: bool = False
) -> Submission:
    """As `find_submission`, and make others who change it wait until the transaction ends."""
    # Locked before it is read: a row that was waited for would still come with the version that it had before.
    row = select(Submission.id).where(
        Submission.form_id == form.id, Submission.is_draft == is_draft, Submission.instance_id == instance_id
    )
    session.execute(row.with_for_update())
    return find_submission(session, form, instance_id, is_draft=is_draft, is_deleted=is_deleted)


def get_submission(session: Session, submission_id: int) -> Submission:
    """One that is known to be there, with its submitter and current version."""
    options = (joinedload(Submission.current_version), joinedload(Submission.submitter))
    return session.get_one(Submission, submission_id, options=options)


def root_instance_id(session: Session, form: Form, instance_id: str) -> str | None:
    """The name of the submission that the version with this instanceID belongs to."""
    statement = (
        select(Submission.instance_id)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(
            SubmissionVersion.form_id == form.id,
            ~SubmissionVersion.is_draft,
            SubmissionVersion.instance_id == instance_id,
            Submission.deleted_at.is_(None),
        )
    )
    return session.scalar(statement)


def list_versions(session: Session, submission: Submission) -> Sequence[SubmissionVersion]:
    """Newest first."""
    statement = (
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission.id)
        .options(joinedload(SubmissionVersion.submitter))
        .order_by(SubmissionVersion.id.desc())
    )
    return session.scalars(statement).all()


def find_version(session: Session, submission: Submission, instance_id: str) -> SubmissionVersion:
    statement = (
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission.id, SubmissionVersion.instance_id == instance_id)
        .options(joinedload(SubmissionVersion.submitter))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found()
    return found


def version_xml(session: Session, version: SubmissionVersion) -> bytes:
    """The XML exactly as it was received."""
    return session.scalars(select(SubmissionVersion.xml).where(SubmissionVersion.id == version.id)).one()


def list_attachments(session: Session, version: SubmissionVersion) -> Sequence[SubmissionAttachment]:
    """By name; files that nobody expected stand here only because they arrived."""
    statement = select(SubmissionAttachment).where(SubmissionAttachment.submission_version_id == version.id)
    return session.scalars(statement.order_by(SubmissionAttachment.name)).all()


def expect_slot(session: Session, version: SubmissionVersion, name: str) -> SubmissionAttachment:
    """The place of a file, filled or not; raise 404.8 when the version has no such place."""
    statement = select(SubmissionAttachment).where(
        SubmissionAttachment.submission_version_id == version.id, SubmissionAttachment.name == name
    )
    slot = session.scalars(statement).one_or_none()
    if slot is None:
        raise attachment_slot_not_found(name)
    return slot


def find_attachment(session: Session, version: SubmissionVersion, name: str) -> tuple[SubmissionAttachment, Blob]:
    """A file that has arrived."""
    statement = (
        select(SubmissionAttachment, Blob)
        .join(Blob, Blob.sha256 == SubmissionAttachment.sha256)
        .where(SubmissionAttachment.submission_version_id == version.id, SubmissionAttachment.name == name)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise not_found()
    return found.SubmissionAttachment, found.Blob


def list_comments(session: Session, submission: Submission) -> Sequence[Comment]:
    """Newest first."""
    statement = select(Comment).where(Comment.submission_id == submission.id).options(joinedload(Comment.actor))
    return session.scalars(statement.order_by(Comment.id.desc())).all()
