"""Reading lists from files and from forms, and finding rows in them."""

from pathlib import Path

import pytest
from lxml import etree

from server.xform.stored_table import StoredTable
from server.xform.table_files import MAX_ROWS_IN_MEMORY, TableError, TableSource, load_table, table_of_xml
from server.xform.tables import FlatTable, Table, TreeTable

ITEM = ("root", "item")


def load(name: str, content: bytes, folder: Path | None = None) -> Table:
    return load_table(TableSource(name, f"{name} {hash(content)}", lambda: content), folder)


def cells(table: Table) -> list[dict[str, object]]:
    assert table.root is not None
    return [{cell.name: cell.value() for cell in row.elements()} for row in table.root.named("item")]


@pytest.mark.parametrize(
    "content",
    [
        b"name,label\n1,One\n2,Two\n",
        b"\xef\xbb\xbfname,label\r\n1,One\r\n2,Two\r\n",
        b"name;label\n1;One\n2;Two",
        b'name , label\n"1","One"\n\n2, Two ',
    ],
    ids=["plain", "byte order mark", "semicolons", "quotes and blanks"],
)
def test_a_csv_file_reads_however_it_was_written(content: bytes) -> None:
    assert cells(load("a.csv", content)) == [{"name": "1", "label": "One"}, {"name": "2", "label": "Two"}]


def test_rows_may_be_too_short_or_too_long() -> None:
    table = load("a.csv", b"name,label\n1\n2,Two,more\n")
    assert cells(table) == [{"name": "1", "label": ""}, {"name": "2", "label": "Two"}]


def test_a_file_in_windows_encoding_is_read() -> None:
    assert cells(load("a.csv", "name\nHué".encode("cp1252"))) == [{"name": "Hué"}]


def test_of_two_columns_with_one_name_the_first_counts() -> None:
    assert cells(load("a.csv", b"name,name,\n1,2,3\n")) == [{"name": "1"}]


@pytest.mark.parametrize("content", [b"", b"name,label\n"])
def test_a_file_without_rows_is_an_empty_list(content: bytes) -> None:
    table = load("a.csv", content)
    assert cells(table) == []
    assert table.is_empty


def test_an_xml_file_is_read_as_a_list() -> None:
    table = load("a.xml", b"<root><item><name>1</name></item><item><name>2</name><label>Two</label></item></root>")
    assert isinstance(table, FlatTable)
    assert cells(table) == [{"name": "1"}, {"name": "2", "label": "Two"}]


def test_a_list_with_branches_keeps_its_shape() -> None:
    source = "<areas><region id='r1'><county><name>c1</name></county><county><name>c2</name></county></region></areas>"
    table = table_of_xml(etree.fromstring(source))
    assert isinstance(table, TreeTable)
    (region,) = table.root.named("region") if table.root else ()
    attribute = region.attribute("id")
    assert attribute is not None
    assert attribute.value() == "r1"
    assert [row.named("name")[0].value() for row in region.named("county")] == ["c1", "c2"]
    found = table.find(("areas", "region", "county"), "name", "c2")
    assert found is not None
    assert [row.position for row in found] == [2]


def test_geojson_becomes_rows_with_a_geometry() -> None:
    content = b"""{"type": "FeatureCollection", "features": [
      {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [106.7, 10.5]}, "properties": {"n": 1}},
      {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "properties": {"n": null}},
      {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "properties": {}}]}"""
    assert cells(load("a.geojson", content)) == [
        {"geometry": "10.5 106.7 0 0", "id": "a", "n": "1"},
        {"geometry": "2.0 1.0 0 0; 4.0 3.0 0 0", "n": ""},
        {"geometry": "0.0 0.0 0 0; 0.0 1.0 0 0; 0.0 0.0 0 0"},
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xml", b"<root>"),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY e "x">]><root>&e;</root>'),
        ("a.geojson", b"{"),
        ("a.geojson", b"[" * 100_000),
        ("a.geojson", b"{}"),
        ("a.geojson", b'{"features": [{"geometry": {"type": "Point", "coordinates": ["x"]}}]}'),
        ("a.csv", b"name\n" + b"x" * 200_000),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_reason(name: str, content: bytes) -> None:
    with pytest.raises(TableError, match=r"\w"):
        load(name, content)


def test_rows_are_found_by_the_text_of_a_column() -> None:
    table = load("a.csv", b"name,kind\n1,a\n2,b\n3,a\n")
    found = table.find(ITEM, "kind", "a")
    assert found is not None
    assert [row.named("name")[0].value() for row in found] == ["1", "3"]
    assert table.find(ITEM, "kind", "c") == ()
    assert table.find(("root", "row"), "kind", "a") == ()


def test_a_column_that_is_not_there_reads_blank() -> None:
    table = load("a.csv", b"name\n1\n")
    assert [row.position for row in table.find(ITEM, "other", "") or ()] == [1]


def test_a_column_that_a_row_has_twice_cannot_be_indexed() -> None:
    table = table_of_xml(etree.fromstring("<root><item><a>1</a><a>2</a></item></root>"))
    assert table.find(ITEM, "a", "1") is None


LONG = "\n".join(["name,kind,", *(f"n{number},k{number % 7},x" for number in range(MAX_ROWS_IN_MEMORY + 1))]).encode()


def test_a_long_file_is_kept_on_disk_and_read_as_any_other(tmp_path: Path) -> None:
    table, again, short = load("a.csv", LONG, tmp_path), load("a.csv", LONG, tmp_path), load("a.csv", LONG)
    assert isinstance(table, StoredTable)
    assert isinstance(short, FlatTable)
    assert len(list(tmp_path.iterdir())) == 1
    for each in (table, again, short):
        found = each.find(ITEM, "name", "n20000")
        assert found is not None
        assert [(row.position, row.named("kind")[0].value()) for row in found] == [(20_001, "k1")]
        assert each.find(ITEM, "name", "nosuch") in ([], ())
        assert each.columns_at(ITEM) == frozenset(("name", "kind"))
        assert each.cell("kind", "name", "n8") == "k1"
        assert not each.is_empty


def test_the_rows_of_a_long_file_can_be_walked(tmp_path: Path) -> None:
    table = load("a.csv", LONG, tmp_path)
    rows = table.root.named("item") if table.root else ()
    assert len(rows) == MAX_ROWS_IN_MEMORY + 1
    assert [cell.value() for cell in rows[-1].elements()] == ["n20000", "k1"]
    assert [row.position for row in rows[:2]] == [1, 2]
    assert next(iter(rows)).named("nosuch") == ()
    assert len(table.find(ITEM, "nosuch", "") or ()) == len(rows)
