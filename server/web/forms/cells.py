"""Answers and figures as cells of tables."""

from functools import lru_cache

from babel import Locale
from babel.numbers import format_percent

from server.desk.answers import Answer
from server.web.shown import Shown
from server.web.words import locale


def cell_text(shown: Shown, answer: Answer) -> str:
    """Short: a point as latitude and longitude."""
    if answer.kind == "place" and answer.place is not None and answer.place["type"] == "Point":
        longitude, latitude = answer.place["coordinates"][:2]
        return f"{latitude:.5f}, {longitude:.5f}"
    return ", ".join(shown.answer(answer))


def share_text(part: int, whole: int) -> str:
    return _written_share(round(100 * part / whole), locale()) if whole else ""


@lru_cache(maxsize=500)
def _written_share(percent: int, language: Locale) -> str:
    return format_percent(percent / 100, locale=language)
