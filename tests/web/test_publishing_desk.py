"""The publishing desk without a browser: from a file to a draft, what is said of it, its files, and publishing."""

import base64
import io
import re
from typing import Any

import pytest
from lxml import html

from server.accounts.settings_code import qr_svg, settings_text
from server.forms.remarks import CONVERTER, Remark, converter_remark
from server.http.prefix import draft_url
from server.web.forms.remark_words import BY_CODE, marked, vietnamese
from tests.cast import Answer, Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import publish, send
from tests.forms.definitions import XLSX, form_sheets, workbook, xform, xlsform
from tests.web.survey import FORM_ID, VERSION, form_xml

FORMS = "/projects/1/forms"
BASE = f"{FORMS}/visit"
DRAFT = f"{BASE}/draft"


def upload(cast: Cast, content: bytes, path: str = DRAFT, name: str = "visit.xlsx", **headers: str) -> Answer:
    return cast.bob.post(f"{path}?lang=en", data={"file": (io.BytesIO(content), name)}, headers=headers)


def page(cast: Cast, path: str = DRAFT, language: str = "en") -> Any:
    answer = cast.bob.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200, answer.text
    return parsed(answer)


def parsed(answer: Answer) -> Any:
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def publish_draft(cast: Cast, **fields: str) -> Answer:
    (seen,) = page(cast).xpath("//input[@name='seen']/@value")
    return cast.bob.post(f"{DRAFT}/publish", data={"seen": seen, "version": "2"} | fields)


def test_a_new_form_begins_as_a_draft_and_is_published(cast: Cast) -> None:
    made = upload(cast, xlsform(), f"{FORMS}/new")
    assert (made.status_code, made.headers["Location"]) == (303, DRAFT)
    assert "have nothing to say" in page(cast).text_content()
    published = publish_draft(cast, version="1", notes="Bản đầu")
    assert published.headers["Location"] == f"{BASE}/versions?published=1"
    assert cast.bob.get(f"/v1{BASE}").json["version"] == "1"
    row = texts(page(cast, f"{BASE}/versions"), "//tbody/tr")[0]
    assert "1 current" in row
    assert "Bản đầu" in row
    assert "Bob" in row


def test_a_form_without_an_id_gets_the_name_of_its_file(cast: Cast) -> None:
    made = upload(cast, xlsform(form_id=None), f"{FORMS}/new", "Khảo sát.xlsx")
    assert made.headers["Location"] == f"{FORMS}/Kh%E1%BA%A3o%20s%C3%A1t/draft"


def test_what_the_converter_refuses_is_told_with_sheet_and_row(cast: Cast) -> None:
    sheets = form_sheets(("text", "a", "A"), ("select_one colours", "b", "B"))
    choices = [("list_name", "name", "label"), ("crops", "tea", "Chè")]
    answer = upload(cast, workbook(**sheets, choices=choices), f"{FORMS}/new")
    assert answer.status_code == 400
    found = parsed(answer)
    assert texts(found, "//li[contains(@class,'error')]//*[@class='place']") == ["surveyrow 3"]
    assert "colours" in found.text_content()
    assert cast.bob.get("/v1/projects/1/forms").json == []


def test_what_the_form_check_refuses_is_told_with_its_place_in_the_expression(cast: Cast) -> None:
    sheets = form_sheets(("text", "a", "A"))
    sheets["survey"] = [("type", "name", "label", "relevant"), ("integer", "age", "Tuổi", "${age} > > 3")]
    answer = cast.bob.post(f"{FORMS}/new?lang=vi", data={"file": (io.BytesIO(workbook(**sheets)), "visit.xlsx")})
    found = parsed(answer)
    assert (answer.status_code, texts(found, "//*[@class='place']")) == (400, ["surveydòng 2"])
    assert BY_CODE["syntax"] in found.text_content()
    assert texts(found, "//mark") == [">"]


def test_warnings_stand_on_the_page_of_the_draft(cast: Cast) -> None:
    survey = [("type", "name", "label::Vietnamese"), ("text", "name", "Họ tên")]
    upload(cast, workbook(survey=survey, settings=[("form_id", "version"), ("visit", "1")]), f"{FORMS}/new")
    assert "Vietnamese" in texts(page(cast), "//ol[@class='remarks']/li")[0]
    assert "Tên ngôn ngữ thiếu mã" in page(cast, language="vi").text_content()


