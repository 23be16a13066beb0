"""What all shapes on the wire share: names in Central's camelCase, moments in ISO 8601 with milliseconds and Z."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from server.db import moment_text
from server.http.json import wire_name


class Shape(Schema):
    """Base of all shapes: unknown input is ignored, and field names turn into camelCase unless they say otherwise."""

    class Meta:
        """How marshmallow treats what no field names."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = field_obj.data_key or wire_name(field_name)


class Moment(fields.DateTime):
    """A moment, written `2026-11-22T12:00:00.000Z`; read in any ISO 8601 form that carries a zone."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002 -- marshmallow's signature
        return None if value is None else moment_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002 -- marshmallow's signature
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    default_error_messages = {"invalid": "a date and time in ISO 8601"}  # noqa: RUF012 -- marshmallow reads this class attribute


class ActorShape(Shape):
    id = fields.Integer()
    type = fields.String()
    display_name = fields.String()
    created_at = Moment()
    updated_at = Moment()
    deleted_at = Moment()


class AccountShape(Shape):
    """The actor's part of a user, an app user or a public link, each of which is a row of its own beside its actor."""

    id = fields.Integer(attribute="actor_id")
    type = fields.String(attribute="actor.type")
    display_name = fields.String(attribute="actor.display_name")
    created_at = Moment(attribute="actor.created_at")
    updated_at = Moment(attribute="actor.updated_at")
    deleted_at = Moment(attribute="actor.deleted_at")
