"""The pages of projects and forms in a real browser: without faults of accessibility, at the widths of phones and desks."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from server.job_handlers import new_worker
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import household_form, publish, send
from tests.forms.definitions import form_sheets, workbook, xlsform
from tests.web.browser import axe_violations, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture
from tests.web.survey import FORM_ID, VERSION, form_xml, household

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

BASE = f"/projects/1/forms/{FORM_ID}"
PAGES = {
    "projects": "/projects",
    "project": "/projects/1",
    "overview": BASE,
    "settings": f"{BASE}/settings?saved=area",
    "new": "/projects/1/forms/new",
    "draft": f"{BASE}/draft?unknown=stranger.png",
    "team": "/projects/1/team?added=1-99&known=Mai",
    "sheet": "/projects/1/team/sheet",
    "team-users": "/projects/1/team/users",
    "data": f"{BASE}/data?format=excel-csv&state=approved",
    "links": f"{BASE}/links",
    "link-cards": f"{BASE}/links/sheet",
    "photos": f"{BASE}/photos",
    "progress": f"{BASE}/progress",
    "table": f"{BASE}/table?order=-/household/income&columns=/household/head&columns=/household/crops&columns=/house/roof&columns=/household/income&columns=/place/village&columns=/place/point",
    "versions": f"{BASE}/versions?published=1",
    "views": f"{BASE}/views",
    "api-docs": "/v1/docs",
}
# For who administers the server.
SITE_PAGES = {"all-projects": "/projects", "users": "/users", "user": "/users/2?saved=yes", "oneself": "/users/1"}


@pytest.fixture
def server(cast: Cast, app: Flask) -> Iterator[PageServer]:
    publish_survey(cast)
    send_households(cast, 12)
    for number in range(20, 23):
        one = household(number)
        assert send(cast.chi, one.xml, *one.photos).status_code == 201
    replaced = cast.bob.post(
        f"/v1{BASE}/draft?ignoreWarnings=true", data=changed_survey(), content_type="application/xml"
    )
    assert replaced.status_code == 200, replaced.text
    publish(cast.bob, household_form())
    cast.bob.post("/projects/1/forms/household/delete")
    cast.bob.post("/projects/1/team", data={"names": "Nông Văn Đức\nVi Thị Mai\nTriệu Thị Hồng Nhung\nĐàm Quốc Dũng"})
    for name, once in (("Áp phích ở trụ sở xã Tân Văn", ""), ("Tin nhắn cho trưởng thôn", "yes")):
        cast.bob.post(f"{BASE}/links", data={"name": name, "once": once})
    for page, name, query in (
        ("review", "Cần xem lại", "?state=has-issues"),
        ("table", "Mái nhà", "?columns=/house/roof"),
    ):
        cast.bob.post(f"{BASE}/views", data={"page": page, "name": name, "query": query, "share": "yes"})
    with serving(app) as server:
        yield server


def changed_survey() -> bytes:
    """The survey with a question less, one more, one moved, other words, rules and choices, and files."""
    xml = form_xml().decode()
    for old, new in (
        (VERSION, "2026112901"),
        ("<visited/>", "<phone/>"),
        ("/data/household/visited", "/data/household/phone"),
        ('phone" type="date"', 'phone" type="string"'),
        ("<roof/>", ""),
        ("<place><commune/>", "<place><roof/><commune/>"),
        ("/data/house/roof", "/data/place/roof"),
        (". &lt;= 60000", ". &lt; '60000'"),
        ("Số người trong hộ", "Số người trong hộ (kể cả trẻ em)"),
        ("<value>leaf</value>", "<value>thatch</value>"),
        ('<instance id="villages">', '<instance id="maps" src="jr://file-csv/maps.csv"/><instance id="villages">'),
    ):
        assert old in xml, old
        xml = xml.replace(old, new)
    return xml.encode()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: "Browser", server: PageServer, cast: Cast, language: str, width: int, height: int
) -> None:
    for who, paths in ((cast.bob, PAGES), (cast.alice, SITE_PAGES)):
        with signed_in_page(browser, server.url, cast, who, width=width, height=height, language=language) as page:
            for name, path in paths.items():
                page.goto(f"{server.url}{path}{'&' if '?' in path else '?'}lang={language}")
                keep_picture(page, f"{name}-{width}-{language}")
                assert (name, page.evaluate("document.documentElement.scrollWidth")) <= (name, width)
                assert (name, axe_violations(page)) == (name, [])


def test_without_scripts_a_user_is_added_and_gets_a_role(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.alice, language="en", has_scripts=False) as page:
        page.goto(f"{server.url}/users?lang=en")
        page.get_by_label("E-mail address").fill("mai@example.org")
        page.get_by_label("Name").fill("Nông Thị Mai")
        page.get_by_role("button", name="Add").click()
        assert page.get_by_label("The link for a new password").locator("input").input_value().startswith(server.url)
        keep_picture(page, "user-added-1440-en")
        page.goto(f"{server.url}/projects/1/team/users")
        page.get_by_label("E-mail address").fill("mai@example.org")
        page.get_by_role("radio", name="Project Viewer").check()
        page.get_by_role("button", name="Give the role").click()
        role = page.get_by_label("Role of Nông Thị Mai", exact=True)
        role.select_option("Project Manager")
        page.get_by_role("button", name="Save the role of Nông Thị Mai").click()
        assert role.input_value() == "manager"


def test_a_form_is_closed_in_the_browser(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}{BASE}/settings")
        page.get_by_label("Đã đóng").check()
        page.locator("form", has_text="Biểu mẫu có đang dùng không?").get_by_role("button", name="Lưu").click()
        page.get_by_role("status").wait_for()
        assert cast.bob.get(f"/v1{BASE}").json["state"] == "closed"


def test_a_file_that_is_chosen_becomes_a_draft_and_is_published(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "visit.xlsx"
    file.write_bytes(xlsform(("text", "name", "Họ tên"), ("image", "photo", "Ảnh")))
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}/projects/1/forms/new?lang=vi")
        page.locator("html[data-ready]").wait_for()
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("heading", name="Phiên bản tiếp theo").wait_for()
        page.get_by_role("button", name="Phát hành").click()
        page.get_by_role("status").wait_for()
        keep_picture(page, "published-1440-vi")
    assert cast.bob.get("/v1/projects/1/forms/visit").json["version"] == "1"


def test_files_are_dropped_and_a_refused_form_says_where_it_is_wrong(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi", allows=("status of 400",)) as page:
        page.goto(f"{server.url}{BASE}/draft?lang=vi")
        drop(page, "[data-drop].small", "maps.csv", b"name\nx\n")
        page.get_by_text("đã đủ").wait_for()
        drop(page, ".side-column [data-drop]", "bad.xlsx", refused_workbook())
        page.get_by_role("alert").wait_for()
        assert page.locator(".remarks .error .place").first.inner_text().split() == ["survey", "dòng", "2"]
        keep_picture(page, "refused-1440-vi")
        assert axe_violations(page) == []


def test_files_are_sent_one_by_one_and_again_when_the_network_fails(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    attempts = []

    def break_first(route: "Route") -> None:
        attempts.append(route.request.post_data_buffer or b"")
        route.abort() if len(attempts) == 2 else route.continue_()

    with signed_in_page(browser, server.url, cast, cast.bob, language="vi", allows=("ERR_FAILED",)) as page:
        page.route("**/draft/files", break_first)
        page.goto(f"{server.url}{BASE}/draft?lang=vi")
        page.locator("html[data-ready]").wait_for()
        files = [{"name": name, "mimeType": "text/csv", "buffer": b"name\nx\n"} for name in ("maps.csv", "other.csv")]
        page.locator(".small input[type=file]").set_input_files(files)  # type: ignore[arg-type]  # Playwright's own type
        page.get_by_text("đã đủ").wait_for()
        assert page.locator("p[role=alert] code").inner_text() == "other.csv"
    assert [b"other.csv" in body for body in attempts] == [False, True, True]


def test_eight_codes_are_printed_on_a_sheet_of_a4(browser: "Browser", server: PageServer, cast: Cast) -> None:
    cast.bob.post("/projects/1/team", data={"names": "\n".join(f"Nguyễn Thị Hồng Nhung {n}" for n in range(11))})
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}/projects/1/team/sheet?lang=vi")
        assert page.locator(".code-card").count() == 16
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2


def test_the_link_follows_the_choice_and_a_file_is_made_in_the_background(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}{BASE}/data?lang=vi")
        page.get_by_label("Đã duyệt").check()
        page.locator("#link input[value$='/exports/xlsx?reviewStates=approved']").wait_for()
        page.locator("input[value='csv.zip']").check()
        page.locator("#link input[value*='/exports/csv.zip']").wait_for()
        page.get_by_text("Chỉ một số câu hỏi").click()
        page.locator(".tree [value='/household/head']").check()
        page.locator(".tree [value='/household']").check()
        page.locator("#link input[value$='&columns=/household']").wait_for()
        page.get_by_role("button", name="Tạo trong nền").click()
        page.get_by_text("đang chờ").wait_for()
        assert new_worker(cast.services).run_one()
        page.locator("#jobs a", has_text="Tải về").wait_for()
        keep_picture(page, "data-made-1440-vi")
        with page.expect_download() as download:
            page.locator("#jobs a", has_text="Tải về").click()
        assert download.value.suggested_filename.endswith(".csv.zip")


def test_a_late_answer_does_not_bring_back_an_earlier_choice(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    held: list[Route] = []
    with signed_in_page(browser, server.url, cast, cast.bob, language="vi") as page:
        page.goto(f"{server.url}{BASE}/data?lang=vi")
        page.route("**/data?*", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright wants a function
        page.get_by_label("Đã duyệt").check()
        page.get_by_label("Bị từ chối").check()
        while len(held) < 2:
            page.wait_for_timeout(50)
        held[1].continue_()
        page.locator("#link input[value*='rejected']").wait_for()
        with page.expect_response("**/data?*"):
            held[0].continue_()
        page.wait_for_timeout(300)
        assert "rejected" in page.locator("#link input[readonly]").input_value()


def test_without_scripts_a_form_is_published_and_its_data_downloaded(
    browser: "Browser", server: PageServer, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "visit.xlsx"
    file.write_bytes(xlsform(("text", "name", "Họ tên")))
    with signed_in_page(browser, server.url, cast, cast.bob, language="en", has_scripts=False) as page:
        page.goto(f"{server.url}/projects/1/forms/new?lang=en")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Make a draft").click()
        page.get_by_role("button", name="Publish").click()
        page.get_by_text("Published. Phones get it").wait_for()
        page.goto(f"{server.url}{BASE}/data")
        page.get_by_role("radio", name="CSV for Excel").check()
        page.get_by_role("button", name="Show the link").click()
        assert page.locator("#link input[readonly]").input_value().endswith("/exports/excel-csv")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == f"{FORM_ID}.excel.zip"


def test_without_scripts_files_are_made_in_the_background(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="en", has_scripts=False) as page:
        page.goto(f"{server.url}{BASE}/data?lang=en")
        page.get_by_role("radio", name="CSV for Excel").check()
        page.get_by_role("button", name="Show the link").click()
        make = page.get_by_role("button", name="Make this file in the background")
        make.click()
        page.locator("#jobs").get_by_role("button", name="Cancel").click()
        page.locator("#jobs").get_by_text("cancelled").wait_for()
        make.click()
        keep_picture(page, "data-plain-1440-en")
        assert new_worker(cast.services).run_one()
        page.get_by_role("link", name="Load again").click()
        with page.expect_download() as download:
            page.locator("#jobs a", has_text="Download").click()
        assert download.value.suggested_filename.endswith(".excel.zip")


def test_the_tables_header_stays_while_rows_go_by_and_sorts_them(
    browser: "Browser", server: PageServer, cast: Cast
) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="en", height=500) as page:
        page.goto(f"{server.url}{BASE}/table?columns=/household/size&lang=en")
        rows, head = page.locator(".rows"), page.locator(".rows thead th").first
        above = head.evaluate("head => head.getBoundingClientRect().top")
        assert rows.evaluate("rows => { rows.scrollTop = 100; return rows.scrollTop }") == 100
        assert head.evaluate("head => head.getBoundingClientRect().top") == above
        page.locator(".rows thead a", has_text="Household size").click()
        page.locator("th[aria-sort=ascending]").wait_for()
        sizes = [int(text) for text in page.locator("td[data-name='Household size']").all_inner_texts()]
        assert sizes == sorted(sizes)


def test_an_open_page_follows_how_the_survey_goes(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="en") as page:
        page.clock.install()
        page.goto(f"{server.url}{BASE}/progress?lang=en")
        page.locator("html[data-ready]").wait_for()
        total = page.locator(".figures li:last-child b")
        before = int(total.inner_text())
        send_households(cast, 1, first=100)
        page.clock.fast_forward(31_000)
        page.locator(".figures li:last-child b", has_text=str(before + 1)).wait_for()


def test_without_scripts_columns_and_questions_are_chosen(browser: "Browser", server: PageServer, cast: Cast) -> None:
    with signed_in_page(browser, server.url, cast, cast.bob, language="en", has_scripts=False) as page:
        page.goto(f"{server.url}{BASE}/table?columns=/house/roof&lang=en")
        page.locator("details.some summary").click()
        page.get_by_role("checkbox", name="Household size").check()
        page.get_by_role("button", name="Apply").click()
        page.locator("thead th", has_text="Household size").wait_for()
        assert page.locator("thead th").all_inner_texts()[5:] == ["Household size", "Roof"]
        page.goto(f"{server.url}{BASE}/photos")
        page.get_by_label("Question").select_option("Photo of roof")
        page.get_by_role("button", name="Show").click()
        page.locator(".gallery a").first.click()
        page.locator("h1").wait_for()
        assert "/review?state=all&open=" in page.url


def refused_workbook() -> bytes:
    sheets = form_sheets(("text", "a", "A"), form_id=FORM_ID)
    sheets["survey"] = [
        ("type", "name", "label", "relevant", "constraint"),
        ("integer", "age", "Tuổi", "${age} > > 3", "ages(.) > 3"),
        ("select_one yes_no", "sure", "Chắc?", "${age} > 3", None),
    ]
    return workbook(**sheets, choices=[("list_name", "name", "label"), ("yes_no", "yes", "Có")])


def drop(page: "Page", target: str, name: str, content: bytes) -> None:
    """As when somebody drops a file from a folder."""
    data = page.evaluate_handle(
        "([name, bytes]) => { const all = new DataTransfer(); all.items.add(new File([new Uint8Array(bytes)], name)); return all }",
        [name, list(content)],
    )
    page.locator("html[data-ready]").wait_for()
    page.dispatch_event(target, "drop", {"dataTransfer": data})
