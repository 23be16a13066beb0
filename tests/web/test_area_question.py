"""The question that says where a submission was made: found by rule, or chosen in the form's settings."""

import re
from collections import Counter
from typing import Any

import pytest
from lxml import html

from server.job_handlers import new_worker
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import publish
from tests.web.survey import FORM_ID, VERSION, VILLAGES, Household, form_xml

BASE = f"/projects/1/forms/{FORM_ID}"
SETTINGS = f"{BASE}/settings"
COMMUNES = {value: label for value, (label, _) in VILLAGES.items()}


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def choose(cast: Cast, path: str) -> int:
    return cast.bob.post(f"{SETTINGS}/area", data={"area": path}).status_code


def work(cast: Cast) -> None:
    while new_worker(cast.services).run_one():
        pass


def page(cast: Cast, path: str) -> Any:
    answer = cast.bob.get(f"{BASE}/{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def areas_on_desk(cast: Cast) -> list[str]:
    lines = page(cast, "review").xpath("//ol[@id='lines']//small")
    return [line.text_content().partition(" · ")[0] for line in lines]


def commune(one: Household) -> str:
    found = re.search("<commune>(.*?)</commune>", one.xml.decode())
    assert found is not None
    return COMMUNES[found[1]]


def progress(cast: Cast) -> dict[str, int]:
    rows = page(cast, "progress").xpath("//section[@aria-labelledby='by-area']//tbody/tr")
    return {row.xpath("string(th)").strip(): int(row.xpath("string(td)")) for row in rows}


def test_only_questions_with_one_choice_are_offered_and_the_rule_says_what_it_finds(cast: Cast) -> None:
    publish_survey(cast)
    options = page(cast, "settings").xpath("//select[@name='area']/option")
    assert [(option.get("value"), option.text) for option in options] == [
        ("", "By rule: Village"),
        ("/place/commune", "Commune"),
        ("/place/village", "Village"),
        ("/house/roof", "Roof"),
    ]


def test_a_chosen_question_holds_for_what_was_sent_before_and_what_comes(cast: Cast, sent: list[Household]) -> None:
    assert choose(cast, "/place/commune") == 303
    work(cast)
    sent += send_households(cast, 3, first=10)
    expected = [commune(one) for one in sent]
    assert areas_on_desk(cast) == expected[::-1]
    assert progress(cast) == dict(Counter(expected))
    named = page(cast, f"review?q={expected[0]}").xpath("//ol[@id='lines']/li[@data-id]")
    assert len(named) == expected.count(expected[0])


def test_an_area_of_the_progress_leads_to_its_submissions(cast: Cast, sent: list[Household]) -> None:
    choose(cast, "/place/commune")
    work(cast)
    for row in page(cast, "progress").xpath("//section[@aria-labelledby='by-area']//tbody/tr"):
        desk = html.fromstring(cast.bob.get(row.xpath("th/a/@href")[0]).text)
        assert desk.xpath("count(//ol[@id='lines']/li[@data-id])") == int(row.xpath("string(td)"))
    assert len(sent) == 4


def test_the_rule_holds_again_when_nothing_is_chosen(cast: Cast, sent: list[Household]) -> None:
    before = areas_on_desk(cast)
    choose(cast, "/place/commune")
    work(cast)
    assert areas_on_desk(cast) != before
    assert choose(cast, "") == 303
    work(cast)
    assert areas_on_desk(cast) == before
    assert len(sent) == 4


def test_the_last_choice_holds_however_many_jobs_there_are(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.submissions.areas._AT_ONCE", 1)
    choose(cast, "/house/roof")
    choose(cast, "/place/commune")
    work(cast)
    assert areas_on_desk(cast) == [commune(one) for one in reversed(sent)]


def test_a_page_of_progress_that_was_kept_is_out_of_date(cast: Cast, sent: list[Household]) -> None:
    def ask(tag: str) -> Any:
        return cast.bob.get(f"{BASE}/progress?lang=en", headers={"If-None-Match": tag})

    first = ask("").headers["ETag"]
    assert ask(first).status_code == 304
    choose(cast, "/place/commune")
    second = ask(first)
    assert second.status_code == 200
    work(cast)
    assert ask(second.headers["ETag"]).status_code == 200
    assert len(sent) == 4


def test_a_version_without_the_chosen_question_has_no_areas(cast: Cast, sent: list[Household]) -> None:
    choose(cast, "/house/roof")
    work(cast)
    xml = form_xml().decode().replace(VERSION, "2").replace("<roof/>", "").replace("/data/house/roof", "/data/house")
    made = cast.bob.post(f"/v1{BASE}/draft?ignoreWarnings=true", data=xml.encode(), content_type="application/xml")
    assert made.status_code == 200, made.text
    assert cast.bob.post(f"/v1{BASE}/draft/publish").status_code == 200
    assert areas_on_desk(cast) == ["Chi"] * len(sent)
    assert page(cast, "progress").xpath("//section[@aria-labelledby='by-area']") == []
    (shown,) = page(cast, "settings").xpath("//select[@name='area']/option[@selected]")
    assert shown.text == "/house/roof, which this version does not have"


@pytest.mark.parametrize("path", ["/household/head", "/household/crops", "/member/age", "/gone", "/place", "x"])
def test_no_other_question_can_be_chosen(cast: Cast, path: str) -> None:
    publish_survey(cast)
    assert choose(cast, path) == 400


def test_a_form_without_such_questions_has_no_such_setting(cast: Cast) -> None:
    publish(cast.bob)
    assert "settings/area" not in cast.bob.get("/projects/1/forms/household/settings").text


def test_only_who_may_update_the_form_chooses(cast: Cast) -> None:
    publish_survey(cast)
    for caller in (cast.vy, cast.cuong, cast.quan):
        assert caller.post(f"{SETTINGS}/area", data={"area": "/place/commune"}).status_code == 403
