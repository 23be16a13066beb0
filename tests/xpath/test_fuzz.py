"""Whatever is written, expressions end in a value or in an error of our own, and soon."""

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.xpath.compile import compile_expression
from server.xpath.datatypes import read_answer
from server.xpath.errors import BudgetExceededError, ExpressionError
from server.xpath.functions.library import FUNCTIONS
from server.xpath.moments import parse_moment
from server.xpath.patterns import PatternError, matches
from server.xpath.routes import Scope
from server.xpath.state import State
from server.xpath.values import Value, equal, text_to_number, to_boolean, to_number, to_text
from tests.fuzzing import cases
from tests.xpath.household import ZONE, household

SCOPE = Scope.of("visit", "member", "who")

SIGNS = [
    "(",
    ")",
    "[",
    "]",
    "/",
    ".",
    ",",
    "*",
    "+",
    "-",
    "=",
    "<",
    ">",
    "|",
    "@",
    "'",
    '"',
    "$",
    "!",
    ":",
    "..",
    "//",
    "::",
    "!=",
    "<=",
    "and",
    "or",
    "div",
    "mod",
    "1",
    "2.5",
    "'a'",
    "''",
    "name",
    "child::",
]
PATHS = [
    "/visit/age",
    "/visit/day",
    "/visit/member/years",
    "../who",
    ".",
    "/visit/none/thing",
    "/visit/here",
    "/visit/blank",
    "*",
    "/visit/member",
    "../../member/pet/legs",
    "/visit/member[years>9]/who",
    "instance('places')/root/item[name='d1']/people",
    "current()/..",
]

tokens = st.sampled_from([*SIGNS, " ", *PATHS, *(f"{name}(" for name in FUNCTIONS)])
paths = st.sampled_from(PATHS)
literals = st.one_of(
    st.floats(0, 1e15).map(lambda number: f"{number:.9f}"),
    st.text(st.characters(exclude_characters="'", codec="utf-8"), max_size=12).map(lambda text: f"'{text}'"),
    st.sampled_from(
        ["'2024-02-29'", "'2024-02-29T10:00:00.000Z'", "'10 106 0 0'", "'a b'", "'MD5'", "'%Y'", "'[a-z]+'"]
    ),
)
values = st.one_of(
    st.floats(), st.booleans(), st.text(max_size=20), st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC))
)


def calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or"])
    return st.one_of(
        st.builds(
            lambda name, arguments: f"{name}({', '.join(arguments)})",
            st.sampled_from(sorted(FUNCTIONS)),
            st.lists(inner, max_size=4),
        ),
        st.builds(lambda left, operator, right: f"({left} {operator} {right})", inner, operators, inner),
        st.builds(lambda condition: f"/visit/member[{condition}]/years", inner),
        st.builds(lambda condition: f"instance('places')/root/item[{condition}]/name", inner),
    )


expressions = st.recursive(st.one_of(paths, literals), calls, max_leaves=12)


def outcome(source: str) -> Value | ExpressionError:
    home = household()
    state = State(home, zone=ZONE, now=datetime(2024, 3, 10, tzinfo=ZONE), max_steps=20_000, max_seconds=2)
    try:
        return compile_expression(source, SCOPE).value(home.find("/visit/member[2]/who"), state)
    except ExpressionError as error:
        return error


@given(st.text(max_size=60))
@cases(100)
def test_any_text_gives_a_value_or_our_error(source: str) -> None:
    assert isinstance(outcome(source), float | str | bool | datetime | ExpressionError)


@given(st.lists(tokens, max_size=25).map("".join))
@cases(300)
def test_any_row_of_tokens_gives_a_value_or_our_error(source: str) -> None:
    assert isinstance(outcome(source), float | str | bool | datetime | ExpressionError)


@given(expressions)
@cases(500)
def test_any_well_formed_expression_gives_a_value_or_our_error(source: str) -> None:
    assert isinstance(outcome(source), float | str | bool | datetime | ExpressionError)


@given(expressions)
@cases(100)
def test_the_same_expression_compiles_to_the_same(source: str) -> None:
    first, second = outcome(f"string({source})"), outcome(f"string(({source}))")
    assert isinstance(first, ExpressionError) == isinstance(second, ExpressionError)


@given(values, values)
@cases(100)
def test_conversions_take_every_value(left: Value, right: Value) -> None:
    assert isinstance(to_number(left), float)
    assert isinstance(to_text(left), str)
    assert isinstance(to_boolean(left), bool)
    assert equal(left, right) == equal(right, left)


@given(st.integers(-(2**53), 2**53))
@cases(100)
def test_whole_numbers_survive_the_way_through_text(number: int) -> None:
    written = to_text(float(number))
    assert "E" in written or text_to_number(written) == number


@given(st.text(max_size=30))
@cases(100)
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = parse_moment(text, ZONE)
    assert moment is None or moment.tzinfo is not None


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 28)))  # noqa: DTZ001 -- zone given below
@cases(100)
def test_what_is_written_as_a_moment_reads_back(moment: datetime) -> None:
    exact = moment.replace(microsecond=0, tzinfo=ZONE)
    assert parse_moment(exact.isoformat(), ZONE) == exact


@given(
    st.text(max_size=30),
    st.sampled_from(["int", "decimal", "boolean", "date", "dateTime", "time", "geopoint", "geotrace", "", "odd"]),
)
@cases(100)
def test_any_answer_reads_by_any_type(text: str, datatype: str) -> None:
    value = read_answer(text, datatype, ZONE)
    assert value is None or isinstance(value, float | str | bool | datetime)


@given(
    st.lists(
        st.sampled_from([*r"ab[]()*+?{}|^$.\-&d,1:=!<>P~ ", r"\d", r"\Q", r"\E", "&&", "(?", r"\p{L}"]), max_size=14
    ),
    st.text("ab1-&[", max_size=8),
    st.booleans(),
)
@cases(500)
def test_any_pattern_matches_or_is_refused(parts: list[str], text: str, reads_unicode: bool) -> None:
    with suppress(PatternError, BudgetExceededError):
        assert matches("".join(parts), text, reads_unicode=reads_unicode) in (True, False)
