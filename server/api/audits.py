"""The log of the whole server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response
from marshmallow import fields, validate

from server.api.form_shapes import FormShape, FormView
from server.api.project_shapes import ProjectShape
from server.api.routes import routes
from server.api.shapes import ActorShape, Shape
from server.api.submission_shapes import AuditShape, ExtendedAuditShape
from server.audit import Audit
from server.db import Database, moment_text
from server.forms.models import Form, Project
from server.http.access import needs
from server.http.call import Call
from server.http.json import stream_list
from server.server_log import Actee, LogQuery, Named, Purged, named_in_log, read_log

# ISO 8601 as clients write it: a day, a day with a zone, or a full moment. A + in a query string arrives as a blank.
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2})(?::(\d{2}))?(?:[.,](\d{1,9}))?)?(?:([Zz])|([-+ ]\d{2}):?(\d{2})?)?"
)
_COUNT = validate.Range(min=0, max=2**63 - 1)


class LooseMoment(fields.DateTime):
    """A moment in the query string; without a time it is midnight, without a zone it is UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002 -- marshmallow's signature
        try:
            return _read_moment(str(value))
        except (ValueError, OverflowError):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None

    default_error_messages = {"invalid": "a date, or a date and time, in ISO 8601"}  # noqa: RUF012 -- marshmallow reads this class attribute


class LogQueryShape(Shape):
    action = fields.String()
    start = LooseMoment()
    end = LooseMoment()
    limit = fields.Integer(validate=_COUNT)
    offset = fields.Integer(validate=_COUNT)


_AUDIT, _EXTENDED = AuditShape(), ExtendedAuditShape()
_ACTOR, _PROJECT, _FORM = ActorShape(), ProjectShape(), FormShape()


@routes.route("GET", "/v1/audits", needs("audit.read"), transaction="own", query=LogQueryShape(), answer=_EXTENDED)
def list_audits(call: Call) -> Response:
    """List what has been done on the server, newest first.

    `action` is one action such as `form.create`, a noun such as `form` for all that begin with it, or `nonverbose` for
    all but what happens to submissions and entities. `start` is included and `end` is not. With
    `X-Extended-Metadata: true` the actors and what they acted on are spelt out.
    """
    return stream_list(_written(call.services.database, LogQuery(**call.query), is_extended=call.wants_extended))


def _written(database: Database, query: LogQuery, *, is_extended: bool) -> Iterator[list[dict[str, Any]]]:
    with database.read() as session:
        named = named_in_log(session, query) if is_extended else None
        for rows in read_log(session, query):
            yield [_shown(row, named) for row in rows]


def _shown(row: Audit, named: Named | None) -> dict[str, Any]:
    if named is None:
        return dict(_AUDIT.dump({"audit": row}))
    actor = named.actors.get(row.actor_id) if row.actor_id else None
    actee = named.actees.get(row.actee_id) if row.actee_id else None
    return dict(_EXTENDED.dump({"audit": row, "actor": actor, "actee": _shown_actee(actee)}))


def _shown_actee(actee: Actee | None) -> Any:
    match actee:
        case Project():
            return _PROJECT.dump(actee)
        case Form():
            return _FORM.dump(FormView(actee, actee.current_version or actee.draft_version))  # type: ignore[arg-type]  # a form has one of them
        case Purged():
            name = actee.details.get("name")
            return {"purgedAt": moment_text(actee.at), "purgedName": name, "details": actee.details}
        case None:
            return None
        case _:
            return _ACTOR.dump(actee)


def _read_moment(text: str) -> datetime:
    """Raise ValueError or OverflowError for what is no moment."""
    parts = _MOMENT.fullmatch(text.strip())
    if parts is None:
        raise ValueError(text)
    day, minute, second, fraction, _utc, hours, minutes = parts.groups()
    read = datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}").replace(tzinfo=UTC)
    sign = -1 if hours and hours.startswith("-") else 1
    offset = sign * timedelta(hours=int((hours or "00")[1:]), minutes=int(minutes or 0))
    return read + timedelta(seconds=float(f"0.{fraction or 0}")) - offset
