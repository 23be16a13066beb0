"""Arithmetic beyond the operators, with Java's answers outside the domain of a function."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from server.xpath.functions.definition import Function, plain
from server.xpath.values import LONG_MAX, NAN, Kind, to_int64

MAX_PLACES: Final = 30
_EXACT_DIGITS: Final = 400  # enough for every double with 30 decimal places

_Unary = Callable[[float], float]


def _int(number: float) -> float:
    """The number without its fraction; NaN and numbers beyond 64 bits stay as they are."""
    if math.isnan(number) or abs(number) >= LONG_MAX:
        return number
    return float(math.trunc(number))


def _round(number: float, places: int = 0) -> float:
    """Half away from zero above zero, half towards zero below; with negative places JavaRosa cuts after adding 0.5."""
    if math.isnan(number) or math.isinf(number):
        return number
    if not -MAX_PLACES <= places <= MAX_PLACES:
        return NAN
    with localcontext() as context:
        context.prec = _EXACT_DIGITS
        if places < 0:
            scaled = float(Decimal(repr(number)).scaleb(places))
            return float(Decimal(to_int64(scaled + 0.5)).scaleb(-places))
        rounding = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
        return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), rounding))


def _pow(base: float, exponent: float) -> float:
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return NAN
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_odd = exponent % 2 == 1
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return _pow_outside_domain(base, exponent)


def _pow_outside_domain(base: float, exponent: float) -> float:
    """Zero to a negative power, or a root of a negative number."""
    if base:
        return NAN
    is_odd = exponent % 2 == 1
    return math.copysign(math.inf, base) if is_odd else math.inf


def _log(logarithm: _Unary) -> _Unary:
    def log(number: float) -> float:
        if number == 0:
            return -math.inf
        return logarithm(number) if number > 0 else NAN

    return log


def _within_domain(function: _Unary) -> _Unary:
    """NaN where the function has no value."""

    def call(number: float) -> float:
        try:
            return function(number)
        except ValueError:
            return NAN

    return call


def _exp(number: float) -> float:
    try:
        return math.exp(number)
    except OverflowError:
        return math.inf


def _unary(name: str, function: _Unary) -> Function:
    return plain(name, function, "fraction", Kind.NUMBER)


FUNCTIONS: Final = (
    plain("number", float, "number", Kind.NUMBER),
    plain("int", _int, "number", Kind.NUMBER),
    plain("round", _round, "number int?", Kind.NUMBER),
    plain("pi", lambda: math.pi, "", Kind.NUMBER),
    plain("pow", _pow, "fraction fraction", Kind.NUMBER),
    plain("atan2", math.atan2, "fraction fraction", Kind.NUMBER),
    _unary("abs", abs),
    _unary("sqrt", _within_domain(math.sqrt)),
    _unary("exp", _exp),
    _unary("exp10", lambda number: _pow(10.0, number)),
    _unary("log", _log(math.log)),
    _unary("log10", _log(math.log10)),
    _unary("sin", _within_domain(math.sin)),
    _unary("cos", _within_domain(math.cos)),
    _unary("tan", _within_domain(math.tan)),
    _unary("asin", _within_domain(math.asin)),
    _unary("acos", _within_domain(math.acos)),
    _unary("atan", math.atan),
)