def test_a_draft_that_a_program_uploaded_has_its_report_too(cast: Cast) -> None:
    xml = xform(fields={"age": "int"}).replace(b'type="int"', b'type="int" constraint=". &lt; \'2020-01-01\'"')
    cast.bob.post("/v1/projects/1/forms?ignoreWarnings=true", data=xml, content_type="application/xml")
    (remark,) = texts(page(cast), "//ol[@class='remarks']/li")
    assert "/data/age" in remark
    assert remark.startswith("—")


def test_the_file_of_another_form_is_refused(cast: Cast) -> None:
    publish(cast.bob, xform())
    answer = upload(cast, xlsform(form_id="other"))
    assert answer.status_code == 400
    (told,) = texts(parsed(answer), "//li[contains(@class,'error')]")
    assert "holds the form “other”. Write “visit” under form_id" in told


def test_a_new_form_with_an_id_that_is_taken_leads_to_the_form_that_has_it(cast: Cast) -> None:
    publish(cast.bob, xform())
    answer = upload(cast, xlsform(), f"{FORMS}/new")
    assert answer.status_code == 400
    assert "a form with the id “visit” already" in answer.text
    assert DRAFT in parsed(answer).xpath("//a/@href")


def test_what_changes_is_told_with_what_it_means(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"name": "string", "age": "int"}))
    upload(cast, xform(version="2", fields={"name": "string", "note": "string"}), name="visit.xml")
    summaries = texts(page(cast), "//details[contains(@class,'change')]/summary")
    assert summaries == ["Questions removed 1", "Questions added 1"]
    assert "Câu hỏi bị bỏ 1" in texts(page(cast, language="vi"), "//summary")


def test_what_loses_its_question_or_choice_is_counted(cast: Cast) -> None:
    publish_survey(cast)
    sent = send_households(cast, 6)
    leafed, with_tea = sum(b"<roof>leaf</roof>" in one.xml for one in sent), sum(b"tea" in one.xml for one in sent)
    xml = form_xml().replace(b"<visited/>", b"").replace(b"<value>tea</value>", b"<value>coffee</value>")
    lines = [line for line in xml.split(b"\n") if b"household/visited" not in line]
    changed = (
        b"\n".join(lines).replace(VERSION.encode(), b"2").replace(b"<value>leaf</value>", b"<value>thatch</value>")
    )
    desk = f"{FORMS}/{FORM_ID}/draft"
    assert upload(cast, changed, desk, "survey.xml").status_code == 303
    removed, choices = page(cast, desk).xpath("//details[contains(@class,'change')]")[:2]
    assert texts(removed, ".//li") == ["Day of visit /household/visited answers: 6"]
    assert texts(choices, ".//del/following-sibling::span") == [f"answers: {with_tea}", f"answers: {leafed}"]
    assert with_tea > 0


def test_a_field_keeps_its_type(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"age": "int"}))
    answer = upload(cast, xform(version="2", fields={"age": "string"}), name="visit.xml")
    assert answer.status_code == 400
    assert "of type int in an earlier version" in answer.text
    in_vietnamese = cast.bob.post(
        f"{DRAFT}?lang=vi", data={"file": (io.BytesIO(xform(fields={"age": "date"})), "x.xml")}
    )
    assert "với kiểu int" in in_vietnamese.text
    sheets = form_sheets(
        ("begin_group", "g", "G"), ("text", "age", "Tuổi"), ("end_group", "", ""), ("text", "age", "Tuổi")
    )
    of_a_workbook = parsed(upload(cast, workbook(**sheets)))
    assert texts(of_a_workbook, "//li[contains(@class,'error')]//*[@class='place']") == ["surveyrow 5"]


def test_texts_of_forms_and_names_of_files_are_never_markup(cast: Cast) -> None:
    evil = "<img src=x>"
    publish(cast.bob, xform(title=evil, fields={"a": "string"}))
    answer = upload(cast, b"no form", name=f"{evil}.xml")
    upload(cast, xform(version="2", title=f"{evil}2", media=[f"{evil}.png"]), name="visit.xml")
    for text in (answer.text, cast.bob.get(DRAFT).text, cast.bob.get(f"{DRAFT}?unknown={evil}").text):
        assert "&lt;img src=x&gt;" in text
        assert evil not in text


