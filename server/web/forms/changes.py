"""Two versions of a form compared, in the words of the reader; also which files differ, and what answers it meets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.labels import pick_language
from server.forms.attachments import list_attachments
from server.forms.definitions import definition_of, fields_of
from server.forms.models import Form, FormVersion
from server.submissions.answer_counts import MOST_ASKED, Asked, count_answers
from server.xform.definition import Choice
from server.xform.fields import REPEAT, Field
from server.xform.form_differences import ChoiceChanges, FormDifferences, differences_of_forms


@dataclass(frozen=True, slots=True)
class Compared:
    """`language` is the form's own name for that of the reader.

    `files_changed` are there twice with other content, `files_arrived` were asked for and missing.
    """

    old: FormVersion
    new: FormVersion
    found: FormDifferences
    files_changed: tuple[str, ...]
    files_arrived: tuple[str, ...]
    language: str
    counts: Mapping[Asked, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.found.is_empty and not self.files_changed and not self.files_arrived

    def label(self, item: Field) -> str:
        return item.label(self.language)

    def answered(self, item: Field) -> int | None:
        """How many submissions have an answer to it; None when that was not counted."""
        return self.counts.get(Asked(item.path))

    def chosen(self, changes: ChoiceChanges, choice: Choice) -> int | None:
        """How many answers have chosen it, in all questions with the list; None when that was not counted."""
        found = [self.counts.get(_asked(item, choice)) for item in changes.used_by]
        known = [count for count in found if count is not None]
        return sum(known) if len(known) == len(found) else None

    def renamed(self, item: Field) -> Field | None:
        """The new question that seems to be this one under another name: of its type, with its label."""
        alike = (new for new in self.found.added if new.type == item.type and new.labels and new.labels == item.labels)
        return next(alike, None)

    def text(self, labels: dict[str, str]) -> str:
        return labels.get(self.language) or next(iter(labels.values()), "")


def compare(session: Session, old: FormVersion, new: FormVersion, language: str) -> Compared:
    known = definition_of(session, new)
    return Compared(
        old,
        new,
        differences_of_forms(_xml(session, old), _xml(session, new)),
        _changed_files(session, old, new),
        _arrived_files(session, old, new),
        pick_language(known.languages, language, known.default_language),
    )


def with_counts(session: Session, form: Form, compared: Compared) -> Compared:
    """The same with the numbers of answers that lose their question or their choice; for forms with not too many."""
    outside = _outside_repeats(fields_of(session, compared.old))
    found = compared.found
    asked = [Asked(item.path) for item in (*found.removed, *(move.old for move in found.moved)) if item.path in outside]
    asked += [
        _asked(item, choice)
        for changes in found.choices
        for choice in changes.removed
        for item in changes.used_by
        if item.path in outside
    ]
    asked = asked[:MOST_ASKED]
    return replace(compared, counts=dict(zip(asked, count_answers(session, form, asked), strict=True)))


def _asked(item: Field, choice: Choice) -> Asked:
    return Asked(item.path, choice.value, item.has_several_values)


def _outside_repeats(fields: Iterable[Field]) -> set[str]:
    """The paths of questions that have one answer in a submission."""
    known = list(fields)
    repeats = tuple(f"{item.path}/" for item in known if item.type == REPEAT)
    return {item.path for item in known if not item.has_children and not item.path.startswith(repeats)}


def _changed_files(session: Session, old: FormVersion, new: FormVersion) -> tuple[str, ...]:
    before = {file.name: file.sha256 for file in list_attachments(session, old)}
    after = list_attachments(session, new)
    return tuple(file.name for file in after if before.get(file.name) not in (None, file.sha256))


def _arrived_files(session: Session, old: FormVersion, new: FormVersion) -> tuple[str, ...]:
    """Those that the old version asked for without having them."""
    lacking = {file.name for file in list_attachments(session, old) if file.sha256 is None}
    return tuple(file.name for file in list_attachments(session, new) if file.sha256 and file.name in lacking)


def _xml(session: Session, version: FormVersion) -> bytes:
    return session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()
