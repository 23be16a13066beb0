"""Whatever a spreadsheet, an XML file or a map makes of a list: it is read whole, or refused with a reason."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.xform import table_files
from server.xform.table_files import TableError, TableSource, load_table
from server.xform.tables import Table
from tests.fuzzing import add_elements, cases

ITEM = ("root", "item")

cells = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], include_characters='",;\n\r\t'), max_size=8
)
names = st.sampled_from(["name", "label", "region", "Thôn", "a b", "", "name"])
tables = st.integers(1, 5).flatmap(
    lambda width: st.tuples(
        st.lists(names, min_size=width, max_size=width),
        st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8),
    )
)
encodings = st.sampled_from(["utf-8", "utf-8-sig"])
endings = st.sampled_from(["\n", "\r\n"])
elements = st.recursive(
    st.tuples(st.sampled_from(["name", "label", "item"]), cells),
    lambda inner: st.tuples(st.sampled_from(["root", "item", "region"]), st.lists(inner, max_size=4)),
    max_leaves=20,
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), cells),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "id", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)
shapes = st.sampled_from(["Point", "LineString", "Polygon", "Other"])
features = st.fixed_dictionaries(
    {"geometry": st.fixed_dictionaries({"type": shapes, "coordinates": json_values}), "properties": json_values}
)


def load(name: str, content: bytes, folder: Path | None = None) -> Table:
    return load_table(TableSource(name, str(hash(content)), lambda: content), folder)


def load_or_refuse(name: str, content: bytes) -> None:
    """Load the list and look through it."""
    try:
        table = load(name, content)
    except TableError as error:
        assert str(error)  # noqa: PT017 -- a refusal is as good as a list, but it has to say something
        return
    for row in table.root.elements() if table.root is not None else ():
        for cell in row.elements():
            assert isinstance(cell.value(), str)
    assert isinstance(table.cell("name", "label", "x"), str)


def rows_of(table: Table) -> list[dict[str, object]]:
    assert table.root is not None
    return [{cell.name: cell.value() for cell in row.elements()} for row in table.root.named("item")]


def written(header: list[str], rows: list[list[str]], ending: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return text.getvalue()


def as_said(header: list[str], rows: list[list[str]]) -> list[dict[str, object]]:
    """The rows by column: the first of two columns with one name, none without a name, no blanks around a cell."""
    kept: list[dict[str, object]] = []
    for row in rows:
        named: dict[str, object] = {}
        for name, cell in zip(header, row, strict=True):
            if name:
                named.setdefault(name, cell.strip())
        kept.append(named)
    return kept


@given(tables, encodings, endings)
@cases(200)
def test_any_written_table_reads_back(table: tuple[list[str], list[list[str]]], encoding: str, ending: str) -> None:
    header, rows = table
    read = load("f.csv", written(header, rows, ending).encode(encoding))
    if any(header):
        assert rows_of(read) == as_said(header, rows)


@given(tables, st.sampled_from(["name", "label"]))
@cases(150)
def test_an_index_finds_what_a_look_at_every_row_finds(table: tuple[list[str], list[list[str]]], column: str) -> None:
    header, rows = table
    read = load("f.csv", written(header, rows, "\n").encode())
    said = as_said(header, rows) if column in header else []
    for value in {row[column] for row in said}:
        found = read.find(ITEM, column, str(value))
        assert found is not None
        assert [node.position for node in found] == [at for at, row in enumerate(said, 1) if row[column] == value]


@given(tables)
@cases(50)
def test_a_list_in_a_file_is_the_list_in_memory(
    tmp_path_factory: pytest.TempPathFactory, table: tuple[list[str], list[list[str]]]
) -> None:
    header, rows = table
    content = written(["name", *header], [["x", *row] for row in rows], "\n").encode()
    folder = tmp_path_factory.mktemp("lists")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_files, "MAX_ROWS_IN_MEMORY", -1)
        stored = load("f.csv", content, folder)
    assert rows_of(stored) == rows_of(load("f.csv", content))


@given(st.lists(st.one_of(cells, st.sampled_from([",", ";", '"', "\n", "\x00", "\ufeff"])), max_size=30).map("".join))
@cases(200)
def test_any_text_is_a_csv_list_or_refused(text: str) -> None:
    load_or_refuse("f.csv", text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300), st.sampled_from(["f.csv", "f.xml", "f.geojson", "f.json"]))
@cases(200)
def test_any_bytes_are_a_list_or_refused(content: bytes, name: str) -> None:
    load_or_refuse(name, content)


@given(st.lists(elements, max_size=6))
@cases(200)
def test_any_xml_is_a_list_or_refused(parts: list[tuple[str, object]]) -> None:
    root = etree.Element("root")
    add_elements(root, parts)
    load_or_refuse("f.xml", etree.tostring(root))


@given(st.one_of(json_values, st.lists(features, max_size=4).map(lambda found: {"features": found})))
@cases(200)
def test_any_json_is_a_map_or_refused(document: object) -> None:
    load_or_refuse("f.geojson", json.dumps(document).encode())