def test_files_find_their_slots_by_name(cast: Cast) -> None:
    upload(cast, xform(media=["a.png", "Đất.png"]), f"{FORMS}/new", "visit.xml")
    files = [("Đất.png".upper(), b"two"), ("folder/a.png", b"one"), ("stranger.png", b"three")]
    answer = cast.bob.post(f"{DRAFT}/files", data={"files": [(io.BytesIO(content), name) for name, content in files]})
    assert answer.headers["Location"] == f"{DRAFT}?unknown=stranger.png#files"
    assert [cast.bob.get(f"/v1{DRAFT}/attachments/{name}").data for name in ("a.png", "Đất.png")] == [b"one", b"two"]
    found = page(cast, f"{DRAFT}?unknown=stranger.png")
    assert "stranger.png" in texts(found, "//p[@role='alert']")[0]
    assert texts(found, "//li[@class='missing']") == []


def test_a_script_is_told_only_the_names_that_nothing_asks_for(cast: Cast) -> None:
    upload(cast, xform(media=["a.png"]), f"{FORMS}/new", "visit.xml")
    files = [(io.BytesIO(b"one"), "a.png"), (io.BytesIO(b"two"), "stranger.png")]
    answer = cast.bob.post(f"{DRAFT}/files", data={"files": files}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (200, {"unknown": ["stranger.png"]})


def test_a_missing_file_is_marked_and_one_that_is_there_can_be_removed(cast: Cast) -> None:
    upload(cast, xform(media=["a.png"]), f"{FORMS}/new", "visit.xml")
    assert texts(page(cast), "//li[@class='missing']/code") == ["a.png"]
    cast.bob.post(f"{DRAFT}/files", data={"files": (io.BytesIO(b"one"), "a.png")})
    assert texts(page(cast), "//li[@class='missing']") == []
    cast.bob.post(f"{DRAFT}/files/clear", data={"name": "a.png"})
    assert texts(page(cast), "//li[@class='missing']/code") == ["a.png"]


def send_list(cast: Cast, content: bytes) -> None:
    cast.bob.post(f"{DRAFT}/files", data={"files": (io.BytesIO(content), "crops.csv")})


def test_a_draft_without_its_files_is_published_only_when_that_is_wanted(cast: Cast) -> None:
    upload(cast, xlsform(("select_one_from_file crops.csv", "crop", "Cây trồng")), f"{FORMS}/new")
    assert publish_draft(cast, version="1").headers["Location"] == f"{DRAFT}?unfit=1"
    assert "Not published" in texts(page(cast, f"{DRAFT}?unfit=1"), "//p[@role='alert']")[0]
    assert publish_draft(cast, version="1", despite="1").headers["Location"] == f"{BASE}/versions?published=1"


def test_a_list_whose_columns_are_wrong_is_told_and_not_published_unasked(cast: Cast) -> None:
    upload(cast, xlsform(("select_one_from_file crops.csv", "crop", "Cây trồng")), f"{FORMS}/new")
    send_list(cast, "ma,ten\ntea,Chè\n".encode())
    told = page(cast, language="vi")
    assert texts(told, "//ol[@class='remarks']/li[@class='error']/*[@class='place']") == ["surveydòng 2"]
    assert "Danh sách lựa chọn thiếu cột “name, label”" in told.text_content()
    assert publish_draft(cast, version="1").headers["Location"] == f"{DRAFT}?unfit=1"
    send_list(cast, "name,label\ntea,Chè\n".encode())
    assert page(cast).xpath("//input[@name='despite']") == []
    assert publish_draft(cast, version="1").headers["Location"] == f"{BASE}/versions?published=1"


def test_a_version_that_is_taken_is_not_proposed_and_not_published(cast: Cast) -> None:
    publish(cast.bob, xform())
    upload(cast, xform(), name="visit.xml")
    (proposed,) = page(cast).xpath("//input[@name='version']/@value")
    assert re.fullmatch(r"\d{8}01", proposed)
    assert publish_draft(cast, version="1").headers["Location"] == f"{DRAFT}?taken=1"
    assert publish_draft(cast, version=proposed).headers["Location"] == f"{BASE}/versions?published=1"


def test_a_draft_that_somebody_replaced_is_not_published_unseen(cast: Cast) -> None:
    publish(cast.bob, xform())
    upload(cast, xform(version="2"), name="visit.xml")
    (seen,) = page(cast).xpath("//input[@name='seen']/@value")
    upload(cast, xform(version="3"), name="visit.xml")
    answer = cast.bob.post(f"{DRAFT}/publish", data={"seen": seen, "version": "2"})
    assert answer.headers["Location"] == f"{DRAFT}?replaced=1"
    assert cast.bob.get(f"/v1{BASE}").json["version"] == "1"


def test_a_draft_is_discarded(cast: Cast) -> None:
    publish(cast.bob, xform())
    upload(cast, xform(version="2"), name="visit.xml")
    cast.bob.post(f"{DRAFT}/discard")
    assert cast.bob.get(f"/v1{DRAFT}").status_code == 404
    assert "There is no draft." in page(cast).text_content()


def test_a_copy_of_the_published_version_becomes_the_draft(cast: Cast) -> None:
    publish(cast.bob, xform())
    assert cast.bob.post(DRAFT, data={"copy": "1"}).headers["Location"] == DRAFT
    assert "Nothing differs" in page(cast).text_content()


def test_an_earlier_version_becomes_the_draft_with_its_files(cast: Cast) -> None:
    upload(cast, xlsform(("select_one_from_file crops.csv", "crop", "Cây trồng")), f"{FORMS}/new")
    send_list(cast, b"name,label\ntea,Tea\n")
    publish_draft(cast, version="1")
    upload(cast, xlsform(("select_one_from_file crops.csv", "plant", "Cây trồng"), version="2"))
    send_list(cast, b"name,label\nrice,Rice\n")
    publish_draft(cast, version="2")
    (button,) = page(cast, f"{BASE}/versions").xpath("//form[.//button[normalize-space()='Use it again']]")
    cast.bob.post(button.get("action"), data={"copy": "1", "version": button.xpath("*[@name='version']/@value")[0]})
    assert cast.bob.get(f"/v1{DRAFT}/attachments/crops.csv").data == b"name,label\ntea,Tea\n"
    told = page(cast).text_content()
    assert "It seems to be called crop now" in told
    assert "crops.csv has other content" in " ".join(told.split())


def test_only_versions_of_the_form_are_used_again(cast: Cast) -> None:
    publish(cast.bob, xform())
    assert cast.bob.post(DRAFT, data={"copy": "1", "version": "999"}).status_code == 404
    assert cast.bob.get(f"/v1{DRAFT}").status_code == 404
    assert "Use it again" not in page(cast, f"{BASE}/versions").xpath("string(//tbody)")


def test_a_file_that_arrives_is_no_change_of_content(cast: Cast) -> None:
    upload(cast, xform(media=["a.png"]), f"{FORMS}/new", "visit.xml")
    publish_draft(cast, version="1", despite="1")
    assert "lacks these files: a.png" in " ".join(page(cast).text_content().split())
    cast.bob.post(DRAFT, data={"copy": "1"})
    cast.bob.post(f"{DRAFT}/files", data={"files": (io.BytesIO(b"one"), "a.png")})
    assert "a.png was missing and is there now" in " ".join(page(cast).text_content().split())


def test_sending_no_file_leaves_the_draft_as_it_was(cast: Cast) -> None:
    publish(cast.bob, xform())
    upload(cast, xform(version="2"), name="visit.xml")
    assert cast.bob.post(DRAFT, data={}, content_type="multipart/form-data").status_code == 303
    assert cast.bob.get(f"/v1{DRAFT}").json["version"] == "2"


def test_the_code_sets_up_a_phone_for_the_draft(cast: Cast) -> None:
    upload(cast, xform(), f"{FORMS}/new", "visit.xml")
    token = cast.bob.get(f"/v1{DRAFT}").json["draftToken"]
    (source,) = page(cast).xpath("//img[@class='code']/@src")
    text = settings_text(draft_url("http://localhost", token, 1, "visit"), "Draft: Thăm hộ")
    assert base64.b64decode(source.partition(",")[2]) == qr_svg(text)
    listed = cast.nobody.get(f"/v1/test/{token}{DRAFT}/formList", headers={"X-OpenRosa-Version": "1.0"})
    assert (listed.status_code, "visit" in listed.text) == (200, True)


def test_any_two_versions_are_compared(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"a": "string"}))
    for version, fields in (("2", {"a": "string", "b": "int"}), ("3", {"a": "string"})):
        upload(cast, xform(version=version, fields=fields), name="visit.xml")
        publish_draft(cast, version=version)
    found = page(cast, f"{BASE}/versions")
    links = found.xpath("//tbody//a[starts-with(@href,'?from')]/@href")
    assert len(links) == 2
    summaries = [texts(page(cast, f"{BASE}/versions{link}"), "//summary") for link in links]
    assert summaries == [["Questions removed 1"], ["Questions added 1"]]
    numbers = found.xpath("//select[@name='from']/option/@value")
    assert texts(page(cast, f"{BASE}/versions?from={numbers[2]}&to={numbers[0]}"), "//summary") == []


