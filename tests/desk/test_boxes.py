"""Boxes on the map as a filter: the database reads points out of texts as the map does."""

import pytest
from sqlalchemy import select

from server.desk.boxes import Box, point_questions
from server.desk.lines import count_lines, list_lines, neighbours
from server.errors import Problem
from server.xform.geometry import geometry
from tests.cast import Cast
from tests.desk.surveyed import desk, publish_survey, send_households
from tests.desk.test_places import EDGE, FORM, fields_desk, fill
from tests.factories import publish
from tests.web.survey import Household

BOX = Box(106.0, 21.0, 107.0, 22.0)
TEXTS = {
    "21.5 106.5 10 4": True,
    "21.5 106.5": True,
    "21.0 106.0 0 0": True,
    "22 107 0 0": True,
    "21.5 107.0001 0 0": False,
    "20.9999 106.5 0 0": False,
    "-21.5 106.5 0 0": False,
    "21.5 -106.5 0 0": False,
    "106.5 21.5 0 0": False,
    "": False,
}


def in_box(cast: Cast, box: Box) -> int:
    with cast.services.database.read() as session:
        return count_lines(fields_desk(session, cast, box=box)).total


@pytest.mark.parametrize("text", TEXTS)
def test_a_point_is_in_a_box_or_not(cast: Cast, text: str) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, text)

    assert in_box(cast, BOX) == TEXTS[text]


@pytest.mark.parametrize("text", ["here", "21.5", "21.5 east", "- -", "x 106.5"])
def test_what_is_no_place_is_in_no_box(cast: Cast, text: str) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, text)

    assert geometry("geopoint", text) is None
    assert in_box(cast, BOX) == in_box(cast, Box(-1, -1, 1, 1)) == 0


def test_only_points_outside_of_repeats_count(cast: Cast) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, "10 10 0 0", EDGE, "21.5 106.5 0 0")
    with cast.services.database.read() as session:
        fields = fields_desk(session, cast).labels.fields

    assert [field.path for field in point_questions(fields)] == ["/home"]
    assert in_box(cast, BOX) == 0
    assert in_box(cast, Box(9, 9, 11, 11, "/home")) == 1


@pytest.mark.parametrize("path", ["/edge", "/tree/spot", "/kind", "/nowhere"])
def test_a_question_of_which_no_box_can_tell_is_refused(cast: Cast, path: str) -> None:
    publish(cast.bob, FORM.encode())

    with pytest.raises(Problem) as refused:
        in_box(cast, Box(0, 0, 1, 1, path))
    assert refused.value.code == "400.8"


def test_the_list_its_counts_and_its_neighbours_keep_to_the_box(cast: Cast) -> None:
    publish_survey(cast)
    sent = send_households(cast, 12)
    west, south, east, north = 106.28, 22.02, 106.32, 22.06
    wanted = [one for one in sent if west <= _place(one)[1] <= east and south <= _place(one)[0] <= north]
    assert 0 < len(wanted) < len(sent)

    with desk(cast, box=Box(west, south, east, north, "/place/point")) as boxed:
        assert [line.instance_id for line in list_lines(boxed).lines] == [one.instance_id for one in reversed(wanted)]
        counts = count_lines(boxed)
        assert (counts.total, counts.states["to-review"]) == (len(wanted), len(wanted))
        assert sum(rule.count for rule in counts.rules) <= len(wanted)
        newest, *_, last = list_lines(boxed).lines
        assert neighbours(boxed, newest.id)[0] is None
        assert neighbours(boxed, last.id)[1] is None
        assert len(boxed.session.scalars(select(boxed.ids().subquery().c.id)).all()) == len(wanted)


def _place(one: Household) -> tuple[float, float]:
    latitude, longitude = one.xml.decode().partition("<point>")[2].split()[:2]
    return float(latitude), float(longitude)
