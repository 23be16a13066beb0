"""The questions for places of an export, each with the columns that go along with its places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.errors import unexpected_value
from server.exports.choices import Choices
from server.exports.csv_text import GEOPOINT
from server.exports.plan import ExportPlan
from server.exports.typed import TypedColumn, TypedTable, typed_tables
from server.exports.wording import Wording
from server.xform.fields import Field
from server.xform.geometry import GEO_TYPES, geometry
from server.xform.instance import answer_text
from server.xpath.geo import parse_decimal

_ACCURACY_PART = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """`place` is where the answers stand in a row of the table, `attributes` are its columns that are no places."""

    table: TypedTable
    field: Field
    place: int
    name: str
    label: str
    attributes: tuple[TypedColumn, ...]

    @property
    def has_accuracy(self) -> bool:
        return self.field.type == GEOPOINT

    def shape(self, row: Sequence[Any]) -> dict[str, Any] | None:
        """The answer in a row as a GeoJSON geometry; None for what is no place."""
        answer = row[self.place]
        return None if answer is None else geometry(self.field.type, answer_text(answer))

    def accuracy(self, row: Sequence[Any]) -> float | None:
        """Of a point with a shape, in metres."""
        parts = answer_text(row[self.place]).split()
        return parse_decimal(parts[_ACCURACY_PART]) if len(parts) > _ACCURACY_PART else None


def check_places(export: ExportPlan) -> None:
    """Raise 400.8 when none of the exported questions asks for a place."""
    if not any(field.type in GEO_TYPES for field in export.fields):
        raise unexpected_value("format", "geojson or gpkg", "none of the exported questions asks for a place")


def place_layers(export: ExportPlan, split: Choices) -> list[Layer]:
    """In the order of the form."""
    wording = Wording.of(export)
    return [layer for table in typed_tables(export, wording, split).values() for layer in _layers(table, wording)]


def _layers(table: TypedTable, wording: Wording) -> list[Layer]:
    attributes = tuple(item for item in table.columns if item.field is None or item.field.type not in GEO_TYPES)
    first = 0 if table.table.path else 1
    return [
        Layer(table, column.field, place, wording.column(column), column.field.label(wording.language), attributes)
        for place, column in enumerate(table.table.columns, start=first)
        if column.field.type in GEO_TYPES
    ]
