"""The review desk's pages without a browser: what they show, to whom, in which language, and what their script sends."""

import re
from datetime import datetime
from typing import Any

import pytest
from lxml import html
from sqlalchemy import update

from server.desk.answers import Answer
from server.submissions.models import Submission
from server.web.shown import Shown
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import send
from tests.web.survey import FORM_ID, Household, household, photo

BASE = f"/projects/1/forms/{FORM_ID}"
DESK = f"{BASE}/review"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def page(cast: Cast, query: str = "", path: str = DESK) -> Any:
    answer = cast.bob.get(f"{path}?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def test_the_page_shows_the_list_and_its_first_submission(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    assert texts(found, "//ol[@id='lines']//strong") == [one.name for one in reversed(sent)]
    assert texts(found, "//h1") == [sent[-1].name]
    assert texts(found, "//*[contains(@class,'finding ')]//strong") == ["Outside the limits"]


def test_every_count_is_a_link_to_what_it_counts(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})
    found = page(cast)
    assert texts(found, "//nav[@class='states']/a") == [
        "To review 3",
        "Has issues 0",
        "Approved 1",
        "Rejected 0",
        "All",
    ]
    approved = found.xpath("//a[contains(@class,'approved')]/@href")[0]
    assert texts(page(cast, approved.lstrip("?")), "//ol[@id='lines']//strong") == [sent[0].name]


def test_days_of_the_filter_are_those_that_the_page_shows(cast: Cast, sent: list[Household]) -> None:
    before_and_at_midnight = ("2026-11-01T16:59:59+00:00", "2026-11-01T17:00:00+00:00")
    with cast.services.database.write() as session:
        for one, moment in zip(sent, before_and_at_midnight, strict=False):
            change = update(Submission).where(Submission.instance_id == one.instance_id)
            session.execute(change.values(created_at=datetime.fromisoformat(moment)))
    for day, one in (("2026-11-01", sent[0]), ("2026-11-02", sent[1])):
        assert texts(page(cast, f"from={day}&to={day}"), "//ol[@id='lines']//strong") == [one.name]
    received = page(cast, path=f"{BASE}/submissions/{sent[1].instance_id}/print").text_content()
    assert "2 Nov 2026 00:00" in received


def test_an_address_leads_to_the_same_screen(cast: Cast, sent: list[Household]) -> None:
    found = page(cast, f"state=all&order=oldest&q={sent[1].name.split()[0]}&open={sent[1].instance_id}")
    assert texts(found, "//h1") == [sent[1].name]
    assert found.xpath("//input[@id='search']/@value") == [sent[1].name.split()[0]]


@pytest.mark.parametrize(("rule", "numbers"), [("any", [3]), ("none", [2, 1, 0]), ("required", [])])
def test_the_list_can_hold_only_what_has_findings_or_none(
    cast: Cast, sent: list[Household], rule: str, numbers: list[int]
) -> None:
    found = page(cast, f"rule={rule}")
    assert texts(found, "//ol[@id='lines']//a/span/strong") == [sent[number].name for number in numbers]


def test_each_part_of_the_filter_can_be_taken_away(cast: Cast, sent: list[Household]) -> None:
    word = sent[0].name.split()[0]
    found = page(cast, f"rule=none&from=2020-01-01&q={word}")
    chips = found.xpath("//ul[@class='chips']//a")
    assert [" ".join(chip.text_content().split()) for chip in chips] == [
        f"“{word}” ×",
        "Only without findings ×",
        "From day 1 Jan 2020 ×",
    ]
    left = page(cast, chips[1].get("href").lstrip("?"))
    assert len(left.xpath("//ul[@class='chips']//a")) == 2


def test_an_empty_list_says_why(cast: Cast, sent: list[Household]) -> None:
    assert texts(page(cast, "q=nobody"), "//li[@class='nothing']//a") == ["Show all again"]
    for one in sent:
        cast.bob.patch(f"/v1{BASE}/submissions/{one.instance_id}", json={"reviewState": "approved"})
    assert texts(page(cast), "//li[@class='nothing']//strong") == ["All is reviewed."]


@pytest.mark.parametrize(
    "query", ["state=nonsense&by=x&from=2026-99-99&after=-1&order=up", "by=99999999999999999999", "rule=%00"]
)
def test_a_strange_address_is_no_fault_of_the_server(cast: Cast, sent: list[Household], query: str) -> None:
    assert cast.bob.get(f"{DESK}?{query}").status_code in {200, 404}
    assert len(sent) == 4


