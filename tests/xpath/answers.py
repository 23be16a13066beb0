"""Write what our engine answers in the words of the golden files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from server.xpath.compile import compile_expression
from server.xpath.errors import ExpressionError
from server.xpath.routes import Scope
from server.xpath.values import Value, to_text
from tests.xpath.household import household


def answer(context: str, expression: str) -> tuple[str, str]:
    """Type and value, as in the golden files; for an error the type ERR and our message."""
    home = household()
    node = home.find(context)
    try:
        compiled = compile_expression(expression, Scope.of(*node.generic()))
        if compiled.code.nodes is not None:
            with home.state.owned_by(node):
                found = compiled.code.nodes(node, home.state)
            if found is not None:
                cells = "".join("|" + " ".join(_written(each.value())) for each in found)
                return "nodeset", f"{len(found)}:{cells}"
        return _written(compiled.value(node, home.state))
    except ExpressionError as error:
        return "ERR", str(error)


def _written(value: Value) -> tuple[str, str]:
    if isinstance(value, bool):
        return "bool", to_text(value)
    if isinstance(value, float):
        return "num", to_text(value)
    if isinstance(value, datetime):
        return "date", value.isoformat(timespec="milliseconds")
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return "str", escaped


def rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines()]


def disagreements(file: Path) -> list[str]:
    """The lines of a golden file that we answer differently, each with our answer."""
    different = []
    for context, expression, kind, value in rows(file):
        ours = answer(context, expression)
        if ours[0] != kind or (kind != "ERR" and ours[1] != value):
            different.append(f"{context} {expression}: {kind} {value}, but ours is {ours[0]} {ours[1]}")
    return different
