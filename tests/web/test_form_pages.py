"""A form's first page, its settings, and the way there from the projects."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html
from sqlalchemy import update

from server.db import utc_now
from server.submissions.activity import Day, count_days, last_days
from server.submissions.models import Submission
from server.web.forms.days_chart import HEIGHT, draw_days
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households, survey
from tests.factories import make_draft
from tests.web.survey import FORM_ID, VERSION, Household

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BASE = f"/projects/1/forms/{FORM_ID}"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def page(cast: Cast, path: str = BASE, who: str = "bob") -> Any:
    answer = getattr(cast, who).get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def test_the_page_counts_by_state_and_each_count_leads_to_the_desk(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})
    found = page(cast)
    figures = "//ul[@class='figures']/li"
    assert texts(found, figures) == ["To review3 Start reviewing →", "Has issues0", "Approved1", "Rejected0", "All4"]
    approved = found.xpath(f"{figures}[3]/a/@href")[0]
    assert texts(page(cast, approved), "//ol[@id='lines']//strong") == [sent[0].name]


def test_the_last_submissions_and_the_versions_in_use_are_there(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    assert texts(found, "//ol[@class='recent']//strong") == [one.name for one in reversed(sent)]
    assert texts(found, "//tbody/tr/th") == [f"{VERSION} current"]
    assert texts(found, "//tbody/tr/td[1]") == ["4"]


def test_days_begin_at_midnight_in_vietnam(cast: Cast, sent: list[Household]) -> None:
    midnight = utc_now().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = (midnight - timedelta(days=40), midnight - timedelta(seconds=1), midnight, midnight)
    with cast.services.database.write() as session:
        for one, moment in zip(sent, moments, strict=True):
            change = update(Submission).where(Submission.instance_id == one.instance_id)
            session.execute(change.values(created_at=moment))
    with cast.services.database.read() as session:
        days = count_days(session, survey(session), last_days(midnight.date(), 3), ZONE)
    assert [day.total for day in days] == [0, 1, 2]
    assert days[-1].day == midnight.date()


def test_bars_stand_on_the_ground_and_the_highest_fills_the_picture() -> None:
    days = [Day(date(2026, 11, 29), {"approved": 3, None: 1}), Day(date(2026, 11, 29), {"rejected": 1})]
    chart = draw_days(days)
    assert (chart.total, chart.most) == (5, 4)
    assert [(block.state, block.y, block.height) for block in chart.bars[0].blocks] == [
        ("approved", 25.0, 75.0),
        ("to-review", 0.0, 25.0),
    ]
    assert chart.bars[1].blocks[0].y + chart.bars[1].blocks[0].height == HEIGHT


def test_a_form_without_submissions_says_so(cast: Cast) -> None:
    publish_survey(cast)
    assert "Nothing has been sent yet." in texts(page(cast), "//p")


def test_projects_lead_to_the_project_and_to_the_form(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    found = page(cast, "/projects")
    assert BASE in found.xpath("//a/@href")
    assert f"{BASE}/review" in found.xpath("//a/@href")
    assert texts(page(cast, found.xpath("//h2/a/@href")[0]), "//h1") == ["Rà soát hộ nghèo"]


def test_lists_say_which_forms_take_nothing_any_more(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    row = "//tbody/tr/th"
    assert texts(page(cast, "/projects"), row) == ["Rà soát hộ Bình Gia"]
    cast.bob.patch(f"/v1{BASE}", json={"state": "closed"})
    assert texts(page(cast, "/projects"), row) == ["Rà soát hộ Bình Gia closed"]


def test_a_draft_that_waits_is_told_to_those_who_may_publish_it(cast: Cast) -> None:
    make_draft(cast.bob)
    told = "Nothing is published yet."
    assert told in page(cast, "/projects/1").text_content()
    assert told not in page(cast, "/projects/1", who="vy").text_content()


def test_viewers_get_no_tab_that_they_may_not_open(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    tabs = "//nav[@class='tabs']/a"
    assert texts(page(cast, who="vy"), tabs) == [
        "Overview",
        "Review",
        "Map",
        "Table",
        "Progress",
        "Photos",
        "Versions",
        "Data",
    ]
    assert "Settings" in texts(page(cast), tabs)
    assert cast.vy.get(f"{BASE}/settings").status_code == 403


def test_a_form_is_closed_on_its_settings(cast: Cast) -> None:
    publish_survey(cast)
    answer = cast.bob.post(f"{BASE}/settings", data={"state": "closed"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BASE}/settings?saved=state")
    assert cast.bob.get(f"/v1{BASE}").json["state"] == "closed"
    assert texts(page(cast, f"{BASE}/settings?saved=state"), "//*[@role='status']") == ["Saved"]
    assert "The form is closed: it takes no submissions." in page(cast).text_content()


def test_a_state_that_there_is_not_is_refused(cast: Cast) -> None:
    publish_survey(cast)
    assert cast.bob.post(f"{BASE}/settings", data={"state": "ajar\0"}).status_code == 400


def test_a_form_goes_into_the_trash_and_comes_back_with_its_submissions(cast: Cast, sent: list[Household]) -> None:
    assert cast.bob.post(f"{BASE}/delete").headers["Location"] == "/projects/1#trash"
    assert cast.bob.get(BASE).status_code == 404
    (restore,) = page(cast, "/projects/1").xpath("//form[contains(@action,'/trash/')]/@action")
    assert cast.bob.post(restore).headers["Location"] == BASE
    assert texts(page(cast), "//ul[@class='figures']/li")[-1] == f"All{len(sent)}"


def test_viewers_neither_delete_nor_see_the_trash(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    assert cast.vy.post(f"{BASE}/delete").status_code == 403
    cast.bob.post(f"{BASE}/delete")
    assert page(cast, "/projects/1", who="vy").xpath("//*[@id='trash']") == []


def test_an_administrator_makes_projects_and_managers_rename_theirs(cast: Cast) -> None:
    assert "Name of a new project" in page(cast, "/projects", "alice").text_content()
    made = cast.alice.post("/projects", data={"name": " Điều tra hộ "}).headers["Location"]
    assert texts(page(cast, made, "alice"), "//h1") == ["Điều tra hộ"]
    assert cast.alice.post("/projects", data={"name": " "}).headers["Location"] == "/projects"
    cast.bob.post("/projects/1/name", data={"name": "Rà soát 2026"})
    assert texts(page(cast, "/projects/1"), "//h1") == ["Rà soát 2026"]
    cast.bob.post("/projects/1/name", data={"name": ""})
    assert texts(page(cast, "/projects/1"), "//h1") == ["Rà soát 2026"]


def test_nobody_else_makes_or_renames_projects(cast: Cast) -> None:
    assert "Name of a new project" not in page(cast, "/projects").text_content()
    assert cast.bob.post("/projects", data={"name": "Mine"}).status_code == 403
    assert cast.vy.post("/projects/1/name", data={"name": "Mine"}).status_code == 403
    assert cast.bob.post("/projects/2/name", data={"name": "Mine"}).status_code == 403
