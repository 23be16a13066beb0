"""The review desk in a real browser: twenty submissions by keyboard, bulk decisions with undo, two reviewers, photos."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.submissions.models import Comment, Finding, Submission
from tests.cast import Cast
from tests.desk.surveyed import publish_survey
from tests.factories import send
from tests.web.browser import axe_violations, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture
from tests.web.survey import FORM_ID, Household, household

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK = f"/projects/1/forms/{FORM_ID}/review"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    sent = [household(number) for number in range(1, 22)]
    for one in sent:
        assert send(cast.chi, one.xml, *one.photos).status_code == 201
    return sent


@pytest.fixture
def server(sent: list[Household], app: Flask) -> Iterator[PageServer]:
    assert sent
    with serving(app) as server:
        yield server


@pytest.fixture
def desk(browser: "Browser", server: PageServer, cast: Cast) -> Iterator["Page"]:
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        _open(page, server)
        yield page


def _open(page: "Page", server: PageServer, query: str = "lang=vi") -> None:
    page.goto(f"{server.url}{DESK}?{query}")
    page.locator("body[data-ready=yes]").wait_for()


def shown(page: "Page", one: Household) -> None:
    page.locator(f"#detail[data-shown='{one.instance_id}']").wait_for()


def states(cast: Cast) -> dict[str | None, int]:
    with cast.services.database.read() as session:
        rows = session.execute(select(Submission.review_state, func.count()).group_by(Submission.review_state))
        return {state: count for state, count in rows}  # noqa: C416 -- rows are no pairs to mypy


def comments(cast: Cast) -> list[str]:
    with cast.services.database.read() as session:
        return list(session.scalars(select(Comment.body)))


def test_twenty_submissions_are_reviewed_by_keyboard(desk: "Page", sent: list[Household], cast: Cast) -> None:
    order = list(reversed(sent))
    for number in range(20):
        shown(desk, order[number])
        if number % 5 == 4:
            desk.keyboard.press("r")
            desk.locator("#ask-reason").fill("Sai thôn")
            desk.keyboard.press("Control+Enter")
        else:
            desk.keyboard.press("a")
    shown(desk, order[20])
    assert states(cast) == {"approved": 16, "rejected": 4, None: 1}


def test_many_are_rejected_at_once_and_that_is_undone(desk: "Page", sent: list[Household], cast: Cast) -> None:
    for one in list(reversed(sent))[:3]:
        shown(desk, one)
        desk.keyboard.press("x")
        desk.keyboard.press("j")
    desk.get_by_text("Đã chọn 3").wait_for()
    desk.keyboard.press("r")
    desk.locator("#ask-send").click()
    desk.get_by_text("Cần có lý do").wait_for()
    desk.locator("#ask-reason").fill("Trùng hộ")
    desk.locator("#ask-send").click()
    desk.locator("#toast-undo").wait_for()
    assert states(cast) == {"rejected": 3, None: 18}
    desk.locator("#toast-undo").click()
    desk.get_by_text("Đã hoàn tác: 3").wait_for()
    assert states(cast) == {None: 21}


def test_the_second_reviewer_is_told_who_was_first(
    desk: "Page", browser: "Browser", server: PageServer, sent: list[Household], cast: Cast
) -> None:
    shown(desk, sent[-1])
    with signed_in_page(browser, server.url, cast, cast.alice) as other:
        _open(other, server)
        shown(other, sent[-1])
        other.keyboard.press("a")
        shown(other, sent[-2])
    desk.keyboard.press("a")
    desk.locator("#told", has_text="Alice đã quyết định trước").wait_for()
    assert states(cast) == {"approved": 1, None: 20}


def test_a_finding_is_dismissed_with_a_reason(
    desk: "Page", server: PageServer, sent: list[Household], cast: Cast
) -> None:
    _open(desk, server, f"lang=vi&open={sent[3].instance_id}")
    desk.get_by_role("button", name="Bỏ qua lỗi này").click()
    desk.locator("#ask-reason").fill("Đã gọi lại hỏi chủ hộ")
    desk.locator("#ask-send").click()
    desk.get_by_text("Bob đã bỏ qua: Đã gọi lại hỏi chủ hộ").wait_for()
    event = desk.locator(".activity li").first
    assert event.inner_text().startswith("Bob đã bỏ qua lỗi: Ngoài giới hạn cho phép")
    assert event.locator("blockquote").inner_text() == "Đã gọi lại hỏi chủ hộ"
    with cast.services.database.read() as session:
        assert session.scalars(select(Finding.dismissed_reason).where(Finding.dismissed_at.is_not(None))).all() == [
            "Đã gọi lại hỏi chủ hộ"
        ]


def test_the_list_shows_the_line_of_what_is_open(desk: "Page", server: PageServer, sent: list[Household]) -> None:
    _open(desk, server, f"lang=vi&open={sent[0].instance_id}")
    line, lines = desk.locator(".line.is-open").bounding_box(), desk.locator("#lines").bounding_box()
    assert line is not None
    assert lines is not None
    assert lines["y"] <= line["y"] < lines["y"] + lines["height"]


def test_a_finding_leads_to_its_answer(desk: "Page", server: PageServer, sent: list[Household]) -> None:
    _open(desk, server, f"lang=vi&open={sent[3].instance_id}")
    before = desk.url
    desk.locator("label[for=show-changed]").click()
    link = desk.locator(".finding .at")
    assert link.inner_text().endswith("› Tuổi")
    link.click()
    assert desk.locator(".answer.flagged").evaluate("row => row.getBoundingClientRect().bottom < innerHeight")
    assert desk.url == before


def test_what_is_wrong_is_proposed_as_the_reason(
    desk: "Page", server: PageServer, sent: list[Household], cast: Cast
) -> None:
    _open(desk, server, f"lang=vi&open={sent[3].instance_id}")
    desk.keyboard.press("i")
    assert "Có vấn đề" in desk.locator("#ask-title").inner_text()
    proposed = desk.locator("#ask-reason").input_value()
    assert proposed.endswith("› Tuổi: Tuổi phải từ 0 đến 115")
    desk.keyboard.press("Control+Enter")
    desk.locator("#toast", has_text=f"Có vấn đề: {sent[3].name}").wait_for()
    assert comments(cast) == [proposed]


@pytest.mark.parametrize("key", ["i", "a"])
def test_a_note_that_was_typed_goes_with_the_decision(
    desk: "Page", sent: list[Household], cast: Cast, key: str
) -> None:
    shown(desk, sent[-1])
    desk.locator("#comment").fill("Đã hỏi lại")
    desk.keyboard.press("Escape")
    desk.keyboard.press(key)
    if key == "i":
        desk.keyboard.press("Control+Enter")
    shown(desk, sent[-2])
    assert comments(cast) == ["Đã hỏi lại"]


@pytest.mark.parametrize("width", [1366, 390])
def test_selecting_moves_no_line_and_the_buttons_say_how_many(
    browser: "Browser", server: PageServer, sent: list[Household], cast: Cast, width: int
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, width=width, height=720) as page:
        _open(page, server)
        second = page.locator(".line").nth(1)
        top = second.bounding_box()
        page.locator(".line .tick").first.click()
        second.locator(".tick").click()
        assert second.bounding_box() == top
        page.get_by_role("button", name="Duyệt (2)").click()
        page.get_by_text("Đã duyệt: 2 phiếu").wait_for()
    assert states(cast) == {"approved": 2, None: len(sent) - 2}


def test_a_long_name_leaves_room_for_the_findings_on_a_phone(
    browser: "Browser", server: PageServer, sent: list[Household], cast: Cast
) -> None:
    long = household(24)
    xml = long.xml.replace(long.name.encode(), ("Nguyễn Thị " * 12).encode())
    assert send(cast.chi, xml).status_code == 201
    assert sent
    with signed_in_page(browser, server.url, cast, cast.bob, width=390, height=780) as page:
        _open(page, server)
        box = page.locator(".line").first.locator(".warn").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_without_scripts_one_and_many_are_decided_and_taken_back(
    browser: "Browser", server: PageServer, sent: list[Household], cast: Cast, width: int, height: int
) -> None:
    with signed_in_page(
        browser, server.url, cast, cast.bob, width=width, height=height, language="vi", has_scripts=False
    ) as page:
        page.goto(f"{server.url}{DESK}?lang=vi")
        keep_picture(page, f"review-plain-list-{width}", is_whole=False)
        page.get_by_role("link", name=sent[-1].name).click()
        page.locator("#decide-form [name=reason]").fill("Trùng hộ")
        keep_picture(page, f"review-plain-open-{width}", is_whole=False)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("#decide-form .reject").click()
        page.get_by_role("status").get_by_text("Đã quyết định 1").wait_for()
        assert states(cast) == {"rejected": 1, None: 20}
        page.get_by_role("heading", level=1, name=sent[-2].name).wait_for()
        page.goto(f"{server.url}{DESK}?lang=vi")
        for one in sent[-3:-1]:
            page.get_by_label(f"Chọn {one.name}", exact=True).first.check()
        page.locator("#picks .approve").click()
        page.get_by_role("status").get_by_text("Đã quyết định 2").wait_for()
        assert states(cast) == {"rejected": 1, "approved": 2, None: 18}
        keep_picture(page, f"review-plain-told-{width}", is_whole=False)
        page.get_by_role("status").get_by_role("button", name="Hoàn tác").click()
        page.get_by_text("Đã hoàn tác: 2").wait_for()
        assert states(cast) == {"rejected": 1, None: 20}


def test_photos_are_enlarged_and_turned_over_by_keyboard(desk: "Page", sent: list[Household]) -> None:
    shown(desk, sent[-1])
    desk.locator(".photos .big").click()
    title = desk.locator("#zoom-title")
    assert title.inner_text() == "Ảnh nhà · Ảnh 1 trên 2"
    desk.keyboard.press("ArrowRight")
    assert title.inner_text() == "Ảnh mái nhà · Ảnh 2 trên 2"
    desk.keyboard.press("Escape")
    desk.locator("#zoom").wait_for(state="hidden")


def test_the_address_follows_and_back_goes_back(desk: "Page", sent: list[Household]) -> None:
    shown(desk, sent[-1])
    desk.keyboard.press("j")
    shown(desk, sent[-2])
    desk.keyboard.press("j")
    shown(desk, sent[-3])
    assert sent[-3].instance_id in desk.url.replace("%3A", ":")
    desk.go_back()
    shown(desk, sent[-2])


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (3840, 2160)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: PageServer, sent: list[Household], cast: Cast, language: str, width: int, height: int
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, width=width, height=height, language=language) as page:
        for name, query in (("list", ""), ("open", f"&open={sent[3].instance_id}")):
            _open(page, server, f"lang={language}{query}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            keep_picture(page, f"review-{name}-{width}-{language}", is_whole=False)
            assert axe_violations(page) == []
        page.goto(f"{server.url}/projects/1/forms/{FORM_ID}/submissions/{sent[3].instance_id}/print?lang={language}")
        keep_picture(page, f"print-{width}-{language}")
        assert axe_violations(page) == []