def test_words_come_in_both_languages_and_labels_in_the_forms_own(cast: Cast, sent: list[Household]) -> None:
    vietnamese = cast.bob.get(f"{DESK}?lang=vi").text
    english = cast.bob.get(f"{DESK}?lang=en").text
    assert 'lang="vi"' in vietnamese
    assert "Cần duyệt" in vietnamese
    assert "Mái nhà" in vietnamese
    assert "To review" in english
    assert "Roof" in english
    assert len(sent) == 4


@pytest.mark.parametrize(("value", "written"), [("2026", "2026"), ("12500", "12,500"), ("999", "999"), ("07", "7")])
def test_a_number_that_may_be_a_year_has_no_separator(value: str, written: str) -> None:
    answer = Answer(path="/a", label="a", kind="int", value=value, texts=[value])
    assert Shown().answer(answer) == [written]


def test_answers_are_text_even_when_they_look_like_markup(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1, with_photos=False)
    xml = one.xml.replace(one.name.encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;")
    assert send(cast.chi, xml).status_code == 201
    text = cast.bob.get(DESK).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(cast: Cast, sent: list[Household]) -> None:
    answer = cast.bob.get(DESK)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.search(r"<style|<script(?! type=\"module\" src)| style=\"| on[a-z]+=\"", answer.text) is None
    assert len(sent) == 4


def test_who_may_only_read_sees_no_buttons_and_decides_nothing(cast: Cast, sent: list[Household]) -> None:
    answer = cast.vy.get(DESK)
    assert answer.status_code == 200
    assert "data-decide" not in answer.text
    body = {"state": "approved", "seen": {sent[0].instance_id: None}}
    assert cast.vy.post(f"{DESK}/decisions", json=body).status_code == 403


@pytest.mark.parametrize(
    "path", [DESK, f"{BASE}/submissions/uuid:x/print", f"{BASE}/submissions/uuid:x/thumbnails/small/a.jpg"]
)
def test_nobody_without_the_right_sees_a_page(cast: Cast, path: str) -> None:
    publish_survey(cast)
    assert cast.dee.get(path).status_code in {401, 403, 404}
    assert cast.nobody.get(path).status_code in {302, 401, 403, 404}


def test_a_decision_is_made_and_undone(cast: Cast, sent: list[Household]) -> None:
    body = {"state": "rejected", "reason": "Sai", "seen": {one.instance_id: None for one in sent[:2]}}
    made = cast.bob.post(f"{DESK}/decisions", json=body)
    assert made.json["decided"] == 2
    assert texts(page(cast, "state=rejected"), "//ol[@id='lines']//strong") == [sent[1].name, sent[0].name]
    undone = cast.bob.post(f"{DESK}/decisions/{made.json['decision']}/undo")
    assert undone.json == {"restored": 2, "kept": 0}
    assert cast.alice.post(f"{DESK}/decisions/{made.json['decision']}/undo").status_code == 404


def test_a_whole_filter_is_decided_by_its_address(cast: Cast, sent: list[Household]) -> None:
    made = cast.bob.post(
        f"{DESK}/decisions?rule=constraint", json={"state": "hasIssues", "reason": "Tuổi", "expected": 1}
    )
    assert made.json["decided"] == 1
    assert texts(page(cast, "state=has-issues"), "//ol[@id='lines']//strong") == [sent[3].name]


@pytest.mark.parametrize(
    "body",
    [[], {}, {"state": "approved"}, {"state": 1, "seen": {"a": None}}, {"state": "approved", "seen": {"a": 1}},
     {"state": "approved", "expected": "all"}, {"state": "approved", "seen": {"a\0": None}}, {"state": "no", "seen": {"a": None}}],
)  # fmt: skip
def test_a_decision_that_cannot_be_read_is_refused(cast: Cast, sent: list[Household], body: Any) -> None:
    assert cast.bob.post(f"{DESK}/decisions", json=body).status_code == 400
    assert len(sent) == 4


def test_thumbnails_are_pictures_that_run_nothing(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1)
    assert (
        send(cast.chi, one.xml, ("house.jpg", photo(1, "tiles")), ("roof.jpg", b"<svg onload=alert(1)>")).status_code
        == 201
    )
    pictures = f"{BASE}/submissions/{one.instance_id}/thumbnails"
    good, bad = cast.bob.get(f"{pictures}/small/house.jpg"), cast.bob.get(f"{pictures}/small/roof.jpg")
    assert (good.status_code, good.content_type, good.data[:4]) == (200, "image/webp", b"RIFF")
    assert (bad.status_code, bad.content_type) == (200, "image/svg+xml")
    assert b"onload" not in bad.data
    assert all("sandbox" in answer.headers["Content-Security-Policy"] for answer in (good, bad))
    assert cast.bob.get(f"{pictures}/huge/house.jpg").status_code == 404
    assert cast.bob.get(f"{pictures}/small/none.jpg").status_code == 404


def test_the_printed_page_has_answers_photos_and_a_line_to_sign(cast: Cast) -> None:
    publish_survey(cast)
    one = household(4)
    assert send(cast.chi, one.xml, *one.photos).status_code == 201
    found = page(cast, path=f"{BASE}/submissions/{one.instance_id}/print")
    assert texts(found, "//h1") == [one.name]
    assert len(found.xpath("//figure/img")) == 2
    assert texts(found, "//*[@class='sign']/div") == ["Reviewer", "Signature", "Date"]
    assert "150" in found.text_content()


def test_a_box_of_the_map_is_a_filter_for_the_list_and_for_decisions(cast: Cast, sent: list[Household]) -> None:
    latitude, longitude = sent[1].xml.decode().partition("<point>")[2].split()[:2]
    box = (
        f"{float(longitude) - 0.0001},{float(latitude) - 0.0001},{float(longitude) + 0.0001},{float(latitude) + 0.0001}"
    )
    query = f"state=all&box={box},/place/point"

    found = page(cast, query)
    assert texts(found, "//ol[@id='lines']//strong") == [sent[1].name]
    assert texts(found, "//a[contains(@class,'boxed')]") == ["In a box of the map ×: Leave the box"]
    leave = found.xpath("//a[contains(@class,'boxed')]/@href")[0]
    assert len(texts(page(cast, leave.lstrip("?")), "//ol[@id='lines']//strong")) == 4
    assert texts(page(cast, query, f"{BASE}/table"), "//tbody/tr/th") == [sent[1].name]

    decided = cast.bob.post(f"{DESK}/decisions?{query}", json={"state": "approved", "expected": 1})
    assert (decided.status_code, decided.json["decided"]) == (200, 1)
    assert "Approved 1" in texts(page(cast), "//nav[@class='states']/a")


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "9,0,1,1", "nan,nan,nan,nan", ",,,"])
def test_a_box_that_is_none_filters_nothing(cast: Cast, sent: list[Household], box: str) -> None:
    assert len(texts(page(cast, f"box={box}"), "//ol[@id='lines']//strong")) == len(sent)


