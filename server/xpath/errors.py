"""What can go wrong with an expression, each kind with its own class, so that callers can react by kind.

Every error carries the offset in the expression where the fault was seen, if one place can be named. Messages are
for the author of a form: they say what is wrong and, where that is possible, what to write instead.
"""

from __future__ import annotations


class ExpressionError(Exception):
    """Base of all errors of this package."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class ExpressionSyntaxError(ExpressionError):
    """The text is no expression: the parser expected something else at the offset."""


class StaticError(ExpressionError):
    """The expression can never work, whatever the answers: `code` says why in a word for machines."""

    def __init__(self, code: str, message: str, offset: int | None = None) -> None:
        super().__init__(message, offset)
        self.code = code


class EvaluationError(ExpressionError):
    """The expression has no value for these answers."""


class UnverifiableError(EvaluationError):
    """The expression needs something that is not at hand, such as a file that was never uploaded."""


class BudgetExceededError(ExpressionError):
    """The expression was stopped: too many steps, too much time or too long a text."""
