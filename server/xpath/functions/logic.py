"""Truth, choice between values, and conversions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from server.xpath.code import BooleanOf, Code, NodesOf, ValueOf, as_boolean
from server.xpath.errors import EvaluationError
from server.xpath.functions.definition import Site, Trait, plain, special
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_boolean, to_int32, to_number, to_text


def _nodes_of(code: Code) -> NodesOf:
    return code.nodes or (lambda _node, _state: None)


def _common_kind(left: Code, right: Code) -> Kind:
    return left.kind if left.kind is right.kind else Kind.ANY


def _if(site: Site) -> Code:
    """Only the branch that is taken is evaluated; a branch may be a path, and is then a node-set."""
    condition = as_boolean(site.arguments[0])
    then, other = site.arguments[1:]
    value = _branch(condition, then.value, other.value)
    if not then.has_nodes and not other.has_nodes:
        return Code(value, _common_kind(then, other))

    def make_nodes() -> NodesOf:
        then_nodes, other_nodes = _nodes_of(then), _nodes_of(other)
        return lambda node, state: then_nodes(node, state) if condition(node, state) else other_nodes(node, state)

    return Code(value, Kind.ANY, make_nodes)


def _branch(condition: BooleanOf, then: ValueOf, other: ValueOf) -> ValueOf:
    return lambda node, state: then(node, state) if condition(node, state) else other(node, state)


def _is_null(value: Value) -> bool:
    return value == "" or (isinstance(value, float) and math.isnan(value))


def _coalesce(site: Site) -> Code:
    first, second = site.arguments

    def value(node: Node, state: State) -> Value:
        found = first.value(node, state)
        return second.value(node, state) if _is_null(found) else found

    def make_nodes() -> NodesOf:
        first_nodes, second_nodes = _nodes_of(first), _nodes_of(second)

        def nodes(node: Node, state: State) -> Sequence[Node] | None:
            is_first = not _is_null(first.value(node, state))
            return first_nodes(node, state) if is_first else second_nodes(node, state)

        return nodes

    has_nodes = first.has_nodes or second.has_nodes
    return Code(value, _common_kind(first, second), make_nodes if has_nodes else None)


def _depend(site: Site) -> Code:
    """The first argument; the others only say when to calculate again."""
    return site.arguments[0]


def _once(site: Site) -> Code:
    """The value that the node has already, if it has one."""
    fresh = site.arguments[0]

    def value(node: Node, state: State) -> Value:
        stored = node.value() if node.is_relevant() else ""
        return fresh.value(node, state) if to_text(stored) == "" else stored

    return Code(value, Kind.ANY)


def _checklist(least: float, most: float, *factors: Value) -> bool:
    count = sum(to_boolean(factor) for factor in factors)
    minimum, maximum = to_int32(least), to_int32(most)
    return (minimum < 0 or count >= minimum) and (maximum < 0 or count <= maximum)


def _build_checklist(site: Site) -> Code:
    """With a path as the only factor, each of its nodes is a factor."""
    least, most, *factors = site.arguments
    spread = factors[0].nodes if len(factors) == 1 else None
    if spread is None:
        return _PLAIN_CHECKLIST.build(site)

    def value(node: Node, state: State) -> Value:
        found = spread(node, state)
        values = [factors[0].value(node, state)] if found is None else [each.value() for each in found]
        return _checklist(to_number(least.value(node, state)), to_number(most.value(node, state)), *values)

    return Code(value, Kind.BOOLEAN)


def _weighted_checklist(least: float, most: float, *pairs: Value) -> bool:
    weights = (to_number(weight) for weight in pairs[1::2])
    total = sum((weight for flag, weight in zip(pairs[::2], weights, strict=True) if to_boolean(flag)), 0.0)
    return least <= total <= most


def _build_weighted_checklist(site: Site) -> Code:
    """With two paths, the nodes of the first are the flags and those of the second their weights."""
    least, most, *pairs = site.arguments
    as_written = _PLAIN_WEIGHTED_CHECKLIST.build(site)
    flags_of, weights_of = (pair.nodes for pair in pairs) if len(pairs) == 2 else (None, None)
    if flags_of is None or weights_of is None:
        return as_written

    def value(node: Node, state: State) -> Value:
        flags, weights = flags_of(node, state), weights_of(node, state)
        if flags is None or weights is None:
            return as_written.value(node, state)
        if len(flags) != len(weights):
            raise EvaluationError(f"There are {len(flags)} flags but {len(weights)} weights.", site.call.offset)
        values = [each.value() for pair in zip(flags, weights, strict=True) for each in pair]
        return _weighted_checklist(to_number(least.value(node, state)), to_number(most.value(node, state)), *values)

    return Code(value, Kind.BOOLEAN)


def _boolean_from_string(text: str) -> bool:
    return text == "1" or text.lower() == "true"


_PLAIN_CHECKLIST: Final = plain("checklist", _checklist, "number number value*", Kind.BOOLEAN)
_PLAIN_WEIGHTED_CHECKLIST: Final = plain(
    "weighted-checklist", _weighted_checklist, "number number value*", Kind.BOOLEAN
)

FUNCTIONS: Final = (
    plain("true", lambda: True, "", Kind.BOOLEAN),
    plain("false", lambda: False, "", Kind.BOOLEAN),
    plain("boolean", bool, "truth", Kind.BOOLEAN),
    plain("not", lambda truth: not truth, "truth", Kind.BOOLEAN),
    plain("boolean-from-string", _boolean_from_string, "text", Kind.BOOLEAN),
    plain("string", str, "text", Kind.TEXT),
    special("if", 3, 3, _if),
    special("coalesce", 2, 2, _coalesce),
    special("depend", 1, None, _depend),
    special("once", 1, 1, _once, Trait.STORED | Trait.NODE),
    special("checklist", 2, None, _build_checklist),
    special("weighted-checklist", 4, None, _build_weighted_checklist, stride=2),
)
