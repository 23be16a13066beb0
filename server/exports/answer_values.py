"""An answer out of a submission's answers as a value of the database: SQL functions of the answers and a path in them.

What was sent is not always what the question asks for. So each gives null for an answer that is no such value.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Numeric, Text, cast, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from server.db import Instant

MOST_DIGITS: Final = 18
# As patterns that Python and Postgres read alike; a cast of what is no number would end the query there.
INTEGER: Final = rf"[-+]?0*\d{{1,{MOST_DIGITS}}}"
NUMBER: Final = rf"[-+]?0*(\d{{1,{MOST_DIGITS}}}(\.\d*)?|\.\d+)([eE][-+]?\d{{1,2}})?"
# In years that stay years of four digits in every zone.
_IS_DAY: Final = (
    r"(?=[1-8])(\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
    r"|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
_IS_TIME: Final = r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[-+](0\d|1[0-4]):[0-5]\d)?)?"


def path_in_answers(path: str, *, is_sqlite: bool) -> str:
    """A field's path as the database writes it."""
    names = [f'"{name}"' for name in path.strip("/").split("/")]
    return ".".join(["$", *names]) if is_sqlite else f"{{{','.join(names)}}}"


def answers_without(answers: ColumnElement[Any], paths: Iterable[str], *, is_sqlite: bool) -> ColumnElement[Any]:
    """All answers but those at the paths; SQLite gives all, for leaving some out takes it longer than reading them."""
    if is_sqlite:
        return answers
    for path in paths:
        left_out = literal(path_in_answers(path, is_sqlite=False), Text())
        answers = answers.op("#-")(cast(left_out, ARRAY(Text)))
    return answers


class answer_text(GenericFunction[str]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer at the end of a path as text, chosen values with a blank between them; null when there is none."""

    type = Text()
    inherit_cache = True


class answer_integer(GenericFunction[Any]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer as a whole number; null when it is none, or has more digits than every reader can take."""

    type = BigInteger()
    inherit_cache = True


class answer_number(GenericFunction[Any]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer as a number; null when it is none."""

    type = Numeric(asdecimal=False)
    inherit_cache = True


class answer_moment(GenericFunction[Any]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The answer as a moment, cut to milliseconds; in UTC where it names no zone."""

    type = Instant()
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


@compiles(answer_integer, "sqlite")
def _integer_on_sqlite(element: answer_integer, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"json_extract({answers}, {steps})"
    return f"CASE WHEN {_is_plain(value, '0-9')} THEN CAST({value} AS INTEGER) END"


@compiles(answer_number, "sqlite")
def _number_on_sqlite(element: answer_number, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"json_extract({answers}, {steps})"
    has_exponent = f"{value} GLOB '[-0-9]*[eE]*' AND json_valid({value})"
    return f"CASE WHEN {_is_plain(value, '0-9.')} OR {has_exponent} THEN CAST({value} AS REAL) END"


def _is_plain(value: str, characters: str) -> str:
    """SQLite makes a number of anything, so that it must be said what one looks like."""
    return (
        f"({value} GLOB '*[0-9]*' AND ltrim({value}, '+-') NOT GLOB '*[^{characters}]*' AND {value} NOT GLOB '*.*.*'"
        f" AND {value} NOT GLOB '[+-][+-]*' AND instr(ltrim({value}, '+-0') || '.', '.') <= {MOST_DIGITS + 1})"
    )


@compiles(answer_integer, "postgresql")
def _integer_on_postgres(element: answer_integer, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"({answers} #>> CAST({steps} AS TEXT[]))"
    return f"CASE WHEN {value} ~ '^{INTEGER}$' THEN CAST({value} AS BIGINT) END"


@compiles(answer_number, "postgresql")
def _number_on_postgres(element: answer_number, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"({answers} #>> CAST({steps} AS TEXT[]))"
    return f"CASE WHEN {value} ~ '^{NUMBER}$' THEN CAST({value} AS DOUBLE PRECISION) END"


@compiles(answer_moment, "sqlite")
def _moment_on_sqlite(element: answer_moment, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"json_extract({answers}, {steps})"
    # SQLite takes words and bare numbers for moments too, and the 30th of February for one in March.
    day = f"substr({value}, 1, 10)"
    return (
        f"CASE WHEN {day} GLOB '[1-8][0-9][0-9][0-9]-*' AND date({day}, '+0 days') = {day}"
        f" THEN strftime('%Y-%m-%d %H:%M:%f', {value}) || '000' END"
    )


@compiles(answer_moment, "postgresql")
def _moment_on_postgres(element: answer_moment, compiler: SQLCompiler, **options: Any) -> str:
    answers, steps = _arguments(element, compiler, options)
    value = f"({answers} #>> CAST({steps} AS TEXT[]))"
    # A cast of what is no moment would end the query.
    is_moment = f"{value} ~ '^{_IS_DAY}{_IS_TIME}$'"
    return f"CASE WHEN {is_moment} THEN date_trunc('milliseconds', CAST({value} AS TIMESTAMPTZ)) END"


def _arguments(element: GenericFunction[Any], compiler: SQLCompiler, options: dict[str, Any]) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]
