"""Cells and lines of CSV files."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.exports.csv_text import CsvLayout, CsvLines, CsvTable, csv_pieces
from server.exports.tables import build_tables
from server.xform.fields import Field
from server.xform.instance import answer_text

cell = st.text(st.sampled_from('a,"\n\r ;\té') | st.characters(codec="utf-8"), max_size=6)


def column(name: str, kind: str = "string", *, is_multiple: bool = False) -> Field:
    return Field(f"/{name}", name, kind, 0, is_select_multiple=is_multiple)


def table(*fields: Field, **choices: list[str]) -> CsvTable:
    layout = CsvLayout(choices={f"/{name}": values for name, values in choices.items()})
    return CsvTable(build_tables(fields), layout)


@given(st.lists(st.lists(cell, min_size=2, max_size=5), max_size=5))
def test_any_cells_come_back_from_a_reader_as_they_were(rows: list[list[str]]) -> None:
    text = b"".join(csv_pieces(rows)).decode()

    assert list(csv.reader(io.StringIO(text, newline=""))) == rows


def test_quotes_stand_only_where_a_cell_needs_them() -> None:
    lines = CsvLines()
    lines.add(["plain", "two words", "a,b", 'say "hi"', "two\nlines", "", "=1+1"])

    assert lines.take() == b'plain,two words,"a,b","say ""hi""","two\nlines",,=1+1\n'
    assert lines.take() == b""


@pytest.mark.parametrize(
    "value",
    [
        "text", 7, -3, 12.25, ["a", "b"], ["a"], {"inner": "text"}, ["a", {"inner": ["b", 4]}], [1, 2.5],
        {"x": {"y": 1.5}},
    ],
)  # fmt: skip
def test_any_answer_is_written_as_in_the_xml(value: Any) -> None:
    own = table(column("plain"), column("many", is_multiple=True))

    assert own.cells([value, value]) == [answer_text(value)] * 2


def test_what_was_not_answered_is_an_empty_cell() -> None:
    own = table(column("plain"), column("where", "geopoint"), column("many", is_multiple=True), many=["a"])

    assert own.cells([None, None, None]) == ["", "", "", "", "", "", "0"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("21.5 106.25 12 4.5", ["21.5", "106.25", "12", "4.5"]),
        ("21.5 106.25", ["21.5", "106.25", "", ""]),
        ("somewhere", ["somewhere", "", "", ""]),
        ("1 2 3 4 5", ["1", "2", "3", "4 5"]),
    ],
)
def test_geopoint_has_four_cells_whatever_was_sent(text: str, cells: list[str]) -> None:
    own = table(column("before"), column("where", "geopoint"), column("after"))

    assert own.header() == [
        "before", "where-Latitude", "where-Longitude", "where-Altitude", "where-Accuracy", "after",
    ]  # fmt: skip
    assert own.cells(["x", text, "y"]) == ["x", *cells, "y"]


def test_split_choices_stand_behind_their_question() -> None:
    own = table(column("many", is_multiple=True), column("after"), many=["a", "b b", "c"])

    assert own.header() == ["many", "many/a", "many/b b", "many/c", "after"]
    assert own.cells([["c", "x"], 1]) == ["c x", "0", "0", "1", "1"]
    assert own.cells(["a  c", 1]) == ["a  c", "1", "0", "1", "1"]


def test_long_files_come_in_pieces() -> None:
    pieces = list(csv_pieces([str(number), ""] for number in range(2500)))

    assert [piece.count(b"\n") for piece in pieces] == [1000, 1000, 500]
