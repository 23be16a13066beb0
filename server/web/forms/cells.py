"""Answers and figures as cells of tables."""

from datetime import datetime

from server.desk.answers import Answer
from server.web.moments import written
from server.web.review.shown import Shown


def cell_text(shown: Shown, answer: Answer) -> str:
    """Short: a point as latitude and longitude, a moment to the minute."""
    if answer.kind == "place" and answer.place is not None and answer.place["type"] == "Point":
        longitude, latitude = answer.place["coordinates"][:2]
        return f"{latitude:.5f}, {longitude:.5f}"
    if answer.kind == "dateTime":
        return _moment(answer.value)
    return ", ".join(shown.answer(answer))


def share_text(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo is None else written(moment)
