"""What a function of the library is, and how a plain Python function becomes one.

A signature is a list of words, one for each argument: `text number int?` takes a text, a number and perhaps an
integer; `value*` takes any number of values. The words are the keys of `_CONVERTERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Flag, auto
from typing import Final, Protocol

from server.xpath.code import Code, NodesOf, ValueOf, as_boolean, as_number, as_text
from server.xpath.errors import EvaluationError, ExpressionError, StaticError
from server.xpath.moments import local_days
from server.xpath.routes import Route, Scope
from server.xpath.state import State
from server.xpath.syntax import Call, Expression
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_int32, to_number


class Trait(Flag):
    """Why the value of a function can differ from one evaluation or device to the next."""

    NONE = 0
    RANDOM = auto()
    CLOCK = auto()
    DEVICE = auto()
    LANGUAGE = auto()
    DATA = auto()  # reads a file that may have changed since
    STORED = auto()  # reads the value that is being calculated
    NODE = auto()  # reads the node at hand without naming it
    ENGINE = auto()  # JavaRosa and web clients give different values


class Site(Protocol):
    """The place of a call: what a function's builder may ask of the compiler."""

    @property
    def call(self) -> Call: ...
    @property
    def arguments(self) -> Sequence[Code]: ...
    @property
    def scope(self) -> Scope: ...
    def compile(self, source: str) -> Code:
        """Compile a path that is given as quoted text."""
        ...

    def route(self, expression: Expression) -> Route | None:
        """The route of an argument that is a path; None if it is none."""
        ...

    def literal(self, index: int) -> Value | None:
        """The value of an argument that is a literal."""
        ...

    def nodes(self, index: int) -> NodesOf:
        """The argument as a node-set; raises StaticError if it can never be one."""
        ...

    def mark(self, trait: Trait) -> None:
        """Note a trait that only this call of the function has."""
        ...

    def refuse(self, message: str, code: str = "argument-kind") -> StaticError:
        """An error at the place of the call."""
        ...


Builder = Callable[[Site], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """`maximum` is None for any number of arguments; from `minimum` on they come in steps of `stride`."""

    name: str
    minimum: int
    maximum: int | None
    build: Builder
    traits: Trait = Trait.NONE
    stride: int = 1

    def accepts(self, count: int) -> bool:
        if count < self.minimum or (self.maximum is not None and count > self.maximum):
            return False
        return (count - self.minimum) % self.stride == 0


def special(
    name: str, minimum: int, maximum: int | None, build: Builder, traits: Trait = Trait.NONE, *, stride: int = 1
) -> Function:
    """A function with a builder of its own, because it is lazy or reads more than the values of its arguments."""
    return Function(name, minimum, maximum, build, traits, stride)


def plain(
    name: str, function: Callable[..., Value], signature: str, gives: Kind, traits: Trait = Trait.NONE
) -> Function:
    """A function of values: `function` gets its arguments converted as the signature says."""
    words = signature.split()
    is_open = bool(words) and words[-1].endswith("*")
    minimum = sum(not word.endswith(("?", "*")) for word in words)
    kinds = [word.rstrip("?*") for word in words]

    def build(site: Site) -> Code:
        arguments = [
            _CONVERTERS[kinds[min(index, len(kinds) - 1)]](argument) for index, argument in enumerate(site.arguments)
        ]
        return Code(_calling(function, arguments, site.call.offset), gives)

    return Function(name, minimum, None if is_open else len(words), build, traits)


def guarded(value: ValueOf, offset: int) -> ValueOf:
    """Give errors of `value` that name no place the place of the call."""

    def call(node: Node, state: State) -> Value:
        try:
            return value(node, state)
        except ExpressionError as error:
            if error.offset is None:
                error.offset = offset
            raise

    return call


def _calling(function: Callable[..., Value], arguments: Sequence[ValueOf], offset: int) -> ValueOf:
    if not arguments:
        return lambda _node, _state: function()
    if len(arguments) == 1:
        return _calling_with_one(function, arguments[0], offset)
    if len(arguments) == 2:
        return _calling_with_two(function, arguments[0], arguments[1], offset)

    def call(node: Node, state: State) -> Value:
        values: list[Value] = []
        try:
            for argument in arguments:
                values.append(argument(node, state))  # noqa: PERF401 -- a comprehension costs one more frame
            return function(*values)
        except ExpressionError as error:
            if error.offset is None:
                error.offset = offset
            raise

    return call


def _calling_with_one(function: Callable[..., Value], argument: ValueOf, offset: int) -> ValueOf:
    def call(node: Node, state: State) -> Value:
        try:
            return function(argument(node, state))
        except ExpressionError as error:
            if error.offset is None:
                error.offset = offset
            raise

    return call


def _calling_with_two(function: Callable[..., Value], first: ValueOf, second: ValueOf, offset: int) -> ValueOf:
    def call(node: Node, state: State) -> Value:
        try:
            return function(first(node, state), second(node, state))
        except ExpressionError as error:
            if error.offset is None:
                error.offset = offset
            raise

    return call


def _as_int(code: Code) -> ValueOf:
    number = as_number(code)
    return lambda node, state: to_int32(number(node, state))


def as_fraction(code: Code) -> ValueOf:
    """A number; a moment that comes from no field counts with its time of day, a field's in whole days."""
    if code.has_nodes:
        return as_number(code)
    inner = code.value

    def number(node: Node, state: State) -> Value:
        value = inner(node, state)
        return local_days(value) if isinstance(value, datetime) else to_number(value)

    return number


def as_chosen(code: Code) -> ValueOf:
    """The text of a select; a number there is refused as JavaRosa refuses it."""
    inner = code.value

    def text(node: Node, state: State) -> Value:
        value = inner(node, state)
        if not isinstance(value, str):
            raise EvaluationError("A text is needed here, such as the answer of a select. Use string(...) around it.")
        return value

    return text


_CONVERTERS: Final[dict[str, Callable[[Code], ValueOf]]] = {
    "value": lambda code: code.value,
    "text": as_text,
    "number": as_number,
    "int": _as_int,
    "fraction": as_fraction,
    "truth": as_boolean,
    "chosen": as_chosen,
}
