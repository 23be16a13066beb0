"""What a check has to say, in one shape for forms and for submissions.

Nothing is refused for a finding: people look at them and decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # the form cannot be used, or an answer breaks the form's own rule
    WARNING = "warning"
    INFO = "info"
    UNVERIFIABLE = "unverifiable"  # something needed for the check is not at hand


def trimmed(expression: str, offset: int | None) -> tuple[str, int | None]:
    """The expression without blanks around it, and where the offset is in that."""
    if offset is None:
        return expression.strip(), None
    return expression.strip(), max(0, offset - (len(expression) - len(expression.lstrip())))


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place; unique by path, rule and code.

    `path` has positions at its repeats (`/data/member[3]/age`), `generic_path` has none. `rule` is type, relevant,
    required, constraint, choice, calculate, count or structure; for a form it may be the name of any attribute.
    `messages` are the form's own words by language, `detail` is ours in English. `offset` counts in `expression`.
    """

    code: str
    level: Level
    path: str
    generic_path: str
    rule: str
    detail: str
    expression: str = ""
    offset: int | None = None
    value: str = ""
    expected: str = ""
    messages: Mapping[str, str] = field(default_factory=dict, hash=False)
