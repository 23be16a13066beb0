"""Which functions an expression calls whatever the answers are: those in no branch and behind no `and` or `or`."""

from collections.abc import Iterator, Sequence

from server.xpath.parser import parse
from server.xpath.syntax import Call, Chain, Expression, Negation, Path


def called_at_once(source: str) -> Iterator[str]:
    """The names of these functions; `source` must be one that can be parsed."""
    ahead: list[Expression] = [parse(source)]
    while ahead:
        expression = ahead.pop()
        if isinstance(expression, Call):
            yield expression.name
        ahead.extend(_evaluated_first(expression))


def _evaluated_first(expression: Expression) -> Sequence[Expression]:
    match expression:
        case Call(name="if" | "coalesce"):
            return expression.arguments[:1]
        case Call():
            return expression.arguments
        case Chain():
            return expression.operands[:1] if expression.operators[0] in ("and", "or") else expression.operands
        case Negation():
            return (expression.operand,)
        case Path():
            return [predicate for step in expression.steps for predicate in step.predicates]
        case _:
            return ()
