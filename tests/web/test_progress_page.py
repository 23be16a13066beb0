"""How a survey goes: what came by day, enumerator and area, what became of it, and asking again for no change."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from server.db import utc_now
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import publish, send
from tests.web.survey import FORM_ID, VILLAGES, Household, form_xml, household

BASE = f"/projects/1/forms/{FORM_ID}"
PROGRESS = f"{BASE}/progress"
NAMES = {value: label for _, villages in VILLAGES.values() for value, (label, *_) in villages.items()}
TIMES = '<bind nodeset="/data/start" type="dateTime"/><bind nodeset="/data/end" type="dateTime"/>'


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def page(cast: Cast, query: str = "") -> Any:
    answer = cast.bob.get(f"{PROGRESS}?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def rows(found: Any, section: str) -> list[list[str]]:
    lines = found.xpath(f"//section[@aria-labelledby='{section}']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in line] for line in lines]


def test_each_table_counts_all_that_came(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})
    found, day = page(cast), utc_now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert rows(found, "by-day") == [[f"{day:%-d %b %Y}", "4", "3", "0", "1", "0", "25%"]]
    assert rows(found, "by-enumerator") == [["Chi", "4", "3", "0", "1", "0", "25%"]]
    villages = Counter(one.xml.decode().split("<village>")[1].split("<")[0] for one in sent)
    counted = {line[0]: int(line[1]) for line in rows(found, "by-area")}
    assert counted == {NAMES[village]: count for village, count in villages.items()}


def test_an_area_and_an_enumerator_lead_to_their_submissions(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    for section in ("by-enumerator", "by-area"):
        for line in found.xpath(f"//section[@aria-labelledby='{section}']//tbody/tr"):
            desk = html.fromstring(cast.bob.get(line.xpath("th/a/@href")[0]).text)
            assert desk.xpath("count(//ol[@id='lines']/li[@data-id])") == int(line.xpath("td")[0].text_content())
    assert len(sent) == 4


def test_the_median_is_of_what_the_form_notes_as_start_and_end(cast: Cast) -> None:
    xml = form_xml().decode().replace("<place><commune/>", "<start/><end/><place><commune/>")
    publish(
        cast.bob,
        xml.replace('<bind nodeset="/data/place/commune"', f'{TIMES}<bind nodeset="/data/place/commune"').encode(),
    )
    ends = ("08:10:00.000+07:00", "08:12:00.000+07:00", "03:30:00Z", "07:00:00.000+07:00", "never", "")
    for number, end in enumerate(ends, start=1):
        times = f"<start>2026-11-20T08:00:00.000+07:00</start><end>{f'2026-11-20T{end}' if end else ''}</end><place>"
        one = household(number, with_photos=False)
        assert send(cast.chi, one.xml.replace(b"<place>", times.encode())).status_code == 201
    assert [line[-1] for line in rows(page(cast), "by-enumerator")] == ["12 min"]


def test_a_form_without_start_and_end_has_no_durations(cast: Cast, sent: list[Household]) -> None:
    assert "Median duration" not in page(cast).text_content()
    assert len(sent) == 4


def test_asking_again_hears_of_no_change_until_there_is_one(cast: Cast, sent: list[Household]) -> None:
    def ask(tag: str = "") -> Any:
        return cast.bob.get(f"{PROGRESS}?lang=en", headers={"If-None-Match": tag} if tag else {})

    tag = ask().headers["ETag"]
    again = ask(tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    for change in (
        lambda: cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "rejected"}),
        lambda: send_households(cast, 1, first=5),
        lambda: cast.bob.delete(f"/v1{BASE}/submissions/{sent[1].instance_id}"),
    ):
        change()
        changed = ask(tag)
        assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)
        tag = changed.headers["ETag"]
    assert ask(tag).status_code == 304


def test_another_language_and_another_person_get_pages_of_their_own(cast: Cast, sent: list[Household]) -> None:
    tag = cast.bob.get(f"{PROGRESS}?lang=en").headers["ETag"]
    assert cast.bob.get(f"{PROGRESS}?lang=vi", headers={"If-None-Match": tag}).status_code == 200
    assert cast.vy.get(f"{PROGRESS}?lang=en", headers={"If-None-Match": tag}).status_code == 200
    assert len(sent) == 4


@pytest.mark.parametrize("query", ["days=0", "days=-7", "days=9999999999", "days=x"])
def test_a_period_that_is_not_offered_is_the_first(cast: Cast, sent: list[Household], query: str) -> None:
    assert page(cast, query).xpath("//a[@aria-current='true']/@href") == ["?days=7"]
    assert len(sent) == 4


def test_a_form_to_which_nothing_came_says_so(cast: Cast) -> None:
    publish_survey(cast)
    assert "Nothing has come in this period." in page(cast).text_content()


def test_nobody_without_the_right_sees_it(cast: Cast) -> None:
    publish_survey(cast)
    assert cast.vy.get(PROGRESS).status_code == 200
    assert cast.dee.get(PROGRESS).status_code in {403, 404}
    assert cast.nobody.get(PROGRESS).status_code in {302, 303, 401, 404}
