"""What an export's choice does, seen in the file: languages, labels, split choices, guarded formulas, filters."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from server.submissions.models import Submission
from tests.cast import Caller, Cast
from tests.exports.survey import lines_of, survey_form
from tests.exports.translated import ENGLISH, FORM, FORM_ID, VIETNAMESE, answers, translated_form
from tests.factories import new_id, publish, send

EXPORTS = f"{FORM}/exports"


def get(cast: Cast, path: str, **query: str) -> bytes:
    answer = cast.vy.get(f"{EXPORTS}/{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    content: bytes = answer.data
    return content


def sheet(cast: Cast, name: str = "Submissions", **query: str) -> list[dict[str, Any]]:
    """The rows of a sheet by header."""
    header, *rows = load_workbook(io.BytesIO(get(cast, "xlsx", **query)))[name].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def excel_csv(cast: Cast, **query: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(get(cast, "excel-csv", **query))) as archive:
        text = archive.read(f"{FORM_ID}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sent(caller: Caller, version: str = "1", **given: str) -> str:
    """Send a form with these answers; gives its instanceID."""
    instance_id = new_id()
    assert send(caller, answers(instance_id, version=version, **given)).status_code == 201
    return instance_id


def publish_second(cast: Cast, xml: bytes) -> int:
    draft = cast.bob.post(f"{FORM}/draft?ignoreWarnings=true", data=xml, content_type="application/xml")
    return draft.status_code if draft.status_code != 200 else cast.bob.post(f"{FORM}/draft/publish").status_code


def test_language_that_the_form_lacks_is_refused_with_those_that_it_has(cast: Cast) -> None:
    publish(cast.bob, translated_form())

    for refused in (
        cast.vy.get(f"{FORM}/exports/xlsx?labels=labels&language=Tày"),
        cast.vy.post(f"{FORM}/exports/xlsx?labels=labels&language=Tày"),
    ):
        assert refused.status_code == 400
        assert f"the form speaks {VIETNAMESE}, {ENGLISH}" in refused.json["message"]


def test_language_of_a_form_without_translations_is_refused(cast: Cast) -> None:
    publish(cast.bob, survey_form())

    refused = cast.vy.get("/v1/projects/1/forms/đất_rừng/exports/xlsx?language=vi")

    assert (refused.status_code, "no translations" in refused.json["message"]) == (400, True)


@pytest.mark.parametrize(
    ("labels", "language", "village", "crops"),
    [
        ("names", ENGLISH, ("village", "tày"), ("crops", "rice tea")),
        ("labels", ENGLISH, ("Village", "Tay hamlet"), ("Crops", "Rice, Tea")),
        ("labels", VIETNAMESE, ("Thôn", "Bản Tày"), ("Cây trồng", "Lúa, Chè")),
        ("labels", "", ("Thôn", "Bản Tày"), ("Cây trồng", "Lúa, Chè")),
        ("both", ENGLISH, ("Village (village)", "Tay hamlet (tày)"), ("Crops (crops)", "Rice (rice), Tea (tea)")),
    ],
)
def test_headers_and_choices_are_in_the_words_that_were_chosen(
    cast: Cast, labels: str, language: str, village: tuple[str, str], crops: tuple[str, str]
) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi, village="tày", crops="rice tea")
    chosen = {"labels": labels, "language": language}

    (row,) = sheet(cast, **chosen)
    (line,) = excel_csv(cast, **chosen)

    assert list(row)[1:3] == list(line)[1:3] == [village[0], crops[0]]
    assert [row[village[0]], row[crops[0]]] == [line[village[0]], line[crops[0]]] == [village[1], crops[1]]


def test_choice_that_the_form_does_not_know_is_shown_by_its_name(cast: Cast) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi, village="nùng", crops="rice sắn")

    (row,) = sheet(cast, labels="labels", language=ENGLISH)

    assert (row["Village"], row["Crops"]) == ("nùng", "Rice, sắn")


def test_labels_of_a_repeat_stand_in_its_sheet(cast: Cast) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi)

    assert [next(iter(row)) for row in sheet(cast, "member", labels="labels", language=ENGLISH)] == ["Name"]


def test_dates_and_numbers_are_such_in_a_workbook(cast: Cast) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi, balance="-12.50", day="2026-05-15", start="2026-05-15T08:30:00.000+07:00", note="007")

    (row,) = sheet(cast)

    assert [row[name] for name in ("balance", "day", "start", "note")] == [
        -12.5,
        datetime.fromisoformat("2026-05-15"),
        datetime.fromisoformat("2026-05-15T08:30"),
        "007",
    ]
    assert isinstance(row["SubmissionDate"], datetime)
    submitted = datetime.fromisoformat(cast.bob.get(f"{FORM}/submissions").json[0]["createdAt"]).replace(tzinfo=None)
    assert abs((row["SubmissionDate"] - submitted - timedelta(hours=7)).total_seconds()) < 0.01
    (row,) = sheet(cast, timeZone="Asia/Kathmandu")
    assert abs((row["SubmissionDate"] - submitted - timedelta(hours=5, minutes=45)).total_seconds()) < 0.01


@pytest.mark.parametrize(
    ("note", "guarded"),
    [
        ("=1+1", "'=1+1"), ("+84 912", "'+84 912"), ("-a", "'-a"), ("@x", "'@x"), ("-3", "-3"), ("-12.50", "-12.50"),
        ("-1.0E7", "-1.0E7"), ("Nông = 1", "Nông = 1"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_calculate_is_guarded_on_request_and_numbers_stay(
    cast: Cast, note: str, guarded: str
) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi, note=note, balance="-12.5")

    (plain,), (safe,) = excel_csv(cast), excel_csv(cast, guardsFormulas="true")

    assert (plain["note"], plain["balance"]) == (note, "-12.5")
    assert (safe["note"], safe["balance"]) == (guarded, "-12.5")
    assert sheet(cast, guardsFormulas="true")[0]["note"] == note


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({}, ["crops/rice", "crops/tea", "crops/sắn"]),
        ({"labels": "labels", "language": ENGLISH}, ["Crops/Rice", "Crops/Tea", "Crops/sắn"]),
    ],
)
def test_every_choice_has_a_column_that_says_whether_it_was_taken(
    cast: Cast, query: dict[str, str], headers: list[str]
) -> None:
    publish(cast.bob, translated_form())
    for crops in ("rice", "", "tea  sắn"):
        sent(cast.chi, crops=crops)

    rows, lines = (
        sheet(cast, splitSelectMultiples="true", **query),
        excel_csv(cast, splitSelectMultiples="true", **query),
    )

    assert [[row[name] for name in headers] for row in rows] == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert [[line[name] for name in headers] for line in lines] == [["0", "1", "1"], ["0", "0", "0"], ["1", "0", "0"]]
    assert list(rows[0])[2:6] == [headers[0].partition("/")[0], *headers]


def test_without_the_wish_no_choice_has_a_column(cast: Cast) -> None:
    publish(cast.bob, translated_form())
    sent(cast.chi, crops="rice tea")

    assert [name for name in sheet(cast)[0] if name.startswith("crops")] == ["crops"]


def test_question_that_came_to_take_several_answers_is_one_column(cast: Cast) -> None:
    publish(cast.bob, translated_form(crops="select1"))
    sent(cast.chi, crops="rice")
    assert publish_second(cast, translated_form("2", crops="select")) == 200
    sent(cast.chi, "2", crops="rice tea")

    for deleted in ("false", "true"):
        chosen = {"splitSelectMultiples": "true", "deletedFields": deleted, "labels": "labels", "language": ENGLISH}
        rows = sheet(cast, **chosen)
        assert [(row["Crops"], row["Crops/Rice"], row["Crops/Tea"]) for row in rows] == [
            ("Rice, Tea", 1, 1),
            ("Rice", 1, 0),
        ]
    assert [line["crops"] for line in excel_csv(cast)] == ["rice tea", "rice"]


def test_question_that_came_to_take_one_answer_is_one_column(cast: Cast) -> None:
    publish(cast.bob, translated_form(crops="select"))
    sent(cast.chi, crops="rice tea")
    assert publish_second(cast, translated_form("2", crops="select1")) == 200
    sent(cast.chi, "2", crops="tea")

    assert [row["crops"] for row in sheet(cast)] == ["tea", "rice tea"]
    assert [row["Crops"] for row in sheet(cast, labels="labels", language=ENGLISH)] == ["Tea", "Rice, Tea"]


def test_a_question_never_changes_its_type(cast: Cast) -> None:
    publish(cast.bob, translated_form())

    assert publish_second(cast, translated_form("2").replace(b'balance" type="decimal"', b'balance" type="int"')) == 400


FIRST, SECOND, THIRD, FOURTH = "first", "second", "third", "fourth"


@pytest.fixture
def four(cast: Cast) -> dict[str, str]:
    """Submissions that differ in all that can be asked for; instanceIDs by what they are called here."""
    publish(cast.bob, translated_form())
    ids = {
        FIRST: sent(cast.chi, crops="rice tea", balance="7", note="a"),
        SECOND: sent(cast.cuong, crops="ricecake", balance="17", note="a b"),
        THIRD: sent(cast.chi, crops="tea", balance="much"),
        FOURTH: sent(cast.chi, balance="70", note="b"),
    }
    with cast.services.database.write() as session:
        for day, instance_id in enumerate(ids.values(), start=1):
            moment = datetime(2026, 5, day, tzinfo=UTC)
            session.execute(update(Submission).where(Submission.instance_id == instance_id).values(created_at=moment))
    for name, state in ((FIRST, "approved"), (SECOND, "rejected"), (THIRD, "hasIssues")):
        changed = cast.bob.patch(f"{FORM}/submissions/{ids[name]}", json={"reviewState": state})
        assert changed.status_code == 200
    return ids


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, {FIRST, SECOND, THIRD, FOURTH}),
        ({"approvedOnly": "true"}, {FIRST}),
        ({"reviewStates": "received"}, {FOURTH}),
        ({"reviewStates": "rejected, received"}, {SECOND, FOURTH}),
        ({"reviewStates": "hasIssues,approved"}, {FIRST, THIRD}),
        ({"submittedFrom": "2026-05-02T00:00:00Z"}, {SECOND, THIRD, FOURTH}),
        ({"submittedFrom": "2026-05-02T00:00:00.001Z"}, {THIRD, FOURTH}),
        ({"submittedTo": "2026-05-02T00:00:00Z"}, {FIRST}),
        ({"submittedTo": "2026-05-02T07:00:00+07:00"}, {FIRST}),
        ({"submittedFrom": "2026-05-02", "submittedTo": "2026-05-04"}, {SECOND, THIRD}),
        ({"submitterId": "cuong"}, {SECOND}),
        ({"hasFindings": "true"}, {SECOND, THIRD}),
        ({"hasFindings": "false"}, {FIRST, FOURTH}),
        ({"answer": "/crops=rice"}, {FIRST}),
        ({"answer": "/crops=tea"}, {FIRST, THIRD}),
        ({"answer": "/balance=7"}, {FIRST}),
        ({"answer": "/balance=much"}, {THIRD}),
        ({"area": "/note=a"}, {FIRST}),
        ({"answer": ["/crops=tea", "/note=a"]}, {FIRST}),
        ({"$filter": "__system/reviewState eq 'rejected'"}, {SECOND}),
        ({"$filter": "balance eq 7 or contains(crops, 'tea')"}, {FIRST, THIRD}),
        ({"$filter": "day(__system/submissionDate) gt 1", "reviewStates": "rejected,approved"}, {SECOND}),
    ],
)
def test_only_what_was_asked_for_is_in_the_file(
    cast: Cast, four: dict[str, str], query: dict[str, Any], wanted: set[str]
) -> None:
    if query.get("submitterId") == "cuong":
        query = {"submitterId": str(cast.cuong.id)}

    lines = lines_of(get(cast, "csv", **query))

    names = {instance_id: name for name, instance_id in four.items()}
    assert {names[line["KEY"]] for line in lines} == wanted
