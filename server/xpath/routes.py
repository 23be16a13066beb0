"""Decide, before there are answers, which nodes a path can mean: JavaRosa's binding of paths to repeat instances.

A path is first made generic (names without positions). Then levels are bound to the instance in which the expression
stands. For a path from the root every leading level whose name equals the context's name at that depth is bound,
the last one included; so `count(/data/rep)` inside `rep` is 1. For a relative path only the ancestors that it climbs
to are bound; so `count(../../rep)` sees all. A level with a predicate is never bound, but levels after it are.

Three habits of JavaRosa are kept, because Collect shows them: `..` after a name climbs from the context, not from
that name; `*` at a depth that the context has means the context's own name; the root's name is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from server.xpath.errors import StaticError
from server.xpath.syntax import WILDCARD, Axis, Expression, Path, Start, Step

ATTRIBUTE_MARK: Final = "@"
PRIMARY: Final = ""  # stands for the primary instance where an instance id is expected


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression, or a part of one, is evaluated.

    `names` is the generic path of the node at hand, in `instance`. `main` is that of the primary node which absolute
    paths bind to, `origin` that of the node which owns the expression.
    """

    names: tuple[str, ...]
    main: tuple[str, ...]
    origin: tuple[str, ...]
    instance: str = PRIMARY

    @classmethod
    def of(cls, *names: str) -> Scope:
        """The scope of an expression that belongs to the primary node at this generic path."""
        return cls(names, names, names)

    def within(self, names: tuple[str, ...], instance: str) -> Scope:
        """The scope of a predicate on the nodes at `names`."""
        main = names if instance == PRIMARY else self.main
        return Scope(names, main, self.origin, instance)


class Base(Enum):
    """The node from which a path climbs or takes its positions."""

    NODE = "node"
    MAIN = "main"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    is_bound: bool
    is_attribute: bool = False
    predicates: tuple[Expression, ...] = ()


@dataclass(slots=True)
class Route:
    """A path made generic and bound: `names` is where it leads, `base_names` the generic path of the base node.

    `bound` is there for a plain path, which most are: so many levels from the root are bound, the others are but names.
    """

    instance: str
    base: Base
    base_names: tuple[str, ...]
    base_instance: str
    names: tuple[str, ...]
    bound: int | None = None
    written_levels: tuple[Level, ...] = ()

    @property
    def levels(self) -> tuple[Level, ...]:
        if self.bound is None:
            return self.written_levels
        return tuple([Level(name, depth < self.bound) for depth, name in enumerate(self.names)])


def resolve(path: Path, scope: Scope) -> Route:
    """The route of a path in a scope; raises StaticError for a path that leads nowhere."""
    if path.start in (Start.ROOT, Start.INSTANCE):
        return _absolute(path, scope)
    return _relative(path, scope)


def _absolute(path: Path, scope: Scope) -> Route:
    if path.start is Start.ROOT:
        base = Base.NODE if scope.instance == PRIMARY else Base.MAIN
        context, instance, base_instance = scope.main, PRIMARY, PRIMARY
    else:
        base = Base.NODE
        context, instance, base_instance = scope.names, path.instance, scope.instance
    if path.plain is not None and path.plain[0] == 0 and path.plain[1]:
        names = path.plain[1]
        return Route(instance, base, context, base_instance, names, _common(names, context))
    _refuse_leading_parent(path)
    steps = _named_steps(path)
    if not steps:
        raise StaticError("unsupported-construct", "A path needs at least one name after `/`.", path.offset)
    levels: list[Level] = []
    is_aligned = True
    for depth, step in enumerate(steps):
        name = _filled(step.name, context, depth, is_aligned=is_aligned)
        is_aligned = is_aligned and _names_context(step, name, context, depth)
        levels.append(_level(step, name, is_bound=is_aligned and not step.predicates))
    return Route(instance, base, context, base_instance, _names(levels), None, tuple(levels))


def _common(names: tuple[str, ...], context: tuple[str, ...]) -> int:
    """How many names both begin with."""
    depth = 0
    for name, other in zip(names, context, strict=False):
        if name != other:
            break
        depth += 1
    return depth


def _names(levels: Iterable[Level]) -> tuple[str, ...]:
    return tuple([ATTRIBUTE_MARK + level.name if level.is_attribute else level.name for level in levels])


def _relative(path: Path, scope: Scope) -> Route:
    base = Base.ORIGIN if path.start is Start.CURRENT else Base.NODE
    context = scope.origin if base is Base.ORIGIN else scope.names
    instance = PRIMARY if base is Base.ORIGIN else scope.instance
    climbs = path.plain[0] if path.plain else len([step for step in path.steps if step.axis is Axis.PARENT])
    if climbs > len(context):
        message = f"The path climbs {climbs} levels, but its field lies only {len(context)} deep. Remove a `..`."
        raise StaticError("unsupported-construct", message, path.offset)
    kept = len(context) - climbs
    if path.plain is not None and (kept or path.plain[1]):
        names = (*context[:kept], *path.plain[1])
        return Route(instance, base, context, instance, names, kept)
    levels = [Level(name, is_bound=True) for name in context[:kept]]
    is_aligned = True
    for depth, step in enumerate(_named_steps(path), kept):
        name = _filled(step.name, context, depth, is_aligned=is_aligned)
        is_aligned = is_aligned and _names_context(step, name, context, depth)
        levels.append(_level(step, name, is_bound=False))
    if not levels:
        raise StaticError("unsupported-construct", "The path climbs above the root. Remove a `..`.", path.offset)
    return Route(instance, base, context, instance, _names(levels), None, tuple(levels))


def has_misplaced_parent(path: Path) -> bool:
    """Whether a `..` follows a name: JavaRosa then climbs from another node than the path says."""
    seen_name = False
    for step in path.steps:
        if step.axis is Axis.PARENT and seen_name:
            return True
        seen_name = seen_name or step.axis in (Axis.CHILD, Axis.ATTRIBUTE)
    return False


def _refuse_leading_parent(path: Path) -> None:
    for step in path.steps:
        if step.axis is Axis.PARENT:
            raise StaticError("unsupported-construct", "`..` cannot be the first step of a path.", step.offset)
        if step.axis is not Axis.SELF:
            return


def _named_steps(path: Path) -> list[Step]:
    return [step for step in path.steps if step.axis is Axis.CHILD or step.axis is Axis.ATTRIBUTE]


def _filled(name: str, context: tuple[str, ...], depth: int, *, is_aligned: bool) -> str:
    return context[depth] if name == WILDCARD and is_aligned and depth < len(context) else name


def _names_context(step: Step, name: str, context: tuple[str, ...], depth: int) -> bool:
    return step.axis is Axis.CHILD and depth < len(context) and name == context[depth]


def _level(step: Step, name: str, *, is_bound: bool) -> Level:
    return Level(name, is_bound, step.axis is Axis.ATTRIBUTE, step.predicates)
