"""`$filter` in OData: on the rows of repeats, on moments, and on answers that are not what their question asks for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Caller, Cast
from tests.exports.survey import FORM, filled, survey_form
from tests.factories import new_id, publish, send
from tests.forms.definitions import xform

ROOT, ROOMS, WINDOWS = "Submissions", "Submissions.home.room", "Submissions.home.room.window"
VISITS = "/v1/projects/1/forms/visit.svc/Submissions"
Row = dict[str, Any]


def rows(caller: Caller, table: str, **options: str) -> list[Row]:
    answer = caller.get(f"{FORM}.svc/{table}", query_string={f"${name}": value for name, value in options.items()})
    assert answer.status_code == 200, answer.text
    return list(answer.json["value"])


@pytest.fixture
def surveyed(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    for seed in range(25):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201


def is_above(value: float | None, least: float) -> bool:
    return value is not None and value > least


@pytest.mark.parametrize(
    ("table", "text", "holds"),
    [
        (ROOMS, "size gt 5", lambda row: is_above(row["size"], 5)),
        (ROOMS, "not (size gt 5)", lambda row: not is_above(row["size"], 5)),
        (ROOMS, "size eq null or size lt 0", lambda row: row["size"] is None or row["size"] < 0),
        (ROOMS, "kind eq 'Bế \"Út\" Sáu'", lambda row: row["kind"] == 'Bế "Út" Sáu'),
        (ROOMS, "kind ne 'Lý, A Páo'", lambda row: row["kind"] != "Lý, A Páo"),
        (ROOMS, "contains(kind, 'Th')", lambda row: "Th" in row["kind"]),
        (WINDOWS, "height ge 7 and startswith(view/far, 'H')", lambda row: is_above(row["height"], 6) and row["view"]["far"][0] == "H"),
        (WINDOWS, "height le 0 or height eq 7", lambda row: row["height"] in (-3, 0, 7)),
    ],
)  # fmt: skip
def test_rows_of_a_repeat_are_found_by_their_own_answers(
    cast: Cast, surveyed: None, table: str, text: str, holds: Callable[[Row], bool]
) -> None:
    everything = rows(cast.vy, table)
    expected = [row for row in everything if holds(row)]

    assert 0 < len(expected) < len(everything)
    assert rows(cast.vy, table, filter=text) == expected
    assert rows(cast.vy, table, filter=text, skip="1", top="2") == expected[1:3]


def test_rows_are_found_by_their_id_and_by_the_row_that_they_hang_on(cast: Cast, surveyed: None) -> None:
    window = rows(cast.vy, WINDOWS)[5]
    room, key = window["__Submissions-home-room-id"], window["__id"]

    assert rows(cast.vy, WINDOWS, filter=f"__id eq '{key}'") == [window]
    assert window in rows(cast.vy, WINDOWS, filter=f"__Submissions-home-room-id eq '{room}'")
    assert [found["__id"] for found in rows(cast.vy, ROOMS, filter=f"__id eq '{room}'")] == [room]


def test_conditions_on_the_row_and_on_its_submission_go_together(cast: Cast, surveyed: None) -> None:
    one = rows(cast.vy, ROOMS)[3]["__Submissions-id"]
    text = f"size ge 0 and $root/Submissions/__id eq '{one}' and __system/submissionDate lt now()"

    found = rows(cast.vy, ROOMS, filter=text)

    assert found == [
        row for row in rows(cast.vy, ROOMS) if row["__Submissions-id"] == one and is_above(row["size"], -1)
    ]


def test_pages_and_the_count_are_of_the_rows_that_are_meant(cast: Cast, surveyed: None) -> None:
    options = {"$filter": "size gt 5", "$top": "3", "$count": "true"}
    page = cast.vy.get(f"{FORM}.svc/{ROOMS}", query_string=options).json
    found = page["value"]
    while "@odata.nextLink" in page:
        page = cast.vy.get(page["@odata.nextLink"].removeprefix("http://localhost")).json
        assert len(page["value"]) <= 3
        found += page["value"]

    assert found == rows(cast.vy, ROOMS, filter="size gt 5")
    assert page["@odata.count"] == len(found)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("name eq 'x'", 400.8, "at character 1: Submissions.home.room has no field name"),
        ("size eq 'x'", 400.8, "at character 6: a number and a text cannot be compared"),
        ("year(kind) eq 2026", 400.8, "at character 1: year() takes a date"),
        ("size eq 1 or $root/Submissions/name eq 'x'", 501.1, "size at character 1"),
        ("$root/Submissions/kind eq 'x'", 400.8, "at character 1"),
    ],
)
def test_condition_that_a_table_cannot_meet_is_refused(
    cast: Cast, surveyed: None, text: str, code: float, said: str
) -> None:
    refused = cast.vy.get(f"{FORM}.svc/{ROOMS}", query_string={"$filter": text}).json

    assert refused["code"] == code
    assert said in refused["message"]


WHEN = [
    "2026-05-15T08:00:00.250+07:00",
    "2026-05-15T01:00:00.500Z",
    "2026-05-16",
    "2026-02-30T08:00:00Z",
    "now",
    "",
    "0001-01-01T00:00:00+07:00",
]


@pytest.fixture
def visited(cast: Cast) -> None:
    """Visits whose moments differ by zone and fraction, or are none that everybody can read; the first is the oldest."""
    publish(cast.bob, xform(fields={"number": "int", "at": "dateTime"}))
    for number, moment in enumerate(WHEN):
        answers = f"<number>{number}</number><at>{moment}</at>"
        meta = f"<meta><instanceID>{new_id()}</instanceID></meta>"
        assert send(cast.chi, f'<data id="visit" version="1">{answers}{meta}</data>'.encode()).status_code == 201


def visits(caller: Caller, **options: str) -> list[int]:
    answer = caller.get(VISITS, query_string={f"${name}": value for name, value in options.items()})
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json["value"]]


def test_moments_come_out_as_odata_writes_them_and_nothing_else_does(cast: Cast, visited: None) -> None:
    moments = {row["number"]: row["at"] for row in cast.vy.get(VISITS).json["value"]}

    expected = [*WHEN[:2], "2026-05-16T00:00:00+00:00", None, None, None, WHEN[6]]
    assert [moments[number] for number in range(7)] == expected


def test_moments_are_compared_across_zones(cast: Cast, visited: None) -> None:
    assert visits(cast.vy, filter="at lt 2026-05-15T01:00:00.400Z") == [0]
    assert visits(cast.vy, filter="at ge 2026-05-15T08:00:00.500+07:00") == [2, 1]
    assert visits(cast.vy, filter="at eq null") == [6, 5, 4, 3]
    assert visits(cast.vy, filter="year(at) eq 2026 and hour(at) eq 1") == [1, 0]
    assert visits(cast.vy, filter="at lt now() and day(at) eq 16") == [2]


def test_pages_by_moment_give_every_row_once(cast: Cast, visited: None) -> None:
    page, found = cast.vy.get(VISITS, query_string={"$orderby": "at", "$top": "1"}).json, list[int]()
    while True:
        found += [row["number"] for row in page["value"]]
        if "@odata.nextLink" not in page:
            break
        page = cast.vy.get(page["@odata.nextLink"].removeprefix("http://localhost")).json

    assert found == [6, 5, 4, 3, 0, 1, 2]


NUMBERS = ["7", "-3", "+5", "007", "0", "-0", "12.50", ".5", "7.", "1e2", "1.5E1", "1e", "--1", "+-1", "1.2.3", "1_000"]
NUMBERS += [
    "999999999999999999",
    "1000000000000000000",
    "99999999999999999999.5",
    "Infinity",
    "NaN",
    "seven",
    "\u0663",
    "",
]


@pytest.mark.parametrize("kind", ["int", "decimal"])
def test_numbers_are_found_and_sorted_as_the_feed_shows_them(cast: Cast, kind: str) -> None:
    publish(cast.bob, xform(fields={"number": kind}))
    for number in NUMBERS:
        meta = f"<meta><instanceID>{new_id()}</instanceID></meta>"
        sent = f'<data id="visit" version="1"><number>{number}</number>{meta}</data>'
        assert send(cast.chi, sent.encode()).status_code == 201
    shown = visits(cast.vy)
    values = sorted(value for value in shown if value is not None)

    assert len(values) in range(5, len(NUMBERS) - 5)
    assert visits(cast.vy, filter="number ne null", orderby="number") == values
    assert visits(cast.vy, filter="number ge 7", orderby="number") == [value for value in values if value >= 7]
    assert all(
        visits(cast.vy, filter=f"number eq {value}") == [own for own in shown if own == value] for value in values
    )
