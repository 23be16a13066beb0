"""Two versions of a form compared, in the words of the reader: also which files have other content."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.labels import pick_language
from server.forms.attachments import list_attachments
from server.forms.definitions import definition_of
from server.forms.models import FormVersion
from server.xform.fields import Field
from server.xform.form_differences import FormDifferences, differences_of_forms


@dataclass(frozen=True, slots=True)
class Compared:
    """`language` is the form's own name for that of the reader; `files_changed` are there twice with other content."""

    old: FormVersion
    new: FormVersion
    found: FormDifferences
    files_changed: tuple[str, ...]
    language: str

    @property
    def is_empty(self) -> bool:
        return self.found.is_empty and not self.files_changed

    def label(self, field: Field) -> str:
        return field.label(self.language)

    def text(self, labels: dict[str, str]) -> str:
        return labels.get(self.language) or next(iter(labels.values()), "")


def compare(session: Session, old: FormVersion, new: FormVersion, language: str) -> Compared:
    known = definition_of(session, new)
    return Compared(
        old,
        new,
        differences_of_forms(_xml(session, old), _xml(session, new)),
        _changed_files(session, old, new),
        pick_language(known.languages, language, known.default_language),
    )


def _changed_files(session: Session, old: FormVersion, new: FormVersion) -> tuple[str, ...]:
    before = {file.name: file.sha256 for file in list_attachments(session, old)}
    after = list_attachments(session, new)
    return tuple(file.name for file in after if file.sha256 != before.get(file.name, file.sha256))


def _xml(session: Session, version: FormVersion) -> bytes:
    return session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()