@pytest.mark.parametrize("box", ["-inf,-inf,inf,inf", "1e400,0,1e400,1", "0,0,1,1,/house/roof", "0,0,1,1,%27;--"])
def test_a_strange_box_is_no_fault_of_the_server(cast: Cast, sent: list[Household], box: str) -> None:
    assert cast.bob.get(f"{DESK}?box={box}").status_code in {200, 400}
    assert sent


def test_a_rare_answer_is_looked_for_page_by_page_and_counted_at_least(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.desk.looking.STEPS", (1,))
    oldest = sent[0].xml.decode().split("<income>")[1].split("<")[0]
    query, seen = f"state=all&answer=%2Fhousehold%2Fincome%3D{oldest}", []
    found = page(cast, query)
    assert texts(found, "//nav[@class='states']/a")[0] == "To review 0+"
    assert found.xpath("//*[@id='bulk-all']/@data-total") == [""]
    for _ in range(4):
        seen += texts(found, "//ol[@id='lines']//strong")
        more = found.xpath("//li[@class='more']/a")
        if not more:
            break
        assert more[0].text_content() == ("Show more" if texts(found, "//li[@data-id]") else "None yet: look further")
        found = page(cast, more[0].get("href").lstrip("?"))
    assert seen == [sent[0].name]
    last = page(cast, f"{query}&after=1")
    assert texts(last, "//li[@class='nothing']") == ["Nothing more."]
