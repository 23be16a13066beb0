"""From a form and a choice to an export that any format can write.

Fields of several versions are merged by path: the newest version's come first and in its order, then what older ones
had, newest first, at the end of their group. So a renamed or moved question is two columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Database
from server.exports.ahead import made_ahead
from server.exports.answer_names import answer_names
from server.exports.archive import member_name
from server.exports.choice import ExportChoice
from server.exports.choices import Choices, declared_choices
from server.exports.file_labels import FileLabels
from server.exports.files import AUDIT_PATH
from server.exports.records import OnRecords, Record, Selection, read_records, unheard
from server.exports.tables import Table, build_tables, merged_fields
from server.forms.definitions import fields_of
from server.forms.find import published_version
from server.forms.listing import list_versions
from server.forms.models import Form, FormVersion
from server.storage import ObjectStore
from server.xform.definition import FormDefinition, parse_form
from server.xform.fields import Field

# So many are a few hundredths of a second of work: others that wait need not wait for more.
_AT_ONCE = 100

# By the path of a question, then by the value of a choice.
ChoiceLabels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """`declared` are the choices that the form's versions know, by question; `choice_labels` their texts.

    `definitions` are the versions whose fields are exported, newest first, and `version_ids` their numbers. `fields`
    are the exported ones with the groups around them, in the order of the form.

    Formats read through `records`, so that whoever waits for the file hears how far it is and can end it.
    """

    form_id: str
    selection: Selection
    root: Table
    choice: ExportChoice
    declared: Choices
    choice_labels: ChoiceLabels
    has_audits: bool
    definitions: tuple[FormDefinition, ...]
    version_ids: tuple[int, ...]
    fields: tuple[Field, ...]
    on_records: OnRecords = unheard

    @property
    def name(self) -> str:
        return member_name(self.form_id)

    def choice_texts(self, path: str) -> dict[str, Mapping[str, str]]:
        """The labels of a question's choices by language, by the choice's name; the newest version's count."""
        texts: dict[str, Mapping[str, str]] = {}
        for definition in self.definitions:
            field = definition.field(path)
            for choice in definition.choice_lists.get((field and field.choice_list) or "", ()):
                texts.setdefault(choice.value, choice.labels)
        return texts

    def records(self, session: Session, *, is_first_look: bool = False) -> Iterator[list[Record]]:
        """All submissions, some at a time; those of a first look, before anything is written, do not count as done.

        Until the last one is taken the session answers nobody else.
        """
        with made_ahead(read_records(session, self.selection)) as pages:
            for page in pages:
                for start in range(0, len(page), _AT_ONCE):
                    some = page[start : start + _AT_ONCE]
                    yield some
                    self.on_records(0 if is_first_look else len(some))


def prepare_export(
    session: Session, form: Form, choice: ExportChoice, *, database: Database, storage: ObjectStore
) -> ExportPlan:
    """Labels that stand in files are read when they are needed.

    Raise 404.1 when nothing was published, 400.8 or 501.1 for a choice that the form cannot meet.
    """
    known = _published(session, form)
    exported = known if choice.deleted_fields else known[:1]
    fields = merged_fields([fields_of(session, version) for version in exported])
    all_fields = _all_fields(session, known)
    choice.check_columns({item.path: item for item in fields})
    kept = tuple(item for item in fields if choice.keeps(item))
    definitions = _definitions(session, exported)
    choice.check_language([language for definition in definitions for language in definition.languages])
    # Labels that were kept as JSON have lost their order on Postgres: there is no first one.
    choice = replace(choice, language=choice.language or definitions[0].default_language)
    return ExportPlan(
        form_id=form.form_id,
        selection=choice.selection(form.id, all_fields, answer_names(session, tuple(all_fields.values()))),
        root=build_tables(kept),
        choice=choice,
        declared=declared_choices(definitions),
        choice_labels={
            **_file_labels(exported, definitions, database, storage),
            **_choice_labels(definitions, choice.language),
        },
        has_audits=AUDIT_PATH in all_fields,
        definitions=definitions,
        version_ids=tuple(version.id for version in exported),
        fields=kept,
    )


def select_submissions(session: Session, form: Form, choice: ExportChoice) -> Selection:
    """Which submissions the choice means; raises as `prepare_export` does."""
    fields = _all_fields(session, _published(session, form))
    return choice.selection(form.id, fields, answer_names(session, tuple(fields.values())))


def _published(session: Session, form: Form) -> list[FormVersion]:
    """Newest first."""
    newest = published_version(form)
    return [newest, *(version for version in list_versions(session, form) if version.id != newest.id)]


def _all_fields(session: Session, versions: Sequence[FormVersion]) -> dict[str, Field]:
    return {item.path: item for item in merged_fields([fields_of(session, version) for version in versions])}


def _definitions(session: Session, versions: Sequence[FormVersion]) -> tuple[FormDefinition, ...]:
    xml = select(FormVersion.xml)
    return tuple(parse_form(session.scalars(xml.where(FormVersion.id == version.id)).one()) for version in versions)


def _choice_labels(definitions: Sequence[FormDefinition], language: str | None) -> ChoiceLabels:
    labels: dict[str, dict[str, str]] = {}
    for definition in definitions:
        for field in definition.fields:
            for choice in definition.choice_lists.get(field.choice_list or "", ()):
                text = choice.labels.get(language or "") or next(iter(choice.labels.values()), "")
                labels.setdefault(field.path, {}).setdefault(choice.value, text or choice.value)
    return labels


def _file_labels(
    versions: Sequence[FormVersion], definitions: Sequence[FormDefinition], database: Database, storage: ObjectStore
) -> dict[str, FileLabels]:
    """For the questions whose choices do not stand in the form."""
    asked: dict[str, list[tuple[FormVersion, Field]]] = {}
    for version, definition in zip(versions, definitions, strict=True):
        for item in definition.fields:
            if item.choice_list is not None and item.choice_list not in definition.choice_lists:
                asked.setdefault(item.path, []).append((version, item))
    return {path: FileLabels(database, storage, places) for path, places in asked.items()}
