"""Filling in forms in a real browser: by data collectors, by whoever has a link, by editors, with and without signal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.submissions.models import SubmissionVersion
from tests.cast import Caller, Cast
from tests.desk.surveyed import publish_survey
from tests.factories import publish, send
from tests.forms.definitions import form_sheets, workbook, xlsform
from tests.web.browser import axe_violations, open_page, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture
from tests.web.survey import FORM_ID, household, photo
from tests.web.test_fill_pages import link_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

BASE = f"/projects/1/forms/{FORM_ID}"
CHECK_STATES = select(SubmissionVersion.check_state)
PHONE: dict[str, Any] = {"width": 390, "height": 844}


@pytest.fixture
def server(cast: Cast, app: Flask) -> Iterator[PageServer]:
    publish_survey(cast)
    publish(cast.bob, xlsform(("text", "name", "Họ tên")))
    with serving(app) as server:
        yield server


def question(page: "Page", label: str) -> "Locator":
    """The question with exactly this label."""
    return page.locator(".question-container").filter(has_text=re.compile(rf"^\s*\*?\s*{label}"))


def sent(caller: Caller, form_id: str = FORM_ID) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = caller.get(
        f"/v1/projects/1/forms/{form_id}/submissions", headers={"X-Extended-Metadata": "true"}
    ).json
    return rows


def xml_of(caller: Caller, instance_id: str) -> str:
    return caller.get(f"/v1{BASE}/submissions/{instance_id}.xml").text


def choose_village(page: "Page", commune: str, village: str) -> None:
    question(page, "Xã").get_by_text(commune).click()
    question(page, "Thôn").get_by_text(village).click()


def test_a_collector_fills_in_a_household_on_a_phones_screen(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    picture = tmp_path / "house.jpg"
    picture.write_bytes(photo(1, "tiles"))
    with signed_in_page(browser, server.url, cast, cast.cuong, **PHONE) as page:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": 21.952, "longitude": 106.372, "accuracy": 6})
        page.goto(f"{server.url}{BASE}/fill?lang=vi")
        choose_village(page, "Hoàng Văn Thụ", "Nà Me")
        page.get_by_role("button", name="Lấy vị trí").click()
        page.get_by_role("button", name="Lưu vị trí").click()
        question(page, "Họ tên chủ hộ").get_by_role("textbox").fill("Nông Văn Đức")
        question(page, "Ảnh nhà").locator("input[type=file]").last.set_input_files(picture)
        question(page, "Ảnh nhà").get_by_role("img", name="Ảnh đã chọn").wait_for()
        for number, (name, age) in enumerate((("Nông Văn Đức", "41"), ("Vi Thị Mai", "9"))):
            page.get_by_role("button", name="Thêm Thành viên").click()
            question(page, "Họ tên$").nth(number).get_by_role("textbox").fill(name)
            question(page, "Tuổi").nth(number).get_by_role("spinbutton").press_sequentially(age)
        keep_picture(page, "fill-390-vi")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Gửi").click()
        page.get_by_role("heading", name="Xin cảm ơn").wait_for()
        keep_picture(page, "sent-390-vi")
        page.get_by_role("button", name="Điền phiếu khác").click()
        assert question(page, "Họ tên chủ hộ").get_by_role("textbox").input_value() == ""

    (row,) = sent(cast.bob)
    xml = xml_of(cast.bob, row["instanceId"])
    files = cast.bob.get(f"/v1{BASE}/submissions/{row['instanceId']}/attachments").json
    assert row["submitter"]["displayName"] == "Cuong"
    assert row["deviceId"].startswith("getodk.org:webforms:")
    assert "<commune>hoang_van_thu</commune><village>na_me</village>" in xml
    assert re.search(r"<point>21\.952 106\.372 \S+ 6(\.0)?</point>", xml)
    assert re.findall(r"<age>(\d+)</age>", xml) == ["41", "9"]
    assert [file["exists"] for file in files] == [True]


def test_answers_are_checked_like_those_from_a_phone(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong) as page:
        page.goto(f"{server.url}{BASE}/fill?lang=vi")
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("3 câu cần xem lại.").wait_for()
        assert sent(cast.bob) == []
        choose_village(page, "Tân Văn", "Nà Pái")
        question(page, "Họ tên chủ hộ").get_by_role("textbox").fill("Vi Thị Mai")
        page.get_by_role("button", name="Gửi").click()
        page.get_by_role("heading", name="Xin cảm ơn").wait_for()

    (row,) = sent(cast.bob)
    assert cast.bob.get(f"/v1{BASE}/submissions/{row['instanceId']}/findings").json == []
    with cast.services.database.read() as session:
        assert session.execute(CHECK_STATES).scalars().all() == ["checked"]


def test_without_signal_nothing_is_lost_and_nothing_comes_twice(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong, allows=("ERR_INTERNET_DISCONNECTED",), **PHONE) as page:
        page.goto(f"{server.url}/projects/1/forms/visit/fill?lang=vi")
        page.get_by_role("textbox", name="Họ tên").fill("Lý Thị Hòa")
        page.context.set_offline(True)
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("Không có kết nối mạng").wait_for()
        keep_picture(page, "offline-390-vi")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Quay lại biểu mẫu").click()
        assert page.get_by_role("textbox", name="Họ tên").input_value() == "Lý Thị Hòa"
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("Không có kết nối mạng").wait_for()
        assert sent(cast.bob, "visit") == []
        page.context.set_offline(False)
        page.get_by_role("heading", name="Xin cảm ơn").wait_for()

    assert len(sent(cast.bob, "visit")) == 1


def begin_household(page: "Page", picture: Path) -> None:
    """A household as far as its photo, and as long as the browser needs to keep it."""
    choose_village(page, "Hoàng Văn Thụ", "Nà Me")
    question(page, "Họ tên chủ hộ").get_by_role("textbox").fill("Nông Văn Đức")
    question(page, "Ảnh nhà").locator("input[type=file]").last.set_input_files(picture)
    question(page, "Ảnh nhà").get_by_role("img", name="Ảnh đã chọn").wait_for()
    page.wait_for_timeout(3000)


def test_a_page_that_was_ended_loses_nothing(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    picture = tmp_path / "house.jpg"
    picture.write_bytes(photo(1, "tiles"))
    with signed_in_page(browser, server.url, cast, cast.cuong, **PHONE) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{server.url}{BASE}/fill?lang=vi")
        begin_household(page, picture)
        page.reload()
        page.get_by_text("chưa gửi, đang lưu trong trình duyệt này").wait_for()
        keep_picture(page, "begun-390-vi")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Điền tiếp phiếu này").click()
        question(page, "Ảnh nhà").get_by_role("img", name="Ảnh đã chọn").wait_for()
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text(re.compile("Máy chủ đã nhận “.*Nông Văn Đức")).wait_for()
        page.reload()
        assert question(page, "Họ tên chủ hộ").get_by_role("textbox").input_value() == ""

    (row,) = sent(cast.bob)
    files = cast.bob.get(f"/v1{BASE}/submissions/{row['instanceId']}/attachments").json
    assert [file["exists"] for file in files] == [True]


def test_what_was_begun_can_be_deleted(browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path) -> None:
    picture = tmp_path / "house.jpg"
    picture.write_bytes(photo(1, "tiles"))
    with signed_in_page(browser, server.url, cast, cast.cuong, **PHONE) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{server.url}{BASE}/fill?lang=vi")
        begin_household(page, picture)
        page.reload()
        page.get_by_role("button", name="Xóa và điền phiếu mới").click()
        assert question(page, "Họ tên chủ hộ").get_by_role("textbox").input_value() == ""
        page.reload()
        question(page, "Họ tên chủ hộ").wait_for()
    assert sent(cast.bob) == []


def test_the_first_answer_that_is_wrong_is_shown(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong, width=390, height=400) as page:
        page.goto(f"{server.url}{BASE}/fill?lang=vi")
        choose_village(page, "Tân Văn", "Nà Pái")
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("1 câu cần xem lại.").wait_for()
        question(page, "Họ tên chủ hộ").locator("input:focus").wait_for()
        box = question(page, "Họ tên chủ hộ").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 400


def test_an_answer_that_got_lost_is_sent_again_byte_for_byte(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong, allows=("ERR_FAILED",)) as page:
        page.goto(f"{server.url}/projects/1/forms/visit/fill?lang=en")
        page.get_by_role("textbox", name="Họ tên").fill("Hà Văn Sinh")
        # The server keeps the submission, and its answer never arrives.
        page.route("**/submission*", lambda route: (route.fetch(), route.abort()))
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_text("There is no connection").wait_for()
        page.unroute("**/submission*")
        page.get_by_role("button", name="Send again").click()
        page.get_by_role("heading", name="Thank you").wait_for()

    assert len(sent(cast.bob, "visit")) == 1


def test_a_session_that_has_ended_costs_no_answer(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong, allows=("status of 401 ",)) as page:
        page.goto(f"{server.url}/projects/1/forms/visit/fill?lang=en")
        page.get_by_role("textbox", name="Họ tên").fill("Hà Văn Sinh")
        cookies = page.context.cookies()
        page.context.clear_cookies()
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_text("You have been signed out").wait_for()
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # Playwright's own dictionary types
        page.get_by_role("button", name="Send again").click()
        page.get_by_role("heading", name="Thank you").wait_for()


def test_dates_of_questions_are_calculated_with(browser: "Browser", server: PageServer, cast: Cast) -> None:
    sheets = form_sheets(form_id="dates")
    sheets["survey"] = [
        ("type", "name", "label", "calculation", "default"),
        ("date", "born", "Ngày sinh", "", "2020-01-11"),
        ("calculate", "days", "", "decimal-date-time(${born}) - decimal-date-time('2020-01-01')", ""),
        ("calculate", "later", "", "date(${born}) > date('2020-01-01')", ""),
        ("note", "told", "${days} ngày, ${later}", "", ""),
    ]
    publish(cast.bob, workbook(**sheets))
    with signed_in_page(browser, server.url, cast, cast.cuong) as page:
        page.goto(f"{server.url}/projects/1/forms/dates/fill?lang=vi")
        page.get_by_text("10 ngày, true").wait_for()


def test_a_form_that_the_browser_cannot_show_is_told_with_the_rule(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    sheets = form_sheets(form_id="odd")
    sheets["survey"] = [
        ("type", "name", "label", "calculation"),
        ("text", "a", "A", ""),
        ("calculate", "moment", "", "decimal-date-time(true())"),
    ]
    publish(cast.bob, workbook(**sheets))
    with signed_in_page(browser, server.url, cast, cast.cuong, **PHONE) as page:
        page.goto(f"{server.url}/projects/1/forms/odd/fill?lang=vi")
        page.get_by_text("Trình duyệt không tính được một công thức của câu hỏi: moment /data/moment").wait_for()
        page.get_by_text("decimal-date-time(true())").wait_for()
        keep_picture(page, "not-shown-390-vi")
        assert axe_violations(page) == []


def test_whoever_holds_a_link_answers_once(browser: "Browser", server: PageServer, cast: Cast) -> None:
    address, link = link_to(cast, "visit", once=True)
    with open_page(browser, server.url, language="en", **PHONE) as page:
        page.goto(f"{server.url}{address}")
        page.get_by_role("textbox", name="Họ tên").fill("Dương Thị Lan")
        keep_picture(page, "link-390-en")
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("heading", name="Thank you").wait_for()
        assert page.get_by_role("button", name="Fill in another").count() == 0
        page.reload()
        page.get_by_text("You have answered already").wait_for()
        assert axe_violations(page) == []

    (row,) = sent(cast.bob, "visit")
    assert row["submitterId"] == link["id"]


def test_a_submission_is_edited_from_the_review_desk(browser: "Browser", server: PageServer, cast: Cast) -> None:
    one = household(1)
    send(cast.chi, one.xml, *one.photos)
    with signed_in_page(browser, server.url, cast, cast.bob) as page:
        page.goto(f"{server.url}{BASE}/review?lang=vi&order=oldest")
        page.get_by_role("link", name="Sửa").click()
        head = question(page, "Họ tên chủ hộ").get_by_role("textbox")
        head.fill("Nông Thị Huệ")
        keep_picture(page, "edit-1440-vi")
        page.get_by_role("button", name="Gửi").click()
        page.get_by_role("heading", name="Nông Thị Huệ").wait_for()
        page.get_by_text("Đã lưu").wait_for()
        assert "order=oldest" in page.url

    (row,) = sent(cast.bob)
    files = cast.bob.get(f"/v1{BASE}/submissions/{one.instance_id}/attachments").json
    changes = cast.bob.get(f"/v1{BASE}/submissions/{one.instance_id}/diffs").json
    assert (row["instanceId"], row["reviewState"]) == (one.instance_id, "edited")
    assert {file["name"]: file["exists"] for file in files} == {"house.jpg": True, "roof.jpg": True}
    assert cast.bob.get(f"/v1{BASE}/submissions/{one.instance_id}/attachments/house.jpg").data == one.photos[0][1]
    changed = {tuple(change["path"])[-1] for found in changes.values() for change in found}
    assert changed == {"head", "instanceID", "deprecatedID", "instanceName"}


def test_an_edit_begins_at_what_is_wrong(browser: "Browser", server: PageServer, cast: Cast) -> None:
    one = household(4, with_photos=False)
    send(cast.chi, one.xml)
    with signed_in_page(browser, server.url, cast, cast.bob, height=500) as page:
        page.goto(f"{server.url}{BASE}/submissions/{one.instance_id}/edit?lang=vi")
        page.get_by_text("Tuổi phải từ 0 đến 115").wait_for()
        assert page.evaluate("scrollY") > 0
        page.evaluate("scrollTo(0, 0)")
        page.get_by_role("button", name="Gửi").click()
        page.wait_for_function("scrollY > 0")
        assert page.get_by_text("Tuổi phải từ 0 đến 115").evaluate("it => it.getBoundingClientRect().top < innerHeight")


def test_a_draft_is_tried_in_the_browser(browser: "Browser", server: PageServer, cast: Cast) -> None:
    questions = (("text", "name", "Họ tên"), ("audio", "story", "Kể chuyện"))
    cast.bob.post("/v1/projects/1/forms?ignoreWarnings=true", data=xlsform(*questions, form_id="tried"))
    with signed_in_page(browser, server.url, cast, cast.bob, **PHONE) as page:
        page.goto(f"{server.url}/projects/1/forms/tried/draft?lang=vi")
        page.get_by_role("link", name="Thử trong trình duyệt").click()
        page.get_by_text("Chỉ làm được trên điện thoại: 1").wait_for()
        page.get_by_role("textbox", name="Họ tên").fill("Bế Văn Dũng")
        keep_picture(page, "preview-390-vi")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("Phiếu thử đã được gửi").wait_for()

    assert len(cast.bob.get("/v1/projects/1/forms/tried/draft/submissions").json) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: PageServer, cast: Cast, language: str, width: int
) -> None:
    with signed_in_page(browser, server.url, cast, cast.cuong, width=width, language=language) as page:
        page.goto(f"{server.url}{BASE}/fill?lang={language}")
        page.get_by_role("button", name="Thêm Thành viên" if language == "vi" else "Add Thành viên").click()
        keep_picture(page, f"fill-{width}-{language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe_violations(page) == []
