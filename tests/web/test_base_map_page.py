"""The page on which administrators choose the ground of all maps, its tiles, and the commands that do the same."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from lxml import html
from sqlalchemy import select

from server.audit import Audit
from server.base_map.setting import read_ground
from server.base_map.tiles import TilePlace
from server.config import Settings
from server.purge.run import purge
from server.web.base_map.fault_words import FETCH_FAULTS, TILE_FAULTS
from tests.base_map.tile_files import (
    CREDIT_TEXT,
    packed_vectors,
    picture,
    vectors,
    write_mbtiles,
    write_pmtiles,
)
from tests.base_map.tile_server import TileServer, tile_server
from tests.cast import Answer, Cast
from tests.cli.test_backup_commands import run
from tests.desk.surveyed import publish_survey, send_households
from tests.web.survey import FORM_ID

PAGE = "/site/base-map"
MAP = f"/projects/1/forms/{FORM_ID}/map"
PLACE = TilePlace(9, 407, 224)
NOWHERE = TilePlace(9, 0, 0)


@pytest.fixture
def other() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


def give(cast: Cast, path: Path, **fields: str) -> Answer:
    with path.open("rb") as file:
        return cast.alice.post(f"{PAGE}/file?lang=en", data={"file": (file, path.name), **fields})


def point_at(cast: Cast, address: str, **fields: str) -> Answer:
    return cast.alice.post(f"{PAGE}/address?lang=en", data={"address": address, "is_inside": "yes", **fields})


def ground_of_map(cast: Cast) -> dict[str, Any] | None:
    page: Any = html.fromstring(cast.bob.get(f"{MAP}?lang=en").text)
    described = page.get_element_by_id("map-card").get("data-ground")
    return None if described is None else dict(orjson.loads(described))


def tile(cast: Cast, place: TilePlace, **options: Any) -> Answer:
    ground = ground_of_map(cast)
    assert ground is not None
    return cast.bob.get(ground["tiles"].format(z=place.z, x=place.x, y=place.y), **options)


def shown(cast: Cast) -> str:
    answer = cast.alice.get(f"{PAGE}?lang=en")
    assert answer.status_code == 200
    return str(html.fromstring(answer.text).xpath("string(//main)"))


@pytest.mark.parametrize("write", [write_mbtiles, write_pmtiles])
def test_a_file_becomes_the_ground_of_every_map(cast: Cast, tmp_path: Path, write: Any) -> None:
    publish_survey(cast)
    assert ground_of_map(cast) is None

    assert give(cast, write(tmp_path / "lạng sơn.tiles")).status_code == 303

    ground = ground_of_map(cast)
    assert ground is not None
    assert (ground["kind"], ground["minZoom"], ground["maxZoom"]) == ("raster", 0, 10)
    found = tile(cast, PLACE)
    assert (found.data, found.mimetype) == (picture(PLACE), "image/png")
    assert "immutable" in found.headers["Cache-Control"]
    assert "private" in found.headers["Cache-Control"]
    assert tile(cast, NOWHERE).status_code == 204
    assert tile(cast, TilePlace(12, 1, 1)).status_code == 204
    assert CREDIT_TEXT in cast.bob.get(f"{MAP}?lang=en").text
    assert "lạng sơn.tiles" in shown(cast)


def test_vector_tiles_go_out_as_they_are_packed(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    give(cast, write_mbtiles(tmp_path / "a.mbtiles", packed_vectors))

    packed = tile(cast, PLACE, headers={"Accept-Encoding": "gzip"})
    plain = tile(cast, PLACE)

    assert (packed.headers["Content-Encoding"], packed.mimetype) == ("gzip", "application/vnd.mapbox-vector-tile")
    assert gzip.decompress(packed.data) == plain.data == vectors(PLACE)


def test_a_tile_cannot_do_anything_in_a_browser(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    give(cast, write_mbtiles(tmp_path / "a.mbtiles", lambda place: picture(place) if place.z < 9 else b"<script>"))

    assert tile(cast, PLACE).status_code == 204
    found = tile(cast, TilePlace(0, 0, 0))
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]


def test_makers_are_plain_text_wherever_they_stand(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    evil = "<img src=x onerror=alert(1)>&lt;script&gt;alert(2)&lt;/script&gt; me"
    give(cast, write_mbtiles(tmp_path / "a.mbtiles", attribution=evil))

    page: Any = html.fromstring(cast.bob.get(f"{MAP}?lang=en").text)
    assert page.xpath("string(//*[@class='credit'])") == "<script>alert(2)</script> me"

    cast.alice.post(f"{PAGE}/attribution", data={"attribution": "© Tỉnh Lạng Sơn"})
    assert "© Tỉnh Lạng Sơn" in cast.bob.get(f"{MAP}?lang=en").text
    assert tile(cast, PLACE).status_code == 200


def test_what_is_no_file_of_tiles_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    path = tmp_path / "photo.mbtiles"
    path.write_bytes(b"\xff\xd8\xff photo")

    answer = give(cast, path)

    assert answer.status_code == 422
    assert TILE_FAULTS["unknown-file"] in answer.text
    assert "Đây không phải tệp MBTiles" in cast.alice.post(f"{PAGE}/file?lang=vi", data={"file": path.open("rb")}).text
    assert cast.alice.post(f"{PAGE}/file", data={}).status_code == 400
    assert ground_of_map(cast) is None


def test_an_address_is_fetched_by_the_server(cast: Cast, other: TileServer) -> None:
    publish_survey(cast)

    answer = point_at(cast, other.template, attribution="© Xã", max_zoom="12")

    assert answer.headers["Location"] == f"{PAGE}?done=address&tried="
    ground = ground_of_map(cast)
    assert ground is not None
    assert "127.0.0.1" not in ground["tiles"]
    assert ground["maxZoom"] == 12
    assert [tile(cast, PLACE).data for _ in range(2)] == [picture(PLACE)] * 2
    assert other.asked == ["/0/0/0.png", "/9/407/224.png"]
    assert "immutable" not in tile(cast, PLACE).headers["Cache-Control"]


def test_an_address_that_gives_nothing_is_kept_and_said_to_be_so(cast: Cast, other: TileServer) -> None:
    publish_survey(cast)
    other.status = 403

    answer = cast.alice.get(point_at(cast, other.template).headers["Location"] + "&lang=en")

    assert FETCH_FAULTS["refuses"] in answer.text
    for _ in range(4):
        found = tile(cast, PLACE)
    assert (found.status_code, found.headers["Cache-Control"]) == (204, "no-store")


def test_a_private_address_has_to_be_meant(cast: Cast, other: TileServer) -> None:
    publish_survey(cast)

    answer = cast.alice.post(f"{PAGE}/address", data={"address": other.template})

    assert answer.headers["Location"].endswith("tried=inside")
    assert other.asked == []


@pytest.mark.parametrize(
    "fields", [{"address": "https://a.org/{z}"}, {"address": "https://a.org/{z}/{x}/{y}", "max_zoom": "99"}]
)
def test_a_wrong_address_is_refused_beside_what_was_typed(cast: Cast, fields: dict[str, str]) -> None:
    answer = cast.alice.post(f"{PAGE}/address?lang=en", data=fields)

    page: Any = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("string(//form[@id='address']//p[@role='alert'])")
    assert page.xpath("string(//form[@id='address']//input[@name='address']/@value)") == fields["address"]


def test_tiles_of_another_choice_are_not_found(cast: Cast, tmp_path: Path, other: TileServer) -> None:
    publish_survey(cast)
    give(cast, write_mbtiles(tmp_path / "a.mbtiles"))
    before = ground_of_map(cast)
    point_at(cast, other.template)

    assert before is not None
    assert cast.bob.get(before["tiles"].format(z=0, x=0, y=0)).status_code == 404
    assert cast.bob.get("/base-map/none/0/0/0").status_code == 404
    cast.alice.post(f"{PAGE}/plain")
    assert ground_of_map(cast) is None


def test_only_administrators_choose_and_only_who_sees_maps_gets_tiles(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    path = write_mbtiles(tmp_path / "a.mbtiles")
    give(cast, path)
    ground = ground_of_map(cast)
    assert ground is not None
    address = ground["tiles"].format(z=0, x=0, y=0)

    assert cast.bob.get(PAGE).status_code == 403
    for form in ("file", "address", "attribution", "plain"):
        assert cast.bob.post(f"{PAGE}/{form}", data={}).status_code == 403
    assert [who.get(address).status_code for who in (cast.vy, cast.cuong, cast.dee, cast.nobody)] == [
        200,
        403,
        403,
        401,
    ]
    assert "/site/base-map" in cast.alice.get(f"{MAP}?lang=en").text
    assert "/site/base-map" not in cast.bob.get(f"{MAP}?lang=en").text


def test_the_file_stays_while_it_is_used_and_the_log_says_who_chose_it(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    give(cast, write_pmtiles(tmp_path / "a.pmtiles"))

    purge(cast.services.database, cast.services.storage)

    assert tile(cast, PLACE).status_code == 200
    with cast.services.database.read() as session:
        logged = session.execute(
            select(Audit.actor_id, Audit.details).where(Audit.action == "config.set").order_by(Audit.id)
        ).all()
    assert [(row.actor_id, row.details["key"]) for row in logged] == [(cast.alice.id, "base-map")]


def test_a_file_that_the_storage_has_lost_leaves_the_map_plain(cast: Cast, tmp_path: Path) -> None:
    publish_survey(cast)
    give(cast, write_mbtiles(tmp_path / "a.mbtiles"))
    with cast.services.database.read() as session:
        ground = read_ground(session)
    assert ground is not None
    cast.services.storage.delete(ground.sha256 or "")

    found = tile(cast, PLACE)

    assert (found.status_code, found.headers["Cache-Control"]) == (204, "no-store")


def test_commands_do_the_same(settings: Settings, cast: Cast, tmp_path: Path, other: TileServer) -> None:
    publish_survey(cast)
    path = write_pmtiles(tmp_path / "a.pmtiles")

    assert run(settings, "base-map", "show").output == "plain\n"
    used = run(settings, "base-map", "file", path)
    assert used.output == f"raster tiles of a.pmtiles, zoom 0 to 10, {CREDIT_TEXT}\n"
    assert tile(cast, PLACE).data == picture(PLACE)
    asked = run(settings, "base-map", "address", other.template, "--inside", "--max-zoom", "15", "--attribution", "©")
    assert asked.output == "raster tiles of 127.0.0.1\n"
    assert run(settings, "base-map", "show").output == f"raster tiles of {other.template}, zoom 0 to 15, ©\n"
    assert "address is kept" in run(settings, "base-map", "address", other.template).output
    assert run(settings, "base-map", "plain").output == "plain\n"


@pytest.mark.parametrize("words", [("file", __file__), ("address", "ftp://a/{z}/{x}/{y}")])
def test_commands_refuse_in_one_sentence(settings: Settings, words: tuple[str, ...]) -> None:
    result = run(settings, "base-map", *words)

    assert result.exit_code == 1
    assert result.output.removeprefix("Error: ").strip() in TILE_FAULTS.values()


def test_the_little_maps_of_a_submission_stand_on_the_same_ground(cast: Cast, other: TileServer) -> None:
    publish_survey(cast)
    (sent,) = send_households(cast, 1)
    base = f"/projects/1/forms/{FORM_ID}"
    pages = (f"{base}/review?open={sent.instance_id}", f"{base}/submissions/{sent.instance_id}/print")

    assert not any("<image" in cast.bob.get(page).text for page in pages)
    point_at(cast, other.template, attribution="© Xã")
    for page in pages:
        shown_page: Any = html.fromstring(cast.bob.get(page).text)
        pictures = shown_page.xpath("//*[local-name()='image']")
        boxes = [[float(one.get(name)) for name in ("x", "y", "width", "height")] for one in pictures]
        assert min(x for x, *_ in boxes) <= 0
        assert max(x + width for x, _, width, _ in boxes) >= 480
        assert min(y for _, y, *_ in boxes) <= 0
        assert max(y + height for _, y, _, height in boxes) >= 300
        assert "© Xã" in shown_page.text_content()
        assert cast.bob.get(pictures[0].get("href")).mimetype == "image/png"
    point_at(cast, other.template, max_zoom="12")
    assert not any("<image" in cast.bob.get(page).text for page in pages)
