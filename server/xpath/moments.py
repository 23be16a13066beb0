"""Dates and times: read as JavaRosa reads them, and written in its format language.

A text with an offset is moved to the given zone, one without is taken as local there. JavaRosa accepts one-digit
months, days and hours, and ignores what follows the seconds. Years outside 1 to 9999 are refused here: Python has
none, and no survey needs one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from server.xpath.errors import EvaluationError
from server.xpath.values import EPOCH_DAY, INT_MAX, INT_MIN

DAY_MS: Final = 86_400_000
MS: Final = timedelta(milliseconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_DATE: Final = re.compile(r"\+?([0-9]{1,9})-\+?([0-9]{1,9})-\+?([0-9]{1,9})")
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{1,2})(?::(?=[0-9.]*[0-9])([0-9]*\.?[0-9]*)[^+\-Z]*)?(?:(Z)|([+-])([0-9]{1,2})(?::([0-9]{1,2}))?)?"
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def parse_date(text: str, zone: tzinfo) -> datetime | None:
    """Midnight of a date such as 2024-02-10 or 2024-2-3; None if the text is no date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        return datetime(year, month, day, tzinfo=zone)
    except ValueError:
        return None


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """A date, or a date and a time joined by `T`; None if the text is neither."""
    day_text, separator, time_text = text.partition("T")
    midnight = parse_date(day_text, zone)
    if midnight is None or not separator:
        return midnight
    return parse_time(time_text, midnight.date(), zone)


def parse_time(text: str, day: date, zone: tzinfo) -> datetime | None:
    """A time such as 18:00, 18:00:00.000 or 18:00:00.000+03:00 on the given day; None if the text is no time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, seconds, utc, sign, offset_hours, offset_minutes = match.groups()
    exact = float(seconds or 0)
    whole = int(exact)
    micros = int(1000.0 * exact - 1000.0 * whole) * 1000  # cut as JavaRosa cuts, rounding errors included
    try:
        clock = time(int(hour), int(minute), whole, micros)
        local = datetime.combine(day, clock, zone)
        if not (utc or sign):
            return local
        offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
        written = timezone(-offset if sign == "-" else offset)
        return local.replace(tzinfo=written).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def from_days(days: float, zone: tzinfo) -> datetime:
    """Midnight of a day counted from 1970-01-01."""
    require_range(days)
    try:
        return datetime.combine(date.fromordinal(EPOCH_DAY + int(days)), time(), zone)
    except (ValueError, OverflowError):
        raise _out_of_range(days) from None


def from_fractional_days(days: float, zone: tzinfo) -> datetime:
    """The moment so many days of 24 hours after the start of 1970 in UTC."""
    require_range(days)
    try:
        return (EPOCH + int(days * DAY_MS) * MS).astimezone(zone)
    except OverflowError:
        raise _out_of_range(days) from None


def utc_days(moment: datetime) -> float:
    """Days since the start of 1970 in UTC, with the time of day as fraction."""
    return _milliseconds(moment) / DAY_MS


def local_days(moment: datetime) -> float:
    """Days since midnight of 1970-01-01 in the moment's zone, with the time of day as fraction."""
    return (_milliseconds(moment) - _milliseconds(datetime(1970, 1, 1, tzinfo=moment.tzinfo))) / DAY_MS


def day_fraction(moment: datetime) -> float:
    """The part of the local day that is over."""
    offset = moment.utcoffset() or timedelta()
    days = (_milliseconds(moment) + offset // MS) / DAY_MS
    return days - math.floor(days)


def format_moment(moment: datetime, pattern: str) -> str:
    """Write the moment by a pattern such as `%Y-%m-%d`; an escape that JavaRosa lacks raises EvaluationError."""
    parts = re.split(r"%(.?)", pattern, flags=re.DOTALL)
    for index in range(1, len(parts), 2):
        parts[index] = _written(moment, parts[index])
    return "".join(parts)


def unknown_escape(pattern: str) -> str | None:
    """The first escape in a date pattern that the engine does not know; None if all are known."""
    found = re.findall(r"%(.?)", pattern, flags=re.DOTALL)
    return next((f"%{escape}" for escape in found if escape not in _ESCAPES), None)


def _written(moment: datetime, escape: str) -> str:
    write = _ESCAPES.get(escape)
    if write is None:
        raise EvaluationError(f"`%{escape}` is no part of a date format. {KNOWN_ESCAPES}")
    return write(moment)


def _week(day: date) -> int:
    """The week number on a phone set to English (US): weeks start on Sunday, the first holds the first of January."""
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    year = (sunday + timedelta(days=6)).year
    first = date(year, 1, 1)
    first_sunday = first - timedelta(days=(first.weekday() + 1) % 7)
    return (sunday - first_sunday).days // 7 + 1


_ESCAPES: Final[dict[str, Callable[[datetime], str]]] = {
    "%": lambda _: "%",
    "Y": lambda moment: f"{moment.year:04d}",
    "y": lambda moment: f"{moment.year:04d}"[2:],
    "m": lambda moment: f"{moment.month:02d}",
    "n": lambda moment: str(moment.month),
    "b": lambda moment: _MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02d}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "3": lambda moment: f"{moment.microsecond // 1000:03d}",
    "a": lambda moment: _WEEKDAYS[moment.weekday()],
    "W": lambda moment: str(_week(moment.date())),
}
ESCAPES_BY_LANGUAGE: Final = ("%a", "%b", "%W")  # what a phone in another language writes differently
KNOWN_ESCAPES: Final = "Use " + ", ".join(f"%{letter}" for letter in _ESCAPES) + "."


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MS


def require_range(days: float) -> None:
    """Raises EvaluationError for a number of days that no client takes for a date."""
    if not INT_MIN <= days <= INT_MAX:
        raise _out_of_range(days)


def _out_of_range(days: float) -> EvaluationError:
    return EvaluationError(f"{days} days from 1970 are outside the years 1 to 9999.")
