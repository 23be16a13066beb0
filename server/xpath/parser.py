"""Turn an expression into the parts of `syntax`.

Ranks, loosest first: or, and, = !=, < <= > >=, + -, * div mod, unary minus. What XPath knows but JavaRosa cannot
evaluate (`//`, `|`, variables, other axes, predicates on anything but a step) is refused here by name, with
code "unsupported-construct", because the form's author has to write it differently.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NoReturn

from server.xpath.errors import BudgetExceededError, ExpressionSyntaxError, StaticError
from server.xpath.lexer import Kind, Token, tokenize
from server.xpath.syntax import WILDCARD, Axis, Call, Chain, Expression, Negation, Number, Path, Start, Step, Text

MAX_NESTING: Final = 200  # brackets within brackets; up to four Python frames each fit into the default stack

_RANKS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_RANK_OF: Final = {operator: rank for rank, group in enumerate(_RANKS) for operator in group}
_ABBREVIATED: Final = {".": Axis.SELF, "..": Axis.PARENT}
_AXES: Final = {axis.value: axis for axis in Axis}
_OTHER_AXES: Final = frozenset(
    [
        "ancestor",
        "ancestor-or-self",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "preceding",
        "preceding-sibling",
    ]
)
_SLASHES: Final = frozenset(("/", "//"))
_CONTINUE_PATH: Final = _SLASHES | {"["}
_NODE_TESTS: Final = frozenset(("node", "text", "comment", "processing-instruction"))


def parse(source: str) -> Expression:
    """The expression in `source`; raises ExpressionSyntaxError, StaticError or BudgetExceededError."""
    return _parse_short(source) if len(source) <= _SHORT else _parse(source)


def _parse(source: str) -> Expression:
    reader = _Reader(tokenize(source))
    if reader.is_at_end():
        raise ExpressionSyntaxError("The expression is empty. Write a value, a path or a function.", 0)
    try:
        expression = reader.expression(0)
    except RecursionError:
        raise _too_deep(reader.token.offset) from None
    if not reader.is_at_end():
        reader.fail("an operator or the end of the expression")
    return expression


# Forms say the same again and again, in one form and from version to version, and what was parsed never changes.
_SHORT: Final = 200  # characters: what is kept stays below some 10 MB
_parse_short = lru_cache(maxsize=1024)(_parse)
forget_parsed: Final = _parse_short.cache_clear


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self.token = tokens[0]
        self._symbol = self.token.symbol

    def expression(self, lowest: int) -> Expression:
        left = self._operand()
        while True:
            rank = self._rank()
            if rank < lowest:
                return left
            offset = self.token.offset
            operators: list[str] = []
            operands = [left]
            while self._rank() == rank:
                operators.append(self._take().text)
                operands.append(self.expression(rank + 1))
            left = Chain(tuple(operators), tuple(operands), offset)

    def is_at_end(self) -> bool:
        return self.token.kind is Kind.END

    def fail(self, expected: str) -> NoReturn:
        found = "the end of the expression" if self.is_at_end() else f"`{self.token.text}`"
        raise ExpressionSyntaxError(f"Expected {expected}, but found {found}.", self.token.offset)

    def _rank(self) -> int:
        token = self.token
        if token.kind is not Kind.OPERATOR:
            return -1
        if token.text == "|":
            _refuse("`|` joins two node-sets, which JavaRosa cannot do. Use two expressions.", token.offset)
        return _RANK_OF[token.text]

    def _take(self) -> Token:
        token = self.token
        self._index += 1
        self.token = following = self._tokens[self._index]
        self._symbol = following.symbol
        return token

    def _open(self) -> Token:
        """Take an opening bracket, unless it is one too many."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise _too_deep(self.token.offset)
        return self._take()

    def _close(self, symbol: str, opened: Token) -> None:
        if self._symbol != symbol:
            self.fail(f"`{symbol}` to close what starts at character {opened.offset + 1}")
        self._depth -= 1
        self._take()

    def _operand(self) -> Expression:
        token = self.token
        if self._symbol == "-":
            return self._negation()
        if token.kind is Kind.NUMBER:
            self._take()
            return self._whole(Number(float(token.text), token.offset))
        if token.kind is Kind.TEXT:
            self._take()
            return self._whole(Text(token.text, token.offset))
        if token.kind is Kind.VARIABLE:
            _refuse(f"`${token.text}` is a variable; forms have none. Write the path of the field.", token.offset)
        if self._symbol == "(":
            opened = self._open()
            inner = self.expression(0)
            self._close(")", opened)
            return self._whole(inner)
        if token.kind is Kind.NAME and self._following() == "(" and token.text not in _NODE_TESTS:
            return self._call()
        return self._path()

    def _negation(self) -> Negation:
        offset = self.token.offset
        signs = 0
        while self._symbol == "-":
            self._take()
            signs += 1
        return Negation(signs, self._operand(), offset)

    def _following(self) -> str:
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)].symbol

    def _whole(self, operand: Expression) -> Expression:
        """Refuse a predicate or a step after something that is no path."""
        if self._symbol in _CONTINUE_PATH:
            message = "Only a path can be followed by `[...]` or `/`. Move the condition into the path."
            _refuse(message, self.token.offset)
        return operand

    def _call(self) -> Expression:
        name = self._take()
        opened = self._open()
        arguments: list[Expression] = []
        if self._symbol != ")":
            arguments.append(self.expression(0))
            while self._symbol == ",":
                self._take()
                arguments.append(self.expression(0))
        self._close(")", opened)
        call = Call(name.text, tuple(arguments), name.offset)
        if self._symbol == "/" and call.name in ("instance", "current"):
            return self._path_after(call)
        return self._whole(call)

    def _path_after(self, call: Call) -> Path:
        if call.name == "current":
            if call.arguments:
                raise StaticError("arity", "current() takes nothing between its brackets.", call.offset)
            return Path.of(Start.CURRENT, self._steps(), call.offset)
        literal = call.arguments[0] if len(call.arguments) == 1 else None
        if not isinstance(literal, Text):
            message = "instance() needs exactly one quoted id, such as instance('districts')."
            raise StaticError("argument-kind", message, call.offset)
        return Path.of(Start.INSTANCE, self._steps(), call.offset, literal.value)

    def _path(self) -> Path:
        if self.token.kind is Kind.PATH:
            return _plain_path(self._take())
        offset = self.token.offset
        if self._symbol in _SLASHES:
            return Path.of(Start.ROOT, self._steps(), offset)
        first = self._step()
        return Path.of(Start.CONTEXT, (first, *self._steps()), offset)

    def _steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while self._symbol in _SLASHES:
            slash = self._take()
            if slash.text == "//":
                _refuse("`//` searches at any depth, which JavaRosa cannot do. Write the whole path.", slash.offset)
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        token = self.token
        if token.kind is Kind.NAME:
            following = self._following()
            if following == "::":
                return self._axis_step()
            if following == "(":
                _refuse(f"`{token.text}()` is no step that JavaRosa knows. Write the name of a field.", token.offset)
            return self._named_step(Axis.CHILD, token.offset)
        axis = _ABBREVIATED.get(self._symbol)
        if axis is not None:
            self._take()
            return Step(axis, "", self._no_predicates(), token.offset)
        if self._symbol == "@":
            self._take()
            return self._named_step(Axis.ATTRIBUTE, token.offset)
        return self._named_step(Axis.CHILD, token.offset)

    def _axis_step(self) -> Step:
        name = self._take()
        self._take()
        axis = _AXES.get(name.text)
        if axis is None and name.text in _OTHER_AXES:
            _refuse(f"The axis `{name.text}` is not supported. Use names, `.`, `..` and `@name`.", name.offset)
        if axis is None:
            raise ExpressionSyntaxError(f"There is no axis `{name.text}`.", name.offset)
        if axis in (Axis.SELF, Axis.PARENT):
            self._node_test(name)
            return Step(axis, "", self._no_predicates(), name.offset)
        return self._named_step(axis, name.offset)

    def _node_test(self, axis: Token) -> None:
        if self.token.text != "node" or self._following() != "(":
            _refuse(f"Only `{axis.text}::node()` is supported. Write `.` or `..`.", axis.offset)
        self._take()
        opened = self._open()
        self._close(")", opened)

    def _named_step(self, axis: Axis, offset: int) -> Step:
        token = self.token
        if self._symbol == "*":
            if axis is Axis.ATTRIBUTE:
                _refuse("`@*` is not supported. Name the attribute.", offset)
            self._take()
            return Step(axis, WILDCARD, self._predicates(), offset)
        if token.kind is not Kind.NAME:
            self.fail("a number, a quoted text, a path or a function")
        if token.text.endswith(":*"):
            _refuse(f"`{token.text}` is not supported. Name the field.", token.offset)
        self._take()
        return Step(axis, token.text.rpartition(":")[2], self._predicates(), offset)

    def _predicates(self) -> tuple[Expression, ...]:
        if self._symbol != "[":
            return ()
        predicates: list[Expression] = []
        while self._symbol == "[":
            opened = self._open()
            predicates.append(self.expression(0))
            self._close("]", opened)
        return tuple(predicates)

    def _no_predicates(self) -> tuple[Expression, ...]:
        if self._symbol == "[":
            raise ExpressionSyntaxError("A condition in `[...]` can only follow a name.", self.token.offset)
        return ()


def _plain_path(token: Token) -> Path:
    """The path in one token: names after slashes, or a climb and perhaps names."""
    steps = token.text.split("/")
    if not steps[0]:
        return Path(Start.ROOT, token.offset, "", (0, tuple(steps[1:])))
    climbs = steps.count("..")
    return Path(Start.CONTEXT, token.offset, "", (climbs, tuple(steps[climbs:])))


def _too_deep(offset: int) -> BudgetExceededError:
    message = f"The brackets are nested too deep; at most {MAX_NESTING} are allowed. Use several fields."
    return BudgetExceededError(message, offset)


def _refuse(message: str, offset: int) -> NoReturn:
    raise StaticError("unsupported-construct", message, offset)
