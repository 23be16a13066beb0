"""What surrounds the evaluation of expressions: the services of a form, the clock, and the budget of one check."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Final

from server.xpath.errors import BudgetExceededError, UnverifiableError
from server.xpath.tree import Node

# Nodes visited in one check. A running total in each of 500 repeat instances visits 250,000.
MAX_STEPS: Final = 2_000_000
MAX_SECONDS: Final = 1.0  # of processor time in one check
STEPS_BETWEEN_LOOKS: Final = 4_096  # how often the clock is read


class Instance(ABC):
    """A secondary instance: a tree, and perhaps an index over it."""

    @property
    @abstractmethod
    def root(self) -> Node | None:
        """The root element; None if the instance is empty."""

    def find(self, names: tuple[str, ...], column: str, text: str) -> Sequence[Node] | None:
        """The nodes at `names` whose only child `column` reads `text`; None if there is no index to answer from."""
        del names, column, text
        return None


class Services:
    """What a form adds to its expressions. This one has nothing; forms override what they have."""

    version = ""

    def instance(self, name: str) -> Instance:
        raise UnverifiableError(f"The secondary instance `{name}` is not there.")

    def look_up(self, table: str, column: str, key_column: str, key: str) -> str:
        """The cell that pulldata() asks for: `column` of the first row whose `key_column` reads `key`, else ''."""
        del column, key_column, key
        raise UnverifiableError(f"The file `{table}` for pulldata() is not there.")

    def translation(self, text_id: str) -> str:
        raise UnverifiableError(f"The text `{text_id}` is not there.")

    def choice_name(self, question: tuple[str, ...], value: str, node: Node, state: State) -> str:
        """The label of the choice `value` of the question with that generic path, '' if it is not offered."""
        del question, value, node, state
        return ""

    def device_property(self, name: str) -> str:
        del name
        return ""


class State:
    """One check of one submission. Not shared between threads; the compiled expressions are.

    `origin` is the node that owns the running expression, `main` the node that absolute paths bind to, `place` the
    position that position() gives inside a predicate (0 outside).
    """

    __slots__ = (
        "_deadline",
        "_next_look",
        "main",
        "now",
        "origin",
        "place",
        "reads_unicode",
        "services",
        "steps",
        "zone",
    )

    def __init__(
        self,
        services: Services,
        *,
        zone: tzinfo = UTC,
        now: datetime | None = None,
        max_steps: int = MAX_STEPS,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        self.services = services
        self.zone = zone
        self.now = now.astimezone(zone) if now else None
        self.origin: Node | None = None
        self.main: Node | None = None
        self.place = 0
        self.reads_unicode = False
        self.steps = max_steps
        self._next_look = max_steps - STEPS_BETWEEN_LOOKS
        self._deadline = time.thread_time() + max_seconds

    @contextmanager
    def owned_by(self, node: Node) -> Iterator[None]:
        """Evaluate for an expression that belongs to `node`; an evaluation that is under way is taken up after it."""
        before = self.origin, self.main, self.place
        self.origin, self.main, self.place = node, node, 0
        try:
            yield
        except RecursionError:
            raise BudgetExceededError("The expression is nested too deep. Split it into several fields.") from None
        finally:
            self.origin, self.main, self.place = before

    def spend(self, steps: int) -> None:
        """Count visited nodes; raises BudgetExceededError when too many were visited or too much time is gone."""
        self.steps -= steps
        if self.steps > self._next_look:
            return
        # The next look is put off only if this one was good: once spent, every further step raises.
        if self.steps < 0:
            raise BudgetExceededError("The form's rules visit too many answers in this submission.")
        if time.thread_time() > self._deadline:
            raise BudgetExceededError("The form's rules take too long on this submission.")
        self._next_look = self.steps - STEPS_BETWEEN_LOOKS

    @property
    def is_spent(self) -> bool:
        """Whether no more can be evaluated."""
        return self.steps < 0 or time.thread_time() > self._deadline

    def clock(self) -> datetime:
        if self.now is None:
            raise UnverifiableError("It is not known when this was filled in.")
        return self.now
