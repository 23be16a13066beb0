"""Ask whether a value is among the rows that an expression gives, without building all of the rows.

A select with a list of thousands of rows has its answer checked by finding the rows with that value first and applying
the list's conditions to those only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.xpath.compile import Compiled, compile_predicate, compile_syntax
from server.xpath.errors import StaticError
from server.xpath.parser import parse
from server.xpath.predicates import filter_by
from server.xpath.routes import PRIMARY, Route, Scope, resolve
from server.xpath.state import State
from server.xpath.syntax import WILDCARD, Call, Expression, Path
from server.xpath.tree import Node
from server.xpath.values import to_text
from server.xpath.walk import Filter


@dataclass(frozen=True, slots=True)
class Membership:
    """The rows of a list, whose value is in `column`.

    With `has_index` an index over the rows at `names` of `instance` can give those of one value; `conditions` then
    filters them, if the expression has any.
    """

    rows: Compiled
    column: str
    instance: str = PRIMARY
    names: tuple[str, ...] = ()
    has_index: bool = False
    conditions: Filter | None = None

    def find(self, value: str, node: Node, state: State) -> Sequence[Node]:
        """The rows with that value which the conditions leave in the context of `node`."""
        if self.has_index:
            found = state.services.instance(self.instance).find(self.names, self.column, value)
            if found is not None:
                state.spend(len(found) + 1)
                if self.conditions is None:
                    return found
                with state.owned_by(node):
                    return self.conditions(found, node, state)
        return [row for row in self.rows.nodes(node, state) if self.value_of(row) == value]

    def value_of(self, row: Node) -> str:
        cells = row.named(self.column)
        return to_text(cells[0].value()) if cells else ""


def compile_membership(source: str, column: str, scope: Scope) -> Membership:
    """Compile the node-set of an itemset; raises ExpressionSyntaxError, StaticError or BudgetExceededError."""
    expression = _without_shuffle(parse(source))
    if not isinstance(expression, Path):
        raise StaticError("argument-kind", "The choices have to come from a path.", expression.offset)
    rows = compile_syntax(expression, source, scope)
    route = resolve(expression, scope)
    if not _has_index(route):
        return Membership(rows, column)
    inner = scope.within(route.names, route.instance)
    tests = [compile_predicate(predicate, inner) for predicate in route.levels[-1].predicates]
    conditions = filter_by(tests, sets_main=True) if tests else None
    return Membership(rows, column, route.instance, route.names, has_index=True, conditions=conditions)


def _without_shuffle(expression: Expression) -> Expression:
    """The order of the choices does not matter here."""
    if isinstance(expression, Call) and expression.name == "randomize" and expression.arguments:
        return expression.arguments[0]
    return expression


def _has_index(route: Route) -> bool:
    """Whether the rows lie in a list, with at most one condition, on the rows themselves.

    In a second condition position() would count among the rows that the first one leaves, which are not built here.
    """
    *above, last = route.levels
    if route.instance == PRIMARY or len(last.predicates) > 1:
        return False
    is_plain = all(level.name != WILDCARD and not level.is_attribute for level in route.levels)
    return (
        is_plain
        and not any(level.predicates for level in above)
        and not any(level.is_bound for level in route.levels[1:])
    )
