"""Reading the log of the whole server: which rows are asked for, and who and what they speak of.

However long the log is, it is read in one pass, and the things it speaks of with one query for each kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarResult, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from server.accounts.models import ActorRow
from server.audit import Audit
from server.forms.models import Form, Project

# What happens all the time, and would bury what administrators look for.
_VERBOSE_NOUNS = ("submission", "entity", "backup", "analytics")
NONVERBOSE = "nonverbose"
FORM_PURGE = "form.purge"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LogQuery:
    """`action` is one action, a noun for all of its actions, or `nonverbose`; `start` is included, `end` is not."""

    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """What is left of a form that has been purged: what the log says of it."""

    at: datetime
    details: dict[str, Any]


Actee = ActorRow | Project | Form | Purged


@dataclass(frozen=True, slots=True)
class Named:
    """Who and what a part of the log speaks of, by their ids."""

    actors: dict[int, ActorRow]
    actees: dict[str, Actee]


def read_log(session: Session, query: LogQuery) -> Iterator[Sequence[Audit]]:
    """The rows that are asked for, newest first, some hundreds at a time."""
    rows: ScalarResult[Audit] = session.scalars(_rows(query), execution_options={"yield_per": _AT_ONCE})
    return rows.partitions()


def named_in_log(session: Session, query: LogQuery) -> Named:
    """The actors and actees of those rows; five queries for any log."""
    rows = _rows(query).subquery()
    actee_ids = select(rows.c.actee_id)
    actors = session.scalars(select(ActorRow).where(ActorRow.id.in_(select(rows.c.actor_id))))
    purged = select(Audit).where(Audit.action == FORM_PURGE, Audit.actee_id.in_(actee_ids))
    forms = (
        select(Form)
        .where(Form.actee_id.in_(actee_ids))
        .options(joinedload(Form.current_version), joinedload(Form.draft_version))
    )
    actees: dict[str, Actee] = {
        row.actee_id: Purged(row.logged_at, row.details) for row in session.scalars(purged) if row.actee_id
    }
    for kind in (
        select(ActorRow).where(ActorRow.actee_id.in_(actee_ids)),
        select(Project).where(Project.actee_id.in_(actee_ids)),
        forms,
    ):
        actees.update({row.actee_id: row for row in session.scalars(kind)})
    return Named({actor.id: actor for actor in actors}, actees)


def _rows(query: LogQuery) -> Select[Audit]:
    statement = select(Audit).where(*_conditions(query)).order_by(Audit.id.desc())
    return statement.limit(query.limit).offset(query.offset)


def _conditions(query: LogQuery) -> Iterator[ColumnElement[bool]]:
    if query.action == NONVERBOSE:
        yield and_(*(~_is_about(noun) for noun in _VERBOSE_NOUNS))
    elif query.action and "." in query.action:
        yield Audit.action == query.action
    elif query.action:
        yield _is_about(query.action)
    if query.start is not None:
        yield Audit.logged_at >= query.start
    if query.end is not None:
        yield Audit.logged_at < query.end


def _is_about(noun: str) -> ColumnElement[bool]:
    return or_(Audit.action == noun, Audit.action.startswith(f"{noun}.", autoescape=True))
