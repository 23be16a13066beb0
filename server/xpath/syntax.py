"""The parts an expression is made of, as the parser hands them to the compiler.

Offsets count characters from the start of the expression. Chains of operators of one rank are kept flat
(`a + b - c` is one `Chain`): a long sum then needs no deep recursion, in compiling or in evaluating. Nobody changes a
part once it is built; the classes are not frozen only because that would make compiling a form noticeably slower.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Start(Enum):
    """Where a path begins."""

    ROOT = "the primary instance"
    CONTEXT = "the node at hand"
    CURRENT = "the node that owns the expression"
    INSTANCE = "a secondary instance"


class Axis(Enum):
    """The four directions that the engine knows."""

    CHILD = "child"
    SELF = "self"
    PARENT = "parent"
    ATTRIBUTE = "attribute"


WILDCARD = "*"


@dataclass(slots=True)
class Number:
    value: float
    offset: int


@dataclass(slots=True)
class Text:
    value: str
    offset: int


@dataclass(slots=True)
class Step:
    """One step of a path; the name is without prefix, since the engine finds nodes by local name."""

    axis: Axis
    name: str
    predicates: tuple[Expression, ...]
    offset: int


@dataclass(slots=True)
class Path:
    """`instance` is the id for a path that starts at a secondary instance.

    Most paths only climb and then go down by names. `plain` says how far and by which; None where there is more to it.
    `written_steps` is None for a path that is plain as written, whose steps are made when somebody asks.
    """

    start: Start
    offset: int
    instance: str = ""
    plain: tuple[int, tuple[str, ...]] | None = None
    written_steps: tuple[Step, ...] | None = None

    @classmethod
    def of(cls, start: Start, steps: tuple[Step, ...], offset: int, instance: str = "") -> Path:
        """The path with these steps, looked through for whether it is plain."""
        return cls(start, offset, instance, _plain(steps), steps)

    @property
    def has_condition(self) -> bool:
        """Whether a step has a predicate."""
        return self.plain is None and any(step.predicates for step in self.steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        if self.written_steps is not None or self.plain is None:
            return self.written_steps or ()
        climbs, names = self.plain
        steps: list[Step] = []
        offset = self.offset if climbs else self.offset + 1
        for axis, name in (*[(Axis.PARENT, "")] * climbs, *[(Axis.CHILD, name) for name in names]):
            steps.append(Step(axis, name, (), offset))
            offset += len(name or "..") + 1
        return tuple(steps)


def _plain(steps: tuple[Step, ...]) -> tuple[int, tuple[str, ...]] | None:
    climbs = 0
    names: list[str] = []
    for step in steps:
        if step.axis is Axis.CHILD and step.name != WILDCARD and not step.predicates:
            names.append(step.name)
        elif step.axis is Axis.PARENT and not names:
            climbs += 1
        elif step.axis is not Axis.SELF:
            return None
    return climbs, tuple(names)


@dataclass(slots=True)
class Call:
    name: str
    arguments: tuple[Expression, ...]
    offset: int


@dataclass(slots=True)
class Negation:
    """One or more minus signs before an operand."""

    signs: int
    operand: Expression
    offset: int


@dataclass(slots=True)
class Chain:
    """Operands joined by operators of one rank; `operators[i]` stands between operands i and i + 1."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]
    offset: int


Expression: TypeAlias = Number | Text | Path | Call | Negation | Chain
