"""A GeoPackage with one layer for each question for a place, in WGS 84, as OGC 12-128r19 describes it.

It is an SQLite file. Answers that do not fit their column stand in the table `not_typed`.
"""

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory
from typing import Any, Final

from server.db import Database, moment_text, utc_now
from server.errors import unexpected_value
from server.exports.geopackage_schema import CONTENTS, SCHEMA, SYSTEMS, WGS_84
from server.exports.labelled import split_choices
from server.exports.places import Layer, check_places, place_layers
from server.exports.plan import ExportPlan
from server.exports.typed import Rows, TypedColumn, column_names, typed_rows
from server.exports.typed_values import Kind
from server.exports.unique_names import unique_names
from server.storage import ObjectStore
from server.xform.instance import answer_text

_PIECE: Final = 256 * 1024
# What SQLite holds unless it was built otherwise.
MAX_COLUMNS: Final = 2_000
_NOT_TYPED: Final = "not_typed"
_OWN: Final = ("fid", "geom", "accuracy")
_TYPES: Final = {
    Kind.TEXT: "TEXT",
    Kind.TEXTS: "TEXT",
    Kind.WHOLE: "INTEGER",
    Kind.DECIMAL: "DOUBLE",
    Kind.DAY: "DATE",
    Kind.MOMENT: "DATETIME",
    Kind.FLAG: "BOOLEAN",
}
_GEOMETRIES: Final = {"geopoint": "POINT", "geotrace": "LINESTRING", "geoshape": "POLYGON"}
_PLAIN_CODE: Final = 0xFF  # without what more SQLite says
_WKB: Final = {"Point": 1, "LineString": 2, "Polygon": 3}
_WITH_Z: Final = 1000
_LITTLE_ENDIAN: Final = 1
_XY_ENVELOPE: Final = 1 << 1
_Z_IS_OPTIONAL, _NO_M = 2, 0
_NOWHERE: Final = (None, None, None, None)
_KEPT_NAMES: Final = ("gpkg_", "sqlite_", "rtree_")


