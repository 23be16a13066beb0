"""Places as GeoJSON and as a GeoPackage, which GDAL reads: features, attributes, what is no place."""

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest

from server.exports import geopackage
from server.job_handlers import new_worker
from tests.cast import Cast
from tests.exports.hostile import HOSTILE, hostile_form, send_hostile
from tests.exports.survey import FORM, FORM_ID, filled, survey_form, tables_of
from tests.factories import household, new_id, publish, send

REPEAT_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
 <h:title>Thửa đất</h:title><model><instance><data id="plots" version="1"><fid/><geom/>
 <plot><corner/><accuracy/><fieldpath/></plot><meta><instanceID/></meta></data></instance>
 <bind nodeset="/data/geom" type="geopoint"/><bind nodeset="/data/plot/corner" type="geopoint"/></model></h:head>
 <h:body><group ref="/data/plot"><repeat nodeset="/data/plot"><input ref="/data/plot/corner"><label>Góc</label></input>
 </repeat></group></h:body></h:html>"""
PLOTS = "/v1/projects/1/forms/plots"


@dataclass
class Layer:
    """What GDAL says of a layer: kinds of its columns, its features, and its geometries in well-known binary."""

    kinds: dict[str, str]
    rows: list[dict[str, Any]]
    shapes: list[bytes]
    about: dict[str, Any]


def package(cast: Cast, folder: Path, query: str = "", form: str = HOSTILE) -> Path:
    answer = cast.vy.get(f"{form}/exports/gpkg?{query}")
    assert answer.status_code == 200, answer.text
    folder.mkdir(exist_ok=True)
    path = folder / "places.gpkg"
    path.write_bytes(answer.data)
    return path


def layer(path: Path, name: str) -> Layer:
    about, _, shapes, columns = pyogrio.raw.read(path, layer=name, datetime_as_string=True)
    names = list(about["fields"])
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    kinds = dict(zip(names, map(str, about["ogr_types"]), strict=True))
    return Layer(kinds, rows, list(shapes), pyogrio.read_info(path, layer=name))


def features(cast: Cast, query: str = "", form: str = HOSTILE) -> list[dict[str, Any]]:
    answer = cast.vy.get(f"{form}/exports/geojson?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = answer.json["features"]
    return found


@pytest.fixture
def hard(cast: Cast) -> tuple[str, str]:
    publish(cast.bob, hostile_form())
    return send_hostile(cast)


def send_plots(cast: Cast, geom: str = "21.5 106.0 5 3.5") -> str:
    publish(cast.bob, REPEAT_FORM.encode())
    instance_id = new_id()
    plots = "".join(
        f"<plot><corner>{corner}</corner><accuracy>{number}</accuracy><fieldpath>{number}</fieldpath></plot>"
        for number, corner in enumerate(("21 106", "", "22 107 8.5 2"), start=1)
    )
    xml = (
        f'<data id="plots" version="1"><fid>7</fid><geom>{geom}</geom>{plots}'
        f"<meta><instanceID>{instance_id}</instanceID></meta></data>"
    )
    assert send(cast.chi, xml.encode()).status_code == 201
    return instance_id


def test_every_question_for_a_place_has_features_that_name_it(cast: Cast, hard: tuple[str, str]) -> None:
    found = {feature["properties"]["fieldpath"]: feature for feature in features(cast)}

    # The second submission has no answer that is a place.
    assert {feature["properties"]["KEY"] for feature in found.values()} == {hard[0]}
    assert {path: feature["geometry"] for path, feature in found.items()} == {
        "/spot": {"type": "Point", "coordinates": [106.25, 21.5, 512.5]},
        "/way": {"type": "LineString", "coordinates": [[106.0, 21.5], [106.25, 21.75]]},
        "/plot": {
            "type": "Polygon",
            "coordinates": [[[106.0, 21.0, 5.0], [106.0, 22.0, 5.0], [107.0, 22.0, 5.0], [106.0, 21.0, 5.0]]],
        },
    }


def test_feature_has_the_other_answers_of_its_row_with_their_types(cast: Cast, hard: object) -> None:
    properties = features(cast)[0]["properties"]

    expected = {
        "accuracy": 4.8,
        "visit": "2026-05-15",
        "xã.1": 'a"1',
        "crops": ["rice", "tea's"],
        "at": "2026-05-15T01:00:00.250Z",
        "count": 7,
        "share": 12.5,
        "_all": None,
    }
    assert {name: properties[name] for name in expected} == expected
    assert "spot" not in properties


def test_place_in_a_repeat_is_a_feature_of_its_own(cast: Cast) -> None:
    instance_id = send_plots(cast)

    found = [feature for feature in features(cast, form=PLOTS) if feature["properties"]["fieldpath"] == "/plot/corner"]

    assert [feature["geometry"]["coordinates"] for feature in found] == [[106.0, 21.0], [107.0, 22.0, 8.5]]
    assert [feature["properties"]["KEY"] for feature in found] == [f"{instance_id}/plot[1]", f"{instance_id}/plot[3]"]
    # Questions may be called as what the export says itself.
    assert [feature["properties"]["accuracy"] for feature in found] == [None, 2]
    assert [feature["properties"]["accuracy_2"] for feature in found] == ["1", "3"]
    assert [feature["properties"]["fieldpath_2"] for feature in found] == ["1", "3"]


def test_words_columns_and_filters_apply_to_features(cast: Cast, hard: tuple[str, str]) -> None:
    query = "labels=labels&language=Tiếng Việt (vi)&columns=/spot,/xã.1,/crops"
    properties = features(cast, query)[0]["properties"]

    assert (properties["Xã nào?"], properties["Cây trồng"]) == ('Xã "A"', ["Lúa", "Chè"])
    assert len(properties) == 15
    assert features(cast, "approvedOnly=true") == []


@pytest.mark.parametrize("format_name", ["geojson", "gpkg"])
def test_form_without_a_question_for_a_place_is_refused(cast: Cast, format_name: str) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    answer = cast.vy.get(f"/v1/projects/1/forms/household/exports/{format_name}")

    assert answer.status_code == 400
    assert "place" in answer.json["message"]


def test_package_has_a_layer_for_each_question_for_a_place(cast: Cast, tmp_path: Path, hard: object) -> None:
    path = package(cast, tmp_path)

    layers = dict(pyogrio.list_layers(path))
    assert layers == {"spot": "Point Z", "way": "LineString Z", "plot": "Polygon Z", "not_typed": None}
    assert [layer(path, name).about["crs"] for name in ("spot", "way", "plot")] == ["EPSG:4326"] * 3
    assert layer(path, "way").about["total_bounds"] == (106.0, 21.5, 106.25, 21.75)


def test_layer_has_typed_attributes(cast: Cast, tmp_path: Path, hard: tuple[str, str]) -> None:
    spot = layer(package(cast, tmp_path), "spot")

    expected = {
        "accuracy": ("OFTReal", 4.8),
        "visit": ("OFTDate", "2026-05-15"),
        "at": ("OFTDateTime", "2026-05-15T01:00:00.250Z"),
        "count": ("OFTInteger64", 7),
        "share": ("OFTReal", 12.5),
        "crops": ("OFTString", "rice tea's"),
        "KEY": ("OFTString", hard[0]),
        "key_2": ("OFTString", "chìa"),
        "tên_2": ("OFTString", "nhỏ"),
    }
    assert {name: (spot.kinds[name], _plain(spot.rows[0][name])) for name in expected} == expected
    assert len(spot.rows) == 1


def _plain(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value


def test_geometries_are_those_of_the_answers(cast: Cast, tmp_path: Path, hard: object) -> None:
    path = package(cast, tmp_path)

    point, line, area = (layer(path, name).shapes[0] for name in ("spot", "way", "plot"))
    assert struct.unpack("<BI3d", point) == (1, _with_z(1), 106.25, 21.5, 512.5)
    assert struct.unpack("<BII4d", line) == (1, 2, 2, 106.0, 21.5, 106.25, 21.75)
    assert struct.unpack("<BIII12d", area)[:7] == (1, _with_z(3), 1, 4, 106.0, 21.0, 5.0)


def _with_z(kind: int) -> int:
    """As GDAL marks it, whatever the file does."""
    return kind | 1 << 31


def test_answers_that_do_not_fit_are_listed_once(cast: Cast, tmp_path: Path, hard: tuple[str, str]) -> None:
    with closing(sqlite3.connect(package(cast, tmp_path))) as file:
        listed = file.execute('SELECT "KEY", "column", answer FROM not_typed ORDER BY "column"').fetchall()

    assert listed == [(hard[1], "spot", "here"), (hard[1], "way", "21.5 106.0")]


def test_package_keeps_the_rules_of_its_specification(cast: Cast, tmp_path: Path, hard: object) -> None:
    with closing(sqlite3.connect(package(cast, tmp_path))) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = {name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")}
        heads = [blob[:8] for (blob,) in file.execute("SELECT geom FROM spot UNION ALL SELECT geom FROM way")]
        titles = dict(file.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'spot'"))

    assert tables == {"spot", "way", "plot", "not_typed"}
    assert heads == [b"GP\0\x01" + struct.pack("<i", 4326), b"GP\0\x03" + struct.pack("<i", 4326)]
    assert titles["count"] == "How many?"


def test_layers_of_repeats_and_names_that_the_format_keeps(cast: Cast, tmp_path: Path) -> None:
    instance_id = send_plots(cast)
    path = package(cast, tmp_path, form=PLOTS)

    assert [name for name, _ in pyogrio.list_layers(path)] == ["geom", "plot-corner"]
    assert [row["fid_2"] for row in layer(path, "geom").rows] == ["7"]
    corners = layer(path, "plot-corner")
    assert [row["PARENT_KEY"] for row in corners.rows] == [instance_id] * 2
    assert [row["accuracy_2"] for row in corners.rows] == ["1", "3"]


def test_every_place_of_the_csv_is_in_the_package(cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, survey_form())
    for seed in range(12):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201
    lines = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))[f"{FORM_ID}.csv"]

    found = layer(package(cast, tmp_path, form=FORM), "home-gps")

    expected = [line["KEY"] for line in lines if line["home-gps-Latitude"]]
    assert [row["KEY"] for row in found.rows] == expected != []


def test_layer_with_more_columns_than_a_file_holds_is_refused(
    cast: Cast, hard: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geopackage, "MAX_COLUMNS", 5)

    answer = cast.vy.get(f"{HOSTILE}/exports/gpkg")

    assert answer.status_code == 400
    assert "geojson" in answer.json["message"]


@pytest.mark.parametrize("format_name", ["geojson", "gpkg"])
def test_places_can_be_made_by_a_job(cast: Cast, hard: object, format_name: str) -> None:
    started = cast.vy.post(f"{HOSTILE}/exports/{format_name}")
    assert started.status_code == 202, started.text
    worker = new_worker(cast.services)
    while worker.run_one():
        pass

    made = cast.vy.get(f"/v1/projects/1/exports/{started.json['id']}").json
    assert (made["state"], made["done"]) == ("done", 2)
    assert made["size"] == len(cast.vy.get(f"{HOSTILE}/exports/{format_name}").data)


def test_central_s_geojson_stays_as_it_is(cast: Cast, hard: tuple[str, str]) -> None:
    found = cast.vy.get(f"{HOSTILE}/submissions.geojson").json["features"]

    assert [(feature["id"], feature["properties"]) for feature in found] == [(hard[0], {"fieldpath": "/spot"})]
