from typing import Any

import pytest

from server.submissions.models import Submission, SubmissionVersion
from tests.cast import Cast
from tests.factories import publish, send
from tests.kept import read
from tests.queries import counted_queries

FORM = "/v1/projects/1/forms/plots"
LIST = f"{FORM}/submissions"
MAP = f"{LIST}.geojson"

_XML = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>Plots</h:title><model>
  <instance><data id="plots" version="{version}"><plot><corner/></plot>{places}<meta><instanceID/></meta></data></instance>
  <bind nodeset="/data/plot/corner" type="geopoint"/>
  {binds}
 </model></h:head>
 <h:body><group ref="/data/plot"><repeat nodeset="/data/plot"><input ref="/data/plot/corner"/></repeat></group></h:body>
</h:html>"""


def plots_form(version: str = "1", **places: str) -> bytes:
    """A form whose repeat of corners comes first, and then `places` at the top, by name and type."""
    shown = places or {"house": "geopoint", "field": "geoshape"}
    binds = "".join(f'<bind nodeset="/data/{name}" type="{kind}"/>' for name, kind in shown.items())
    return _XML.format(version=version, places="".join(f"<{name}/>" for name in shown), binds=binds).encode()


def plots(instance_id: str, *corners: str, version: str = "1", replaces: str = "", **answers: str) -> bytes:
    repeats = "".join(f"<plot><corner>{corner}</corner></plot>" for corner in corners)
    places = "".join(f"<{name}>{text}</{name}>" for name, text in answers.items())
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    meta = f"<meta><instanceID>{instance_id}</instanceID>{deprecated}</meta>"
    return f'<data id="plots" version="{version}">{repeats}{places}{meta}</data>'.encode()


def point(instance_id: str, *coordinates: float, fieldpath: str | None = "/house") -> Any:
    return {
        "type": "Feature",
        "id": instance_id,
        "geometry": {"type": "Point", "coordinates": list(coordinates)},
        "properties": fieldpath and {"fieldpath": fieldpath},
    }


def collection(*features: Any) -> Any:
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish(cast.bob, plots_form())


def test_map_shows_the_first_place_outside_of_repeats(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", "9 9 0 0", house="21.03 105.85 12 5"))

    answer = cast.vy.get(MAP)

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json == collection(point("uuid:1", 105.85, 21.03, 12))


def test_submissions_without_a_place_are_left_out(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1"))
    send(cast.chi, plots("uuid:2", house="north"))
    send(cast.chi, plots("uuid:3", house="1 2 3 4"))

    assert read(cast.vy, MAP) == collection(point("uuid:3", 2, 1, 3))


def test_form_without_submissions_gives_an_empty_collection(cast: Cast) -> None:
    assert read(cast.vy, MAP) == collection()


def test_named_field_is_not_repeated_in_each_feature(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2 0 0", field="0 0;0 1;1 1;0 0"))

    feature = read(cast.vy, f"{MAP}?fieldpath=/field")["features"][0]

    assert feature["geometry"] == {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    assert feature["properties"] is None


def test_field_in_a_repeat_gives_all_its_places(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", "1 2", "", "3 4"))
    send(cast.chi, plots("uuid:2", "5 6"))

    features = read(cast.vy, f"{MAP}?fieldpath=/plot/corner")["features"]

    assert features[0] == point("uuid:2", 6, 5, fieldpath=None)
    assert features[1]["geometry"] == {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [2, 1]}, {"type": "Point", "coordinates": [4, 3]}],
    }


@pytest.mark.parametrize("path", ["/unknown", "/plot", "/meta/instanceID", "house", ""])
def test_field_that_is_no_place_is_refused(cast: Cast, path: str) -> None:
    answer = cast.vy.get(MAP, query_string={"fieldpath": path})

    assert (answer.status_code, answer.json["code"]) == (400, 400.8)


def test_each_version_of_the_form_has_a_first_place_of_its_own(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))
    draft = plots_form("2", gate="geopoint", house="geopoint", field="geoshape")
    cast.bob.post(f"{FORM}/draft", data=draft, content_type="application/xml")
    cast.bob.post(f"{FORM}/draft/publish")
    send(cast.chi, plots("uuid:2", version="2", gate="3 4", house="5 6"))
    send(cast.chi, plots("uuid:3", version="unknown", gate="7 8"))

    features = read(cast.vy, MAP)["features"]

    assert features == [
        point("uuid:3", 8, 7, fieldpath="/gate"),
        point("uuid:2", 4, 3, fieldpath="/gate"),
        point("uuid:1", 2, 1, fieldpath="/house"),
    ]


def test_limit_and_filter_choose_submissions(cast: Cast) -> None:
    for number in range(3):
        send(cast.chi, plots(f"uuid:{number}", house="1 2"))
    cast.bob.patch(f"{LIST}/uuid:1", json={"reviewState": "approved"})

    limited = read(cast.vy, f"{MAP}?limit=2")["features"]
    filtered = cast.vy.get(MAP, query_string={"$filter": "__system/reviewState eq 'approved'"}).json["features"]

    assert [feature["id"] for feature in limited] == ["uuid:2", "uuid:1"]
    by_answer = cast.vy.get(MAP, query_string={"$filter": "house eq '1 2' and __id eq 'uuid:2'"}).json["features"]

    assert [feature["id"] for feature in filtered] == ["uuid:1"]
    assert [feature["id"] for feature in by_answer] == ["uuid:2"]
    assert read(cast.vy, f"{MAP}?limit=0") == collection()


@pytest.mark.parametrize("query", [{"limit": "-1"}, {"limit": "x"}, {"$filter": "nonsense"}])
def test_query_that_cannot_be_used_is_refused(cast: Cast, query: dict[str, str]) -> None:
    assert cast.vy.get(MAP, query_string=query).status_code == 400


def test_trash_and_drafts_are_not_on_the_map(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))
    cast.bob.delete(f"{LIST}/uuid:1")
    cast.bob.post(f"{FORM}/draft")
    send(cast.bob, plots("uuid:2", house="1 2"), path=f"{FORM}/draft/submission")

    assert read(cast.vy, MAP) == collection()


def test_submission_and_its_versions_have_a_place_each(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))
    send(cast.chi, plots("uuid:2", replaces="uuid:1", house="3 4"))

    assert read(cast.vy, f"{LIST}/uuid:1.geojson") == collection(point("uuid:1", 4, 3))
    assert read(cast.vy, f"{LIST}/uuid:1/versions/uuid:1.geojson") == collection(point("uuid:1", 2, 1))
    assert read(cast.vy, f"{LIST}/uuid:1/versions/uuid:2.geojson") == collection(point("uuid:2", 4, 3))


def test_submission_without_a_place_gives_an_empty_collection(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1"))

    assert read(cast.vy, f"{LIST}/uuid:1.geojson") == collection()


@pytest.mark.parametrize("path", ["uuid:none.geojson", "uuid:1/versions/uuid:none.geojson"])
def test_place_of_what_is_not_there_is_not_found(cast: Cast, path: str) -> None:
    send(cast.chi, plots("uuid:1"))

    assert cast.vy.get(f"{LIST}/{path}").status_code == 404


def test_more_submissions_than_a_page_all_come_out(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))
    copy_submission(cast, 1_100)

    features = read(cast.vy, MAP)["features"]

    assert len({feature["id"] for feature in features}) == len(features) == 1_101
    assert len(read(cast.vy, f"{MAP}?limit=700")["features"]) == 700


def copy_submission(cast: Cast, count: int) -> None:
    """Put the only submission into the database again and again, under other names."""
    with cast.services.database.write() as session:
        version = session.query(SubmissionVersion).one()
        kept = ("form_id", "form_version_id", "version", "xml", "answers", "xml_sha256")
        same = {name: getattr(version, name) for name in kept}
        for number in range(count):
            submission = Submission(form_id=version.form_id, instance_id=f"copy:{number}")
            copy = SubmissionVersion(instance_id=submission.instance_id, **same)
            session.add(submission)
            session.flush()
            copy.submission_id = submission.id
            session.add(copy)
            session.flush()
            submission.current_version_id = copy.id


def test_map_takes_as_many_queries_for_many_submissions_as_for_one(cast: Cast) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))
    read(cast.vy, MAP)
    with counted_queries(cast.services) as for_one:
        read(cast.vy, MAP)
    send(cast.chi, plots("uuid:2", house="1 2"))
    with counted_queries(cast.services) as for_two:
        read(cast.vy, MAP)

    assert len(for_two) == len(for_one)


@pytest.mark.parametrize("name", ["dee", "chi", "cuong", "quan"])
@pytest.mark.parametrize("path", [".geojson", "/uuid:1.geojson", "/uuid:1/versions/uuid:1.geojson"])
def test_who_may_not_read_submissions_sees_no_places(cast: Cast, name: str, path: str) -> None:
    send(cast.chi, plots("uuid:1", house="1 2"))

    answer = getattr(cast, name).get(LIST + path)

    assert (answer.status_code, answer.json["code"]) == (403, 403.1)
    assert cast.nobody.get(LIST + path).status_code == 401
