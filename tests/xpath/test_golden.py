"""Our answers against those recorded from JavaRosa; `record_golden` says how they were made.

A golden line has four columns: context, expression, type, value. For the type ERR only the refusal has to agree, the
wording is our own. deviations.tsv lists where we differ on purpose: JavaRosa's type and value, ours, and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path as FilePath

import pytest

from server.xpath.errors import ExpressionError
from server.xpath.functions.definition import Function
from server.xpath.functions.library import FUNCTIONS
from server.xpath.parser import parse
from server.xpath.syntax import Call, Chain, Expression, Negation, Path
from tests.xpath.answers import answer, disagreements, rows

HERE = FilePath(__file__).parent
FILES = sorted((HERE / "golden").glob("*.tsv"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_answers_agree_with_javarosa(file: FilePath) -> None:
    assert disagreements(file) == []


@pytest.mark.parametrize("row", rows(HERE / "deviations.tsv"), ids=lambda row: row[1])
def test_deviation_by_choice_is_still_one(row: list[str]) -> None:
    context, expression, their_type, their_value, our_type, our_value, reason = row
    kind, value = answer(context, expression)
    assert (kind, "" if kind == "ERR" else value) == (our_type, our_value)
    assert (our_type, our_value) != (their_type, their_value)
    assert reason


def calls(expression: Expression) -> Iterator[tuple[str, int]]:
    """The functions called, each with the number of its arguments."""
    match expression:
        case Call():
            yield expression.name, len(expression.arguments)
            parts = expression.arguments
        case Chain():
            parts = expression.operands
        case Negation():
            parts = (expression.operand,)
        case Path():
            parts = tuple(predicate for step in expression.steps for predicate in step.predicates)
        case _:
            parts = ()
    for part in parts:
        yield from calls(part)


@cache
def called_in_golden_lines() -> frozenset[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for file in (*FILES, HERE / "deviations.tsv"):
        for row in rows(file):
            with suppress(ExpressionError):
                found.update(calls(parse(row[1])))
    return frozenset(found)


def counts(function: Function) -> range:
    """One argument too few, each number that is taken, and one too many; of an open end three steps."""
    most = function.maximum
    last = function.minimum + 2 * function.stride if most is None else most + 1
    return range(max(0, function.minimum - 1), last + 1)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_number_of_arguments_has_a_golden_line(function: Function) -> None:
    known = called_in_golden_lines()
    assert [count for count in counts(function) if (function.name, count) not in known] == []
