"""Our answers against those recorded from JavaRosa; `record_golden` says how they were made.

A golden line has four columns: context, expression, type, value. For the type ERR only the refusal has to agree, the
wording is our own. deviations.tsv lists where we differ on purpose: JavaRosa's type and value, ours, and the reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from server.xpath.functions.library import FUNCTIONS
from tests.xpath.answers import answer, disagreements, rows

HERE = Path(__file__).parent
FILES = sorted((HERE / "golden").glob("*.tsv"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_answers_agree_with_javarosa(file: Path) -> None:
    assert disagreements(file) == []


@pytest.mark.parametrize("row", rows(HERE / "deviations.tsv"), ids=lambda row: row[1])
def test_deviation_by_choice_is_still_one(row: list[str]) -> None:
    context, expression, their_type, their_value, our_type, our_value, reason = row
    kind, value = answer(context, expression)
    assert (kind, "" if kind == "ERR" else value) == (our_type, our_value)
    assert (our_type, our_value) != (their_type, their_value)
    assert reason


def test_every_function_has_a_golden_line() -> None:
    expressions = "\n".join(row[1] for file in FILES for row in rows(file))
    assert [name for name in FUNCTIONS if f"{name}(" not in expressions] == []
