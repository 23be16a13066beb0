"""Files of tiles, as honest people and others make them."""

import gzip
import itertools
import os
import sqlite3
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType, zxy_to_tileid

from server.base_map.files import TileFile, open_tile_file
from server.base_map.pmtiles import tile_number
from server.base_map.tiles import (
    WORLD,
    TilePlace,
    UnusableTiles,
)
from tests.base_map.tile_files import (
    BOUNDS,
    CREDIT_TEXT,
    packed_vectors,
    picture,
    places,
    vectors,
    write_mbtiles,
    write_pmtiles,
)

MADE = {".mbtiles": write_mbtiles, ".pmtiles": write_pmtiles}


@pytest.fixture(params=MADE)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> TileFile:
    return open_tile_file(MADE[request.param](tmp_path / f"made{request.param}"))


def reason(path: Path) -> str:
    with pytest.raises(UnusableTiles) as refused:
        open_tile_file(path).examine()
    return refused.value.fault


def database(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def test_what_is_in_a_file_is_found_out(made: TileFile) -> None:
    extent, makers = made.examine()

    assert (extent.kind, extent.min_zoom, extent.max_zoom) == ("raster", 0, 10)
    assert extent.bounds == pytest.approx(BOUNDS)
    assert makers == CREDIT_TEXT


def test_every_tile_is_found_where_it_belongs_and_no_other(made: TileFile) -> None:
    wanted = list(places(range(11)))

    assert len(wanted) > 25
    assert [made.tile(place) for place in wanted] == [picture(place) for place in wanted]
    assert made.tile(TilePlace(10, 0, 0)) is None
    assert made.tile(TilePlace(12, 3000, 1700)) is None


@pytest.mark.parametrize("paint", [vectors, packed_vectors])
def test_vector_tiles_are_told_from_pictures(tmp_path: Path, paint: object) -> None:
    database_file = write_mbtiles(tmp_path / "a", paint)  # type: ignore[arg-type]
    packing = Compression.GZIP if paint is packed_vectors else Compression.NONE
    other = write_pmtiles(tmp_path / "b", paint, tile_type=TileType.MVT, tile_compression=packing)  # type: ignore[arg-type]

    assert open_tile_file(database_file).examine()[0].kind == "vector"
    assert open_tile_file(other).examine()[0].kind == "vector"


def test_many_tiles_stand_in_directories_of_directories(tmp_path: Path) -> None:
    path = write_pmtiles(
        tmp_path / "many", lambda _: b"\x89PNG\r\n\x1a\n" + os.urandom(8 + os.urandom(1)[0]), range(17)
    )
    sample = list(itertools.islice(places(range(16, 17)), 0, 30_000, 1_000))

    assert struct.unpack_from("<Q", path.read_bytes(), 48)[0] > 0, "there are no leaves"
    assert all(open_tile_file(path).tile(place) for place in sample)


@given(st.integers(0, 20), st.data())
def test_tiles_are_numbered_as_the_format_says(z: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, (1 << z) - 1)) for _ in range(2))

    assert tile_number(z, x, y) == zxy_to_tileid(z, x, y)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"PMTiles\x02" + bytes(200), b"<html>", b"SQLite format 2"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)

    assert reason(path) == "unknown-file"


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    assert reason(database(tmp_path / "a", "CREATE TABLE people (name text)")) == "broken-file"


def test_a_file_without_tiles_is_refused(tmp_path: Path) -> None:
    assert reason(write_mbtiles(tmp_path / "a", zooms=range(0))) == "no-tiles"
    assert reason(write_mbtiles(tmp_path / "b", lambda _: b"<svg onload='alert(1)'/>")) == "no-tiles"
    assert reason(write_pmtiles(tmp_path / "c", lambda _: b"<html>")) == "no-tiles"


def test_impossible_zooms_are_refused_and_impossible_bounds_are_the_world(tmp_path: Path) -> None:
    assert reason(write_mbtiles(tmp_path / "a", minzoom="9", maxzoom="3")) == "bad-zooms"
    assert reason(write_mbtiles(tmp_path / "b", maxzoom="many")) == "broken-file"
    assert open_tile_file(write_mbtiles(tmp_path / "c", bounds="1,nan,x")).examine()[0].bounds == WORLD


