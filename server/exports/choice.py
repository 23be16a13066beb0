"""What somebody wants of a form's submissions: which of them, which columns, and in whose words.

The same choice comes out of a query string and out of the options of a command; empty parts restrict nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select

from server.db import utc_now
from server.errors import unexpected_value
from server.exports.answer_names import Names
from server.exports.conditions import submission_filter
from server.exports.records import Selection
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import REPEAT, Field

Labels = Literal["names", "labels", "both"]
LABELS: Final[tuple[Labels, ...]] = ("names", "labels", "both")
RECEIVED: Final = "received"  # nobody has decided yet
REVIEW_STATES: Final = (RECEIVED, "hasIssues", "edited", "rejected", "approved")
APPROVED_ONLY: Final = ("approved",)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """`columns` are paths of questions or groups; `answers` go from a question's path to the value it must have.

    `submitted_to` is not included. `language` None takes the form's default one. `guards_formulas` matters to
    files that a spreadsheet opens as text, `attachments` to zips of CSV files, `time_zone` (a name of the time zone
    database) to workbooks, whose moments have none.
    """

    review_states: tuple[str, ...] = ()
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    submitter_id: int | None = None
    has_findings: bool | None = None
    answers: tuple[tuple[str, str], ...] = ()
    filter: str = ""
    columns: tuple[str, ...] = ()
    language: str | None = None
    labels: Labels = "names"
    group_paths: bool = True
    deleted_fields: bool = False
    split_select_multiples: bool = False
    guards_formulas: bool = False
    attachments: bool = False
    time_zone: str = "UTC"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The choice that `to_json` was asked of; what it did not know yet is as if nobody had asked for it."""
        values = {name: value for name, value in stored.items() if name in cls.__dataclass_fields__}
        for name in ("review_states", "columns"):
            values[name] = tuple(values.get(name, ()))
        values["answers"] = tuple((path, value) for path, value in values.get("answers", ()))
        for name in ("submitted_from", "submitted_to"):
            text = values.get(name)
            values[name] = None if text is None else datetime.fromisoformat(text)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        values = asdict(self)
        for name in ("submitted_from", "submitted_to"):
            moment = values[name]
            values[name] = None if moment is None else moment.isoformat()
        return values

    def selection(self, form_id: int, fields: Mapping[str, Field], names: Names) -> Selection:
        """`fields` are those of all versions, by path; `names` are what a `$filter` may call them.

        Raise 400.8 or 501.1 for what cannot be asked.
        """
        conditions = [*self._plain_conditions(), *(_answered(fields, path, value) for path, value in self.answers)]
        if not self.filter.strip():
            return Selection(form_id, condition=and_(*conditions) if conditions else None)
        wanted = submission_filter(self.filter, utc_now(), names)
        return Selection(form_id, with_deleted=wanted.asks_for_deleted, condition=and_(wanted.condition, *conditions))

    def keeps(self, field: Field) -> bool:
        """Whether the field is wanted itself, or leads to one that is."""
        return not self.columns or any(
            field.path == path or field.path.startswith(f"{path}/") or path.startswith(f"{field.path}/")
            for path in self.columns
        )

    def check_columns(self, fields: Mapping[str, Field]) -> None:
        """Raise 400.8 for a column that no exported version has."""
        for path in self.columns:
            if path not in fields:
                raise unexpected_value("columns", path, "the form has no such question or group")

    def check_language(self, known: Iterable[str]) -> None:
        """Raise 400.8 for a language that no exported version has."""
        languages = list(dict.fromkeys(filter(None, known)))
        if self.language and self.language not in languages:
            reason = f"the form speaks {', '.join(languages)}" if languages else "the form has no translations"
            raise unexpected_value("language", self.language, reason)

    def _plain_conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.review_states:
            decided = [state for state in self.review_states if state != RECEIVED]
            in_states = Submission.review_state.in_(decided)
            yield or_(in_states, Submission.review_state.is_(None)) if RECEIVED in self.review_states else in_states
        if self.submitted_from is not None:
            yield Submission.created_at >= self.submitted_from
        if self.submitted_to is not None:
            yield Submission.created_at < self.submitted_to
        if self.submitter_id is not None:
            yield Submission.submitter_id == self.submitter_id
        if self.has_findings is not None:
            found = or_(Submission.error_count > 0, Submission.warning_count > 0)
            yield found if self.has_findings else ~found


def _answered(fields: Mapping[str, Field], path: str, value: str) -> ColumnElement[bool]:
    field = fields.get(path)
    if field is None or field.has_children:
        raise unexpected_value("answer", path, "the form has no such question")
    parents = [other.path for other in fields.values() if other.type == REPEAT]
    if any(path.startswith(f"{parent}/") for parent in parents):
        raise unexpected_value("answer", path, "a question inside a repeat has many answers in one submission")
    steps = tuple(path.strip("/").split("/"))
    # As text, because numbers are kept as numbers.
    text = cast(SubmissionVersion.answers[steps].as_string(), Text)
    matches = text == value
    if field.has_several_values:
        matches = or_(matches, text.contains(f'"{value}"', autoescape=True))
    return Submission.current_version_id.in_(select(SubmissionVersion.id).where(matches))
