"""Compile an expression, in the scope of the node it belongs to, into closures that evaluate it.

What can be known before there are answers is checked here: functions and their arguments, paths that lead nowhere,
literals that can never work. The result is immutable and may be used by many threads at once; everything that
changes during an evaluation lives in `State`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, NamedTuple

from server.xpath import operators
from server.xpath.code import Code, NodesOf, as_boolean, constant, from_nodes
from server.xpath.errors import BudgetExceededError, EvaluationError, StaticError
from server.xpath.functions.definition import Function, Trait
from server.xpath.functions.library import FUNCTIONS
from server.xpath.notes import Note, comparison_notes, path_note, predicate_note
from server.xpath.parser import parse
from server.xpath.predicates import Lookup, filter_by, index_lookup
from server.xpath.routes import PRIMARY, Route, Scope, resolve
from server.xpath.state import State
from server.xpath.syntax import Call, Chain, Expression, Negation, Number, Path, Start, Text
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_boolean, to_text
from server.xpath.walk import Filter, plain_path, walker

_TOO_DEEP: Final = "The expression is nested too deep. Split it into several fields."


class Reference(NamedTuple):
    """A path in an expression, as the generic path it means; attributes are marked with `@`.

    `is_from_root` says that it is a plain path from the root, `is_about_row` that a path starts there inside a
    condition on a list, where Collect does not always bind it to the repeat instance at hand.
    """

    instance: str
    names: tuple[str, ...]
    offset: int
    is_in_predicate: bool = False
    is_from_root: bool = False
    is_about_row: bool = False


@dataclass(slots=True)
class Compiled:
    """An expression ready to be evaluated; nobody changes it, as with the parts of `syntax`.

    It is evaluated `climbs` levels above the node that it is asked for.
    """

    source: str
    scope: Scope
    expression: Expression
    code: Code
    references: tuple[Reference, ...]
    calls: tuple[Call, ...]
    traits: Trait
    notes: tuple[Note, ...]
    climbs: int = 0

    @property
    def has_condition(self) -> bool:
        """Whether the whole expression is a path with a predicate."""
        return isinstance(self.expression, Path) and self.expression.has_condition

    def questions(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """The generic paths that jr:choice-name() is asked about, with the offset of the call."""
        for call in self.calls:
            literal = call.arguments[1] if call.name == "jr:choice-name" else None
            path = parse(literal.value) if isinstance(literal, Text) else None
            if isinstance(path, Path):
                yield resolve(path, self.scope).names, call.offset

    def value(self, node: Node, state: State) -> Value:
        """The value at `node`; raises EvaluationError, UnverifiableError or BudgetExceededError."""
        for _ in range(self.climbs):
            node = node.parent or node
        before = state.origin, state.main, state.place
        state.origin, state.main, state.place = node, node, 0
        try:
            return self.code.value(node, state)
        except RecursionError:
            raise BudgetExceededError(_TOO_DEEP) from None
        finally:
            state.origin, state.main, state.place = before

    def is_true(self, node: Node, state: State) -> bool:
        value = self.value(node, state)
        return value if isinstance(value, bool) else to_boolean(value)

    def text(self, node: Node, state: State) -> str:
        return to_text(self.value(node, state))

    def nodes(self, node: Node, state: State) -> Sequence[Node]:
        """The node-set at `node`."""
        find = self.code.nodes
        with state.owned_by(node):
            found = find(node, state) if find else None
        if found is None:
            raise EvaluationError("A path was expected.", 0)
        return found


def compile_expression(source: str, scope: Scope) -> Compiled:
    """Compile `source`; raises ExpressionSyntaxError, StaticError or BudgetExceededError."""
    return compile_syntax(parse(source), source, scope)


def compile_syntax(expression: Expression, source: str, scope: Scope) -> Compiled:
    """Compile what was parsed from (a part of) `source`."""
    compiler = _Compiler()
    try:
        code = compiler.code(expression, scope)
    except RecursionError:
        raise BudgetExceededError(_TOO_DEEP) from None
    return Compiled(
        source=source,
        scope=scope,
        expression=expression,
        code=code,
        references=tuple(compiler.references),
        calls=tuple(compiler.calls),
        traits=compiler.traits,
        notes=tuple(compiler.notes),
    )


def compile_predicate(predicate: Expression, scope: Scope) -> Code:
    """A predicate alone, for who walks the nodes himself."""
    return _Compiler().code(predicate, scope)


@dataclass(slots=True)
class _Compiler:
    references: list[Reference] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    traits: Trait = Trait.NONE
    predicate_depth: int = 0

    def code(self, expression: Expression, scope: Scope) -> Code:
        match expression:
            case Path():
                return self._path(expression, scope)
            case Text():
                return constant(expression.value, Kind.TEXT)
            case Number():
                return constant(expression.value, Kind.NUMBER)
            case Call():
                return self._call(expression, scope)
            case Chain():
                return self._chain(expression, scope)
            case Negation():
                return operators.negation(expression.signs, self.code(expression.operand, scope))

    def _chain(self, chain: Chain, scope: Scope) -> Code:
        self.notes.extend(comparison_notes(chain))
        return operators.chain(chain.operators, self._codes(chain.operands, scope))

    def route(self, path: Path, scope: Scope) -> Route:
        """The route of a path, noted down as a reference."""
        route = resolve(path, scope)
        note = None if path.plain is not None else path_note(path)
        if note:
            self.notes.append(note)
        from_root = path.start is Start.ROOT and path.plain is not None
        about_row = path.start is Start.ROOT and scope.instance != PRIMARY
        reference = Reference(route.instance, route.names, path.offset, self.predicate_depth > 0, from_root, about_row)
        self.references.append(reference)
        if route.instance != PRIMARY:
            self.traits |= Trait.DATA
        return route

    def _path(self, path: Path, scope: Scope) -> Code:
        route = self.route(path, scope)
        if not path.has_condition:
            return plain_path(route)
        lookup = index_lookup(path, route, scope)
        filters: dict[int, Filter] = {}
        finder = None
        self.predicate_depth += 1
        for depth, level in enumerate(route.levels):
            if not level.predicates:
                continue
            inner = scope.within(route.names[: depth + 1], route.instance)
            if lookup is not None and lookup.depth == depth:
                finder = depth, self._finder(lookup, inner, scope, route)
            tests = [self._predicate(predicate, inner) for predicate in level.predicates]
            filters[depth] = filter_by(tests, sets_main=_crosses(scope, route))
        self.predicate_depth -= 1
        return from_nodes(walker(route, filters, finder))

    def _predicate(self, predicate: Expression, scope: Scope) -> Code:
        code = self.code(predicate, scope)
        note = predicate_note(predicate, code)
        if note:
            self.notes.append(note)
        return code

    def _finder(self, lookup: Lookup, inner: Scope, scope: Scope, route: Route) -> NodesOf:
        """The closure that answers the first predicate from an index; compiled apart, so its notes count once."""
        apart = _Compiler()
        key = apart.code(lookup.key, inner)
        tests = [Code(as_boolean(apart.code(rest, inner)), Kind.BOOLEAN) for rest in lookup.others]
        following = [apart.code(predicate, inner) for predicate in lookup.following]
        keep = filter_by([*tests, *following], sets_main=_crosses(scope, route), of_first=len(tests))
        return lookup.finder(key, keep, sets_main=_crosses(scope, route))

    def _call(self, call: Call, scope: Scope) -> Code:
        function = _function(call)
        self.calls.append(call)
        if function.traits is not Trait.NONE:
            self.traits |= function.traits
        return function.build(_Site(call, self._codes(call.arguments, scope), scope, self))

    def _codes(self, expressions: Sequence[Expression], scope: Scope) -> list[Code]:
        # A loop, since a comprehension costs one more frame for each level of nesting.
        codes: list[Code] = []
        for expression in expressions:
            codes.append(self.code(expression, scope))  # noqa: PERF401 -- see above
        return codes


@dataclass(slots=True)
class _Site:
    """Implements functions.definition.Site."""

    call: Call
    arguments: Sequence[Code]
    scope: Scope
    compiler: _Compiler

    def compile(self, source: str) -> Code:
        expression = parse(source)
        if not isinstance(expression, Path) or expression.start is Start.INSTANCE:
            raise self.refuse(f"`{source}` is no path of a field.")
        return self.compiler.code(expression, self.scope)

    def route(self, expression: Expression) -> Route | None:
        return resolve(expression, self.scope) if isinstance(expression, Path) else None

    def literal(self, index: int) -> Value | None:
        return self.arguments[index].constant if index < len(self.arguments) else None

    def nodes(self, index: int) -> NodesOf:
        nodes = self.arguments[index].nodes
        if nodes is None:
            raise self.refuse(f"Argument {index + 1} of {self.call.name}() has to be a path.")
        return nodes

    def mark(self, trait: Trait) -> None:
        self.compiler.traits |= trait

    def refuse(self, message: str, code: str = "argument-kind") -> StaticError:
        return StaticError(code, message, self.call.offset)


def _crosses(scope: Scope, route: Route) -> bool:
    """Whether the route leads from the primary instance into another one."""
    return scope.instance == PRIMARY and route.instance != PRIMARY


def _function(call: Call) -> Function:
    function = FUNCTIONS.get(call.name)
    if function is None:
        near = get_close_matches(call.name, FUNCTIONS, n=1)
        hint = f" Did you mean {near[0]}()?" if near else ""
        raise StaticError("unknown-function", f"There is no function {call.name}().{hint}", call.offset)
    if not function.accepts(len(call.arguments)):
        message = f"{call.name}() takes {_arguments(function)}, but {len(call.arguments)} are given."
        raise StaticError("arity", message, call.offset)
    return function


def _arguments(function: Function) -> str:
    if function.maximum is None:
        amount = f"at least {function.minimum}"
    elif function.maximum == function.minimum:
        amount = str(function.minimum)
    else:
        amount = f"{function.minimum} to {function.maximum}"
    noun = "argument" if amount.endswith(" 1") or amount == "1" else "arguments"
    pairs = f", in steps of {function.stride}" if function.stride > 1 else ""
    return f"{amount} {noun}{pairs}"
