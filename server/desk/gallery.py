"""Photos of the submissions of a form, the newest first, each with the question that it answers.

A photo is known by its name in the answers, which may stand in a repeat. So a page reads the answers of what it shows;
for one question it reads on until it has enough, or has looked at as many as one page may.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.desk.lines import PHOTO_TYPES
from server.forms.models import Form
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion
from server.xform.fields import Field

_CHUNK: Final = 200
_MOST_LOOKED_AT: Final = 1000


@dataclass(frozen=True, slots=True)
class Photo:
    """`id` is that of the attachment; `question` the path of the question, None where no answer names the photo."""

    id: int
    instance_id: str
    instance_name: str | None
    name: str
    question: str | None


@dataclass(frozen=True, slots=True)
class Gallery:
    """`next_key` leads on from the last photo that was looked at; None when all have been."""

    photos: list[Photo]
    next_key: int | None


def photo_questions(fields: Sequence[Field]) -> list[Field]:
    """Questions that are answered with files, of which photos are one kind."""
    return [field for field in fields if field.is_binary]


def list_photos(
    session: Session, form: Form, fields: Sequence[Field], *, question: str | None, after: int | None, limit: int
) -> Gallery:
    """Those after the attachment with the number `after`; all of them, or the answers to one question by its path."""
    paths = [field.path for field in photo_questions(fields) if question in (None, field.path)]
    shown: list[Photo] = []
    looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        photos = _chunk(session, form, paths, after)
        for photo in photos:
            if len(shown) == limit:
                return Gallery(shown, after)
            after = photo.id
            if question is None or photo.question is not None:
                shown.append(photo)
        looked_at += len(photos)
        if len(photos) < _CHUNK:
            return Gallery(shown, None)
    return Gallery(shown, after)


def _chunk(session: Session, form: Form, paths: Sequence[str], after: int | None) -> list[Photo]:
    rows = (
        select(
            SubmissionAttachment.id,
            Submission.instance_id,
            SubmissionVersion.instance_name,
            SubmissionAttachment.name,
            SubmissionVersion.id,
        )
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .join(SubmissionAttachment, SubmissionAttachment.submission_version_id == SubmissionVersion.id)
        .where(
            Submission.form_id == form.id,
            ~Submission.is_draft,
            Submission.deleted_at.is_(None),
            SubmissionAttachment.sha256.is_not(None),
            SubmissionAttachment.content_type.in_(PHOTO_TYPES),
            *_beyond(session, form, after),
        )
        .order_by(Submission.id.desc(), SubmissionAttachment.id.desc())
        .limit(_CHUNK)
    )
    found = session.execute(rows).all()
    named = _named_by_answers(session, {row[4] for row in found}, paths)
    return [Photo(*row[:4], named.get((row[4], row[3]))) for row in found]


def _beyond(session: Session, form: Form, after: int | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    last = session.scalar(
        select(Submission.id)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .join(SubmissionAttachment, SubmissionAttachment.submission_version_id == SubmissionVersion.id)
        .where(SubmissionAttachment.id == after, Submission.form_id == form.id)
    )
    # Of a photo that has gone meanwhile, or of another form, nothing is after.
    if last is None:
        return [Submission.id < 0]
    # The bound by itself is what lets an index begin there.
    same = and_(Submission.id == last, SubmissionAttachment.id < after)
    return [Submission.id <= last, or_(Submission.id < last, same)]


def _named_by_answers(session: Session, version_ids: set[int], paths: Sequence[str]) -> dict[tuple[int, str], str]:
    """The question of each file by version and name."""
    rows = select(SubmissionVersion.id, SubmissionVersion.answers).where(SubmissionVersion.id.in_(version_ids))
    return {
        (version_id, name): path
        for version_id, answers in session.execute(rows)
        for path in paths
        for name in _texts_at(answers, path.split("/")[1:])
    }


def _texts_at(content: Any, names: Sequence[str]) -> Iterator[str]:
    if isinstance(content, list):
        for filled in content:
            yield from _texts_at(filled, names)
    elif names:
        if isinstance(content, Mapping):
            yield from _texts_at(content.get(names[0]), names[1:])
    elif isinstance(content, str):
        yield content
