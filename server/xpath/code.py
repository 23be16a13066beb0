"""Compiled parts of an expression: closures, and what is known about them before there are answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from server.xpath.errors import EvaluationError
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_boolean, to_number, to_text

ValueOf: TypeAlias = Callable[[Node, State], Value]
NumberOf: TypeAlias = Callable[[Node, State], float]
TextOf: TypeAlias = Callable[[Node, State], str]
BooleanOf: TypeAlias = Callable[[Node, State], bool]
NodesOf: TypeAlias = Callable[[Node, State], Sequence[Node] | None]

MAX_TEXT = 1_000_000  # characters that one function may build; longer texts come only from runaway joins


class Code:
    """A compiled expression.

    `kind` is certain: a value of kind TEXT is always a text. Only MOMENT leaves room for a blank.
    `constant` is the value of a literal. `make_nodes` gives the closure of an expression that can be a node-set; most
    paths in forms are used as one value only, so it is not called before somebody asks for `nodes`.
    """

    __slots__ = ("_make_nodes", "_nodes", "constant", "kind", "value")

    def __init__(
        self,
        value: ValueOf,
        kind: Kind,
        make_nodes: Callable[[], NodesOf] | None = None,
        constant: Value | None = None,
    ) -> None:
        self.value = value
        self.kind = kind
        self.constant = constant
        self._make_nodes = make_nodes
        self._nodes: NodesOf | None = None

    @property
    def has_nodes(self) -> bool:
        """Whether the expression can be a node-set."""
        return self._make_nodes is not None

    @property
    def nodes(self) -> NodesOf | None:
        """The node-set; it gives None where there turns out to be none, as for `if(a, /data/b, 'none')`.

        Threads that ask at once may each make the closure, which does no harm: all of them are alike.
        """
        if self._nodes is None and self._make_nodes is not None:
            self._nodes = self._make_nodes()
        return self._nodes


def constant(value: Value, kind: Kind) -> Code:
    return Code(lambda _node, _state: value, kind, constant=value)


def from_nodes(nodes: NodesOf) -> Code:
    """Code for a node-set."""
    return Code(value_of(nodes), Kind.ANY, lambda: nodes)


def value_of(nodes: NodesOf) -> ValueOf:
    """The value of a node-set that is used as one."""

    def value(node: Node, state: State) -> Value:
        found = nodes(node, state)
        if found is None:
            raise EvaluationError("A path was expected here.")
        return single_value(found)

    return value


def single_value(found: Sequence[Node]) -> Value:
    """The value of a node-set used as one value: blank for none, and an error for more than one."""
    if len(found) == 1:
        return found[0].value()
    if not found:
        return ""
    message = (
        f"{found[0].path()} is repeated: there are {len(found)} of them where one value is needed. "
        "Use indexed-repeat(), a condition, sum() or join()."
    )
    raise EvaluationError(message)


def as_number(code: Code) -> NumberOf:
    if code.kind is Kind.NUMBER:
        return cast("NumberOf", code.value)
    inner = code.value

    def number(node: Node, state: State) -> float:
        value = inner(node, state)
        return value if isinstance(value, float) else to_number(value)

    return number


def as_text(code: Code) -> TextOf:
    if code.kind is Kind.TEXT:
        return cast("TextOf", code.value)
    inner = code.value

    def text(node: Node, state: State) -> str:
        value = inner(node, state)
        return value if isinstance(value, str) else to_text(value)

    return text


def as_boolean(code: Code) -> BooleanOf:
    if code.kind is Kind.BOOLEAN:
        return cast("BooleanOf", code.value)
    inner = code.value

    def truth(node: Node, state: State) -> bool:
        value = inner(node, state)
        return value if isinstance(value, bool) else to_boolean(value)

    return truth
