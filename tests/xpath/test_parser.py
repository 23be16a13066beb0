"""What the parser builds, and what it tells an author about a fault."""

import pytest

from server.xpath.errors import BudgetExceededError, ExpressionSyntaxError, StaticError
from server.xpath.lexer import MAX_LENGTH
from server.xpath.parser import MAX_NESTING, parse
from server.xpath.syntax import Axis, Call, Chain, Negation, Number, Path, Start, Step, Text


def test_operators_of_one_rank_form_one_chain() -> None:
    assert parse("1 + 2 - 3") == Chain(("+", "-"), (Number(1, 0), Number(2, 4), Number(3, 8)), 2)


def test_tighter_operators_bind_first() -> None:
    parsed = parse("1 + 2 * 3 = 7 or 0")
    assert isinstance(parsed, Chain)
    assert parsed.operators == ("or",)
    equation = parsed.operands[0]
    assert isinstance(equation, Chain)
    assert equation.operators == ("=",)
    assert equation.operands[0] == Chain(("+",), (Number(1, 0), Chain(("*",), (Number(2, 4), Number(3, 8)), 6)), 2)


def test_operator_words_are_names_where_a_name_is_due() -> None:
    assert parse("div div mod") == Chain(
        ("div",),
        (
            Path.of(Start.CONTEXT, (Step(Axis.CHILD, "div", (), 0),), 0),
            Path.of(Start.CONTEXT, (Step(Axis.CHILD, "mod", (), 8),), 8),
        ),
        4,
    )


def test_minus_signs_are_counted() -> None:
    assert parse("--3") == Negation(2, Number(3, 2), 0)


def test_names_may_hold_hyphens_and_points() -> None:
    assert parse("a-b.c") == Path.of(Start.CONTEXT, (Step(Axis.CHILD, "a-b.c", (), 0),), 0)


def test_a_path_of_plain_names_has_the_steps_that_it_has_when_spelled_out() -> None:
    for short, spelled in (("/data/g/a.b", "/ data/g/a.b"), ("../../g/x", ".. /../g/x"), ("..", "parent::node()")):
        plain, written = parse(short), parse(spelled)
        assert isinstance(plain, Path)
        assert isinstance(written, Path)
        assert [(step.axis, step.name) for step in plain.steps] == [(step.axis, step.name) for step in written.steps]
        assert plain.plain == written.plain
        assert [short[step.offset :].startswith(step.name or "..") for step in plain.steps] == [True] * len(plain.steps)


def test_prefixes_are_dropped_from_steps() -> None:
    assert parse("/data/orx:meta") == Path.of(
        Start.ROOT, (Step(Axis.CHILD, "data", (), 1), Step(Axis.CHILD, "meta", (), 6)), 0
    )


def test_predicates_stay_with_their_step() -> None:
    parsed = parse("rep[x = 1][y]/z")
    assert isinstance(parsed, Path)
    assert [len(step.predicates) for step in parsed.steps] == [2, 0]


def test_instance_and_current_start_paths() -> None:
    listed = parse("instance('d')/root/item")
    assert isinstance(listed, Path)
    assert (listed.start, listed.instance) == (Start.INSTANCE, "d")
    own = parse("current()/../x")
    assert isinstance(own, Path)
    assert own.start is Start.CURRENT


def test_quotes_of_the_other_kind_are_content() -> None:
    assert parse("""concat("it's", 'a "b"')""") == Call("concat", (Text("it's", 7), Text('a "b"', 15)), 0)


@pytest.mark.parametrize(
    ("source", "offset", "words"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("1 +", 3, "but found the end"),
        ("/data/a = = 2", 10, "but found `=`"),
        ("concat(1", 8, "`)` to close what starts at character 7"),
        ("rep[x = 1", 9, "`]` to close what starts at character 4"),
        ("(1))", 3, "but found `)`"),
        ("'open", 0, "never closed"),
        ("1 'a'", 2, "cannot follow"),
        ("a ! b", 2, "`!=`"),
        ("! a", 0, "`!=`"),
        ("a # b", 2, "but found `#`"),
        ("1 2", 2, "Expected an operator"),
        ("..[1]", 2, "can only follow a name"),
        ("sideways::a", 0, "no axis `sideways`"),
        ("/data/", 6, "Expected"),
        ("名", 0, "cannot be part of a name"),
    ],
)
def test_a_syntax_error_says_where_and_what(source: str, offset: int, words: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(source)
    assert caught.value.offset == offset
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("//a", "`//`"),
        ("/data//a", "`//`"),
        ("a | b", "`|`"),
        ("$a", "variable"),
        ("ancestor::a", "ancestor"),
        ("text()", "text()"),
        ("self::a", "`self::node()`"),
        ("@*", "attribute"),
        ("a:*", "`a:*`"),
        ("(a)[1]", "Only a path"),
        ("concat('a')/b", "Only a path"),
        ("'a'[1]", "Only a path"),
    ],
)
def test_what_javarosa_cannot_evaluate_is_named(source: str, words: str) -> None:
    with pytest.raises(StaticError) as caught:
        parse(source)
    assert caught.value.code == "unsupported-construct"
    assert words in caught.value.message


def test_nesting_up_to_the_limit_is_parsed() -> None:
    assert parse("(" * MAX_NESTING + "1" + ")" * MAX_NESTING) == Number(1, MAX_NESTING)


@pytest.mark.parametrize("opening", ["(", "not(", "a[", "1 + (", "- ("])
def test_deeper_nesting_is_refused(opening: str) -> None:
    with pytest.raises(BudgetExceededError, match="deep"):
        parse(opening * 5_000)


def test_a_long_chain_needs_no_depth() -> None:
    parsed = parse(" + ".join(["1"] * 10_000))
    assert isinstance(parsed, Chain)
    assert len(parsed.operands) == 10_000


def test_an_overlong_expression_is_refused() -> None:
    with pytest.raises(BudgetExceededError, match="At most"):
        parse("1" * (MAX_LENGTH + 1))
