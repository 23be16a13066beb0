"""The pages of projects and forms in a real browser: without faults of accessibility, at the widths of phones and desks."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server.config import Settings
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.live_server import LiveServer, live_server
from tests.web.browser import axe_violations, open_browser, signed_in_page
from tests.web.survey import FORM_ID

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BASE = f"/projects/1/forms/{FORM_ID}"
PAGES = {
    "projects": "/projects",
    "project": "/projects/1",
    "overview": BASE,
    "settings": f"{BASE}/settings?saved=1",
}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def server(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    publish_survey(cast)
    send_households(cast, 12)
    with live_server(settings, tmp_path, workers=1) as server:
        yield server


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: LiveServer, cast: Cast, language: str, width: int, height: int
) -> None:
    with signed_in_page(browser, server, cast, cast.bob, width=width, height=height, language=language) as page:
        for name, path in PAGES.items():
            page.goto(f"{server.url}{path}{'&' if '?' in path else '?'}lang={language}")
            keep_picture(page, f"{name}-{width}-{language}")
            assert (name, page.evaluate("document.documentElement.scrollWidth")) <= (name, width)
            assert (name, axe_violations(page)) == (name, [])


def test_a_form_is_closed_in_the_browser(browser: "Browser", server: LiveServer, cast: Cast) -> None:
    with signed_in_page(browser, server, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}{BASE}/settings")
        page.get_by_label("Đã đóng").check()
        page.get_by_role("button", name="Lưu").click()
        page.get_by_role("status").wait_for()
        assert cast.bob.get(f"/v1{BASE}").json["state"] == "closed"


def keep_picture(page: "Page", name: str) -> None:
    """For people to look at, where a folder for it is named."""
    if folder := os.environ.get("TRANSECT_SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
