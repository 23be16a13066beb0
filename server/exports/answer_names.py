"""Answers as things that `$filter` and `$orderby` can name: `location/region`, as OData writes the path.

Only questions outside of repeats: a submission has one answer to each. Numbers are compared as numbers, also where
the text says `12.50`; what the feed shows as null is null here too. Times are moments, dates are compared by day, all
else as text.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from server.exports.answer_values import answer_integer, answer_moment, answer_number, answer_text, path_in_answers
from server.exports.comparisons import DAY, MOMENT, NUMBER, TEXT
from server.forms.odata_names import odata_path
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import REPEAT, Field

# What kind of thing a name stands for, and where that is found.
Named = tuple[str, ColumnElement[Any]]
Names = Mapping[str, Named]
_KINDS: Final = {
    "int": (NUMBER, answer_integer),
    "decimal": (NUMBER, answer_number),
    "dateTime": (MOMENT, answer_moment),
    "date": (DAY, answer_text),
}


class AnswerNames(Names):
    """What the form's questions outside of repeats are called, and the answers in a submission's current version.

    An expression is built when its name is asked for: building those of a whole form takes longer than a page.
    """

    def __init__(self, fields: Sequence[Field], *, is_sqlite: bool) -> None:
        self._fields = fields
        self._is_sqlite = is_sqlite

    def __getitem__(self, name: str) -> Named:
        return _answer(self._questions[name], is_sqlite=self._is_sqlite)

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    @cached_property
    def _questions(self) -> dict[str, Field]:
        repeats = tuple(f"{field.path}/" for field in self._fields if field.type == REPEAT)
        return {
            odata_path(field.path).removeprefix("/"): field
            for field in self._fields
            if not field.has_children and not field.path.startswith(repeats)
        }


def answer_names(session: Session, fields: Sequence[Field]) -> AnswerNames:
    """For the database that the session is on."""
    return AnswerNames(fields, is_sqlite=session.get_bind().dialect.name == "sqlite")


def _answer(field: Field, *, is_sqlite: bool) -> Named:
    # Under a name of its own, for the query around it may have the version's table as well.
    version = aliased(SubmissionVersion)
    steps = path_in_answers(field.path, is_sqlite=is_sqlite)
    kind, value = _KINDS.get(field.type, (TEXT, answer_text))
    found = select(value(version.answers, steps)).where(version.id == Submission.current_version_id)
    return kind, found.correlate(Submission).scalar_subquery()
