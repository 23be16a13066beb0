"""The map without a browser: its points, its list, whom it lets in, and what a strange address does."""

import gzip
from typing import Any

import orjson
import pytest
from lxml import html

from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import household_form, publish, send
from tests.web.survey import FORM_ID, Household, household

BASE = f"/projects/1/forms/{FORM_ID}"
MAP = f"{BASE}/map"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def points(cast: Cast, query: str = "") -> Any:
    answer = cast.bob.get(f"{MAP}/points?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def names(cast: Cast, query: str = "") -> list[str]:
    answer = cast.bob.get(f"{MAP}?lang=en&part=list&{query}")
    assert answer.status_code == 200, answer.text
    return [str(link.text_content()) for link in html.fragment_fromstring(answer.text, "ol").xpath("//li/a/strong")]


def place_of(one: Household) -> list[float]:
    latitude, longitude = one.xml.decode().partition("<point>")[2].split()[:2]
    return [float(longitude), float(latitude)]


def test_every_place_is_a_point_with_its_state(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})

    found = points(cast)["points"]

    assert [point[1:3] for point in found] == [place_of(one) for one in reversed(sent)]
    assert [point[3] for point in found] == [0, 0, 0, 2]


def test_points_go_through_the_filter_of_the_review_desk(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"/v1{BASE}/submissions/{sent[0].instance_id}", json={"reviewState": "approved"})

    assert [point[1:3] for point in points(cast, "state=approved")["points"]] == [place_of(sent[0])]
    assert [point[1:3] for point in points(cast, "rule=constraint")["points"]] == [place_of(sent[3])]
    assert points(cast, "from=2099-01-01")["points"] == []


def test_points_name_the_answer_that_colours_them(cast: Cast, sent: list[Household]) -> None:
    found = points(cast, "colour=/house/roof")
    roofs = [one.xml.decode().partition("<roof>")[2].partition("<")[0] for one in reversed(sent)]

    assert [found["values"][point[4]][0] for point in found["points"]] == roofs
    assert {label for _, label in found["values"]} <= {"Tiles", "Cement sheets", "Leaves"}


def test_points_are_told_apart_by_one_choice_of_several(cast: Cast, sent: list[Household]) -> None:
    send(
        cast.chi,
        household(9, with_photos=False).xml.replace(b"<crops>", b"<crops><!--").replace(b"</crops>", b"--></crops>"),
    )
    found = points(cast, "colour=/household/crops=maize")
    crops = [one.xml.decode().partition("<crops>")[2].partition("<")[0].split() for one in reversed(sent)]

    assert found["values"] == [["yes", "Chosen: Maize"], ["no", "Answered, but not this"]]
    assert [point[4] for point in found["points"]] == [-1, *(0 if "maize" in chosen else 1 for chosen in crops)]
    assert {0, 1} <= {point[4] for point in found["points"]}
    page: Any = html.fromstring(cast.bob.get(f"{MAP}?lang=en&colour=/household/crops=maize").text)
    assert page.xpath("//optgroup/@label") == ["Crops: chosen or not"]
    assert page.xpath("//optgroup/option[@selected]/@value") == ["/household/crops=maize"]


def test_points_are_packed_for_whoever_takes_that(cast: Cast, sent: list[Household]) -> None:
    packed = cast.bob.send("GET", f"{MAP}/points", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(orjson.loads(gzip.decompress(packed.data))["points"]) == len(sent)


@pytest.mark.parametrize(
    "query",
    ["colour=/nowhere", "place=/house/roof", "colour=/household/crops", "colour=/house/roof=tiles", "answer=/x=1"],
)
def test_a_question_that_no_map_can_show_is_refused(cast: Cast, sent: list[Household], query: str) -> None:
    answer = cast.bob.get(f"{MAP}/points?{query}")

    assert answer.status_code == 400, sent
    assert query.partition("=")[0] in answer.text


def test_the_list_has_those_that_are_named_and_links_to_the_review_desk(cast: Cast, sent: list[Household]) -> None:
    numbers = [point[0] for point in points(cast)["points"]]

    assert names(cast) == [one.name for one in reversed(sent)]
    assert names(cast, f"ids={numbers[0]},{numbers[2]},99999,x") == [sent[3].name, sent[1].name]
    record = cast.bob.get(f"{MAP}/{numbers[1]}")
    assert record.status_code == 303
    assert sent[2].name in cast.bob.get(record.headers["Location"]).text


def test_submissions_of_other_forms_are_not_led_to(cast: Cast, sent: list[Household]) -> None:
    publish(cast.bob, household_form())
    number = points(cast)["points"][0][0]

    assert cast.bob.get(f"/projects/1/forms/household/map/{number}").status_code == 404
    assert cast.bob.get(f"{MAP}/{2**70}").status_code == 404
    assert cast.bob.get("/projects/1/forms/household/map?lang=en").status_code == 200
    assert sent


def test_nobody_sees_it_without_the_right(cast: Cast, sent: list[Household]) -> None:
    for path in (MAP, f"{MAP}/points", f"{MAP}/1"):
        assert cast.vy.get(path).status_code in {200, 303, 404}
        assert cast.dee.get(path).status_code == 403
        assert cast.chi.get(path).status_code in {401, 403}
    assert sent


@pytest.mark.parametrize("query", ["state=no&by=x&after=-1&ids=", f"ids={'9' * 40}", "q=%25&order=oldest"])
def test_a_strange_address_is_no_fault_of_the_server(cast: Cast, sent: list[Household], query: str) -> None:
    assert cast.bob.get(f"{MAP}?{query}").status_code == 200
    assert cast.bob.get(f"{MAP}/points?{query}").status_code == 200
    assert sent


def test_a_page_runs_nothing_inline_and_keeps_the_strict_policy(cast: Cast, sent: list[Household]) -> None:
    answer = cast.bob.get(f"{MAP}?lang=vi")

    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Tô màu theo" in answer.text
    assert sent[0].name in answer.text
