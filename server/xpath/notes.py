"""Remarks on expressions that are allowed but seldom mean what their author meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from server.xpath.code import Code
from server.xpath.operators import ORDER
from server.xpath.routes import has_misplaced_parent
from server.xpath.syntax import Chain, Expression, Path, Text
from server.xpath.values import Kind

_DATE: Final = re.compile(r"\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(T.*)?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Note:
    """`code` is one of always-false, numeric-predicate, misplaced-parent."""

    code: str
    message: str
    offset: int


def comparison_notes(chain: Chain) -> Iterator[Note]:
    """A quoted date in an order comparison: the text is no number, so Collect always finds it false."""
    if chain.operators[0] not in ORDER:
        return
    for operand in chain.operands:
        if isinstance(operand, Text) and _DATE.fullmatch(operand.value):
            message = (
                f"A comparison with the quoted '{operand.value}' is always false in Collect. "
                f"Write date('{operand.value}')."
            )
            yield Note("always-false", message, operand.offset)


def path_note(path: Path) -> Note | None:
    if not has_misplaced_parent(path):
        return None
    message = "`..` after a name does not lead back from that name in Collect. Write the path without the detour."
    return Note("misplaced-parent", message, path.offset)


def predicate_note(predicate: Expression, code: Code) -> Note | None:
    """A predicate that is no condition selects nothing in Collect."""
    if code.has_nodes or code.kind not in (Kind.NUMBER, Kind.TEXT):
        return None
    message = (
        "Only a condition selects in `[...]`; this selects nothing in Collect. For a place write [position() = 1]."
    )
    return Note("numeric-predicate", message, predicate.offset)
