"""How values stand in a codebook, whatever it is written in."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from server.exports.codebook.read import Item
from server.exports.codebook.words import Words


def value_text(value: Any) -> str:
    """A number, day or time; at most four decimals."""
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M UTC")
        case date():
            return value.isoformat()
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def rules(item: Item, words: Words) -> Iterator[tuple[str, str]]:
    """The rules that the question has, each with what it is called."""
    question = item.question
    always = "true()"
    for name, expression in (
        ("Required", words("yes") if question.required == always else question.required),
        ("Relevant", question.relevant),
        ("Constraint", question.constraint),
        ("Calculation", question.calculation),
        ("Read-only", words("yes") if question.read_only == always else question.read_only),
        ("Appearance", question.appearance),
    ):
        if expression:
            yield words(name), expression


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""
