"""The data page: what it offers, the addresses that it makes of a choice, and the exports made in the background."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from server.exports.formats import FORMATS
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.models import Export
from server.job_handlers import new_worker
from server.web.forms.export_address import export_path
from server.web.forms.format_words import FORMAT_WORDS
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import make_draft, publish
from tests.forms.definitions import xform
from tests.web.survey import FORM_ID, Household

BASE = f"/projects/1/forms/{FORM_ID}"
DATA = f"{BASE}/data"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def page(cast: Cast, query: str = "") -> Any:
    answer = cast.bob.get(f"{DATA}?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def path(format_name: str, *chosen: tuple[str, str]) -> str:
    return export_path("/f", format_name, MultiDict(chosen))


def test_every_format_is_offered(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    offered = page(cast).xpath("//input[@name='format']/@value")
    assert sorted(offered) == sorted([*FORMATS, "media.zip"])
    assert (offered[0], offered[-1]) == ("xlsx", "media.zip")


def test_questions_that_only_older_versions_ask_are_counted(cast: Cast) -> None:
    publish(cast.bob, xform(form_id=FORM_ID, fields={"name": "string", "age": "int", "sex": "string"}))
    assert "only in older versions" not in page(cast).text_content()
    newer = xform(form_id=FORM_ID, version="2", fields={"name": "string"})
    cast.bob.post(f"/v1{BASE}/draft?ignoreWarnings=true", data=newer, content_type="application/xml")
    cast.bob.post(f"/v1{BASE}/draft/publish")
    assert "only in older versions: 2" in page(cast).text_content()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_downloaded_through_the_page(cast: Cast, sent: list[Household], name: str) -> None:
    answer = cast.bob.get(f"{DATA}/file?format={name}&state=received&labels=both&from=2026-01-01")
    assert answer.status_code == 303
    file = cast.bob.get(answer.headers["Location"])
    assert (file.status_code, file.content_type) == (200, FORMATS[name].content_type)
    assert len(file.data) > 0
    assert len(sent) == 4


def test_what_was_chosen_stays_chosen_and_the_link_says_it(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    found = page(cast, "format=csv.zip&state=approved&state=edited&columns=/household&deletedFields=true")
    assert found.xpath("//input[@name='format' and @checked]/@value") == ["csv.zip"]
    assert found.xpath("//input[@name='state' and @checked]/@value") == ["edited", "approved"]
    link = urlsplit(found.xpath("//*[@id='link']//input[@readonly]/@value")[0])
    assert link.path == f"/v1{BASE}/exports/csv.zip"
    assert parse_qs(link.query) == {
        "reviewStates": ["approved,edited"],
        "columns": ["/household"],
        "deletedFields": ["true"],
    }
    assert cast.bob.get(f"{link.path}?{link.query}").status_code == 200


def test_an_untouched_form_makes_a_bare_address() -> None:
    untouched = [("format", "xlsx"), ("from", ""), ("to", ""), ("by", ""), ("findings", ""), ("labels", "names")]
    assert path("xlsx", *untouched, ("language", ""), ("pattern", "")) == "/f/exports/xlsx"


def test_days_are_those_of_the_site_and_the_last_one_counts(cast: Cast) -> None:
    with cast.nobody.client.application.app_context():
        made = path("xlsx", ("from", "2026-11-01"), ("to", "2026-11-02"))
    assert parse_qs(urlsplit(made).query) == {
        "submittedFrom": ["2026-11-01T00:00:00+07:00"],
        "submittedTo": ["2026-11-03T00:00:00+07:00"],
    }


def test_media_have_names_and_no_columns() -> None:
    made = path("media.zip", ("pattern", "{village}/{filename}"), ("columns", "/a"), ("labels", "both"), ("by", "7"))
    assert parse_qs(urlsplit(made).query) == {"submitterId": ["7"], "pattern": ["{village}/{filename}"]}


@pytest.mark.parametrize(
    "chosen",
    [("state", "nonsense"), ("from", "2026-99-99"), ("by", "x"), ("by", "9" * 30), ("labels", "x"), ("columns", "a,b")],
)
def test_what_cannot_be_meant_is_left_out(chosen: tuple[str, str]) -> None:
    assert path("xlsx", chosen) == "/f/exports/xlsx"


def test_an_unknown_format_leads_to_the_first_one(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    assert page(cast, "format=../../x").xpath("//input[@name='format' and @checked]/@value") == ["xlsx"]


def test_enumerators_languages_and_questions_can_be_chosen(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    found = page(cast)
    assert texts(found, "//select[@name='by']/option") == ["Anyone", "Chi"]
    assert texts(found, "//select[@name='language']/option")[1:] == ["Tiếng Việt (vi)", "English (en)"]
    assert "/household/head" in found.xpath("//input[@name='columns']/@value")
    assert found.xpath("//input[@name='pattern']/@placeholder") == [DEFAULT_PATTERN]


def test_the_odata_address_answers(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    (address,) = page(cast).xpath("//section[@aria-labelledby='odata']//input/@value")
    assert cast.bob.get(urlsplit(address).path).status_code == 200


def test_an_export_that_waits_is_shown_with_its_progress(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    assert cast.bob.post(f"/v1{BASE}/exports/csv.zip").status_code == 202
    found = page(cast)
    assert found.xpath("//section[@id='jobs']/@data-poll") != []
    (row,) = texts(found, "//ul[@class='jobs']/li")
    assert re.match(r"CSV \d+ \w{3} \d{4} \d\d:\d\d · Bob waitsCancel", row)
    (cancel,) = found.xpath("//ul[@class='jobs']//form/@action")
    assert cast.bob.post(cancel).status_code == 303
    found = page(cast)
    assert "cancelled" in texts(found, "//ul[@class='jobs']/li")[0]
    assert found.xpath("//section[@id='jobs']/@data-poll") == []
    (again,) = found.xpath("//ul[@class='jobs']//form/@action")
    assert cast.bob.post(again).status_code == 303
    assert "waits" in texts(page(cast), "//ul[@class='jobs']/li")[0]


def test_a_file_in_the_background_is_what_the_link_would_give(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})
    query = "format=csv&state=approved&columns=/household/head&deletedFields=true"
    found = page(cast, query)
    answer = cast.bob.post(found.xpath("//form[@id='make']/@action")[0])
    assert (answer.status_code, answer.headers["Location"].endswith("#jobs")) == (303, True)
    assert "state=approved" in answer.headers["Location"]
    while new_worker(cast.services).run_one():
        pass
    (made,) = page(cast).xpath("//ul[@class='jobs']//a/@href")
    link = urlsplit(found.xpath("//*[@id='link']//input[@readonly]/@value")[0])
    assert cast.bob.get(made).data == cast.bob.get(f"{link.path}?{link.query}").data
    assert sent[0].name in cast.bob.get(made).text


def test_moments_of_a_workbook_in_the_background_are_the_sites(cast: Cast, sent: list[Household]) -> None:
    assert cast.bob.post(f"{DATA}/jobs?format=xlsx").status_code == 303
    assert cast.bob.post(f"/v1{BASE}/exports/xlsx").status_code == 202
    with cast.services.database.read() as session:
        by_page, by_program = session.scalars(select(Export).order_by(Export.id))
    assert by_page.options == by_program.options
    assert len(sent) == 4


@pytest.mark.parametrize(
    "query", ["format=xlsx&columns=/gone", "format=xlsx&language=Klingon", "format=media.zip&pattern={gone}"]
)
def test_what_cannot_be_made_is_refused_at_once(cast: Cast, sent: list[Household], query: str) -> None:
    assert cast.bob.post(f"{DATA}/jobs?{query}").status_code == 400
    assert page(cast).xpath("//ul[@class='jobs']") == []
    assert len(sent) == 4


def test_jobs_of_other_forms_and_for_others_are_out_of_reach(cast: Cast, sent: list[Household]) -> None:
    assert cast.bob.post(f"{DATA}/jobs").status_code == 303
    publish(cast.bob)
    publish(cast.quan, project_id=2)
    for deed in ("cancel", "retry"):
        assert cast.bob.post(f"/projects/1/forms/household/data/jobs/1/{deed}").status_code == 404
        assert cast.quan.post(f"/projects/2/forms/household/data/jobs/1/{deed}").status_code == 404
        assert cast.cuong.post(f"{DATA}/jobs/1/{deed}").status_code == 403
    assert cast.cuong.post(f"{DATA}/jobs").status_code == 403
    assert "waits" in texts(page(cast), "//ul[@class='jobs']/li")[0]
    assert len(sent) == 4


def test_only_those_who_read_submissions_see_it(cast: Cast, sent: list[Household]) -> None:
    assert len(sent) == 4
    assert cast.vy.get(DATA).status_code == 200
    assert cast.cuong.get(DATA).status_code == 403
    assert cast.cuong.get(f"{DATA}/file").status_code == 403


def test_a_form_that_is_only_a_draft_has_no_data(cast: Cast) -> None:
    make_draft(cast.bob)
    assert cast.bob.get("/projects/1/forms/household/data").status_code == 404


def test_every_format_is_described() -> None:
    assert FORMAT_WORDS.keys() == {*FORMATS, "media.zip"}
