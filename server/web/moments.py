"""Days and moments as the people of the survey live them, in the site's time, and as the reader's language has them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.units import format_unit

from server.db import utc_now
from server.http.routes import services
from server.web.words import gettext, locale

# By language: what Babel writes by default is too long in Vietnamese, and puts the month first in English.
_DAY: Final[Mapping[str, str]] = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_SHORT_DAY: Final[Mapping[str, str]] = {"vi": "dd/MM", "en": "d MMM"}
_MINUTE: Final = timedelta(minutes=1)


def zone() -> ZoneInfo:
    """The site's: days begin and end there, whatever clock the reader's browser has."""
    return services().settings.time_zone


def today() -> date:
    return utc_now().astimezone(zone()).date()


def read_day(text: str | None) -> date | None:
    """What a field for days sends; None for what is no day, or none that a survey could mean."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def midnight(day: date) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time(), zone())


def written(moment: datetime | None) -> str:
    """Such as 29/11/2026 14:05; blank for None."""
    pattern = f"{_DAY[locale().language]} HH:mm"
    return "" if moment is None else format_datetime(moment, pattern, tzinfo=zone(), locale=locale())


def written_day(day: date) -> str:
    return format_date(day, _DAY[locale().language], locale=locale())


def short_day(day: date) -> str:
    """Without the year."""
    return format_date(day, _SHORT_DAY[locale().language], locale=locale())


def age(moment: datetime) -> str:
    """How long ago it was, in its largest unit."""
    passed = utc_now() - moment
    if passed < _MINUTE:
        return gettext("now")
    return format_timedelta(-passed, threshold=1, add_direction=True, format="short", locale=locale())


def span(seconds: float) -> str:
    """How long something took, to the minute once it is one."""
    amount, unit = (seconds, "second") if seconds < 60 else (seconds / 60, "minute")
    return _written_span(round(amount), unit, locale())


@lru_cache(maxsize=1_000)
def _written_span(amount: int, unit: str, language: Locale) -> str:
    """A table has hundreds, many of them the same."""
    return format_unit(amount, f"duration-{unit}", "short", locale=language)
