"""The ground of the map in a real browser: files, vectors and another server's tiles below many points."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from pmtiles.tile import Compression, TileType

from tests.base_map.tile_files import CREDIT_TEXT, packed_vectors, write_mbtiles, write_pmtiles
from tests.base_map.tile_server import TileServer, tile_server
from tests.cast import Cast
from tests.desk.surveyed import multiply_households, publish_survey, send_households
from tests.web.browser import axe_violations, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture
from tests.web.survey import FORM_ID

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MAP = f"/projects/1/forms/{FORM_ID}/map"
REVIEW = f"/projects/1/forms/{FORM_ID}/review?state=all"
PAGE = "/site/base-map"
MANY = 50_000
# As `tile_files` paints land, and as the script draws water.
GREEN, WATER = (196, 222, 190), (195, 219, 232)
VECTORS: dict[str, Any] = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP}


@pytest.fixture
def server(cast: Cast, app: Flask) -> Iterator[PageServer]:
    publish_survey(cast)
    send_households(cast, 6)
    with serving(app) as server:
        yield server


@pytest.fixture
def other() -> Iterator[TileServer]:
    with tile_server() as found:
        yield found


def upload(page: "Page", server: PageServer, path: Path) -> None:
    page.goto(f"{server.url}{PAGE}?lang=en")
    page.get_by_label("File (.mbtiles, .pmtiles)").set_input_files(path)
    page.get_by_role("button", name="Use this file").click()
    page.get_by_text("✓ Saved").wait_for()


def open_map(page: "Page", server: PageServer, count: int) -> None:
    page.goto(f"{server.url}{MAP}?lang=en")
    page.locator(f"#map-card[data-ready='{count}'][data-ground=shown]").wait_for(timeout=60_000)


def share(page: "Page", colour: tuple[int, int, int], place: str = "#map") -> float:
    """How much of the map has this colour, from 0 to 1."""
    with Image.open(io.BytesIO(page.locator(place).screenshot())) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)
    return float((abs(pixels - colour) < 4).all(axis=2).mean())


@pytest.mark.parametrize("write", [write_mbtiles, write_pmtiles])
def test_fifty_thousand_points_stand_on_a_file(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path, write: Any
) -> None:
    multiply_households(cast, MANY)
    path = write(tmp_path / "ground.tiles", zooms=range(13))

    with signed_in_page(browser, server.url, cast, cast.alice, language="en") as page:
        upload(page, server, path)
        open_map(page, server, MANY + 6)
        keep_picture(page, f"map-ground-{write.__name__}")
        assert share(page, GREEN) > 0.25
        assert page.locator(".credit").inner_text() == CREDIT_TEXT
        page.get_by_role("button", name="List what is in view").click()
        page.locator("#list-told", has_text="Records").wait_for()


def test_vector_tiles_are_drawn(browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "v.pmtiles", packed_vectors, zooms=range(13), **VECTORS)

    with signed_in_page(browser, server.url, cast, cast.alice, language="en") as page:
        upload(page, server, path)
        open_map(page, server, 6)
        keep_picture(page, "map-ground-vectors")
        assert 0.05 < share(page, WATER) < 0.6


def test_tiles_of_another_server_come_through_ours_however_slowly(
    browser: "Browser", server: PageServer, cast: Cast, other: TileServer
) -> None:
    other.seconds = 0.5
    with signed_in_page(browser, server.url, cast, cast.alice, language="en") as page:
        page.goto(f"{server.url}{PAGE}?lang=en")
        page.get_by_label("Tile address").fill(other.template)
        page.get_by_label("The tile server stands in our own network").check()
        page.get_by_role("button", name="Use this address").click()
        page.get_by_text("✓ Saved").wait_for()
        assert page.locator(".warn-text").count() == 0
        open_map(page, server, 6)
        assert share(page, GREEN) > 0.25
        other.seconds = 0
        for name, width in (("desk", 1440), ("phone", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{server.url}{REVIEW}&lang=en")
            page.goto(f"{server.url}{REVIEW}&lang=en&open={page.locator('article').get_attribute('data-id')}")
            keep_picture(page, f"review-ground-{name}")
            assert share(page, GREEN, ".place-map") > 0.5


def test_a_map_whose_tiles_do_not_come_is_a_plain_one(
    browser: "Browser", server: PageServer, cast: Cast, other: TileServer
) -> None:
    other.status = 503
    with signed_in_page(browser, server.url, cast, cast.alice, language="en") as page:
        page.goto(f"{server.url}{PAGE}?lang=en")
        page.get_by_label("Tile address").fill(other.template)
        page.get_by_label("The tile server stands in our own network").check()
        page.get_by_role("button", name="Use this address").click()
        page.get_by_text("The tile server cannot be reached.").wait_for()
        open_map(page, server, 6)
        assert len(other.asked) < 10
        page.get_by_role("button", name="List what is in view").click()
        page.locator("#list-told", has_text="Records: 6").wait_for()
        page.goto(f"{server.url}{REVIEW}&lang=en")
        page.locator(".place-map").wait_for()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path, language: str, width: int, height: int
) -> None:
    with signed_in_page(browser, server.url, cast, cast.alice, width=width, height=height, language=language) as page:
        for name in ("plain", "file"):
            page.goto(f"{server.url}{PAGE}?lang={language}")
            keep_picture(page, f"base-map-{name}-{width}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_violations(page) == []
            if name == "plain":
                upload(page, server, write_mbtiles(tmp_path / f"{width}-{language}.mbtiles"))
        open_map(page, server, 6)
        keep_picture(page, f"map-on-ground-{width}-{language}")
        assert axe_violations(page) == []


def test_without_scripts_the_page_does_the_same(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    with signed_in_page(browser, server.url, cast, cast.alice, has_scripts=False) as page:
        upload(page, server, write_pmtiles(tmp_path / "a.pmtiles"))
        page.get_by_role("button", name="Back to the plain ground").click()
        page.get_by_text("The plain ground").wait_for()
