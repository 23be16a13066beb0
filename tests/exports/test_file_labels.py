"""Labels of choices that stand in files: in every format that speaks in labels, from the files of all versions."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cast import Cast
from tests.exports.survey import lines_of
from tests.factories import publish, send
from tests.submissions.rules import FORM_ID, rules_form, visit

FORM = f"/v1/projects/1/forms/{FORM_ID}"


def villages(cast: Cast, **query: str) -> list[object]:
    """The column of the villages in a workbook, newest submission first."""
    answer = cast.vy.get(f"{FORM}/exports/xlsx", query_string=query)
    assert answer.status_code == 200, answer.text
    header, *rows = load_workbook(io.BytesIO(answer.data))["Submissions"].iter_rows(values_only=True)
    place = next(place for place, name in enumerate(header) if str(name) in ("village", "Thôn", "Thôn (village)"))
    return [row[place] for row in rows]


def publish_list(cast: Cast, version: str, csv: str | None) -> None:
    assert cast.bob.post(f"{FORM}/draft").status_code == 200
    if csv is not None:
        upload: Any = cast.bob.post(
            f"{FORM}/draft/attachments/villages.csv", data=csv.encode(), content_type="text/csv"
        )
        assert upload.status_code == 200, upload.text
    assert cast.bob.post(f"{FORM}/draft/publish?version={version}&ignoreWarnings=true").status_code == 200


@pytest.fixture
def visited(cast: Cast) -> None:
    publish(cast.bob, rules_form(lists_villages=True))
    publish_list(cast, "2", "name,label\nv1,Nà Pái\nv2,Bản Chúc\n")
    for number, village in enumerate(("v1", "v2", "v3"), start=1):
        assert send(cast.chi, visit(f"uuid:{number}", village=village, version="2")).status_code == 201


def test_places_are_called_by_the_labels_of_the_file(cast: Cast, visited: None) -> None:
    assert villages(cast, labels="labels") == ["v3", "Bản Chúc", "Nà Pái"]
    assert villages(cast, labels="both") == ["v3", "Bản Chúc (v2)", "Nà Pái (v1)"]
    assert villages(cast) == ["v3", "v2", "v1"]
    lines = lines_of(cast.vy.get(f"{FORM}/exports/csv", query_string={"labels": "labels"}).data)
    assert [line["village"] for line in lines] == ["v3", "v2", "v1"]


def test_newest_file_counts_and_older_ones_know_what_it_has_lost(cast: Cast, visited: None) -> None:
    publish_list(cast, "3", "name,label\nv1,Nà Pái mới\nv3,Khuổi Luông\n")

    assert villages(cast, labels="labels") == ["Khuổi Luông", "v2", "Nà Pái mới"]
    assert villages(cast, labels="labels", deletedFields="true") == ["Khuổi Luông", "Bản Chúc", "Nà Pái mới"]


def test_places_without_a_file_keep_their_names(cast: Cast) -> None:
    publish(cast.bob, rules_form(lists_villages=True))
    send(cast.chi, visit("uuid:1", village="v1"))

    assert villages(cast, labels="labels") == ["v1"]
