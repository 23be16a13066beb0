"""Reading `$filter`: precedence, values, and where a fault is."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Problem
from server.exports.filters import (
    PARTS,
    Comparison,
    Constant,
    Filter,
    Function,
    Joined,
    Name,
    Not,
    Operand,
    read_filter,
)

WORDS = ("eq", "ne", "lt", "le", "gt", "ge")
MIDNIGHT = datetime(2020, 1, 31, tzinfo=UTC)


def written(expression: Filter | Operand) -> str:
    """The expression with every parenthesis that could stand in it."""
    match expression:
        case Comparison():
            return f"({written(expression.left)} {expression.word} {written(expression.right)})"
        case Not():
            return f"(not {written(expression.inner)})"
        case Joined():
            return "(" + f" {expression.word} ".join(map(written, expression.parts)) + ")"
        case Function():
            return f"{expression.name}({'' if expression.argument is None else written(expression.argument)})"
        case Name():
            return expression.name
        case Constant(None):
            return "null"
        case Constant(str() as text):
            return "'" + text.replace("'", "''") + "'"
        case Constant(datetime() as moment):
            return moment.isoformat()
        case Constant():
            return repr(expression.value)


values = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(-1e15, 1e15),
    st.timedeltas(timedelta(days=-500_000), timedelta(days=2_000_000)).map(lambda since: MIDNIGHT + since),
)
simple_operands = st.one_of(
    st.builds(Constant, values, st.just(0)),
    st.builds(
        Name, st.sampled_from(["__id", "__system/submissionDate", "$root/Submissions/__system/x", "tên"]), st.just(0)
    ),
    st.just(Function("now", None, 0)),
)
operands = st.recursive(
    simple_operands, lambda inner: st.builds(Function, st.sampled_from(PARTS), inner, st.just(0)), max_leaves=3
)
comparisons = st.builds(Comparison, st.sampled_from(WORDS), operands, operands, st.just(0))


def joined(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    """`a and (b and c)` is read as one chain, so that no part of a chain is one of the same word."""

    def chain(word: str) -> st.SearchStrategy[Filter]:
        parts = inner.filter(lambda part: not (isinstance(part, Joined) and part.word == word))
        return st.builds(Joined, st.just(word), st.lists(parts, min_size=2, max_size=4).map(tuple))

    return st.one_of(chain("and"), chain("or"), st.builds(Not, inner))


filters = st.recursive(comparisons, joined, max_leaves=8)


@given(filters)
def test_what_is_written_is_read_again(expression: Filter) -> None:
    assert written(read_filter(written(expression))) == written(expression)


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [*WORDS, "and", "or", "not", "(", ")", ",", "a", "1", "''", "now(", "2020-01-01", "null", "'", "-"]
        ),
        max_size=20,
    ).map(" ".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Problem):
        read_filter(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a eq 1 or b eq 2 and c eq 3", "((a eq 1) or ((b eq 2) and (c eq 3)))"),
        ("a eq 1 and b eq 2 or c eq 3", "(((a eq 1) and (b eq 2)) or (c eq 3))"),
        ("not a eq 1 and b eq 2", "((not (a eq 1)) and (b eq 2))"),
        ("not (a eq 1 and b eq 2)", "(not ((a eq 1) and (b eq 2)))"),
        ("not not a eq 1", "(not (not (a eq 1)))"),
        ("a eq 1 and b eq 2 and c eq 3", "((a eq 1) and (b eq 2) and (c eq 3))"),
        ("(year(a)) GE (2020)", "(year(a) ge 2020)"),
        ("  a\teq\n1 ", "(a eq 1)"),
        ("a eq 'it''s'", "(a eq 'it''s')"),
        ("a eq NULL", "(a eq null)"),
        ("a eq -1.5e3", "(a eq -1500.0)"),
    ],
)
def test_precedence_and_values(text: str, meaning: str) -> None:
    assert written(read_filter(text)) == meaning


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-31", MIDNIGHT),
        ("2020-01-31T00:00Z", MIDNIGHT),
        ("2020-01-31T00:00:00.000Z", MIDNIGHT),
        ("2020-01-31t07:00:00+07:00", MIDNIGHT),
        ("2020-01-31T07:00:00 07:00", MIDNIGHT),
        ("2020-01-30T19:00:00-05:00", MIDNIGHT),
        ("2020-01-31T00:00:00.123456789Z", MIDNIGHT.replace(microsecond=123456)),
    ],
)
def test_moments_are_in_utc(text: str, moment: datetime) -> None:
    expression = read_filter(f"a eq {text}")

    assert isinstance(expression, Comparison)
    assert expression.right == Constant(moment, 6)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 1, "the expression ends too soon"),
        ("a eq", 5, "the expression ends too soon"),
        ("a eq 1 b", 8, "'b' is not expected; join comparisons with and, or"),
        ("a in (1)", 3, "'in' is not expected; join comparisons with and, or"),
        ("a eq #1", 6, "'#' has no meaning here"),
        ("a eq 'open", 6, "this text has no end; close it with ', and write a ' inside it twice"),
        ("(a eq 1", 8, "the parenthesis that opens at character 1 must be closed here"),
        ("year(a eq 1) eq 1", 5, "year() takes a date, not a comparison"),
        ("now(1) eq 1", 5, "the parenthesis that opens at character 4 must be closed here"),
        ("a eq 2020-02-30", 6, "2020-02-30 is not a date"),
        ("a eq 9223372036854775808", 6, "the number 9223372036854775808 is too large"),
        ("a eq 1e999", 6, "the number 1e999 is too large"),
        ("a eq b eq c", 8, "eq compares two values, and one side is a comparison itself"),
        ("eq 1", 1, "'eq' needs something on its left"),
        ("a and b eq 1", 3, "a comparison is expected, such as __system/submitterId eq 5"),
        ("a", 1, "a comparison is expected, such as __system/submitterId eq 5"),
    ],
)
def test_a_fault_names_its_place(text: str, position: int, reason: str) -> None:
    with pytest.raises(Problem) as refused:
        read_filter(text)

    assert refused.value.code == "400.8"
    assert refused.value.details == {
        "field": "$filter",
        "value": text,
        "reason": f"at character {position}: {reason}",
    }


def test_unknown_function_is_not_supported() -> None:
    with pytest.raises(Problem, match=r"endswith\(\) at character 5 of") as refused:
        read_filter("not endswith(a,'b')")

    assert refused.value.code == "501.1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(" * 60, "more than 50 levels inside one another"),
        ("not " * 60 + "a eq 1", "more than 50 levels inside one another"),
        (" or ".join(["a eq 1"] * 201), "more than 200 comparisons"),
        ("a eq '" + "x" * 10_000 + "'", "it is longer than 10000 characters"),
    ],
)
def test_what_would_overload_a_database_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Problem, match=reason):
        read_filter(text)
