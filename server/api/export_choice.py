"""Which of a form's submissions an export holds, and how, as a query says it."""

from zoneinfo import available_timezones

from marshmallow import fields, validate

from server.api.shapes import Moment, Shape
from server.errors import unexpected_value
from server.exports.choice import APPROVED_ONLY, LABELS, REVIEW_STATES, ExportChoice
from server.http.call import Call


class ChoiceQuery(Shape):
    """What an export holds; `reviewStates` and `columns` are lists with commas, `answer` is `/path=value`."""

    review_states = fields.String(load_default="")
    approved_only = fields.Boolean(load_default=False)
    submitted_from = Moment(load_default=None)
    submitted_to = Moment(load_default=None)
    submitter_id = fields.Integer(load_default=None)
    has_findings = fields.Boolean(load_default=None, allow_none=True)
    answer = fields.String(load_default="")
    area = fields.String(load_default="")
    filter = fields.String(data_key="$filter", load_default="")
    columns = fields.String(load_default="")
    language = fields.String(load_default=None)
    labels = fields.String(load_default="names", validate=validate.OneOf(LABELS))
    group_paths = fields.Boolean(load_default=True)
    deleted_fields = fields.Boolean(load_default=False)
    split_select_multiples = fields.Boolean(load_default=False)
    guards_formulas = fields.Boolean(load_default=False)
    attachments = fields.Boolean(load_default=False)
    time_zone = fields.String(load_default="")


_SAME = (
    "submitted_from", "submitted_to", "submitter_id", "has_findings", "filter", "language", "labels", "group_paths",
    "deleted_fields", "split_select_multiples", "guards_formulas", "attachments",
)  # fmt: skip


def read_choice(call: Call) -> ExportChoice:
    """The choice in the query; raise 400.8 for a review state, an answer or a time zone that cannot be meant."""
    query = call.query
    states = APPROVED_ONLY if query["approved_only"] else _listed(query["review_states"])
    for state in states:
        if state not in REVIEW_STATES:
            raise unexpected_value("reviewStates", state, f"known are {', '.join(REVIEW_STATES)}")
    asked = [*call.request.args.getlist("answer"), *call.request.args.getlist("area")]
    return ExportChoice(
        review_states=states,
        answers=tuple(_answer(text) for text in asked),
        columns=_listed(query["columns"]),
        time_zone=_time_zone(query["time_zone"]) or call.services.settings.time_zone.key,
        **{name: query[name] for name in _SAME},
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _time_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise unexpected_value("timeZone", name, "give a name of the time zone database, such as Asia/Ho_Chi_Minh")
    return name


def _answer(text: str) -> tuple[str, str]:
    path, sign, value = text.partition("=")
    if not sign:
        raise unexpected_value("answer", text, "write a question's path, = and the value")
    return path, value
