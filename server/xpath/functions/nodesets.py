"""Functions of node-sets: counting, summing, and the place of a repeat instance."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Final

from server.xpath.code import Code, as_number, from_nodes
from server.xpath.errors import EvaluationError
from server.xpath.functions.definition import Site, Trait, special
from server.xpath.routes import PRIMARY
from server.xpath.shuffle import seed_from, shuffle
from server.xpath.state import State
from server.xpath.syntax import Path
from server.xpath.tree import Node
from server.xpath.values import NAN, Kind, Value, to_number
from server.xpath.walk import indexed_walker

_SMALLEST: Final = math.ulp(0.0)  # where JavaRosa's max() starts, so the maximum of negative numbers is about 0


def _of_nodes(function: Callable[[Iterable[Node]], float]) -> Callable[[Site], Code]:
    def build(site: Site) -> Code:
        nodes_of = site.nodes(0)

        def value(node: Node, state: State) -> Value:
            found = nodes_of(node, state)
            if found is None:
                raise EvaluationError(f"{site.call.name}() needs a path.", site.call.offset)
            return function(found)

        return Code(value, Kind.NUMBER)

    return build


def _sum(found: Iterable[Node]) -> float:
    numbers = (to_number(node.value()) for node in found)
    return sum((number for number in numbers if not math.isnan(number)), 0.0)


def _count(found: Iterable[Node]) -> float:
    return float(len(list(found)))


def _count_non_empty(found: Iterable[Node]) -> float:
    return float(sum(bool(node.elements()) or node.value() != "" for node in found))


def _extreme(function: Callable[..., float], start: float) -> Callable[[Site], Code]:
    """max() or min() of the nodes of one path, or of all arguments; what is no number is left out."""

    def build(site: Site) -> Code:
        arguments = site.arguments
        spread = arguments[0].nodes if len(arguments) == 1 else None

        def value(node: Node, state: State) -> Value:
            found = spread(node, state) if spread else None
            if found is None:
                values = [to_number(argument.value(node, state)) for argument in arguments]
            else:
                values = [to_number(each.value()) for each in found]
            numbers = [number for number in values if not math.isnan(number)]
            return function(start, *numbers) if numbers else NAN

        return Code(value, Kind.NUMBER)

    return build


def _position(site: Site) -> Code:
    """The instance number of the first node of the path; without one that of the node at hand."""
    if not site.arguments:
        return Code(lambda node, state: float(state.place or node.position), Kind.NUMBER)
    nodes_of = site.nodes(0)

    def value(node: Node, state: State) -> Value:
        found = nodes_of(node, state)
        if found is None:
            raise EvaluationError("position() needs a path.", site.call.offset)
        return float(found[0].position) if found else 0.0

    return Code(value, Kind.NUMBER)


def _indexed_repeat(site: Site) -> Code:
    """The node below the named instances of its repeats; other repeats around it stay at the current instance."""
    target, *pairs = site.call.arguments
    if not isinstance(target, Path) or (route := site.route(target)) is None or route.instance != PRIMARY:
        raise site.refuse("The first argument of indexed-repeat() has to be the path of a field.")
    if any(level.predicates for level in route.levels):
        raise site.refuse("The first argument of indexed-repeat() cannot have conditions in `[...]`.")
    positions = {}
    for place, repeat in enumerate(pairs[::2]):
        repeat_route = site.route(repeat)
        if repeat_route is None:
            raise site.refuse(f"Argument {2 * place + 2} of indexed-repeat() has to be the path of a repeat.")
        names = repeat_route.names
        if len(names) >= len(route.names) or route.names[: len(names)] != names:
            raise site.refuse(f"/{'/'.join(names)} is no repeat around /{'/'.join(route.names)}.")
        positions[len(names) - 1] = as_number(site.arguments[2 * place + 2])
    return from_nodes(indexed_walker(route, positions))


def _randomize(site: Site) -> Code:
    """The nodes shuffled; with a seed always in the same way."""
    nodes_of = site.nodes(0)
    seed = site.arguments[1].value if len(site.arguments) == 2 else None

    def nodes(node: Node, state: State) -> list[Node]:
        found = nodes_of(node, state)
        if found is None:
            raise EvaluationError("randomize() needs a path.", site.call.offset)
        return shuffle(list(found), seed_from(seed(node, state)) if seed else None)

    return from_nodes(nodes)


FUNCTIONS: Final = (
    special("count", 1, 1, _of_nodes(_count)),
    special("count-non-empty", 1, 1, _of_nodes(_count_non_empty)),
    special("sum", 1, 1, _of_nodes(_sum)),
    special("max", 0, None, _extreme(max, _SMALLEST), Trait.ENGINE),
    special("min", 0, None, _extreme(min, sys.float_info.max)),
    special("position", 0, 1, _position, Trait.NODE),
    special("indexed-repeat", 3, 11, _indexed_repeat, stride=2),
    special("randomize", 1, 2, _randomize, Trait.RANDOM),
)
