"""A form's codebook: every question with what the form says of it, and how it was answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import utc_now
from server.exports.codebook.counts import Count, Counts
from server.exports.plan import ExportPlan
from server.exports.typed import typed_rows, typed_tables
from server.exports.wording import Wording
from server.forms.models import FormVersion
from server.xform.fields import REPEAT, STRUCTURE, Field
from server.xform.questions import Question, read_questions

# As XLSForm calls them, where the XForm says it otherwise.
_TYPES = {
    "int": "integer", "string": "text", "odk:rank": "rank", STRUCTURE: "group", "binary": "file",
    "select1": "select_one",
}  # fmt: skip
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """`labels` are None for an answer that is no choice of the form."""

    name: str
    labels: Texts | None
    count: int


@dataclass(frozen=True, slots=True)
class Item:
    """A question, a group or a repeat. `table` is the path of the repeat around it, '' outside of repeats."""

    field: Field
    type: str
    table: str
    question: Question
    count: Count
    choices: tuple[ChoiceCount, ...]

    @property
    def is_question(self) -> bool:
        return not self.field.has_children


@dataclass(frozen=True, slots=True)
class Codebook:
    """`languages` have the chosen one in front; '' is for texts that are not translated."""

    form_id: str
    title: str
    version: str
    made_on: str
    submissions: int
    languages: tuple[str, ...]
    items: tuple[Item, ...]


def read_codebook(session: Session, export: ExportPlan) -> Codebook:
    """Reads all submissions of the export once."""
    counts = Counts(typed_tables(export, Wording.of(export), {}).values())
    for rows in typed_rows(session, export):
        counts.add(rows)
    newest, questions = export.definitions[0], _questions(session, export)
    items = tuple(_items(export, questions, counts))
    return Codebook(
        form_id=export.form_id,
        title=newest.title,
        version=newest.version,
        made_on=utc_now().date().isoformat(),
        submissions=counts.rows[""],
        languages=_languages(export, items),
        items=items,
    )


def _questions(session: Session, export: ExportPlan) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for version_id in export.version_ids:
        xml = session.scalars(select(FormVersion.xml).where(FormVersion.id == version_id)).one()
        for path, question in read_questions(xml).items():
            found.setdefault(path, question)
    return found


def _items(export: ExportPlan, questions: Mapping[str, Question], counts: Counts) -> Iterator[Item]:
    repeats = [field.path for field in export.fields if field.type == REPEAT]
    for field in export.fields:
        question = questions.get(field.path, Question())
        around = [path for path in repeats if field.path.startswith(f"{path}/")]
        own = Count(rows=counts.rows.get(field.path, 0)) if field.has_children else counts.by_path[field.path]
        yield Item(
            field=field,
            type=_type(field, question),
            table=max(around, key=len, default=""),
            question=question,
            count=own,
            choices=tuple(_choices(export, field, own)),
        )


def _type(field: Field, question: Question) -> str:
    if field.is_select_multiple:
        return "select_multiple"
    if field.choice_list is not None and not field.has_several_values:
        return "select_one"
    if question.calculation and not question.control:
        return "calculate"
    return _TYPES.get(field.type, field.type)


def _choices(export: ExportPlan, field: Field, count: Count) -> Iterator[ChoiceCount]:
    """Those of the form in its order, then by frequency what else was answered."""
    declared = {} if field.has_children else export.choice_texts(field.path)
    for name, labels in declared.items():
        yield ChoiceCount(name, labels, count.chosen[name])
    others: Texts | None = None if declared else {}
    for name, number in sorted(count.chosen.items(), key=lambda pair: (-pair[1], pair[0])):
        if name not in declared:
            yield ChoiceCount(name, others, number)


def _languages(export: ExportPlan, items: tuple[Item, ...]) -> tuple[str, ...]:
    known = dict.fromkeys(language for definition in export.definitions for language in definition.languages)
    untranslated = [""] if not known or any("" in text for item in items for text in _texts(item)) else []
    wanted = [export.choice.language] if export.choice.language in known else []
    return tuple(dict.fromkeys([*(language for language in wanted if language), *known, *untranslated]))


def _texts(item: Item) -> Iterator[Texts]:
    question = item.question
    yield from (item.field.labels, question.hint, question.required_message, question.constraint_message)
    yield from (choice.labels or {} for choice in item.choices)