def test_zooms_that_are_not_said_are_those_of_the_tiles(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "a", zooms=range(3, 8))
    database(path, "DELETE FROM metadata WHERE name LIKE '%zoom'")

    extent, _ = open_tile_file(path).examine()
    assert (extent.min_zoom, extent.max_zoom) == (3, 7)


def test_packings_that_are_not_read_are_refused(tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "a", tile_compression=Compression.BROTLI)

    assert reason(path) == "packed-otherwise"


def test_a_table_of_tiles_without_an_index_is_refused(tmp_path: Path) -> None:
    script = """
        CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        INSERT INTO tiles VALUES (5, 1, 1, x'89504E470D0A1A0A');
        INSERT INTO tiles WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
            SELECT 5, i, 2, x'89504E470D0A1A0A' FROM n;
    """

    assert reason(database(tmp_path / "a", script)) == "no-index"


@pytest.mark.parametrize(
    "query",
    [
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT i, i, i, i FROM n WHERE i < 0",
        "SELECT 0, 0, 0, randomblob(900000000) FROM metadata",
        "SELECT 0, 0, 0, readfile('/etc/passwd') FROM metadata",
        "SELECT 0, 0, 0, zeroblob(2000000000) FROM metadata",
        "SELECT a.value, b.value, c.value, d.value FROM many a, many b, many c, many d WHERE a.value + b.value < 0",
    ],
)
def test_a_view_that_is_an_attack_comes_to_nothing_at_once(tmp_path: Path, query: str) -> None:
    script = f"""
        CREATE TABLE metadata (name text, value text);
        INSERT INTO metadata VALUES ('minzoom', '0'), ('maxzoom', '5');
        CREATE TABLE many (value integer);
        INSERT INTO many WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n;
        CREATE VIEW tiles (zoom_level, tile_column, tile_row, tile_data) AS {query};
    """
    path = database(tmp_path / "a", script)
    began = time.monotonic()

    assert reason(path) in {"broken-file", "no-tiles", "no-index"}
    assert open_tile_file(path).tile(TilePlace(0, 0, 0)) is None
    assert time.monotonic() - began < 5


def test_reading_a_file_changes_and_adds_nothing(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "a")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    before = path.read_bytes()

    open_tile_file(path).examine()
    assert open_tile_file(path).tile(TilePlace(0, 0, 0)) == picture(TilePlace(0, 0, 0))

    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("made_by", MADE.values(), ids=MADE)
def test_files_that_were_cut_or_changed_anywhere_break_nothing(tmp_path: Path, made_by: object) -> None:
    content = made_by(tmp_path / "whole", zooms=range(7)).read_bytes()  # type: ignore[operator]
    path = tmp_path / "broken"
    for at in range(0, len(content), max(1, len(content) // 150)):
        path.write_bytes(content[:at] + bytes(255 - byte for byte in content[at : at + 9]) + content[at + 9 :])
        _look_at(path)
        path.write_bytes(content[:at])
        _look_at(path)


def _look_at(path: Path) -> None:
    try:
        file = open_tile_file(path)
        file.tile(TilePlace(6, 50, 27))
        file.examine()
    except UnusableTiles:
        pass


def test_a_directory_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(200_000_000))
    header = struct.pack("<8s11Q6B4iB2i", b"PMTiles\x03", 127, len(bomb), *[0] * 9, 1, 2, 1, 2, 0, 5, *[0] * 7)
    path = tmp_path / "bomb"
    path.write_bytes(header + bomb)

    assert reason(path) == "broken-file"


def test_directories_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    circle = bytes([1, 0, 0, 5, 1])
    header = struct.pack(
        "<8s11Q6B4iB2i", b"PMTiles\x03", 127, 5, 0, 0, 127, 5, 0, 0, 0, 0, 0, 1, 1, 1, 2, 0, 5, *[0] * 7
    )
    path = tmp_path / "circle"
    path.write_bytes(header + circle)

    assert open_tile_file(path).tile(TilePlace(0, 0, 0)) is None
    assert reason(path) == "no-tiles"
