"""Dates and times as values; reading and writing them is in `moments`."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from server.xpath import moments
from server.xpath.code import Code, as_text
from server.xpath.errors import EvaluationError
from server.xpath.functions.definition import Site, Trait, guarded, special
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value


def _to_moment(value: Value, state: State, *, keeps_time: bool) -> Value:
    """A moment; blank and NaN stay what they are. A text keeps its time of day in either case."""
    if isinstance(value, datetime):
        return value if keeps_time else moments.midnight(value)
    if isinstance(value, str):
        return _parsed(value, state) if value else value
    if isinstance(value, bool):
        raise EvaluationError("true and false are no dates.")
    if math.isnan(value):
        return value
    if keeps_time:
        return moments.from_fractional_days(value, state.zone)
    return moments.from_days(value, state.zone)


def _parsed(text: str, state: State) -> datetime:
    moment = moments.parse_moment(text, state.zone)
    if moment is None:
        raise EvaluationError(f"`{text}` is no date. Write it as 2024-12-31, with a time as 2024-12-31T18:30:00.")
    return moment


def _check_date_literal(site: Site) -> None:
    literal = site.literal(0)
    if isinstance(literal, str) and literal and moments.parse_moment(literal, UTC) is None:
        message = f"`{literal}` is no date. Write it as '2024-12-31', with a time as '2024-12-31T18:30:00'."
        raise site.refuse(message, "bad-date-literal")


def _moment(*, keeps_time: bool) -> Callable[[Site], Code]:
    def build(site: Site) -> Code:
        _check_date_literal(site)
        inner = site.arguments[0].value

        def value(node: Node, state: State) -> Value:
            return _to_moment(inner(node, state), state, keeps_time=keeps_time)

        return Code(guarded(value, site.call.offset), Kind.MOMENT)

    return build


def _decimal(of_moment: Callable[[datetime], float], of_number: Callable[[float], float]) -> Callable[[Site], Code]:
    """A moment as a number of days; blank stays blank."""

    def build(site: Site) -> Code:
        _check_date_literal(site)
        inner = site.arguments[0].value

        def value(node: Node, state: State) -> Value:
            moment = inner(node, state)
            if isinstance(moment, str):
                moment = _parsed(moment, state) if moment else moment
            if isinstance(moment, datetime):
                return of_moment(moment)
            if isinstance(moment, bool):
                raise EvaluationError("true and false are no dates.")
            return _of_number(moment, of_number) if isinstance(moment, float) else moment

        return Code(guarded(value, site.call.offset), Kind.ANY)

    return build


def _of_number(days: float, convert: Callable[[float], float]) -> float:
    if math.isnan(days):
        return days
    moments.require_range(days)
    return convert(days)


def _format(site: Site) -> Code:
    _check_date_literal(site)
    pattern = site.literal(1)
    escape = moments.unknown_escape(pattern) if isinstance(pattern, str) else None
    if escape is not None:
        raise site.refuse(f"`{escape}` is no part of a date format. {moments.KNOWN_ESCAPES}", "bad-date-format")
    if not isinstance(pattern, str) or any(word in pattern for word in moments.ESCAPES_BY_LANGUAGE):
        site.mark(Trait.LANGUAGE)
    inner, pattern_of = site.arguments[0].value, as_text(site.arguments[1])

    def value(node: Node, state: State) -> Value:
        moment = _to_moment(inner(node, state), state, keeps_time=True)
        return moments.format_moment(moment, pattern_of(node, state)) if isinstance(moment, datetime) else ""

    return Code(guarded(value, site.call.offset), Kind.TEXT)


def _today(_site: Site) -> Code:
    return Code(lambda _node, state: moments.midnight(state.clock()), Kind.MOMENT)


def _now(_site: Site) -> Code:
    return Code(lambda _node, state: state.clock(), Kind.MOMENT)


FUNCTIONS: Final = (
    special("today", 0, 0, _today, Trait.CLOCK),
    special("now", 0, 0, _now, Trait.CLOCK),
    special("date", 1, 1, _moment(keeps_time=False)),
    special("date-time", 1, 1, _moment(keeps_time=True)),
    special("decimal-date-time", 1, 1, _decimal(moments.utc_days, float)),
    special("decimal-time", 1, 1, _decimal(moments.day_fraction, lambda days: days - math.floor(days))),
    special("format-date", 2, 2, _format),
    special("format-date-time", 2, 2, _format),
)
