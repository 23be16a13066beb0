"""The codebook: what the form says of each question, and how it was answered."""

import io
import re
from collections import Counter
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook

from tests.cast import Cast
from tests.exports.hostile import HOSTILE, hostile_form, send_hostile
from tests.exports.survey import FORM, FORM_ID, filled, survey_form, tables_of
from tests.factories import new_id, publish, send


def get(cast: Cast, query: str, form: str = HOSTILE) -> bytes:
    answer = cast.vy.get(f"{form}/exports/{query}")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.data
    return content


def sheets(cast: Cast, query: str = "", form: str = HOSTILE) -> dict[str, list[dict[str, Any]]]:
    """The lines of the sheets of questions and choices, by header."""
    book = load_workbook(io.BytesIO(get(cast, f"codebook.xlsx?{query}", form)))
    found = {}
    for sheet in book.worksheets[:2]:
        header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return found


def section(page: bytes, path: str) -> html.HtmlElement:
    """The part of the page about one question."""
    return next(item for item in html.fromstring(page).iter("section") if item.findtext(".//h2/code") == path)


def facts(page: bytes, path: str) -> dict[str, str]:
    part = section(page, path)
    names = [" ".join(item.text_content().split()) for item in part.iter("dt", "dd")]
    return dict(zip(names[::2], names[1::2], strict=True))


@pytest.fixture
def hard(cast: Cast) -> tuple[str, str]:
    publish(cast.bob, hostile_form())
    return send_hostile(cast)


def test_question_is_there_with_its_words_and_rules(cast: Cast, hard: object) -> None:
    line = next(line for line in sheets(cast)["Questions"] if line["Path"] == "/count")

    assert {name: value for name, value in line.items() if value is not None} == {
        "Path": "/count",
        "Type": "integer",
        "Label English (en)": "How many?",
        "Label Tiếng Việt (vi)": "Bao nhiêu?",
        "Hint English (en)": "<b>Only</b> whole ones",
        "Hint Tiếng Việt (vi)": "Chỉ số nguyên & dương",
        "Required": "true()",
        "Relevant": "/data/roof < 3",
        "Constraint": ". > 0",
        "Required message": "Say how many",
        "Constraint message English (en)": "Too few",
        "Constraint message Tiếng Việt (vi)": "Ít quá",
        "Rows": 2,
        "Answered": 2,
        "Missing": 0,
        "Least": 7,
        "Mean": 7,
        "Most": 7,
    }


def test_page_says_the_same(cast: Cast, hard: object) -> None:
    page = get(cast, "codebook")

    assert facts(page, "/count") == {
        "Required": "yes",
        "Relevant": "/data/roof < 3",
        "Constraint": ". > 0",
        "Required message": "Say how many",
        "Constraint message": "Too few English (en) Ít quá Tiếng Việt (vi)",
        "Answered": "2 100.0 %",
        "Missing": "0 0.0 %",
        "Least": "7",
        "Mean": "7",
        "Most": "7",
    }
    assert facts(page, "/share")["Calculation"] == "/data/count div 2"


def test_page_needs_nothing_else_and_takes_texts_for_texts(cast: Cast, hard: object) -> None:
    page = get(cast, "codebook").decode()

    assert "<b>" not in page
    assert "&lt;b&gt;Only&lt;/b&gt;" in page
    assert re.findall(r"<(?:script|link|img)|\ssrc=|url\(|https?://", page) == []


def test_choices_are_there_with_labels_and_counts(cast: Cast, hard: object) -> None:
    lines = [line for line in sheets(cast)["Choices"] if line["Path"] == "/roof"]

    assert [list(line.values())[1:] for line in lines] == [
        ["1", "Tiles", "Ngói", None, "yes", 0, "0.0 %"],
        ["2", "Thatch", "Tranh", None, "yes", 1, "50.0 %"],
        ["7", None, None, None, "no", 1, "50.0 %"],
    ]
    rows = section(get(cast, "codebook"), "/roof").findall(".//tbody/tr")
    assert [" ".join(" ".join(row.itertext()).split()) for row in rows] == [
        "1 Tiles English (en) Ngói Tiếng Việt (vi) 0 0.0 %",
        "2 Thatch English (en) Tranh Tiếng Việt (vi) 1 50.0 %",
        "7 not a choice of the form 1 50.0 %",
    ]


def test_counts_are_those_of_the_csv(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    for seed in range(12):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201
    tables = tables_of(cast.vy.get(f"{FORM}/submissions.csv.zip"))
    members = [line["langs"] for line in tables[f"{FORM_ID}-member.csv"]]
    book = sheets(cast, form=FORM)

    line = next(line for line in book["Questions"] if line["Path"] == "/member/langs")
    chosen = {line["Choice"]: line["Count"] for line in book["Choices"] if line["Path"] == "/member/langs"}

    assert (line["Table"], line["Rows"], line["Answered"]) == ("/member", len(members), sum(map(bool, members)))
    assert line["Missing"] == members.count("")
    assert chosen == Counter(name for names in members for name in names.split())
    repeat = next(line for line in book["Questions"] if line["Path"] == "/home/room")
    assert repeat["Rows"] == len(tables[f"{FORM_ID}-home-room.csv"])


def test_chosen_language_comes_first_and_gives_the_words(cast: Cast, hard: object) -> None:
    page = html.fromstring(get(cast, "codebook?language=Tiếng Việt (vi)"))

    assert page.get("lang") == "vi"
    assert "Bao nhiêu?" in [item.text for item in page.findall(".//nav//a")]
    assert "Câu hỏi" in sheets(cast, "language=Tiếng Việt (vi)")


def test_choice_of_submissions_and_columns_applies(cast: Cast, hard: tuple[str, str]) -> None:
    assert cast.bob.patch(f"{HOSTILE}/submissions/{hard[0]}", json={"reviewState": "approved"}).status_code == 200

    lines = sheets(cast, "approvedOnly=true&columns=/roof,/share")["Questions"]

    assert [(line["Path"], line["Rows"], line["Least"]) for line in lines] == [("/roof", 1, None), ("/share", 1, 12.5)]


def test_form_without_submissions_has_a_codebook(cast: Cast) -> None:
    publish(cast.bob, hostile_form())

    assert facts(get(cast, "codebook"), "/count")["Answered"] == "0"
    assert {line["Rows"] for line in sheets(cast)["Questions"]} == {0, None}
