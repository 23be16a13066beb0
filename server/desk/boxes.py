"""Boxes on the map: which submissions have a point in one, told by the database from the texts of their answers.

A point is text, `latitude longitude altitude accuracy`. Places in repeats, lines and areas are no single points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from server.desk.answer_columns import answer_column
from server.errors import unexpected_value
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import Field, outermost_repeat


@dataclass(frozen=True, slots=True)
class Box:
    """In degrees; `path` is the question whose points count, all of them where it is None."""

    west: float
    south: float
    east: float
    north: float
    path: str | None = None


def point_questions(fields: Sequence[Field]) -> list[Field]:
    """Questions for one point a submission."""
    return [field for field in fields if field.type == "geopoint" and outermost_repeat(fields, field) is None]


def is_inside(box: Box, fields: Sequence[Field]) -> ColumnElement[bool]:
    """That a row has a point in the box; raise 400.8 when the form asks for none of which a box can tell."""
    questions = [field for field in point_questions(fields) if box.path in (None, field.path)]
    if not questions:
        raise unexpected_value("box", box.path, "it must be a question of this form for a point, outside of repeats")
    texts = [answer_column(field.path) for field in questions]
    is_it = or_(*(_holds(box, text) for text in texts))
    version = select(SubmissionVersion.id).where(SubmissionVersion.id == Submission.current_version_id, is_it)
    return version.correlate(Submission).exists()


def _holds(box: Box, text: ColumnElement[str]) -> ColumnElement[bool]:
    latitude, longitude = _latitude(text), _longitude(text)
    return and_(latitude.between(box.south, box.north), longitude.between(box.west, box.east))


class _latitude(GenericFunction[float]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """The first number of a text; NULL for what does not begin with one."""

    type = Float()
    inherit_cache = True


class _longitude(GenericFunction[float]):  # noqa: N801 -- the same
    """The number after the first blank; NULL where there is none."""

    type = Float()
    inherit_cache = True


@compiles(_latitude, "sqlite")
def _latitude_on_sqlite(element: _latitude, compiler: SQLCompiler, **options: Any) -> str:
    return _number_on_sqlite(f"trim({compiler.process(element.clauses, **options)})")


@compiles(_longitude, "sqlite")
def _longitude_on_sqlite(element: _longitude, compiler: SQLCompiler, **options: Any) -> str:
    text = f"trim({compiler.process(element.clauses, **options)})"
    return _number_on_sqlite(f"ltrim(substr({text}, nullif(instr({text}, ' '), 0)))")


def _number_on_sqlite(text: str) -> str:
    """SQLite casts as much of a text as is a number."""
    return f"CASE WHEN {text} GLOB '[0-9]*' OR {text} GLOB '-[0-9]*' THEN CAST({text} AS REAL) END"


@compiles(_latitude, "postgresql")
def _latitude_on_postgres(element: _latitude, compiler: SQLCompiler, **options: Any) -> str:
    return _number_on_postgres(compiler.process(element.clauses, **options), r"^\s*(-?\d+\.?\d*)")


@compiles(_longitude, "postgresql")
def _longitude_on_postgres(element: _longitude, compiler: SQLCompiler, **options: Any) -> str:
    return _number_on_postgres(compiler.process(element.clauses, **options), r"^\s*\S+\s+(-?\d+\.?\d*)")


def _number_on_postgres(text: str, pattern: str) -> str:
    return f"CAST(substring({text} from '{pattern}') AS DOUBLE PRECISION)"
