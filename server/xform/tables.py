"""Secondary instances: the lists that a form looks things up in, as trees with indexes.

A list comes from the form's XML or from an attached file (CSV, XML, GeoJSON). Flat lists, which is nearly all of
them, are kept as columns; anything else as a tree. Loaded lists never change and are shared by forms and threads.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from threading import Lock

from server.xpath.state import Instance
from server.xpath.tree import Node
from server.xpath.values import Value

ROOT = "root"
ITEM = "item"


class Cell(Node):
    """A text in a list: an element without children, or an attribute."""

    __slots__ = ("_text",)

    def __init__(self, name: str, parent: Node | None, text: str) -> None:
        super().__init__(name, parent)
        self._text = text

    def named(self, name: str) -> Sequence[Node]:
        del name
        return ()

    def elements(self) -> Sequence[Node]:
        return ()

    def attribute(self, name: str) -> Node | None:
        del name
        return None

    def value(self) -> Value:
        return self._text


class Branch(Node):
    """An element of a list that is a tree."""

    __slots__ = ("_attributes", "_children", "_elements", "_text")

    def __init__(self, name: str, parent: Node | None, position: int, text: str, attributes: Mapping[str, str]) -> None:
        super().__init__(name, parent, position)
        self._text = text
        self._attributes = {key: Cell(key, self, value) for key, value in attributes.items()}
        self._children: dict[str, list[Node]] = {}
        self._elements: list[Node] = []

    def add(self, name: str, text: str, attributes: Mapping[str, str]) -> "Branch":
        """Append a child and return it."""
        siblings = self._children.setdefault(name, [])
        child = Branch(name, self, len(siblings) + 1, text, attributes)
        siblings.append(child)
        self._elements.append(child)
        return child

    def named(self, name: str) -> Sequence[Node]:
        return self._children.get(name, ())

    def elements(self) -> Sequence[Node]:
        return self._elements

    def attribute(self, name: str) -> Node | None:
        return self._attributes.get(name)

    def value(self) -> Value:
        return "" if self._elements else self._text


class Table(Instance):
    """A list whose columns can be known: what the checks of forms ask for."""

    @property
    @abstractmethod
    def size(self) -> int:
        """About how many bytes of text the list holds."""

    @property
    def is_empty(self) -> bool:
        """Whether the list has no rows, so that nothing is known of its columns."""
        return self.root is None or not self.root.elements()

    @abstractmethod
    def columns_at(self, names: tuple[str, ...]) -> frozenset[str] | None:
        """The names below the nodes at `names`; None if there are no such nodes."""

    def cell(self, column: str, key_column: str, key: str) -> str:
        """The cell of the first row whose `key_column` reads `key`; '' if there is no such row or column."""
        names = (ROOT, ITEM)
        columns = self.columns_at(names) or frozenset()
        if key_column not in columns or column not in columns:
            return ""
        rows = self.find(names, key_column, key)
        cells = rows[0].named(column) if rows else ()
        return str(cells[0].value()) if cells else ""


class TreeTable(Table):
    """A list of any shape; `size` is the length of its texts."""

    def __init__(self, root: Node | None, size: int) -> None:
        self._root = root
        self._size = size
        self._indexes: dict[tuple[tuple[str, ...], str], dict[str, list[Node]] | None] = {}
        self._lock = Lock()

    @property
    def root(self) -> Node | None:
        return self._root

    @property
    def size(self) -> int:
        return self._size

    def find(self, names: tuple[str, ...], column: str, text: str) -> Sequence[Node] | None:
        key = names, column
        if key not in self._indexes:
            with self._lock:
                self._indexes[key] = _index(self._at(names), column)
        index = self._indexes[key]
        return None if index is None else index.get(text, ())

    def columns_at(self, names: tuple[str, ...]) -> frozenset[str] | None:
        found = self._at(names)
        return frozenset(child.name for node in found for child in node.elements()) if found else None

    def _at(self, names: tuple[str, ...]) -> Sequence[Node]:
        found: Sequence[Node] = () if self._root is None else (self._root,)
        for name in names[1:]:
            found = [child for node in found for child in node.named(name)]
        return found


def _index(nodes: Sequence[Node], column: str) -> dict[str, list[Node]] | None:
    """The nodes by the text of their one child; None if a node has several, which only a scan reports."""
    index: dict[str, list[Node]] = {}
    for node in nodes:
        cells = node.named(column)
        if len(cells) > 1:
            return None
        text = str(cells[0].value()) if cells else ""
        index.setdefault(text, []).append(node)
    return index


class Row(Node):
    """A row of a flat list; its cells are made when they are asked for."""

    __slots__ = ("_columns", "_number")

    def __init__(self, name: str, parent: Node, number: int, columns: Mapping[str, Sequence[str | None]]) -> None:
        super().__init__(name, parent, number + 1)
        self._number = number
        self._columns = columns

    def named(self, name: str) -> Sequence[Node]:
        column = self._columns.get(name)
        text = column[self._number] if column is not None else None
        return () if text is None else (Cell(name, self, text),)

    def elements(self) -> Sequence[Node]:
        return [cell for name in self._columns for cell in self.named(name)]

    def attribute(self, name: str) -> Node | None:
        del name
        return None

    def value(self) -> Value:
        return ""


class FlatTable(Table):
    """A list of rows with cells, such as a CSV file; `columns` hold a text, or None where a row lacks the cell."""

    def __init__(
        self, columns: Mapping[str, Sequence[str | None]], length: int, root: str = ROOT, item: str = ITEM
    ) -> None:
        self.columns = columns
        self.length = length
        self._names = (root, item)
        self._root = _FlatRoot(root, item)
        self._root.rows = [Row(item, self._root, number, columns) for number in range(length)]
        self._indexes: dict[str, dict[str, list[Node]]] = {}
        self._lock = Lock()

    @property
    def root(self) -> Node | None:
        return self._root

    @property
    def size(self) -> int:
        return sum(len(text or "") for texts in self.columns.values() for text in texts)

    def find(self, names: tuple[str, ...], column: str, text: str) -> Sequence[Node] | None:
        if names[1:] != self._names[1:]:
            return ()
        index = self._indexes.get(column)
        if index is None:
            with self._lock:
                index = self._indexes[column] = self._index(column)
        return index.get(text, ())

    def columns_at(self, names: tuple[str, ...]) -> frozenset[str] | None:
        return frozenset(self.columns) if names[1:] == self._names[1:] else None

    def _index(self, column: str) -> dict[str, list[Node]]:
        index: dict[str, list[Node]] = {}
        texts = self.columns.get(column) or [""] * self.length
        for row, text in zip(self._root.rows, texts, strict=True):
            index.setdefault(text or "", []).append(row)
        return index


class _FlatRoot(Node):
    __slots__ = ("_item", "rows")

    def __init__(self, name: str, item: str) -> None:
        super().__init__(name, None)
        self._item = item
        self.rows: list[Node] = []

    def named(self, name: str) -> Sequence[Node]:
        return self.rows if name == self._item else ()

    def elements(self) -> Sequence[Node]:
        return self.rows

    def attribute(self, name: str) -> Node | None:
        del name
        return None

    def value(self) -> Value:
        return ""
