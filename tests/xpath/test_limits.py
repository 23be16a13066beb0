"""Nothing that a form's author writes may hang or exhaust the server."""

import pytest

from server.xpath.compile import compile_expression
from server.xpath.errors import BudgetExceededError, EvaluationError
from server.xpath.parser import MAX_NESTING
from server.xpath.patterns import matches
from server.xpath.routes import Scope
from server.xpath.state import State
from tests.xpath.household import household

SCOPE = Scope.of("visit", "name")
LETTER = "'y'"


def evaluate(source: str, **limits: float) -> object:
    home = household()
    state = State(home, max_steps=int(limits.get("steps", 100_000)), max_seconds=limits.get("seconds", 5.0))
    return compile_expression(source, SCOPE).value(home.find("/visit/name"), state)


def test_the_deepest_allowed_nesting_evaluates() -> None:
    depth = MAX_NESTING
    assert evaluate("1+(" * depth + "1" + ")" * depth) == depth + 1.0


def test_the_deepest_allowed_calls_evaluate() -> None:
    depth = MAX_NESTING
    assert evaluate("if(1," * depth + "'end'" + ",2)" * depth) == "end"


def test_a_chain_of_thousands_evaluates() -> None:
    assert evaluate(" + ".join(["1"] * 10_000)) == 10_000.0
    assert evaluate(" and ".join(["1"] * 10_000)) is True
    assert evaluate(" or ".join(["0"] * 10_000)) is False
    assert evaluate(" = ".join(["1"] * 10_000)) is True


def test_too_many_visited_nodes_stop_the_check() -> None:
    condition = "instance('places')/root/item[count(instance('crops')/root/item[kg > 1]) > 0]"
    with pytest.raises(BudgetExceededError, match="too many answers"):
        evaluate(" + ".join([f"count({condition})"] * 200), steps=1_000)


def test_too_much_time_stops_the_check() -> None:
    condition = "count(instance('places')/root/item[name != ''])"
    with pytest.raises(BudgetExceededError, match="too long"):
        evaluate(" + ".join([condition] * 1_000), seconds=0)


def test_a_runaway_text_is_stopped() -> None:
    with pytest.raises(BudgetExceededError, match="characters"):
        evaluate(f"join('{'x' * 5_000}', {', '.join([LETTER] * 1_000)})")


def test_an_exploding_pattern_is_stopped() -> None:
    with pytest.raises(BudgetExceededError, match="takes too long"):
        matches("(x+x+)+y", "x" * 5_000)


def test_a_repeated_node_used_as_one_value_is_an_error_that_helps() -> None:
    with pytest.raises(EvaluationError, match=r"is repeated: there are 3 .* indexed-repeat"):
        evaluate("/visit/member/who = 'Lan'")


@pytest.mark.parametrize(
    "pattern",
    [
        "(x+x+)+y",
        "(x|x)*y",
        "(?:x*)*y",
        "x*x*x*x*x*x*x*y",
        "x?" * 40 + "x" * 40 + "y",
        "(x{1,30}){1,30}y",
        r"(\)x+)+y|(x+)+y",
    ],
)
def test_every_kind_of_exploding_pattern_ends_soon(pattern: str) -> None:
    try:
        assert matches(pattern, "x" * 2_000) is False
    except BudgetExceededError as error:
        assert "takes too long" in error.message  # noqa: PT017 -- both endings are right, a hang is not
