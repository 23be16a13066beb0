"""Places as a map reads them: every kind of question for them, in repeats too, page by page, other forms' left out."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk import places
from server.desk.filters import Desk, ReviewFilter
from server.desk.labels import Labels
from server.desk.places import Placed, Sight, colour_questions, list_places, read_places, read_sight, stream_places
from server.forms.models import Form
from tests.cast import Cast
from tests.desk.surveyed import desk, publish_survey, send_households
from tests.factories import new_id, publish, send

FIELDS = """<data id="fields" version="1"><home/><edge/><tree><spot/></tree><kind/><meta><instanceID/></meta></data>"""
FORM = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" \
xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Ruộng</h:title><model><instance>{FIELDS}</instance>
<bind nodeset="/data/home" type="geopoint"/><bind nodeset="/data/edge" type="geoshape"/>
<bind nodeset="/data/tree/spot" type="geopoint"/><bind nodeset="/data/kind" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/></model></h:head><h:body>
<input ref="/data/home"><label>Nhà</label></input><input ref="/data/edge"><label>Ranh</label></input>
<group ref="/data/tree"><label>Cây</label><repeat nodeset="/data/tree"><input ref="/data/tree/spot"><label>Gốc</label>
</input></repeat></group><select1 ref="/data/kind"><label>Loại</label><item><label>Lúa</label><value>rice</value></item>
</select1></h:body></h:html>"""
EDGE = "21.0 106.0 0 0; 21.2 106.0 0 0; 21.2 106.4 0 0; 21.0 106.0 0 0"


def fill(cast: Cast, home: str = "", edge: str = "", *trees: str, kind: str = "rice") -> None:
    grown = "".join(f"<tree><spot>{spot}</spot></tree>" for spot in trees)
    xml = (
        f'<data id="fields" version="1"><home>{home}</home><edge>{edge}</edge>{grown}<kind>{kind}</kind>'
        f"<meta><instanceID>{new_id()}</instanceID></meta></data>"
    )
    answer = send(cast.chi, xml.encode())
    assert answer.status_code == 201, answer.text


def fields_desk(session: Session, cast: Cast, **wanted: Any) -> Desk:
    form = session.scalars(select(Form).where(Form.form_id == "fields")).one()
    assert form.current_version is not None
    labels = Labels(cast.services.database, cast.services.storage, session, form.current_version, "vi")
    return Desk(session, form, ReviewFilter(**wanted), labels)


def found(cast: Cast, place: str | None = None, colour: str | None = None, **wanted: Any) -> list[Placed]:
    with cast.services.database.read() as session:
        of_fields = fields_desk(session, cast, **wanted)
        return read_places(of_fields, read_sight(of_fields.labels.fields, place, colour), limit=50)


def test_points_areas_and_repeats_all_give_points(cast: Cast) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, "21.5 106.5 10 4", EDGE, "21.6 106.6", "21.7 106.7 0 0")

    (placed,) = found(cast)

    assert placed.points == [(106.5, 21.5), (106.2, 21.1), (106.6, 21.6), (106.7, 21.7)]


def test_a_repeat_that_was_filled_once_gives_its_point(cast: Cast) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, "", "", "21.6 106.6 0 0")

    assert [placed.points for placed in found(cast, place="/tree/spot")] == [[(106.6, 21.6)]]


def test_one_question_is_asked_for_alone_and_brings_the_answer_that_colours(cast: Cast) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, "21.5 106.5 10 4", EDGE)
    fill(cast, "", EDGE, kind="")

    assert [(one.points, one.value) for one in found(cast, place="/home", colour="/kind")] == [
        ([(106.5, 21.5)], "rice")
    ]
    assert [one.value or "" for one in found(cast, colour="/kind")] == ["", "rice"]


@pytest.mark.parametrize("home", ["", "here", "91 181 0 0 0 0", "21.5"])
def test_an_answer_that_is_no_place_gives_no_point(cast: Cast, home: str) -> None:
    publish(cast.bob, FORM.encode())
    fill(cast, home)

    assert [point for placed in found(cast) for point in placed.points] == []


def test_colours_come_from_questions_with_one_choice(cast: Cast) -> None:
    publish_survey(cast)
    with desk(cast) as survey_desk:
        assert [field.path for field in colour_questions(survey_desk.labels.fields)] == [
            "/place/commune",
            "/place/village",
            "/house/roof",
        ]


def test_pages_follow_one_another_in_either_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_survey(cast)
    send_households(cast, 5)
    monkeypatch.setattr(places, "PAGE", 2)

    for oldest_first in (False, True):
        with desk(cast, oldest_first=oldest_first) as survey_desk:
            pages = list(stream_places(survey_desk, read_sight(survey_desk.labels.fields, None, None)))
            numbers = [placed.number for page in pages for placed in page]
        assert [len(page) for page in pages] == [2, 2, 1]
        assert numbers == sorted(numbers, reverse=not oldest_first)
        assert len(set(numbers)) == 5


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("looked_at", [1, 3, 7, 100])
def test_rare_places_are_found_page_by_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, looked_at: int, oldest_first: bool
) -> None:
    publish(cast.bob, FORM.encode())
    for number in range(7):
        fill(cast, f"21.{number} 106.5 10 4" if number in {0, 3, 4} else "")
    monkeypatch.setattr(places, "MOST_LOOKED_AT", looked_at)
    latitudes: list[float] = []
    after, asked = None, 0
    with cast.services.database.read() as session:
        open_desk = fields_desk(session, cast, oldest_first=oldest_first)
        sight = read_sight(open_desk.labels.fields, "/home", None)
        while asked == 0 or after is not None:
            page = list_places(open_desk, sight, after=after, limit=2)
            latitudes += [latitude for placed in page.placed for _, latitude in placed.points]
            after, asked = page.next_key, asked + 1
    assert latitudes == sorted([21.0, 21.3, 21.4], reverse=not oldest_first)
    assert asked <= 8


def test_submissions_of_another_form_are_left_out(cast: Cast) -> None:
    publish(cast.bob, FORM.encode())
    publish_survey(cast)
    send_households(cast, 2)
    fill(cast, "21.5 106.5 10 4")

    assert len(found(cast)) == 1
    with desk(cast) as survey_desk:
        fields = survey_desk.labels.fields
        named = read_places(
            survey_desk, read_sight(fields, None, None), limit=50, among=[one.number for one in found(cast)]
        )
        assert named == []


def test_a_form_without_places_has_none(cast: Cast) -> None:
    publish_survey(cast)
    send_households(cast, 1)
    with desk(cast) as survey_desk:
        assert read_places(survey_desk, Sight([]), limit=50) == []