def write_geopackage(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Raise 400.8 when no question asks for a place or a table is too wide. The file is sent when it is whole."""
    check_places(export)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        with _disk_of_sqlite():
            _build(database, path, export)
        with path.open("rb") as whole:
            while piece := whole.read(_PIECE):
                yield piece


def _build(database: Database, path: Path, export: ExportPlan) -> None:
    with database.read() as session, closing(sqlite3.connect(path, isolation_level=None)) as file:
        split = split_choices(session, export) if export.choice.split_select_multiples else {}
        package = _Package(file, place_layers(export, split))
        for rows in typed_rows(session, export):
            package.add(rows)
        package.finish()


@contextmanager
def _disk_of_sqlite() -> Iterator[None]:
    """Turn what SQLite says of a full disk into what the system says of it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PLAIN_CODE not in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            raise
        raise OSError(errno.ENOSPC, str(error)) from error


class _Package:
    def __init__(self, file: sqlite3.Connection, layers: Sequence[Layer]) -> None:
        self._file = file
        # Nobody else sees the file before it is whole, so that nothing need be made safe against a fault in between.
        file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", SYSTEMS)
        names = list(unique_names([_NOT_TYPED, *map(_layer_name, layers)]))[1:]
        self._layers = [_LayerTable(file, layer, name) for layer, name in zip(layers, names, strict=True)]

    def add(self, rows: Rows) -> None:
        for layer in self._layers:
            layer.add(rows[layer.path])

    def finish(self) -> None:
        for layer in self._layers:
            layer.finish()
        if self._file.execute(f"SELECT 1 FROM {_NOT_TYPED}").fetchone():  # noqa: S608 -- a name of our own
            self._file.execute(CONTENTS, (_NOT_TYPED, "attributes", _NOT_TYPED, "", _now(), *_NOWHERE, None))
        else:
            self._file.execute(f"DROP TABLE {_NOT_TYPED}")
        self._file.execute("COMMIT")


class _LayerTable:
    """One layer: a table with a geometry, what the other columns of its rows say, and its entries in the catalogue."""

    def __init__(self, file: sqlite3.Connection, layer: Layer, name: str) -> None:
        self._file, self._layer, self._name = file, layer, name
        self._corners: list[float] | None = None
        self._columns = column_names(layer.attributes, _names_beside_own)
        own = _OWN if layer.has_accuracy else _OWN[:-1]
        if len(self._columns) + len(own) > MAX_COLUMNS:
            reason = f"the layer {name} would have {len(self._columns)} columns, a file holds {MAX_COLUMNS}"
            raise unexpected_value("format", "gpkg", f"{reason}; choose columns or export as geojson")
        self._create()
        marks = ", ".join("?" * (len(self._columns) + len(own) - 1))
        wanted = ", ".join(map(_quoted, [*own[1:], *self._columns]))
        self._insert = f"INSERT INTO {_quoted(name)} ({wanted}) VALUES ({marks})"  # noqa: S608 -- quoted names

    @property
    def path(self) -> str:
        return self._layer.table.table.path

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """The rows that have a place."""
        self._file.executemany(self._insert, self._found(rows))

    def finish(self) -> None:
        """Write where on the earth the layer is."""
        sql = "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?"
        self._file.execute(sql, (*(self._corners or _NOWHERE), self._name))

    def _create(self) -> None:
        layer, kind = self._layer, _GEOMETRIES[self._layer.field.type]
        accuracy = ", accuracy DOUBLE" if layer.has_accuracy else ""
        columns = "".join(
            f", {_quoted(name)} {_TYPES[column.kind]}"
            for name, column in zip(self._columns, layer.attributes, strict=True)
        )
        head = f"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind}{accuracy}"
        self._file.execute(f"CREATE TABLE {_quoted(self._name)} ({head}{columns})")
        entry = (self._name, "features", self._name, layer.label, _now(), *_NOWHERE, WGS_84)
        self._file.execute(CONTENTS, entry)
        geometry = (self._name, "geom", kind, WGS_84, _Z_IS_OPTIONAL, _NO_M)
        self._file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", geometry)
        titles = [
            (self._name, name, column.label) for name, column in zip(self._columns, layer.attributes, strict=True)
        ]
        sql = "INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)"
        self._file.executemany(sql, titles)

    def _found(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        layer = self._layer
        for row in rows:
            shape = layer.shape(row)
            if shape is None:
                if row[layer.place] is not None:
                    self._list(row, layer.name, row[layer.place])
                continue
            own = [geometry_blob(shape), layer.accuracy(row)] if layer.has_accuracy else [geometry_blob(shape)]
            self._reach(_corners(shape))
            yield [*own, *(self._value(column, row) for column in layer.attributes)]

    def _value(self, column: TypedColumn, row: Sequence[Any]) -> Any:
        answer = row[column.place]
        if answer is None:
            return None
        try:
            return _stored(column.read(answer))
        except ValueError:
            self._list(row, column.name, answer)
            return None

    def _list(self, row: Sequence[Any], column: str, answer: Any) -> None:
        # Layers of the same rows find the same answers.
        sql = f'INSERT OR IGNORE INTO {_NOT_TYPED} ("table", "KEY", "column", answer) VALUES (?, ?, ?, ?)'  # noqa: S608 -- a name of our own
        self._file.execute(sql, (self.path, self._layer.table.key(row), column, answer_text(answer)))

    def _reach(self, corners: list[float]) -> None:
        known = self._corners or corners
        self._corners = [*map(min, known[:2], corners[:2]), *map(max, known[2:], corners[2:])]


def _layer_name(layer: Layer) -> str:
    """As the question's column in the other formats, with the repeat in front; never one that the format keeps."""
    steps = layer.table.table.path.strip("/").split("/")
    name = "-".join([*filter(None, steps), layer.name])
    return f"layer_{name}" if name.casefold().startswith(_KEPT_NAMES) else name


def _names_beside_own(columns: Iterable[TypedColumn]) -> list[str]:
    return list(unique_names([*_OWN, *(column.name for column in columns)]))[len(_OWN) :]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _now() -> str:
    return moment_text(utc_now())


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, list) else value


def geometry_blob(shape: dict[str, Any]) -> bytes:
    """A GeoJSON geometry as GeoPackage keeps it: well-known binary behind a head; a point needs no envelope."""
    is_point = shape["type"] == "Point"
    flags = _LITTLE_ENDIAN if is_point else _LITTLE_ENDIAN | _XY_ENVELOPE
    head = b"GP" + pack("<BBi", 0, flags, WGS_84)
    if not is_point:
        west, south, east, north = _corners(shape)
        head += pack("<4d", west, east, south, north)
    return head + _well_known_binary(shape)


def _well_known_binary(shape: dict[str, Any]) -> bytes:
    positions = _positions(shape)
    size = min(map(len, positions))
    kind = _WKB[shape["type"]] + (_WITH_Z if size > 2 else 0)
    head = pack("<BI", _LITTLE_ENDIAN, kind)
    numbers = [number for position in positions for number in position[:size]]
    counts = {"Point": b"", "LineString": pack("<I", len(positions)), "Polygon": pack("<II", 1, len(positions))}
    return head + counts[shape["type"]] + pack(f"<{len(numbers)}d", *numbers)


def _positions(shape: dict[str, Any]) -> list[list[float]]:
    coordinates: Any = shape["coordinates"]
    kind = shape["type"]
    return coordinates[0] if kind == "Polygon" else [coordinates] if kind == "Point" else coordinates


def _corners(shape: dict[str, Any]) -> list[float]:
    """West, south, east, north."""
    longitudes, latitudes = zip(*(position[:2] for position in _positions(shape)), strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
