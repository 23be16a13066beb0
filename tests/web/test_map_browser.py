"""The map in a real browser: points that lead to records, a box that lists them, and many points at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.web.browser import axe_violations, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture
from tests.web.survey import FORM_ID

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MAP = f"/projects/1/forms/{FORM_ID}/map"
COUNT = 30


@pytest.fixture
def server(cast: Cast, app: Flask) -> Iterator[PageServer]:
    publish_survey(cast)
    for number, one in enumerate(send_households(cast, COUNT)):
        if state := (None, "approved", "hasIssues", "rejected")[number % 4]:
            cast.bob.patch(f"/v1/projects/1/forms/{FORM_ID}/submissions/{one.instance_id}", json={"reviewState": state})
    with serving(app) as server:
        yield server


def open_map(page: "Page", server: PageServer, query: str = "lang=vi") -> None:
    page.goto(f"{server.url}{MAP}?{query}")
    page.locator("#map-card[data-ready]").wait_for()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: PageServer, cast: Cast, language: str, width: int, height: int
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, width=width, height=height, language=language) as page:
        for name, query in {"state": "", "answer": "&colour=/house/roof"}.items():
            open_map(page, server, f"lang={language}{query}")
            keep_picture(page, f"map-{name}-{width}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_violations(page) == []


def test_the_legend_counts_what_the_colours_mean(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        open_map(page, server)
        assert page.locator("#legend b").all_inner_texts() == ["8", "7", "8", "7"]
        page.locator("#sight [name=colour]").select_option("/house/roof")
        page.locator("#legend li", has_text="Ngói").wait_for()
        assert sum(int(text) for text in page.locator("#legend b").all_inner_texts()) == COUNT
        page.locator("#sight [name=colour]").select_option("/household/crops=rice")
        page.locator("#legend li", has_text="Có chọn: Lúa").wait_for()
        keep_picture(page, "map-choice")
        assert page.locator("#legend li").first.inner_text().startswith("Có chọn: Lúa")
        assert sum(int(text) for text in page.locator("#legend b").all_inner_texts()) == COUNT


def test_a_box_lists_the_records_in_it_and_they_open_in_the_review_desk(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        open_map(page, server, "lang=vi&state=approved")
        page.get_by_role("button", name="Chọn bằng khung").click()
        box = page.locator("#map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60, box["y"] + 5)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=5)
        page.mouse.up()
        page.get_by_text("8 phiếu").wait_for()
        assert page.locator("#places strong").count() == 8
        name = page.locator("#places strong").first.inner_text()
        page.locator("#places a").first.click()
        page.get_by_role("heading", name=name).wait_for()


def test_a_box_leads_to_the_review_of_what_it_holds(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        open_map(page, server)
        page.get_by_role("button", name="Chọn bằng khung").click()
        box = page.locator("#map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=5)
        page.mouse.up()
        page.locator("#of-box").wait_for()
        count = int(page.locator("#list-told").inner_text().split()[0])
        assert 0 < count < COUNT
        table = page.get_by_role("link", name="Xem dạng bảng").get_attribute("href")
        page.get_by_role("link", name="Duyệt các phiếu này").click()
        page.locator("body[data-ready]").wait_for()
        assert page.locator("#lines .line").count() == count
        assert page.get_by_text("Trong khung trên bản đồ").is_visible()
        keep_picture(page, "review-box", is_whole=False)
        page.goto(f"{table}&lang=vi")
        assert page.locator("tbody tr").count() == count


def test_the_keyboard_alone_moves_the_map_and_lists_what_is_in_view(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        open_map(page, server)
        page.locator("#map").focus()
        page.keyboard.press("Enter")
        page.get_by_text(f"{COUNT} phiếu").wait_for()
        assert page.evaluate("document.activeElement.id") == "list"
        page.locator("#map").focus()
        for _ in range(15):
            # A step that begins before the last one has ended takes its place.
            page.keyboard.press("ArrowRight", delay=150)
        page.keyboard.press("Enter")
        page.get_by_text("0 phiếu", exact=True).wait_for()
        page.get_by_role("button", name="Phóng to").focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("0 phiếu", exact=True).is_visible()


def test_a_point_opens_its_record(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        open_map(page, server, "lang=vi")
        name = page.locator("#places strong").first.inner_text()
        open_map(page, server, f"lang=vi&q={name}&from=2020-01-01")
        assert page.locator("#map-card").get_attribute("data-ready") == "1"
        page.locator("#map").click()
        page.wait_for_url("**/review?**")
        assert page.get_by_role("heading", level=1).inner_text() == name


def test_without_scripts_the_places_are_a_list(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, has_scripts=False) as page:
        page.goto(f"{server.url}{MAP}?lang=vi&state=approved")
        assert not page.locator("#map").is_visible()
        assert page.locator("#places strong").count() == 8
