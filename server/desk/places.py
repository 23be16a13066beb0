"""Where submissions were filled in, many at once: of each only its places and one answer are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import or_, select

from server.desk.answer_columns import answer_column
from server.desk.filters import Desk
from server.desk.looking import MOST_LOOKED_AT
from server.errors import unexpected_value
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import Field, outermost_repeat
from server.xform.geometry import GEO_TYPES, geometry

PAGE: Final = 5_000
CHOSEN: Final = "yes"
NOT_CHOSEN: Final = "no"
# A tenth of a metre; phones know theirs to some metres.
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """A submission with its points as longitude and latitude.

    `value` is its answer to the question asked about; where that is about one choice, `CHOSEN` or `NOT_CHOSEN`.
    """

    number: int
    review_state: str | None
    value: str | None
    points: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a map shows of a form: the places of these questions, told apart by the answer to `colour`.

    Where that answer can be several choices, by whether `choice` is one of them.
    """

    places: Sequence[Field]
    colour: Field | None = None
    choice: str | None = None


def place_questions(fields: Sequence[Field]) -> list[Field]:
    """All questions for places, those in repeats too."""
    return [field for field in fields if field.type in GEO_TYPES]


def colour_questions(fields: Sequence[Field]) -> list[Field]:
    """Questions with one chosen answer to each submission."""
    return [
        field
        for field in fields
        if field.choice_list is not None and not field.has_several_values and outermost_repeat(fields, field) is None
    ]


def several_questions(fields: Sequence[Field]) -> list[Field]:
    """Questions with any number of chosen answers to each submission."""
    return [field for field in fields if field.is_select_multiple and outermost_repeat(fields, field) is None]


def read_sight(fields: Sequence[Field], place: str | None, colour: str | None) -> Sight:
    """The questions with these paths, all places where none is named; raise 400.8 when there is no such question.

    Of one with several answers, `colour` names the choice too: `/household/crops=rice`.
    """
    places = place_questions(fields)
    path, _, choice = (colour or "").partition("=")
    offered = several_questions(fields) if choice else colour_questions(fields)
    return Sight(
        places=[_named(places, "place", place)] if place else places,
        colour=_named(offered, "colour", path) if path else None,
        choice=choice or None,
    )


@dataclass(frozen=True, slots=True)
class PlacePage:
    """`next_key` leads to the page that follows; None at the end."""

    placed: list[Placed]
    next_key: int | None


def list_places(desk: Desk, sight: Sight, *, after: int | None, limit: int) -> PlacePage:
    """At most `limit` after the submission with the number `after`, among the next `MOST_LOOKED_AT` of the list.

    So there may be fewer, even none, before the list has ended.
    """
    next_ids = desk.whatever_answered.ids(*desk.beyond(after), limit=MOST_LOOKED_AT)
    looked_at = desk.session.scalars(next_ids).all()
    last = looked_at[-1] if len(looked_at) == MOST_LOOKED_AT else None
    found = read_places(desk, sight, after=after, until=last, limit=limit + 1)
    if len(found) > limit:
        return PlacePage(found[:limit], found[limit - 1].number)
    return PlacePage(found, last)


def read_places(
    desk: Desk,
    sight: Sight,
    *,
    after: int | None = None,
    until: int | None = None,
    limit: int,
    among: Sequence[int] | None = None,
) -> list[Placed]:
    """The submissions with an answer for a place between the numbers `after`, which is left out, and `until`.

    An answer that is no place leaves a submission without points. `among` are numbers that narrow it down further.
    """
    if not sight.places:
        return []
    fields = desk.labels.fields
    columns = [answer_column(outermost_repeat(fields, field) or field.path) for field in sight.places]
    colour = [] if sight.colour is None else [answer_column(sight.colour.path)]
    statement = (
        select(Submission.id, Submission.review_state, *columns, *colour)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(*desk.conditions(), desk.is_in_state, *desk.beyond(after))
        .where(or_(*(column.is_not(None) for column in columns)))
    )
    if until is not None:
        statement = statement.where(desk.is_up_to(until))
    if among is not None:
        statement = statement.where(Submission.id.in_(among))
    rows = desk.session.execute(statement.order_by(desk.order()).limit(limit))
    return [_placed(fields, sight, tuple(row)) for row in rows]


def stream_places(desk: Desk, sight: Sight) -> Iterator[list[Placed]]:
    """All of them, page by page."""
    after: int | None = None
    while page := read_places(desk, sight, after=after, limit=PAGE):
        yield page
        if len(page) < PAGE:
            return
        after = page[-1].number


def _named(fields: Sequence[Field], parameter: str, path: str) -> Field:
    found = next((field for field in fields if field.path == path), None)
    if found is None:
        raise unexpected_value(parameter, path, "this form has no such question to show on a map")
    return found


def _placed(fields: Sequence[Field], sight: Sight, row: tuple[Any, ...]) -> Placed:
    number, state, *texts = row
    points = [
        point
        for field, text in zip(sight.places, texts, strict=False)
        if text is not None
        for point in _points(fields, field, text)
    ]
    return Placed(number, state, None if sight.colour is None else _value(sight.choice, texts[-1]), points)


def _value(choice: str | None, text: str | None) -> str | None:
    """Several chosen answers come as a list in JSON."""
    if choice is None or not text:
        return text
    chosen = orjson.loads(text) if text.startswith("[") else [text]
    return CHOSEN if choice in chosen else NOT_CHOSEN


def _points(fields: Sequence[Field], field: Field, text: str) -> Iterator[tuple[float, float]]:
    """Of a line or an area the middle of what it reaches over."""
    repeat = outermost_repeat(fields, field)
    texts = [text] if repeat is None else _within(orjson.loads(text), field.path[len(repeat) + 1 :].split("/"))
    for one in texts:
        shape = geometry(field.type, one)
        if shape is not None:
            yield _middle(shape)


def _within(answer: Any, steps: Sequence[str]) -> Iterator[str]:
    """The texts at the end of the steps, through every repeat on the way."""
    if isinstance(answer, list):
        for item in answer:
            yield from _within(item, steps)
    elif isinstance(answer, dict) and steps:
        yield from _within(answer.get(steps[0]), steps[1:])
    elif isinstance(answer, str) and not steps:
        yield answer


def _middle(shape: dict[str, Any]) -> tuple[float, float]:
    found = shape["coordinates"]
    positions = [found] if shape["type"] == "Point" else found[0] if shape["type"] == "Polygon" else found
    longitudes, latitudes = [position[0] for position in positions], [position[1] for position in positions]
    return _halfway(longitudes), _halfway(latitudes)


def _halfway(values: Sequence[float]) -> float:
    return round((min(values) + max(values)) / 2, _DECIMALS)
