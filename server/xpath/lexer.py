"""Cut an expression into tokens.

Names may hold `-` and `.`, and `*`, `and`, `or`, `div`, `mod` are operators only where an operator can stand, so
each token decides how the next one is read. As in JavaRosa an operator word needs no blank after it (`1 andtrue()`),
a number has no exponent, and a name starts with a cased letter or an underscore.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from server.xpath.errors import BudgetExceededError, ExpressionSyntaxError

MAX_LENGTH = 64 * 1024  # characters; the longest expression seen in a real form has about 9,000


class Kind(Enum):
    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    VARIABLE = "variable"
    PATH = "path"
    SYMBOL = "symbol"
    OPERATOR = "operator"
    END = "end"


class Token(NamedTuple):
    """`text` is the symbol, the name, or a literal's content without quotes; `symbol` is blank for all but symbols."""

    kind: Kind
    text: str
    offset: int
    symbol: str = ""


_NAME = r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_.\-\u0080-\U0010ffff]*"
_BLANKS = r"[ \n\t\f\r]*"
_PLAIN_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*+"
# Most of what stands in forms are paths of plain names, so these are one token: parsing takes half the time. Whatever
# follows that could make more of the path than that (a condition, a prefix, a bracket) leaves it to the other kinds.
_PATH = rf"""(?:(?:/{_PLAIN_NAME})++|\.\.(?:/\.\.)*+(?:/{_PLAIN_NAME})*+)(?![\u0080-\U0010ffff]|{_BLANKS}[/\[(:])"""
_OPERAND_KINDS = rf"""(?P<name>{_NAME}(?::(?:{_NAME}|\*))?)
    |(?P<symbol>//|::|\.\.|!=|<=|>=|[=<>+\-*|/\[\]()@,]|\.(?![0-9]))
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)
    |\$(?P<variable>{_NAME}(?::{_NAME})?)
    |(?P<end>\Z)"""
_OPERAND = re.compile(rf"{_BLANKS}(?:(?P<path>{_PATH})|{_OPERAND_KINDS})", re.VERBOSE)
# The same where a path goes on.
_STEP = re.compile(rf"{_BLANKS}(?:{_OPERAND_KINDS})", re.VERBOSE)
_OPERATOR = re.compile(
    rf"""{_BLANKS}(?:(?P<symbol>//|::|[/\[\]().@,])
    |(?P<operator>and|or|div|mod|!=|<=|>=|[=<>+\-*|])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_KINDS = {kind.value: kind for kind in Kind}
_AFTER_SYMBOL = {
    **dict.fromkeys(("]", ")", ".", "..", "*"), _OPERATOR),
    **dict.fromkeys(("/", "//", "@", "::"), _STEP),
}


def tokenize(source: str) -> list[Token]:
    """All tokens of `source`, closed by one of kind END. Raises ExpressionSyntaxError with the offset."""
    if len(source) > MAX_LENGTH:
        message = f"The expression has {len(source)} characters. At most {MAX_LENGTH} are allowed."
        raise BudgetExceededError(message, MAX_LENGTH)
    tokens: list[Token] = []
    position = 0
    pattern = _OPERAND
    while True:
        match = pattern.match(source, position)
        if match is None:
            raise _complaint(source, position, after_operand=pattern is _OPERATOR)
        group = match.lastgroup or ""
        text, offset = match[group], match.start(group)
        position = match.end()
        if group == "symbol":
            pattern = _AFTER_SYMBOL.get(text, _OPERAND)
            tokens.append(Token(Kind.SYMBOL, text, offset, text))
            continue
        if group == "end":
            tokens.append(Token(Kind.END, "", offset))
            return tokens
        pattern = _OPERAND if group == "operator" else _OPERATOR
        if group == "text":
            text = text[1:-1]
        elif group == "name" and not text.isascii():
            _require_cased_letters(text, offset)
        tokens.append(Token(_KINDS[group], text, offset))


def _require_cased_letters(name: str, offset: int) -> None:
    for index, char in enumerate(name):
        if char.isascii() or char.islower() or char.isupper() or (index and char.isdigit()):
            continue
        message = f"`{char}` cannot be part of a name. Use letters, digits, `_`, `-` and `.`."
        raise ExpressionSyntaxError(message, offset + index)


def _complaint(source: str, position: int, *, after_operand: bool) -> ExpressionSyntaxError:
    position = len(source) - len(source[position:].lstrip(" \n\t\f\r"))
    return ExpressionSyntaxError(_reason(source[position], after_operand=after_operand), position)


def _reason(found: str, *, after_operand: bool) -> str:
    if found in "'\"":
        if after_operand:
            return "A text cannot follow here. Put an operator or a comma before it."
        return f"The text that starts here is never closed. Add the missing {found} at its end."
    if found == "!":
        return "`!` alone means nothing. Write `!=` for unequal, or not(...)."
    if after_operand:
        return f"Expected an operator, a comma or the end, but found `{found}`."
    return f"`{found}` cannot start a value. Expected a number, a quoted text, a path or a function."
