"""Tiles of another server: what is taken of it, what is not, and how long anybody waits."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.base_map.fetched import FetchedTiles, Rest
from server.base_map.fetching import NotFetched, fetch_tile, may_be_asked
from server.base_map.kept_tiles import KeptTiles
from server.base_map.tile_address import TileAddress, read_tile_address
from server.base_map.tiles import MAX_TILE, FoundTile, Tile, TilePlace, UnusableTiles
from tests.base_map.tile_files import packed_vectors, picture
from tests.base_map.tile_server import TileServer, tile_server

PLACE = TilePlace(8, 202, 111)
MONTH = 40 * 24 * 3600


@pytest.fixture
def other() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


def at(server: TileServer, ending: str = ".png") -> TileAddress:
    return read_tile_address(server.template.replace(".png", ending), is_inside=True)


def reason(address: TileAddress) -> str:
    with pytest.raises(NotFetched) as fault:
        fetch_tile(address, PLACE)
    return fault.value.fault


def eventually(find: Callable[[], FoundTile], state: str) -> FoundTile:
    until = time.monotonic() + 10
    while (found := find()).state != state:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tiles.example.org/{z}/{x}/{y}.png",
        "file:///etc/passwd?{z}{x}{y}",
        "ftp://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "https://{z}.example.org/{x}/{y}.png",
        "https://me:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png#here",
        "https://tiles.example.org/{z}/{x}/{y}.png HTTP/1.1\r\nX: y",
        "https://tiles.example.org:0/{z}/{x}/{y}.png",
        "https://tiles.example.org:99999/{z}/{x}/{y}.png",
        "https://[::1/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "https://tiles.example.org/{s}/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}{r}.png",
        f"https://tiles.example.org/{'a' * 1000}/{{z}}/{{x}}/{{y}}.png",
    ],
)
def test_what_is_no_address_of_tiles_is_refused(text: str) -> None:
    with pytest.raises(UnusableTiles) as refused:
        read_tile_address(text)
    assert refused.value.fault in {"no-address", "more-holes"}


def test_an_address_is_filled_in_wherever_its_numbers_stand() -> None:
    address = read_tile_address("https://tiles.example.org/t?x={x}&y={y}&z={z}&key=a-b")

    assert address.url(PLACE) == "https://tiles.example.org/t?x=202&y=111&z=8&key=a-b"
    assert (address.kind, read_tile_address("https://a.org/{z}/{x}/{y}.pbf?k=1").kind) == ("raster", "vector")


@pytest.mark.parametrize(
    ("text", "outside", "inside"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.7", False, True),
        ("::1", False, True),
        ("fd00::7", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("not an address", False, False),
    ],
)
def test_private_networks_are_entered_only_where_that_was_said(text: str, *, outside: bool, inside: bool) -> None:
    assert may_be_asked(text, is_inside=False) is outside
    assert may_be_asked(text, is_inside=True) is inside


def test_a_tile_comes_as_it_is(other: TileServer) -> None:
    tile = fetch_tile(at(other), PLACE)
    vector = fetch_tile(at(other, ".pbf?key=1"), PLACE)

    assert tile is not None
    assert (tile.content, tile.media_type) == (picture(PLACE), "image/png")
    assert vector is not None
    assert (vector.content, vector.is_packed) == (packed_vectors(PLACE), True)
    assert other.asked == ["/8/202/111.png", "/8/202/111.pbf?key=1"]
    assert {agent.partition("/")[0] for agent in other.agents} == {"Transect"}


def test_our_own_network_is_left_alone_unless_it_was_named(other: TileServer) -> None:
    assert reason(TileAddress(other.template)) == "inside"
    assert reason(TileAddress(other.template.replace("127.0.0.1", "localhost"))) == "inside"
    assert other.asked == []


def test_redirects_are_not_followed(other: TileServer) -> None:
    other.status, other.headers = 302, {"Location": "http://127.0.0.1/secret.png"}

    assert reason(at(other)) == "redirects"
    assert len(other.asked) == 1


@pytest.mark.parametrize("status", [204, 404, 410])
def test_no_tile_is_an_answer(other: TileServer, status: int) -> None:
    other.status, other.body = status, b""

    assert fetch_tile(at(other), PLACE) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "wanted"),
    [
        (403, {}, b"no", "refuses"),
        (429, {}, b"slowly", "refuses"),
        (503, {}, b"later", "unreachable"),
        (200, {"Content-Type": "text/html"}, picture(PLACE), "no-tile"),
        (200, {"Content-Type": "image/svg+xml"}, b"<svg/>", "no-tile"),
        (200, {}, b"<html>sign in to the hotel's network</html>", "no-tile"),
        (200, {}, b"", "no-tile"),
        (200, {}, picture(PLACE) + bytes(MAX_TILE), "no-tile"),
        (200, {"Content-Type": "application/x-protobuf"}, packed_vectors(PLACE), "no-tile"),
        (200, {"Content-Length": "99999"}, picture(PLACE), "unreachable"),
    ],
)
def test_what_is_no_tile_is_not_taken(
    other: TileServer, status: int, headers: dict[str, str], body: bytes, wanted: str
) -> None:
    other.status, other.headers, other.body = status, headers, body

    assert reason(at(other)) == wanted


def test_nobody_there_is_said_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = TileAddress(f"http://127.0.0.1:{free.getsockname()[1]}/{{z}}/{{x}}/{{y}}.png", is_inside=True)
        assert reason(address) == "unreachable"
    assert reason(TileAddress("https://nowhere.invalid/{z}/{x}/{y}.png")) == "unreachable"


def test_a_tile_is_fetched_once_and_kept(other: TileServer, tmp_path: Path) -> None:
    tiles = FetchedTiles(at(other), KeptTiles(tmp_path))

    found = [tiles.find(PLACE) for _ in range(3)]

    assert {one.state for one in found} == {"here"}
    assert found[0].tile == found[2].tile
    assert len(other.asked) == 1
    assert FetchedTiles(at(other), KeptTiles(tmp_path)).find(PLACE).state == "here"
    assert len(other.asked) == 1


def test_that_there_is_no_tile_is_kept_too(other: TileServer, tmp_path: Path) -> None:
    other.status, other.body = 404, b"nothing"
    tiles = FetchedTiles(at(other), KeptTiles(tmp_path))

    assert [tiles.find(PLACE).state for _ in range(2)] == ["none", "none"]
    assert len(other.asked) == 1


def test_a_slow_server_keeps_nobody_waiting_and_its_tile_comes_all_the_same(other: TileServer, tmp_path: Path) -> None:
    other.seconds = 2.5
    tiles = FetchedTiles(at(other), KeptTiles(tmp_path))
    began = time.monotonic()

    assert tiles.find(PLACE).state == "coming"
    assert time.monotonic() - began < 2.2
    eventually(lambda: tiles.find(PLACE), "here")
    assert len(other.asked) == 1


def test_a_server_that_fails_is_left_alone_for_a_while(other: TileServer, tmp_path: Path) -> None:
    other.status = 500
    tiles = FetchedTiles(at(other), KeptTiles(tmp_path), Rest(seconds=0.6))
    eventually(lambda: tiles.find(PLACE), "away")
    asked = len(other.asked)
    began = time.monotonic()

    assert {tiles.find(TilePlace(8, x, 0)).state for x in range(40)} == {"away"}
    assert time.monotonic() - began < 0.3
    assert len(other.asked) == asked == 3

    other.status = 200
    time.sleep(0.6)
    eventually(lambda: tiles.find(PLACE), "here")


def test_an_old_tile_is_shown_while_it_is_renewed_and_when_the_server_is_gone(
    other: TileServer, tmp_path: Path
) -> None:
    kept = KeptTiles(tmp_path)
    tiles = FetchedTiles(at(other), kept, Rest(seconds=60))
    tiles.find(PLACE)
    make_old(tmp_path)
    other.status = 500

    eventually(lambda: tiles.find(TilePlace(8, 1, 1)), "away")
    assert tiles.find(PLACE).tile is not None
    other.status = 200
    assert FetchedTiles(at(other), kept).find(PLACE).tile is not None
    eventually(lambda: renewed(kept, at(other).url(PLACE)), "here")


def make_old(folder: Path) -> None:
    for path in folder.glob("*/*"):
        os.utime(path, (time.time() - MONTH,) * 2)


def renewed(kept: KeptTiles, url: str) -> FoundTile:
    found = kept.find(url)
    return FoundTile("here" if found and found.age < MONTH else "coming")


def test_what_is_kept_never_takes_more_room_than_it_may(tmp_path: Path) -> None:
    tile = Tile(picture(PLACE) + bytes(10_000), "image/png")
    kept = KeptTiles(tmp_path, most_bytes=500_000)
    for number in range(401):
        kept.keep(f"https://tiles.example.org/{number}", tile)

    size = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert 300_000 < size < 1_600_000
    assert kept.find("https://tiles.example.org/400") is not None
    assert kept.find("https://tiles.example.org/0") is None


def test_a_disk_that_cannot_be_written_troubles_nobody(other: TileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    tiles = FetchedTiles(at(other), KeptTiles(tmp_path / "file"))

    assert tiles.find(PLACE).state == "here"
