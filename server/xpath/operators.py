"""Closures for `or`, `and`, comparisons and arithmetic over compiled operands."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Final

from server.xpath.code import BooleanOf, Code, NumberOf, ValueOf, as_boolean, as_number
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import NAN, Kind, Value, equal, to_number


def divide(dividend: float, divisor: float) -> float:
    """IEEE division: by zero gives an infinity, or NaN for 0 div 0."""
    if divisor:
        return dividend / divisor
    if not dividend or math.isnan(dividend) or math.isnan(divisor):
        return NAN
    return math.copysign(math.inf, dividend) * math.copysign(1, divisor)


def remainder(dividend: float, divisor: float) -> float:
    """The remainder with the sign of the dividend; NaN for a divisor of zero."""
    if not divisor or math.isinf(dividend):
        return NAN
    return math.fmod(dividend, divisor)


_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": remainder,
}
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ORDER: Final = frozenset(_ORDER)


def chain(operators: Sequence[str], operands: Sequence[Code]) -> Code:
    """The operands joined left to right; all operators are of one rank."""
    first = operators[0]
    if first == "or":
        return Code(_any([as_boolean(operand) for operand in operands]), Kind.BOOLEAN)
    if first == "and":
        return Code(_all([as_boolean(operand) for operand in operands]), Kind.BOOLEAN)
    code = operands[0]
    for symbol, operand in zip(operators[:CHAIN_LIMIT], operands[1:], strict=False):
        code = _pair(symbol, code, operand)
    if len(operators) <= CHAIN_LIMIT:
        return code
    return _long_chain(code, operators[CHAIN_LIMIT:], operands[CHAIN_LIMIT + 1 :])


CHAIN_LIMIT: Final = 3  # longer chains run in a loop, so that their length costs no stack


def negation(signs: int, operand: Code) -> Code:
    number = as_number(operand)
    if signs % 2 == 0:
        return Code(number, Kind.NUMBER)
    return Code(lambda node, state: -number(node, state), Kind.NUMBER)


def _pair(symbol: str, left: Code, right: Code) -> Code:
    if symbol in _ARITHMETIC:
        return Code(_binary(_ARITHMETIC[symbol], as_number(left), as_number(right)), Kind.NUMBER)
    if symbol in _ORDER:
        return Code(_binary(_ORDER[symbol], as_number(left), as_number(right)), Kind.BOOLEAN)
    is_equal = _equality(left, right)
    if symbol == "=":
        return Code(is_equal, Kind.BOOLEAN)
    return Code(lambda node, state: not is_equal(node, state), Kind.BOOLEAN)


def _binary(function: Callable[[float, float], Value], left: NumberOf, right: NumberOf) -> ValueOf:
    return lambda node, state: function(left(node, state), right(node, state))


def _equality(left: Code, right: Code) -> BooleanOf:
    if isinstance(right.constant, str):
        return _equals_text(left.value, right.constant)
    if isinstance(left.constant, str):
        return _equals_text(right.value, left.constant)
    first, second = left.value, right.value
    return lambda node, state: equal(first(node, state), second(node, state))


def _equals_text(inner: ValueOf, text: str) -> BooleanOf:
    """The most frequent comparison of all: a field against a quoted text."""

    def compare(node: Node, state: State) -> bool:
        value = inner(node, state)
        return value == text if isinstance(value, str) else equal(value, text)

    return compare


def _any(operands: Sequence[BooleanOf]) -> BooleanOf:
    if len(operands) == 2:
        left, right = operands
        return lambda node, state: left(node, state) or right(node, state)

    def is_any(node: Node, state: State) -> bool:
        return any(operand(node, state) for operand in operands)

    return is_any


def _all(operands: Sequence[BooleanOf]) -> BooleanOf:
    if len(operands) == 2:
        left, right = operands
        return lambda node, state: left(node, state) and right(node, state)

    def is_all(node: Node, state: State) -> bool:
        return all(operand(node, state) for operand in operands)

    return is_all


def _long_chain(start: Code, operators: Sequence[str], operands: Sequence[Code]) -> Code:
    first = start.value
    links = [(_link(symbol), operand.value) for symbol, operand in zip(operators, operands, strict=True)]

    def value(node: Node, state: State) -> Value:
        result = first(node, state)
        for combine, operand in links:
            result = combine(result, operand(node, state))
        return result

    return Code(value, Kind.NUMBER if operators[0] in _ARITHMETIC else Kind.BOOLEAN)


def _link(symbol: str) -> Callable[[Value, Value], Value]:
    if symbol == "=":
        return equal
    if symbol == "!=":
        return lambda left, right: not equal(left, right)
    function: Callable[[float, float], Value] = _ARITHMETIC.get(symbol) or _ORDER[symbol]
    return lambda left, right: function(to_number(left), to_number(right))
