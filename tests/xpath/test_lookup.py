"""Conditions on lists are answered from an index where that gives the same rows."""

from collections.abc import Sequence

import pytest

from server.xpath.compile import compile_expression
from server.xpath.routes import Scope
from server.xpath.state import Instance, Services, State
from server.xpath.tree import Node
from tests.xpath.household import household

SCOPE = Scope.of("visit", "name")
PLACES = "instance('places')/root/item"


class Indexed(Instance):
    """The list of places, with an index that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str, str]] = []
        self._places = household().instance("places")

    @property
    def root(self) -> Node | None:
        return self._places.root

    def find(self, names: tuple[str, ...], column: str, text: str) -> Sequence[Node]:
        self.asked.append((names, column, text))
        rows = self.root.named("item") if self.root else ()
        return [row for row in rows if row.named(column)[0].value() == text]


class WithIndex(Services):
    def __init__(self) -> None:
        self.places = Indexed()

    def instance(self, name: str) -> Instance:
        return self.places if name == "places" else household().instance(name)


def ask(source: str) -> tuple[object, list[tuple[tuple[str, ...], str, str]]]:
    """The value, and the questions that the index was asked."""
    services = WithIndex()
    value = compile_expression(source, SCOPE).value(household().find("/visit/name"), State(services))
    return value, services.places.asked


@pytest.mark.parametrize(
    ("condition", "column", "key"),
    [
        ("name = 'd2'", "name", "d2"),
        ("'d2' = name", "name", "d2"),
        ("name = /visit/district", "name", "d2"),
        ("name = current()/../district", "name", "d2"),
        ("name = concat('d', '2')", "name", "d2"),
        ("name = 'd2' and region = 'r1'", "name", "d2"),
        ("name = instance('crops')/root/item[kg = 4]/name", "name", "rice"),
    ],
)
def test_an_equality_with_something_outside_the_row_asks_the_index(condition: str, column: str, key: str) -> None:
    _, asked = ask(f"count({PLACES}[{condition}])")
    assert asked == [(("root", "item"), column, key)]


@pytest.mark.parametrize(
    "condition",
    [
        "name != 'd2'",
        "name = ../item[position() = 1]/name",
        "name = string(position())",
        "contains(name, 'd')",
        "region = 'r1' or name = 'd2'",
        "name = 7",
        "./name = 'd2'",
        "people = max(instance('places')/root/item/people)",
    ],
)
def test_other_conditions_look_at_every_row(condition: str) -> None:
    assert ask(f"count({PLACES}[{condition}])")[1] == []


@pytest.mark.parametrize(
    "source",
    [
        f"{PLACES}[name = 'd2']/label",
        f"{PLACES}[name = 'zz']/label",
        f"join('|', {PLACES}[name = 'd1']/label)",
        f"{PLACES}[name = 'd1' and region = 'r4']/label",
        f"{PLACES}[name = 'd1' and position() = 6]/label",
        f"{PLACES}[name = 'd1'][position() = 2]/label",
        f"{PLACES}[name = 'd1'][region = 'r1']/label",
        f"count({PLACES}[name = /visit/blank])",
    ],
)
def test_the_index_and_the_scan_give_the_same(source: str) -> None:
    scanned = compile_expression(source, SCOPE).value(household().find("/visit/name"), State(household()))
    value, asked = ask(source)
    assert value == scanned
    assert len(asked) == 1
