"""What the tables of a form must hold, read straight from its XML and that of its submissions, with lxml alone.

Slow and simple, and nothing of the server has a part in it: it is what exports are held against. A cell is the text
that stands in the XML.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

GEO_PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")
_TEMPLATE = "{http://openrosa.org/javarosa}template"
Steps = tuple[str, ...]


@dataclass
class PlainColumn:
    """A question: the names that lead to it from its table's row, and the type of its bind."""

    steps: Steps
    type: str

    @property
    def headers(self) -> list[str]:
        name = "-".join(self.steps)
        return [f"{name}-{part}" for part in GEO_PARTS] if self.type == "geopoint" else [name]

    def cells(self, row: etree._Element) -> list[str]:
        found = follow(row, self.steps)
        text = (found[0].text or "") if found else ""
        if self.type != "geopoint":
            return [text]
        parts = text.split()
        return parts + [""] * (len(GEO_PARTS) - len(parts))


@dataclass
class PlainTable:
    """`steps` lead from the row of the table around it to the repeat."""

    steps: Steps
    path: Steps
    columns: list[PlainColumn] = field(default_factory=list)
    inside: list["PlainTable"] = field(default_factory=list)

    def walk(self) -> Iterator["PlainTable"]:
        yield self
        for table in self.inside:
            yield from table.walk()

    @property
    def headers(self) -> list[str]:
        return [header for column in self.columns for header in column.headers]

    @property
    def types(self) -> list[str]:
        """The type of each header's column."""
        return [column.type for column in self.columns for _ in column.headers]


class PlainForm:
    def __init__(self, xml: bytes) -> None:
        document = etree.fromstring(xml)
        (model,) = document.iterfind("{*}head/{*}model")
        (root, *_) = next(model.iterfind("{*}instance"))
        self.form_id = root.get("id", "")
        self._types = {_path(bind.get("nodeset", "")): bind.get("type", "string") for bind in model.iterfind("{*}bind")}
        self._repeats = {_path(repeat.get("nodeset", "")) for repeat in document.iterfind("{*}body//{*}repeat")}
        groups = document.iterfind("{*}body//{*}group")
        self._groups = {_path(group.get("ref", "")) for group in groups if group.get("ref")}
        self.root = PlainTable((), ())
        self._collect([root], (), (), self.root)

    def _collect(self, elements: Sequence[etree._Element], path: Steps, steps: Steps, table: PlainTable) -> None:
        """A repeat may stand there twice, as template and as first instance: so elements come in the plural."""
        children: dict[str, list[etree._Element]] = {}
        for element in elements:
            for child in element:
                children.setdefault(_name(child), []).append(child)
        for name, found in children.items():
            own, own_steps = (*path, name), (*steps, name)
            if own in self._repeats or any(child.get(_TEMPLATE) is not None for child in found):
                repeat = PlainTable(own_steps, own)
                table.inside.append(repeat)
                self._collect(found, own, (), repeat)
            elif own in self._groups or any(len(child) for child in found):
                self._collect(found, own, own_steps, table)
            else:
                table.columns.append(PlainColumn(own_steps, self._types.get(own, "string")))

    def rows(self, submissions: Iterable[bytes]) -> dict[Steps, list[list[str]]]:
        """The rows of all tables by path, in the order of the submissions: answers, then PARENT_KEY (not in the
        form's own table) and KEY.
        """
        rows: dict[Steps, list[list[str]]] = {table.path: [] for table in self.root.walk()}
        for xml in submissions:
            root = etree.fromstring(xml)
            (key,) = (follow(root, ("meta", "instanceID"))[0].text or "",)
            rows[()].append([*_cells(self.root, root), key])
            _add_repeats(rows, self.root, root, key)
        return rows


def _add_repeats(rows: dict[Steps, list[list[str]]], table: PlainTable, row: etree._Element, key: str) -> None:
    for repeat in table.inside:
        for number, element in enumerate(follow(row, repeat.steps), start=1):
            own = f"{key}/{'/'.join(repeat.steps)}[{number}]"
            rows[repeat.path].append([*_cells(repeat, element), key, own])
            _add_repeats(rows, repeat, element, own)


def _cells(table: PlainTable, row: etree._Element) -> list[str]:
    return [cell for column in table.columns for cell in column.cells(row)]


def follow(element: etree._Element, steps: Steps) -> list[etree._Element]:
    """The elements at the end of the steps."""
    found = [element]
    for step in steps:
        found = [child for parent in found for child in parent if _name(child) == step]
    return found


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _path(reference: str) -> Steps:
    """`/data/a/orx:b` as its names without the root and without prefixes."""
    return tuple(step.strip().rpartition(":")[2] for step in reference.strip().split("/")[2:])
