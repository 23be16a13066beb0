"""The form and the submission behind the golden files, as a tree of nodes.

This is a reading of exactly that form, small enough to be checked by eye: typed answers, relevance, select-multiple
answers with single blanks, the secondary instances, and the labels of its selects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from lxml import etree

from server.xpath.compile import Compiled, compile_expression
from server.xpath.datatypes import read_answer
from server.xpath.errors import UnverifiableError
from server.xpath.routes import Scope
from server.xpath.state import Instance, Services, State
from server.xpath.tree import Node
from server.xpath.values import Value

GOLDEN = Path(__file__).parent / "golden"
ZONE = timezone(timedelta(hours=7))

_XFORMS = "{http://www.w3.org/2002/xforms}"


class Attribute(Node):
    __slots__ = ("_text",)

    def __init__(self, name: str, parent: Node, text: str) -> None:
        super().__init__(name, parent)
        self._text = text

    def value(self) -> Value:
        return self._text

    def named(self, name: str) -> Sequence[Node]:
        return ()

    def elements(self) -> Sequence[Node]:
        return ()

    def attribute(self, name: str) -> Node | None:
        return None


class Element(Node):
    """A node over an lxml element."""

    __slots__ = ("_attributes", "_children", "_household", "_text")

    def __init__(self, source: etree._Element, parent: Element | None, position: int, household: Household) -> None:
        super().__init__(etree.QName(source).localname, parent, position)
        self._household = household
        self._text = (source.text or "").strip() if len(source) == 0 else ""
        self._attributes = {str(name): Attribute(str(name), self, str(text)) for name, text in source.items()}
        self._children: dict[str, list[Node]] = {}
        for child in source:
            siblings = self._children.setdefault(etree.QName(child).localname, [])
            siblings.append(Element(child, self, len(siblings) + 1, household))

    def named(self, name: str) -> Sequence[Node]:
        return self._children.get(name, ())

    def elements(self) -> Sequence[Node]:
        return [child for children in self._children.values() for child in children]

    def attribute(self, name: str) -> Node | None:
        return self._attributes.get(name)

    def generic(self) -> tuple[str, ...]:
        return (*(self.parent.generic() if isinstance(self.parent, Element) else ()), self.name)

    def value(self) -> Value:
        return self._household.typed(self._text, self.generic()) if self._text else ""

    def is_relevant(self) -> bool:
        if isinstance(self.parent, Element) and not self.parent.is_relevant():
            return False
        return self._household.is_relevant(self)


class Tree(Instance):
    def __init__(self, root: Node | None) -> None:
        self._root = root

    @property
    def root(self) -> Node | None:
        return self._root


class Household(Services):
    """The services of the form in golden/form.xml, and its submission."""

    version = "2024-01"

    def __init__(self) -> None:
        form = etree.parse(GOLDEN / "form.xml").getroot()
        self._types: dict[tuple[str, ...], str] = {}
        self._relevant: dict[tuple[str, ...], Compiled] = {}
        self._instances: dict[str, Instance] = {}
        self._texts = {
            str(text.get("id")): text.findtext(f"{_XFORMS}value") or "" for text in form.iter(f"{_XFORMS}text")
        }
        self._labels: dict[tuple[str, ...], dict[str, str]] = {}
        self._itemsets: dict[tuple[str, ...], tuple[Compiled, str]] = {}
        for bind in form.iter(f"{_XFORMS}bind"):
            self._read_bind(bind)
        for instance in form.iter(f"{_XFORMS}instance"):
            if instance.get("id"):
                root = Element(instance[0], None, 1, self)
                self._instances[str(instance.get("id"))] = Tree(root)
        for tag in ("select", "select1"):
            for control in form.iter(f"{_XFORMS}{tag}"):
                self._read_select(control)
        submission = etree.parse(GOLDEN / "submission.xml").getroot()
        self.root = Element(submission, None, 1, self)
        self.state = State(self, zone=ZONE, now=datetime(2024, 3, 10, 9, 30, tzinfo=ZONE), max_seconds=600)

    def _read_bind(self, bind: etree._Element) -> None:
        names = _names(str(bind.get("nodeset")))
        self._types[names] = str(bind.get("type"))
        relevant = bind.get("relevant")
        if relevant:
            self._relevant[names] = compile_expression(relevant, Scope.of(*names))

    def _read_select(self, control: etree._Element) -> None:
        names = _names(str(control.get("ref")))
        itemset = control.find(f"{_XFORMS}itemset")
        if itemset is None:
            self._labels[names] = {
                item.findtext(f"{_XFORMS}value") or "": item.findtext(f"{_XFORMS}label") or ""
                for item in control.iter(f"{_XFORMS}item")
            }
            return
        label = itemset.find(f"{_XFORMS}label")
        column = str(label.get("ref")) if label is not None else ""
        self._itemsets[names] = compile_expression(str(itemset.get("nodeset")), Scope.of(*names)), column

    def typed(self, text: str, names: tuple[str, ...]) -> Value:
        if names == ("visit", "crops"):
            return " ".join(text.split())
        value = read_answer(text, self._types.get(names, ""), ZONE)
        return "" if value is None else value

    def is_relevant(self, element: Element) -> bool:
        condition = self._relevant.get(element.generic())
        return condition is None or condition.is_true(element, self.state)

    def instance(self, name: str) -> Instance:
        if name not in self._instances:
            raise UnverifiableError(f"The secondary instance `{name}` is not there.")
        return self._instances[name]

    def look_up(self, table: str, column: str, key_column: str, key: str) -> str:
        del table, column, key_column, key
        return ""

    def translation(self, text_id: str) -> str:
        return self._texts.get(text_id, f"[itext:{text_id}]")

    def choice_name(self, question: tuple[str, ...], value: str, node: Node, state: State) -> str:
        if question in self._labels:
            return self._labels[question].get(value, "")
        if question not in self._itemsets:
            raise UnverifiableError(f"/{'/'.join(question)} has no choices.")
        itemset, column = self._itemsets[question]
        owner = node if node.name == question[-1] else self.find("/" + "/".join(question))
        for row in itemset.nodes(owner, state):
            if str(row.named("name")[0].value()) == value:
                return self._label(row, column)
        return ""

    def _label(self, row: Node, column: str) -> str:
        if column.startswith("jr:itext("):
            return self.translation(str(row.named(column[9:-1])[0].value()))
        return str(row.named(column)[0].value())

    def find(self, path: str) -> Element:
        """The node at a path such as /visit/member[2]/who; a step without a position is the first."""
        node: Node = self.root
        for step in path.split("/")[2:]:
            name, _, position = step.rstrip("]").partition("[")
            node = node.named(name)[int(position or 1) - 1]
        assert isinstance(node, Element)
        return node


def _names(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


@cache
def household() -> Household:
    """The one household; evaluation does not change it."""
    return Household()
