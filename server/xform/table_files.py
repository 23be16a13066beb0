"""Read lists from files and from the form's own XML into tables.

Files come from spreadsheets of many people, so reading is lenient: a byte order mark, rows that are too short or too
long, Windows' own encoding and semicolons between cells are all taken. What cannot be read at all is a TableError.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from server.xform.document import local_name, parse_document
from server.xform.errors import DocumentError
from server.xform.stored_table import store_table
from server.xform.tables import Branch, FlatTable, Table, TreeTable

MAX_ROWS_IN_MEMORY: Final = 20_000  # 5,000 rows of five cells take about 2 MB


class TableError(ValueError):
    """The file cannot be read as a list; the message is for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """An attached file: `read` gives its bytes, `digest` names its content.

    `may_differ` says that phones may have had another content when they used it, as with entity lists.
    """

    name: str
    digest: str
    read: Callable[[], bytes]
    may_differ: bool = False


def load_table(source: TableSource, folder: Path | None = None) -> Table:
    """The table in a file, by the ending of its name; raises TableError.

    With a folder, a CSV file of many rows is kept there instead of in memory.
    """
    content = source.read()
    ending = source.name.rpartition(".")[2].lower()
    if ending == "xml":
        return _from_xml_file(content)
    if ending in ("geojson", "json"):
        return _from_geojson(content)
    is_long = content.count(b"\n") > MAX_ROWS_IN_MEMORY
    return _from_csv(content, source.digest, folder if is_long else None)


def table_of_xml(root: etree._Element) -> Table:
    """The table in an instance of the form: flat if all its rows are, else a tree."""
    flat = _flat(root)
    if flat is not None:
        return flat
    tree = Branch(local_name(root), None, 1, _text(root), _attributes(root))
    ahead = [(root, tree)]
    size = 0
    while ahead:
        element, branch = ahead.pop()
        size += len(element.text or "")
        ahead += [(child, branch.add(local_name(child), _text(child), _attributes(child))) for child in element]
    return TreeTable(tree, size)


def _flat(root: etree._Element) -> FlatTable | None:
    names = {child.tag for child in root}
    if len(names) != 1 or root.attrib:
        return None
    columns: dict[str, list[str | None]] = {}
    for number, row in enumerate(root):
        if row.attrib or not len(row):
            return None
        for cell in row:
            texts = columns.setdefault(local_name(cell), [])
            # A cell that is there twice, has children or attributes is more than a table can hold.
            if len(texts) > number or len(cell) or cell.attrib:
                return None
            texts.extend([None] * (number - len(texts)))
            texts.append(_text(cell))
    length = len(root)
    for texts in columns.values():
        texts.extend([None] * (length - len(texts)))
    return FlatTable(columns, length, local_name(root), local_name(root[0]))


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name).rpartition("}")[2]: str(text) for name, text in element.attrib.items()}


def _from_xml_file(content: bytes) -> Table:
    try:
        return table_of_xml(parse_document(content))
    except DocumentError as error:
        raise TableError(error.message) from error


def _from_csv(content: bytes, digest: str, folder: Path | None) -> Table:
    text = _decoded(content)
    first, _, _ = text.partition("\n")
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = (row for row in reader if row)
        header = [name.strip() for name in next(rows, [])]
        # Of two columns with one name the first counts; a column without a name cannot be asked for.
        places = {name: place for place, name in reversed(list(enumerate(header))) if name}
        named = {name: places[name] for name in sorted(places, key=places.__getitem__)}
        cells = ([_cell(row, place) for place in named.values()] for row in rows)
        if folder is not None and named:
            return store_table(folder, digest, list(named), cells)
        return _of_rows(list(named), list(cells))
    except csv.Error as error:
        raise TableError(f"The file is no CSV file: {error} (line {reader.line_num}).") from error


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def is_utf8(content: bytes) -> bool:
    """Whether phones read the same letters from it as a spreadsheet wrote."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        # UTF-16, as "Unicode text" of a spreadsheet, or a workbook under another name.
        raise TableError("The file is no text in UTF-8. Save it as “CSV UTF-8”.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _of_rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> FlatTable:
    columns: dict[str, list[str | None]] = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    return FlatTable(columns, len(rows))


def _from_geojson(content: bytes) -> Table:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TableError(f"The file is no JSON: {error}.") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise TableError("The file is no GeoJSON: there must be a FeatureCollection with features.")
    rows = [dict(_cells_of_feature(feature)) for feature in features if isinstance(feature, dict)]
    names = dict.fromkeys(name for row in rows for name in row)
    return FlatTable({name: [row.get(name) for row in rows] for name in names}, len(rows))


def _cells_of_feature(feature: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """`geometry` first, then the id and the properties."""
    yield "geometry", _geometry(feature.get("geometry"))
    if "id" in feature:
        yield "id", _plain(feature["id"])
    properties = feature.get("properties")
    if isinstance(properties, dict):
        for name, value in properties.items():
            yield str(name), _plain(value)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _geometry(geometry: object) -> str:
    """A point, line or area as ODK writes it, latitude first; '' for any other shape."""
    if not isinstance(geometry, dict):
        return ""
    coordinates: object = geometry.get("coordinates")
    try:
        match geometry.get("type"):
            case "Point":
                return _points([coordinates])
            case "LineString":
                return _points(coordinates)
            case "Polygon":
                return _points(coordinates[0])  # type: ignore[index]  # a wrong shape is caught below
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise TableError("A geometry in the file has no usable coordinates.") from error
    return ""


def _points(coordinates: Any) -> str:
    points: Iterable[Any] = coordinates
    return "; ".join(f"{float(point[1])} {float(point[0])} 0 0" for point in points)
