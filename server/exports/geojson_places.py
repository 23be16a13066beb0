"""GeoJSON of all places in an export: a feature for each answer to each question for a place, also inside repeats."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson

from server.db import Database, moment_text
from server.exports.labelled import split_choices
from server.exports.places import Layer, check_places, place_layers
from server.exports.plan import ExportPlan
from server.exports.typed import TypedColumn, column_names, typed_rows
from server.exports.unique_names import unique_names
from server.storage import ObjectStore
from server.xform.instance import answer_text

_HEAD, _TAIL = b'{"type":"FeatureCollection","features":[', b"]}"
# What each feature says of itself; questions of these names get a number.
_FIELD, _ACCURACY = "fieldpath", "accuracy"
_OWN: Final = (_FIELD, _ACCURACY)


def write_geojson(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Raise 400.8 when no question asks for a place; answers that are no place are left out."""
    check_places(export)
    with database.read() as session:
        split = split_choices(session, export) if export.choice.split_select_multiples else {}
        layers = [(layer, _property_names(layer)) for layer in place_layers(export, split)]
        yield _HEAD
        is_first = True
        for rows in typed_rows(session, export):
            # One after the other into one piece: what the encoder gives takes many times its length in memory.
            piece = bytearray()
            for layer, names in layers:
                for feature in _features(layer, names, rows[layer.table.table.path]):
                    piece += feature if is_first else b"," + feature
                    is_first = False
            if piece:
                yield bytes(piece)
        yield _TAIL


def _property_names(layer: Layer) -> list[str]:
    def names_of(columns: Any) -> list[str]:
        return list(unique_names([*_OWN, *(column.name for column in columns)]))[len(_OWN) :]

    return column_names(layer.attributes, names_of)


def _features(layer: Layer, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    for row in rows:
        shape = layer.shape(row)
        if shape is not None:
            yield orjson.dumps({"type": "Feature", "geometry": shape, "properties": _properties(layer, names, row)})


def _properties(layer: Layer, names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    own: dict[str, Any] = {_FIELD: layer.field.path}
    if layer.has_accuracy:
        own[_ACCURACY] = layer.accuracy(row)
    return own | {name: _value(column, row) for name, column in zip(names, layer.attributes, strict=True)}


def _value(column: TypedColumn, row: Sequence[Any]) -> Any:
    """With the type of its question where the answer has it, else the text: JSON takes both."""
    answer = row[column.place]
    if answer is None:
        return None
    try:
        value = column.read(answer)
    except ValueError:
        return answer_text(answer)
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value
