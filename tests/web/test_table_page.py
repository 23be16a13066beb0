"""Submissions as a table: its columns, filters, order and pages, all of them in its address."""

import re
from typing import Any

import pytest
from lxml import html

from server.submissions.search_terms import folded
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import send
from tests.web.survey import FORM_ID, Household, household

BASE = f"/projects/1/forms/{FORM_ID}"
TABLE = f"{BASE}/table"
NAMES = "//tbody/tr/th"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def page(cast: Cast, query: str = "") -> Any:
    answer = cast.bob.get(f"{TABLE}?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def column(found: Any, name: str) -> list[str]:
    return texts(found, f"//tbody/tr/td[@data-name='{name}']")


def answered(one: Household, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", one.xml.decode())
    assert found is not None
    return found[1]


def test_every_submission_is_a_row_with_the_first_questions(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    assert texts(found, NAMES) == [one.name for one in reversed(sent)]
    assert texts(found, "//thead//th")[5:] == [
        "Commune",
        "Village",
        "Where the house is",
        "Name of household head",
        "Day of visit",
    ]
    assert column(found, "Name of household head") == [one.name for one in reversed(sent)]


def test_columns_are_chosen_and_choices_come_with_the_labels_of_a_language(cast: Cast, sent: list[Household]) -> None:
    roofs = {"tiles": ("Tiles", "Ngói"), "cement": ("Cement sheets", "Xi măng"), "leaf": ("Leaves", "Lá")}
    expected = [roofs[answered(one, "roof")] for one in reversed(sent)]
    assert column(page(cast, "columns=/house/roof"), "Roof") == [pair[0] for pair in expected]
    found = page(cast, "columns=/house/roof&language=Tiếng Việt (vi)")
    assert column(found, "Mái nhà") == [pair[1] for pair in expected]
    assert found.xpath("//input[@name='columns' and @checked]/@value") == ["/house/roof"]


def test_questions_of_a_repeat_are_not_offered(cast: Cast, sent: list[Household]) -> None:
    offered = page(cast, "columns=/member/age").xpath("//input[@name='columns']/@value")
    assert "/household/head" in offered
    assert not [path for path in offered if path.startswith(("/member", "/meta"))]
    assert len(sent) == 4


def test_a_column_of_no_question_is_left_out(cast: Cast, sent: list[Household]) -> None:
    found = page(cast, "columns=/gone&columns=/household/size")
    assert texts(found, "//thead//th")[5:] == ["Household size"]
    assert column(found, "Household size") == [answered(one, "size") for one in reversed(sent)]


def test_rows_are_sorted_by_name_and_go_on_after_a_page(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.forms.table._ROWS", 3)
    found = page(cast, "order=name&columns=/house/roof")
    seen, following = texts(found, NAMES), found.xpath("//a[@rel='next']/@href")[0]
    assert "columns=%2Fhouse%2Froof" in following
    last = page(cast, following.lstrip("?"))
    assert last.xpath("//a[@rel='next']") == []
    assert [*seen, *texts(last, NAMES)] == sorted((one.name for one in sent), key=folded)


@pytest.mark.parametrize("order", ["", "oldest", "name", "-name", "area", "-area", "nonsense", "-", "/member/age"])
def test_pages_show_every_submission_once(
    cast: Cast, sent: list[Household], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.forms.table._ROWS", 1)
    seen, query = [], f"order={order}"
    for _ in sent:
        found = page(cast, query)
        seen += texts(found, NAMES)
        query = (found.xpath("//a[@rel='next']/@href") or [""])[0].lstrip("?")
    assert query == ""
    assert sorted(seen) == sorted(one.name for one in sent)


def all_pages(cast: Cast, query: str) -> list[str]:
    """The rows' names, page after page."""
    seen: list[str] = []
    while query:
        found = page(cast, query)
        seen += texts(found, NAMES)
        query = (found.xpath("//a[@rel='next']/@href") or [""])[0].lstrip("?")
    return seen


def odd_households(cast: Cast) -> list[Household]:
    """Four with whole numbers that sort otherwise as texts, one without an answer, one with what is no number."""
    publish_survey(cast)
    made = []
    for number, size in enumerate(("9", "10", "", "100", "many", "9"), start=1):
        one = household(number, with_photos=False)
        xml = re.sub(rb"<size>.*?</size>", f"<size>{size}</size>".encode(), one.xml)
        assert send(cast.chi, xml).status_code == 201
        made.append(one)
    return made


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_rows_are_sorted_by_numbers_as_numbers_and_what_is_none_comes_first(
    cast: Cast, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.forms.table._ROWS", rows)
    nine, ten, nothing, hundred, many, also_nine = (one.name for one in odd_households(cast))
    rising = [nothing, many, nine, also_nine, ten, hundred]
    assert all_pages(cast, "order=/household/size") == rising
    assert all_pages(cast, "order=-/household/size") == rising[::-1]


@pytest.mark.parametrize(
    "path",
    ["/place/commune", "/place/village", "/place/point", "/household/head", "/household/visited", "/household/crops",
     "/household/income", "/house/roof", "/house/photo_house"],
)  # fmt: skip
def test_every_kind_of_answer_sorts_both_ways_and_no_row_is_lost(
    cast: Cast, sent: list[Household], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.forms.table._ROWS", 1)
    assert path in page(cast).xpath("//input[@name='columns']/@value")
    rising = all_pages(cast, f"order={path}")
    assert sorted(rising) == sorted(one.name for one in sent)
    assert all_pages(cast, f"order=-{path}") == rising[::-1]


def test_days_and_texts_have_their_own_order(cast: Cast, sent: list[Household]) -> None:
    by_day = sorted(sent, key=lambda one: answered(one, "visited"))
    assert all_pages(cast, "order=/household/visited") == [one.name for one in by_day]
    roofs = column(page(cast, "order=-/house/roof&columns=/house/roof&language=en"), "Roof")
    labels = {"tiles": "Tiles", "cement": "Cement sheets", "leaf": "Leaves"}
    assert roofs == [labels[code] for code in sorted((answered(one, "roof") for one in sent), reverse=True)]


def test_a_header_leads_to_its_order_and_back(cast: Cast, sent: list[Household]) -> None:
    found = page(cast, "state=all&columns=/household/size&by=")
    (link,) = found.xpath("//thead//a[normalize-space()='Household size']/@href")
    rising = page(cast, link.lstrip("?"))
    assert rising.xpath("//th/@aria-sort") == ["ascending"]
    assert [int(size) for size in column(rising, "Household size")] == sorted(
        int(answered(one, "size")) for one in sent
    )
    assert rising.xpath("//select[@name='order']/option[@selected]/@value") == ["/household/size"]
    (link,) = rising.xpath("//th[@aria-sort]/a/@href")
    falling = page(cast, link.lstrip("?"))
    assert falling.xpath("//th/@aria-sort") == ["descending"]
    assert texts(falling, NAMES) == texts(rising, NAMES)[::-1]


def test_a_filter_by_an_answer_is_sorted_too(cast: Cast, sent: list[Household]) -> None:
    roof = answered(sent[0], "roof")
    wanted = sorted((one for one in sent if answered(one, "roof") == roof), key=lambda one: folded(one.name))
    assert all_pages(cast, f"answer=/house/roof={roof}&order=name") == [one.name for one in wanted]


def test_too_many_to_read_are_sorted_only_by_what_stands_beside_them(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.desk.table.MOST_SORTED", 3)
    found = page(cast, "order=/household/size&columns=/household/size")
    assert texts(found, NAMES) == [one.name for one in reversed(sent)]
    assert texts(found, "//thead//a") == ["Submission"]
    assert found.xpath("//th/@aria-sort") == []
    assert all_pages(cast, "order=name") == sorted((one.name for one in sent), key=folded)


def test_filters_are_those_of_the_review_desk_and_lead_into_it(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})
    found = page(cast, "state=approved&order=name")
    assert texts(found, NAMES) == [sent[0].name]
    link = found.xpath(f"{NAMES}/a/@href")[0]
    assert "state=approved" in link
    assert texts(html.fromstring(cast.bob.get(link).text), "//h1") == [sent[0].name]
    assert texts(page(cast, "rule=constraint"), NAMES) == [sent[3].name]


@pytest.mark.parametrize(
    "query", ["state=x&by=x&after=-1&from=2026-99-99", "after=99999&order=name", "columns=%3Cb%3E"]
)
def test_a_strange_address_is_no_fault_of_the_server(cast: Cast, sent: list[Household], query: str) -> None:
    assert cast.bob.get(f"{TABLE}?{query}").status_code == 200
    assert len(sent) == 4


def test_answers_that_look_like_markup_are_text(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1, with_photos=False)
    xml = one.xml.replace(one.name.encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;")
    assert send(cast.chi, xml).status_code == 201
    assert "<script>alert" not in cast.bob.get(TABLE).text


def test_nobody_without_the_right_sees_it(cast: Cast) -> None:
    publish_survey(cast)
    assert cast.vy.get(TABLE).status_code == 200
    assert cast.dee.get(TABLE).status_code in {403, 404}
    assert cast.nobody.get(TABLE).status_code in {302, 303, 401, 404}


def test_the_table_says_when_it_has_looked_at_some_only(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.desk.looking.STEPS", (3,))
    income = answered(sent[0], "income")
    found = page(cast, f"answer=%2Fhousehold%2Fincome%3D{income}")
    assert "None among those that were looked at" in found.text_content()
    assert "0+ submissions" in found.text_content()
    following = page(cast, found.xpath("//a[@rel='next']/@href")[0].lstrip("?"))
    assert texts(following, NAMES) == [sent[0].name]
