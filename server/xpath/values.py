"""The four kinds of value (number, text, boolean, moment) and how one becomes another.

A moment is a `datetime` with a zone; a date is the moment of its midnight. All conversions are JavaRosa's, which
differ from XPath 1.0 where moments come in and in how large and small numbers are written.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

Value: TypeAlias = float | str | bool | datetime

NAN: Final = math.nan
TOLERANCE: Final = 1e-12  # numbers closer than this are equal, and a number smaller than this is zero
EPOCH_DAY: Final = 719163  # date.toordinal() of 1970-01-01
INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MAX: Final = 2**63 - 1

_PLAIN_NUMBER: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_JAVA_BLANKS: Final = "".join(map(chr, range(33)))  # what Java's trim() removes


class Kind(Enum):
    """What is known of a value before there are answers."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    MOMENT = "date"
    ANY = "any"


def kind_of(value: Value) -> Kind:
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, bool):
        return Kind.BOOLEAN
    return Kind.NUMBER if isinstance(value, float) else Kind.MOMENT


def to_number(value: Value) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_to_number(value)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    return float(value.toordinal() - EPOCH_DAY)


def text_to_number(text: str) -> float:
    """NaN unless the text holds only digits, a point (or comma) and a leading minus: no exponent, no plus sign."""
    if not text:
        return NAN
    text = text.replace(",", ".").strip(_JAVA_BLANKS)
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else NAN


def to_boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float):
        return abs(value) > TOLERANCE
    return True


def to_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_to_text(value)
    return f"{value.year}-{value.month:02d}-{value.day:02d}"


def number_to_text(number: float) -> str:
    """Whole numbers of 32 bits plainly, all others as Java writes a double (`1.0E10`, `1.0E-4`)."""
    if math.isnan(number):
        return "NaN"
    if abs(number) < TOLERANCE:
        return "0"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    whole = to_int32(number)
    if abs(number - whole) < TOLERANCE:
        return str(whole)
    return double_to_text(number)


def double_to_text(number: float) -> str:
    """As Java writes a double: shortest digits that read back the same, exponent form below 1e-3 and from 1e7 on."""
    if 1e-3 <= abs(number) < 1e7 or number == 0:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    power = len(figures) - 1 + int(exponent)
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:] or '0'}E{power}"


def to_int32(number: float) -> int:
    """Java's cast to int: the fraction is cut, what does not fit becomes the nearest limit, NaN becomes 0."""
    if math.isnan(number):
        return 0
    return int(max(INT_MIN, min(INT_MAX, number)))


def to_int64(number: float) -> int:
    """Java's cast to long."""
    if math.isnan(number):
        return 0
    if math.isinf(number):
        return LONG_MAX if number > 0 else -LONG_MAX - 1
    return max(-LONG_MAX - 1, min(LONG_MAX, int(number)))


def equal(left: Value, right: Value) -> bool:
    """Booleans if one is a boolean, else numbers if one is a number, else texts; two moments of a day are equal."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return abs(to_number(left) - to_number(right)) < TOLERANCE
    return to_text(left) == to_text(right)
