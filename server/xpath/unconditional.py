"""What an expression evaluates whatever the answers are: what is in no branch and behind no `and` or `or`."""

from collections.abc import Iterator, Sequence

from server.xpath.syntax import Call, Chain, Expression, Negation, Path


def evaluated_at_once(expression: Expression) -> Iterator[Expression]:
    """These parts of the expression, itself included."""
    ahead = [expression]
    while ahead:
        part = ahead.pop()
        yield part
        ahead.extend(_evaluated_first(part))


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
