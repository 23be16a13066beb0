import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.xform.geometry import geometry


def test_point_is_longitude_latitude_altitude() -> None:
    assert geometry("geopoint", "52.24107555748181 4.7871262893819555 0 0") == {
        "type": "Point",
        "coordinates": [4.7871262893819555, 52.24107555748181, 0],
    }


def test_altitude_that_was_not_sent_is_left_out() -> None:
    assert geometry("geopoint", "21.03 105.85") == {"type": "Point", "coordinates": [105.85, 21.03]}


def test_trace_is_a_line() -> None:
    assert geometry("geotrace", "1 2 0 0; 3 4 0 0;") == {
        "type": "LineString",
        "coordinates": [[2, 1, 0], [4, 3, 0]],
    }


def test_shape_is_a_polygon_with_one_ring() -> None:
    assert geometry("geoshape", "10 170 653 0;20.123 171.123 -30.3 0;30 172 65.65 0;10 170 653 0") == {
        "type": "Polygon",
        "coordinates": [[[170, 10, 653], [171.123, 20.123, -30.3], [172, 30, 65.65], [170, 10, 653]]],
    }


def test_ring_that_was_left_open_is_closed() -> None:
    assert geometry("geoshape", "0 0;0 1;1 1") == {
        "type": "Polygon",
        "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
    }


@pytest.mark.parametrize(
    ("field_type", "text"),
    [
        ("geopoint", ""),
        ("geopoint", " "),
        ("geopoint", "21.03"),
        ("geopoint", "north east"),
        ("geopoint", "1 2 3 4 5"),
        ("geopoint", "1e999 2 3 4"),
        ("geopoint", "1 2; 3 4"),
        ("geotrace", "1 2 0 0"),
        ("geotrace", "1 2;;3 4"),
        ("geotrace", "1 2; x 4"),
        ("geoshape", "0 0;0 0;0 0"),
        ("geoshape", "0 0;0 1"),
        ("geoshape", "0 0;0 1;0 0"),
    ],
)
def test_what_is_no_place_gives_nothing(field_type: str, text: str) -> None:
    assert geometry(field_type, text) is None


@given(st.sampled_from(["geopoint", "geotrace", "geoshape"]), st.text("0123456789.-+eE; ", max_size=60))
def test_any_text_gives_nothing_or_finite_coordinates(field_type: str, text: str) -> None:
    found = geometry(field_type, text)

    assert found is None or all(map(math.isfinite, _numbers(orjson.loads(orjson.dumps(found))["coordinates"])))


def _numbers(value: Any) -> list[float]:
    return [number for item in value for number in _numbers(item)] if isinstance(value, list) else [value]
