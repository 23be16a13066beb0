"""Conditions on the steps of a path: filtering node by node, and answering from an index where there is one.

As in JavaRosa only a boolean filters: a number, a text or a path in the brackets selects nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.xpath.code import Code, NodesOf
from server.xpath.errors import StaticError
from server.xpath.functions.definition import Trait
from server.xpath.functions.library import FUNCTIONS
from server.xpath.routes import PRIMARY, Route, Scope, resolve
from server.xpath.state import State
from server.xpath.syntax import Axis, Call, Chain, Expression, Negation, Path, Start
from server.xpath.tree import Node
from server.xpath.values import to_text
from server.xpath.walk import Filter


def filter_by(tests: Sequence[Code], *, sets_main: bool, of_first: int = 1) -> Filter:
    """A filter that applies the predicates one after the other.

    In the first predicate position() is the node's own instance number, in later ones its place among what is left;
    the first `of_first` tests belong to the first predicate. With `sets_main` absolute paths
    in the predicates bind to the node from which the path starts.
    """

    def keep(found: Sequence[Node], node: Node, state: State) -> Sequence[Node]:
        before = state.main, state.place
        if sets_main:
            state.main = node
        try:
            for index, test in enumerate(tests):
                found = _kept(found, test, state, by_place=index >= of_first)
        finally:
            state.main, state.place = before
        return found

    return keep


def _kept(found: Sequence[Node], test: Code, state: State, *, by_place: bool) -> Sequence[Node]:
    kept: list[Node] = []
    value, nodes = test.value, test.nodes
    state.spend(len(found))
    for place, node in enumerate(found, 1):
        state.place = place if by_place else node.position
        if nodes is not None and nodes(node, state) is not None:
            continue
        if value(node, state) is True:
            kept.append(node)
    return kept


@dataclass(frozen=True, slots=True)
class Lookup:
    """The first predicate of a path into a secondary instance, of the form `column = key and others`."""

    instance: str
    names: tuple[str, ...]
    depth: int
    column: str
    key: Expression
    others: tuple[Expression, ...]
    following: tuple[Expression, ...]

    def finder(self, key: Code, keep: Filter, *, sets_main: bool) -> NodesOf:
        """A closure that gives the rows, or None where the index cannot answer (the key is a number)."""
        key_value = key.value

        def find(node: Node, state: State) -> Sequence[Node] | None:
            before = state.main
            if sets_main:
                state.main = node
            try:
                wanted = key_value(node, state)
            finally:
                state.main = before
            if isinstance(wanted, bool | float):
                return None
            found = state.services.instance(self.instance).find(self.names, self.column, to_text(wanted))
            if found is None:
                return None
            state.spend(len(found) + 1)
            return keep(found, node, state)

        return find


def index_lookup(path: Path, route: Route, scope: Scope) -> Lookup | None:
    """How an index can answer the first predicate of the path; None if it cannot."""
    if route.instance in (PRIMARY, scope.instance):
        return None
    depth = next((at for at, level in enumerate(route.levels) if level.predicates), None)
    if depth is None or any(level.is_bound or level.is_attribute for level in route.levels[1 : depth + 1]):
        return None
    first, *following = route.levels[depth].predicates
    inner = scope.within(route.names[: depth + 1], route.instance)
    conjuncts = first.operands if isinstance(first, Chain) and first.operators[0] == "and" else (first,)
    comparison = _column_and_key(conjuncts[0], inner)
    if comparison is None:
        return None
    column, key = comparison
    names = route.names[: depth + 1]
    return Lookup(path.instance, names, depth, column, key, tuple(conjuncts[1:]), tuple(following))


def _column_and_key(test: Expression, inner: Scope) -> tuple[str, Expression] | None:
    if not isinstance(test, Chain) or test.operators != ("=",):
        return None
    left, right = test.operands
    for column, key in ((left, right), (right, left)):
        name = _column(column)
        if name is not None and not _reads_row(key, inner):
            return name, key
    return None


def _column(expression: Expression) -> str | None:
    if not isinstance(expression, Path) or expression.start is not Start.CONTEXT or len(expression.steps) != 1:
        return None
    step = expression.steps[0]
    return step.name if step.axis is Axis.CHILD and not step.predicates else None


def _reads_row(expression: Expression, inner: Scope) -> bool:
    """Whether the value can differ from row to row."""
    match expression:
        case Path():
            return expression.start is Start.CONTEXT or _is_bound_to_row(expression, inner)
        case Call():
            function = FUNCTIONS.get(expression.name)
            if function is None or function.traits & _VARYING:
                return True
            return any(_reads_row(argument, inner) for argument in expression.arguments)
        case Chain():
            return any(_reads_row(operand, inner) for operand in expression.operands)
        case Negation():
            return _reads_row(expression.operand, inner)
        case _:
            return False


_VARYING: Final = Trait.NODE | Trait.RANDOM


def _is_bound_to_row(path: Path, inner: Scope) -> bool:
    try:
        route = resolve(path, inner)
    except StaticError:
        return True
    return route.instance != PRIMARY and any(level.is_bound for level in route.levels[1:])
