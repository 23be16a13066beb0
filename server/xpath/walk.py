"""Closures that find the nodes of a route.

A route becomes: start at a node, climb to the deepest ancestor that is surely meant, then go down name by name. Only
levels bound below a predicate, or across two instances, need positions at run time. The result holds relevant
nodes only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Final, TypeAlias

from server.xpath.code import Code, NodesOf, NumberOf, from_nodes, single_value
from server.xpath.errors import EvaluationError
from server.xpath.routes import PRIMARY, Base, Level, Route
from server.xpath.state import State
from server.xpath.syntax import WILDCARD
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_int32

Filter: TypeAlias = Callable[[Sequence[Node], Node, State], Sequence[Node]]
Finder: TypeAlias = Callable[[Node, State], Sequence[Node] | None]
StartOf: TypeAlias = Callable[[Node, State], Node | None]

_NOTHING: Final[tuple[Node, ...]] = ()


def walker(route: Route, filters: dict[int, Filter], finder: tuple[int, Finder] | None = None) -> NodesOf:
    """The node-set of a route. `filters` hold the predicates by depth.

    `finder` answers for the levels down to its depth, predicate included, from an index; where it gives None the
    levels are walked as usual.
    """
    start, depth = _start(route, filters)
    if finder is None and not any(depth <= at for at in filters) and _is_plain(route.levels[depth:]):
        names = tuple(level.name for level in route.levels[depth:])
        return _plain_walker(start, names, checks_relevance=route.instance == PRIMARY)
    return _full_walker(route, start, depth, filters, finder)


def plain_path(route: Route) -> Code:
    """Code for a route without predicates.

    Most paths in forms lead to one field and are used as one value. They are read without making a node-set.
    """
    if route.bound is None or route.instance != PRIMARY or route.base_instance != PRIMARY:
        return from_nodes(walker(route, {}))
    # The root is found by climbing whatever the path calls it.
    covered = max(route.bound, 1)
    start = _climber(route.base, len(route.base_names) - covered)
    names = route.names[covered:]
    make_nodes = partial(walker, route, {})

    def value(node: Node, state: State) -> Value:
        at = start(node, state)
        if at is None:
            return ""
        for name in names:
            found = at.named(name)
            if len(found) != 1:
                return single_value(make_nodes()(node, state) or _NOTHING)
            at = found[0]
        return at.value() if at.is_relevant() else ""

    return Code(value, Kind.ANY, make_nodes)


def _is_plain(levels: Sequence[Level]) -> bool:
    return not any(level.is_bound or level.is_attribute or level.name == WILDCARD for level in levels)


def _start(route: Route, filters: dict[int, Filter]) -> tuple[StartOf, int]:
    """The closure that finds the first node, and the number of levels which that node covers."""
    if route.instance != route.base_instance:
        return _instance_root(route.instance), 1
    depth = 0
    for level in route.levels:
        if not level.is_bound or depth in filters:
            break
        depth += 1
    # The root is found by climbing whatever the path calls it.
    covered = max(depth, 1)
    return _climber(route.base, len(route.base_names) - covered), covered


def _instance_root(name: str) -> StartOf:
    return lambda _node, state: state.services.instance(name).root


@cache
def _climber(base: Base, climbs: int) -> StartOf:
    if base is Base.NODE and climbs == 0:
        return lambda node, _state: node
    if base is Base.NODE and climbs == 1:
        return lambda node, _state: node.parent

    def climb(node: Node, state: State) -> Node | None:
        at = base_node(base, node, state)
        for _ in range(climbs):
            at = at.parent if at is not None else None
        return at

    return climb


def base_node(base: Base, node: Node, state: State) -> Node | None:
    if base is Base.NODE:
        return node
    return state.origin if base is Base.ORIGIN else state.main


def _plain_walker(start: StartOf, names: tuple[str, ...], *, checks_relevance: bool) -> NodesOf:
    if len(names) == 1:
        return _child_walker(start, names[0], checks_relevance=checks_relevance)

    def walk(node: Node, state: State) -> Sequence[Node]:
        first = start(node, state)
        if first is None:
            return _NOTHING
        found: Sequence[Node] = (first,)
        for name in names:
            if len(found) == 1:
                found = found[0].named(name)
            else:
                found = [child for parent in found for child in parent.named(name)]
            state.spend(len(found) + 1)
        return _relevant(found) if checks_relevance else found

    return walk


def _child_walker(start: StartOf, name: str, *, checks_relevance: bool) -> NodesOf:
    """The common case of a sibling or a child, without a loop."""

    def walk(node: Node, state: State) -> Sequence[Node]:
        first = start(node, state)
        if first is None:
            return _NOTHING
        found = first.named(name)
        state.spend(len(found) + 1)
        return _relevant(found) if checks_relevance else found

    return walk


def _relevant(found: Sequence[Node]) -> Sequence[Node]:
    if len(found) == 1:
        return found if found[0].is_relevant() else _NOTHING
    return [node for node in found if node.is_relevant()]


def _full_walker(
    route: Route, start: StartOf, depth: int, filters: dict[int, Filter], finder: tuple[int, Finder] | None
) -> NodesOf:
    steps = [_step(route, at, filters.get(at)) for at in range(depth, len(route.names))]
    root_filter = filters.get(0)
    found_depth, find = finder or (0, None)

    def walk(node: Node, state: State) -> Sequence[Node]:
        found = find(node, state) if find else None
        skipped = found_depth + 1 - depth
        if found is None:
            skipped = 0
            first = start(node, state)
            found = _NOTHING if first is None else (first,)
            if root_filter:
                found = root_filter(found, node, state)
        for step in steps[skipped:]:
            found = step(found, node, state)
            state.spend(len(found) + 1)
        return _relevant(found) if route.instance == PRIMARY else found

    return walk


def _step(route: Route, depth: int, keep: Filter | None) -> Filter:
    level = route.levels[depth]
    expand = _expansion(level)
    if level.is_bound:
        expand = _at_position(expand, route, depth)
    if keep is None:
        return expand
    return lambda found, node, state: keep(expand(found, node, state), node, state)


def _expansion(level: Level) -> Filter:
    name = level.name
    if level.is_attribute:
        return lambda found, _node, _state: [a for parent in found if (a := parent.attribute(name)) is not None]
    if name == WILDCARD:
        return lambda found, _node, _state: [child for parent in found for child in _all_children(parent)]
    return lambda found, _node, _state: [child for parent in found for child in parent.named(name)]


def _all_children(parent: Node) -> Sequence[Node]:
    children = parent.elements()
    if any(child.position != place for place, child in enumerate(children, 1)):
        message = f"`*` meets several different fields below {parent.path()}. Name the one you need."
        raise EvaluationError(message)
    return children


def _at_position(expand: Filter, route: Route, depth: int) -> Filter:
    """Keep the nodes that stand at the position which the base's ancestor has at this depth."""
    climbs = len(route.base_names) - depth - 1
    climb = _climber(route.base, climbs)

    def keep(found: Sequence[Node], node: Node, state: State) -> Sequence[Node]:
        ancestor = climb(node, state)
        position = ancestor.position if ancestor is not None else 0
        return [child for child in expand(found, node, state) if child.position == position]

    return keep


def indexed_walker(route: Route, positions: dict[int, NumberOf]) -> NodesOf:
    """The node-set of indexed-repeat(): given positions at some depths, the base's own at the other bound ones."""
    steps = [_indexed_step(route, depth, positions.get(depth)) for depth in range(1, len(route.names))]
    start = _climber(route.base, len(route.base_names) - 1)

    def walk(node: Node, state: State) -> Sequence[Node]:
        root = start(node, state)
        found: Sequence[Node] = _NOTHING if root is None else (root,)
        for step in steps:
            found = step(found, node, state)
            state.spend(len(found) + 1)
        return _relevant(found)

    return walk


def _indexed_step(route: Route, depth: int, position: NumberOf | None) -> Filter:
    if position is None:
        return _step(route, depth, None)
    expand = _expansion(route.levels[depth])

    def keep(found: Sequence[Node], node: Node, state: State) -> Sequence[Node]:
        wanted = max(1, to_int32(position(node, state)))
        return [child for child in expand(found, node, state) if child.position == wanted]

    return keep