@pytest.mark.parametrize("query", ["from=x&to=y", "from=1", "from=999999&to=1"])
def test_versions_that_are_not_there_are_not_compared(cast: Cast, query: str) -> None:
    publish(cast.bob, xform())
    assert page(cast, f"{BASE}/versions?{query}").xpath("//details") == []


def test_submissions_of_testers_are_counted_and_go(cast: Cast) -> None:
    upload(cast, xform(), f"{FORMS}/new", "visit.xml")
    xml = b'<data id="visit" version="1"><name>x</name><age>1</age><meta><instanceID>uuid:1</instanceID></meta></data>'
    assert send(cast.bob, xml, path=f"/v1{DRAFT}/submission").status_code == 201
    assert "What testers have sent (1) goes" in page(cast).text_content()
    publish_draft(cast, version="1")
    assert cast.bob.get(f"/v1{BASE}/submissions").json == []


def test_the_workbook_of_a_version_is_downloaded_from_its_line(cast: Cast) -> None:
    content = xlsform()
    upload(cast, content, f"{FORMS}/new")
    publish_draft(cast, version="1")
    (link,) = page(cast, f"{BASE}/versions").xpath("//a[text()='XLSForm']/@href")
    answer = cast.bob.get(link)
    assert (answer.status_code, answer.content_type) == (200, XLSX)
    assert answer.data == content


