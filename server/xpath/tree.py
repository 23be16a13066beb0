"""What an expression may ask of a node: the only thing this package knows of submissions and look-up tables.

The main instance of a form and every secondary instance are trees of such nodes. A node of the main instance gives
its answer as a typed value and can be non-relevant; a cell of a table is a text and always relevant.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from server.xpath.values import Value


class Node(ABC):
    """An element (or attribute) of an instance.

    `position` counts from 1 among the siblings of the same name. Subclasses give the children.
    """

    __slots__ = ("name", "parent", "position")

    def __init__(self, name: str, parent: Node | None, position: int = 1) -> None:
        self.name = name
        self.parent = parent
        self.position = position

    @abstractmethod
    def named(self, name: str) -> Sequence[Node]:
        """The children of that local name, in document order."""

    @abstractmethod
    def elements(self) -> Sequence[Node]:
        """All children, in document order."""

    @abstractmethod
    def attribute(self, name: str) -> Node | None: ...

    @abstractmethod
    def value(self) -> Value:
        """The typed answer; the empty text for a group, for a blank and for what does not fit its type."""

    def is_relevant(self) -> bool:
        return True

    def path(self) -> str:
        """Names from the root, with positions where they are above 1; for messages."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            steps.append(node.name if node.position == 1 else f"{node.name}[{node.position}]")
            node = node.parent
        return "/" + "/".join(reversed(steps))
