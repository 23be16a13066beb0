"""Answers as things that `$filter` and `$orderby` can name: `location/region`, as OData writes the path.

Only questions outside of repeats: a submission has one answer to each. Numbers are compared as numbers, also where
the text says `12.50`; an answer that is no number is null. Dates are compared by day, all else as text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Numeric, Text, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from server.forms.odata_names import odata_path
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import REPEAT, Field

TEXT: Final = "a text"
NUMBER: Final = "a number"
DAY: Final = "a day"

# What kind of thing a name stands for, and where that is found.
Named = tuple[str, ColumnElement[Any]]
Names = Mapping[str, Named]
_NUMBERS = ("int", "decimal")


class answer_text(GenericFunction[str]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer at the end of a path as text, chosen values with a blank between them; null when there is none."""

    type = Text()
    inherit_cache = True


class answer_number(GenericFunction[Any]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer as a number; null when it is none."""

    type = Numeric(asdecimal=False)
    inherit_cache = True


@compiles(answer_text, "sqlite")
def _text_on_sqlite(element: answer_text, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    return (
        f"CASE json_type({answers}, {steps}) WHEN 'array' THEN"  # noqa: S608 -- both are compiled SQL
        f" (SELECT group_concat(value, ' ') FROM json_each({answers}, {steps}))"
        f" ELSE CAST(json_extract({answers}, {steps}) AS TEXT) END"
    )


@compiles(answer_text, "postgresql")
def _text_on_postgres(element: answer_text, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    path = f"CAST({steps} AS TEXT[])"
    return (
        f"CASE jsonb_typeof({answers} #> {path}) WHEN 'array' THEN"  # noqa: S608 -- both are compiled SQL
        f" (SELECT string_agg(value, ' ') FROM jsonb_array_elements_text({answers} #> {path}))"
        f" ELSE {answers} #>> {path} END"
    )


@compiles(answer_number, "sqlite")
def _number_on_sqlite(element: answer_number, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"json_extract({answers}, {steps})"
    # SQLite makes a number of anything: what has other characters than those of a plain number is left out.
    return (
        f"CASE WHEN json_type({answers}, {steps}) IN ('integer', 'real') THEN {value}"
        f" WHEN ltrim({value}, '+-') NOT GLOB '*[^0-9.]*' AND {value} GLOB '*[0-9]*'"
        f" AND {value} NOT GLOB '*.*.*' AND {value} NOT GLOB '[+-][+-]*' THEN CAST({value} AS REAL) END"
    )


@compiles(answer_number, "postgresql")
def _number_on_postgres(element: answer_number, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"({answers} #>> CAST({steps} AS TEXT[]))"
    # A cast of what is no number would end the query.
    is_number = rf"{value} ~ '^[-+]?(\d+\.?\d*|\.\d+)$'"
    is_json_number = f"jsonb_typeof({answers} #> CAST({steps} AS TEXT[])) = 'number'"
    return f"CASE WHEN {is_json_number} OR {is_number} THEN CAST({value} AS DOUBLE PRECISION) END"


def _arguments(element: GenericFunction[Any], compiler: SQLCompiler, options: dict[str, Any]) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]


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


def _answer(field: Field, *, is_sqlite: bool) -> Named:
    # Under a name of its own, for the query around it may have the version's table as well.
    version = aliased(SubmissionVersion)
    names = field.path.strip("/").split("/")
    steps = _sqlite_path(names) if is_sqlite else _postgres_path(names)
    is_number = field.type in _NUMBERS
    found = answer_number(version.answers, steps) if is_number else answer_text(version.answers, steps)
    column: ColumnElement[Any] = (
        select(found).where(version.id == Submission.current_version_id).correlate(Submission).scalar_subquery()
    )
    return (NUMBER if is_number else DAY if field.type == "date" else TEXT), column


def _sqlite_path(names: Iterable[str]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


def _postgres_path(names: Iterable[str]) -> str:
    return "{" + ",".join(f'"{name}"' for name in names) + "}"