def test_viewers_see_versions_and_no_draft(cast: Cast) -> None:
    publish(cast.bob, xform())
    assert cast.vy.get(f"{BASE}/versions").status_code == 200
    assert cast.vy.get(DRAFT).status_code == 403
    assert cast.vy.get(f"{FORMS}/new").status_code == 403


@pytest.mark.parametrize(
    ("said", "sheet", "row"),
    [
        ("[row : 7] On the 'choices' sheet, the 'name' value is invalid.", "choices", 7),
        ("[row : 3] Question with no type.", "survey", 3),
        ("Invalid headers provided for sheet: 'survey'. Rename.", "survey", None),
        ("Something else.", "", None),
    ],
)
def test_the_place_is_read_out_of_what_the_converter_says(said: str, sheet: str, row: int | None) -> None:
    remark = converter_remark(said)
    assert (remark.sheet, remark.row, "[row" in remark.text) == (sheet, row, False)


def test_the_converters_words_have_vietnamese_ones_with_the_same_name() -> None:
    remark = Remark("List name not in choices sheet: colours", code=CONVERTER)
    assert vietnamese(remark) == "Sheet choices không có danh sách “colours”. Hãy thêm hoặc sửa tên."
    assert vietnamese(Remark("Something new.")) == ""


def test_the_place_in_an_expression_is_marked() -> None:
    assert marked(Remark("", expression="a > > b", offset=4)) == ("a > ", ">", " b")
    assert marked(Remark("", expression="a >", offset=3)) == ("a >", "…", "")
    assert marked(Remark("", expression="a >")) == ("a >", "", "")
