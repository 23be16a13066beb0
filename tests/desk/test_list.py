"""The list of the review desk: which submissions are in it, in what order, found by what, and how many there are."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.db import utc_now
from server.desk.areas import areas_named
from server.desk.labels import Labels
from server.desk.lines import count_lines, list_lines, neighbours
from server.errors import Problem
from server.forms.models import Form
from server.submissions.models import Submission
from tests.cast import Cast
from tests.desk.surveyed import desk, publish_survey, send_households
from tests.factories import publish, send
from tests.queries import counted_queries
from tests.web.survey import FORM_ID, VILLAGES, Household, household

ITEMS = f"/v1/projects/1/forms/{FORM_ID}/submissions"


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish_survey(cast)


# One list with all levels, in which a district and a commune in it have one name.
_UNITS = (
    ("p", "Tỉnh Lạng Sơn", ""), ("d", "Huyện Bình Gia", "p"), ("e", "Huyện Bắc Sơn", "p"), ("c1", "Xã Bình Gia", "d"),
    ("c2", "Xã Hồng Phong", "d"), ("c3", "Xã Tân Hương", "e"), ("v1", "Nà Me", "c1"), ("v2", "Nà Lạc", "c2"), ("v3", "Bản Cân", "c3"),
)  # fmt: skip
_ITEMS = "".join(f"<item><name>{n}</name><label>{label}</label><parent>{p}</parent></item>" for n, label, p in _UNITS)
_SELECT = """<select1 ref="/data/{name}"><label>{name}</label>
 <itemset nodeset="instance('units')/root/item[parent={parent}]"><value ref="name"/><label ref="label"/></itemset></select1>"""
UNITS_FORM = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>Units</h:title><model>
  <instance><data id="units" version="1"><district/><commune/><village/><meta><instanceID/></meta></data></instance>
  <instance id="units"><root>{_ITEMS}</root></instance>
  <bind nodeset="/data/district" type="string"/><bind nodeset="/data/commune" type="string"/><bind nodeset="/data/village" type="string"/>
 </model></h:head>
 <h:body>{_SELECT.format(name="district", parent="'p'")}{_SELECT.format(name="commune", parent="/data/district")}
 {_SELECT.format(name="village", parent="/data/commune")}</h:body></h:html>""".encode()


def review(cast: Cast, one: Household, state: str) -> None:
    assert cast.bob.patch(f"{ITEMS}/{one.instance_id}", json={"reviewState": state}).status_code == 200


def listed(cast: Cast, **wanted: Any) -> list[str]:
    with desk(cast, **wanted) as open_desk:
        return [line.instance_id for line in list_lines(open_desk).lines]


def test_newest_come_first_with_name_area_and_enumerator(cast: Cast) -> None:
    sent = send_households(cast, 3)
    with desk(cast) as open_desk:
        lines = list_lines(open_desk).lines
    assert [line.instance_id for line in lines] == [one.instance_id for one in reversed(sent)]
    villages = {village[0] for _, inner in VILLAGES.values() for village in inner.values()}
    assert lines[0].name == sent[-1].name
    assert lines[0].area in villages
    assert lines[0].submitter == "Chi"


def test_pages_follow_each_other_without_gap_or_repetition(cast: Cast) -> None:
    sent = send_households(cast, 7)
    review(cast, sent[2], "approved")
    found: list[str] = []
    with desk(cast, state="to-review") as open_desk:
        page = list_lines(open_desk, limit=2)
        found += [line.instance_id for line in page.lines]
        while page.next_key is not None:
            page = list_lines(open_desk, after=page.next_key, limit=2)
            found += [line.instance_id for line in page.lines]
    assert found == [one.instance_id for one in reversed(sent) if one is not sent[2]]


def test_oldest_first_turns_the_list_round(cast: Cast) -> None:
    sent = send_households(cast, 4)
    assert listed(cast, oldest_first=True) == [one.instance_id for one in sent]


def test_edited_ones_wait_for_review_with_those_just_received(cast: Cast) -> None:
    sent = send_households(cast, 2)
    review(cast, sent[0], "approved")
    edit = household(1, replaces=sent[0], with_photos=False)
    assert send(cast.chi, edit.xml).status_code == 201
    assert listed(cast, state="to-review") == [sent[1].instance_id, sent[0].instance_id]


@pytest.mark.parametrize(
    ("arrived", "shown"),
    [(("signature.png", "roof.jpg"), "roof.jpg"), (("signature.png",), "signature.png"), ((), None)],
)
def test_a_line_has_the_first_photo_and_a_drawing_only_without_one(
    cast: Cast, arrived: tuple[str, ...], shown: str | None
) -> None:
    xml = household(1).xml.replace(b"house.jpg", b"signature.png")
    assert send(cast.chi, xml, *((name, b"a picture") for name in arrived)).status_code == 201
    with desk(cast) as open_desk:
        assert [line.photo for line in list_lines(open_desk).lines] == [shown]


def test_each_state_shows_its_own(cast: Cast) -> None:
    sent = send_households(cast, 4)
    for one, state in zip(sent, ("approved", "hasIssues", "rejected"), strict=False):
        review(cast, one, state)
    found = {state: listed(cast, state=state) for state in ("approved", "has-issues", "rejected", "to-review")}
    assert list(found.values()) == [[one.instance_id] for one in sent]


def test_search_ignores_accents_and_case(cast: Cast) -> None:
    sent = send_households(cast, 30)
    wanted = [one.instance_id for one in reversed(sent) if one.name.startswith("Đàm ")]
    assert wanted
    assert listed(cast, text="dam ") == listed(cast, text="ĐÀM") == wanted


def test_search_finds_areas_and_enumerators_by_their_names(cast: Cast) -> None:
    sent = send_households(cast, 20)
    in_village = [one.instance_id for one in reversed(sent) if b"<village>na_pai</village>" in one.xml]
    assert in_village
    assert listed(cast, text="na pai") == in_village
    assert len(listed(cast, text="chi")) >= 20
    assert listed(cast, text="nobody is called so") == []


def test_search_finds_what_lies_below_a_place(cast: Cast) -> None:
    sent = send_households(cast, 20)
    in_commune = [one.instance_id for one in reversed(sent) if b"<commune>thien_thuat</commune>" in one.xml]
    assert 0 < len(in_commune) < 20
    assert listed(cast, text="THIEN thuat") == in_commune


def test_search_means_the_nearer_of_two_places_with_one_name(cast: Cast) -> None:
    publish(cast.bob, UNITS_FORM)
    with cast.services.database.read() as session:
        form = session.scalars(select(Form).where(Form.form_id == "units")).one()
        assert form.current_version is not None
        labels = Labels(cast.services.database, cast.services.storage, session, form.current_version, "vi")
        assert areas_named(labels, "binh gia") == ["v1"]
        assert areas_named(labels, "huyen binh gia") == ["v1", "v2"]
        assert areas_named(labels, "lang son") == ["v1", "v2", "v3"]
        assert areas_named(labels, "na lac") == ["v2"]
        assert areas_named(labels, "ha noi") == []


def test_wildcards_in_a_search_are_letters(cast: Cast) -> None:
    send_households(cast, 2)
    assert listed(cast, text="%") == listed(cast, text="_") == []


def test_filters_narrow_by_enumerator_day_finding_and_answer(cast: Cast) -> None:
    sent = send_households(cast, 4)
    other = send_households(cast, 1, sender=cast.bob, first=50)
    now = utc_now()
    assert listed(cast, submitter_id=cast.bob.id) == [other[0].instance_id]
    assert listed(cast, since=now + timedelta(hours=1)) == []
    assert len(listed(cast, until=now + timedelta(hours=1))) == 5
    assert listed(cast, rule="constraint") == [sent[3].instance_id]
    tea = [one.instance_id for one in reversed([*sent, *other]) if b"tea" in one.xml]
    assert listed(cast, answer=("/household/crops", "tea")) == tea
    size = [one.instance_id for one in reversed([*sent, *other]) if b"<size>1</size>" in one.xml]
    assert listed(cast, answer=("/household/size", "1")) == size


@pytest.mark.parametrize("path", ["/member/age", "/nowhere", "/household"])
def test_an_answer_that_no_question_gives_once_is_refused(cast: Cast, path: str) -> None:
    with pytest.raises(Problem, match="question of this form"):
        listed(cast, answer=(path, "1"))


def test_counts_say_what_each_filter_would_give(cast: Cast) -> None:
    sent = send_households(cast, 8)
    send_households(cast, 1, sender=cast.bob, first=50)
    review(cast, sent[0], "approved")
    review(cast, sent[3], "rejected")
    with desk(cast, state="to-review") as open_desk:
        counts = count_lines(open_desk)
    assert counts.states == {"to-review": 7, "has-issues": 0, "approved": 1, "rejected": 1}
    assert [(found.label, found.count) for found in counts.submitters] == [("Chi", 6), ("Bob", 1)]
    assert [(found.value, found.count) for found in counts.rules] == [
        ("constraint", len(listed(cast, rule="constraint", state="to-review")))
    ]
    assert counts.total == 7


def test_deleted_and_draft_submissions_are_nowhere(cast: Cast) -> None:
    sent = send_households(cast, 2)
    assert cast.bob.delete(f"{ITEMS}/{sent[0].instance_id}").status_code == 200
    assert listed(cast) == [sent[1].instance_id]
    with desk(cast) as open_desk:
        assert count_lines(open_desk).total == 1


def test_neighbours_are_those_of_the_list_also_for_one_that_has_left_it(cast: Cast) -> None:
    sent = send_households(cast, 4)
    review(cast, sent[1], "approved")
    with desk(cast, state="to-review") as open_desk:
        gone = open_desk.session.scalar(select(Submission.id).where(Submission.instance_id == sent[1].instance_id))
        assert gone is not None
        assert neighbours(open_desk, gone) == (sent[2].instance_id, sent[0].instance_id)
    with desk(cast, state="to-review", oldest_first=True) as open_desk:
        assert neighbours(open_desk, gone) == (sent[0].instance_id, sent[2].instance_id)


def test_queries_do_not_grow_with_the_list(cast: Cast) -> None:
    send_households(cast, 2)
    with desk(cast) as open_desk, counted_queries(cast.services) as few:
        list_lines(open_desk)
        count_lines(open_desk)
    send_households(cast, 6, first=10)
    with desk(cast) as open_desk, counted_queries(cast.services) as many:
        list_lines(open_desk)
        count_lines(open_desk)
    assert len(many) == len(few) <= 6


def test_an_area_is_found_by_what_stands_beside_its_submissions(cast: Cast) -> None:
    sent = send_households(cast, 20)
    in_village = [one.instance_id for one in reversed(sent) if b"<village>na_pai</village>" in one.xml]
    assert in_village
    assert listed(cast, area="na_pai") == listed(cast, answer=("/place/village", "na_pai")) == in_village
    with desk(cast, area="na_pai") as open_desk:
        assert count_lines(open_desk).total == len(in_village)


@pytest.mark.parametrize("steps", [(1,), (2,), (1, 1), (7,), (3, 4), (8,), (100, 400)])
def test_a_rare_answer_is_found_page_by_page_and_counted_as_far_as_one_looked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, steps: tuple[int, ...]
) -> None:
    looked_at = sum(steps)
    sent = send_households(cast, 8)
    wanted = [one.instance_id for one in reversed(sent) if b"<roof>leaf</roof>" in one.xml]
    assert 1 < len(wanted) < 8
    monkeypatch.setattr("server.desk.looking.STEPS", steps)
    found: list[str] = []
    with desk(cast, answer=("/house/roof", "leaf")) as open_desk:
        page = list_lines(open_desk, limit=2)
        pages = [page]
        while page.next_key is not None:
            page = list_lines(open_desk, after=page.next_key, limit=2)
            pages.append(page)
        found = [line.instance_id for page in pages for line in page.lines]
        counts = count_lines(open_desk)
    assert found == wanted
    assert len(pages) <= 1 + 8 // min(looked_at, 2) + 8 // looked_at
    first = [one.instance_id for one in reversed(sent)][:looked_at]
    assert counts.total == len([name for name in wanted if name in first])
    assert counts.is_partial == (looked_at <= 8)


def test_an_answer_is_counted_to_the_end_when_that_is_near(cast: Cast) -> None:
    sent = send_households(cast, 8)
    with desk(cast, answer=("/house/roof", "leaf")) as open_desk:
        counts = count_lines(open_desk)
    assert (counts.total, counts.is_partial) == (len([one for one in sent if b"<roof>leaf</roof>" in one.xml]), False)


def test_counts_keep_to_a_finding_filter_too(cast: Cast) -> None:
    send_households(cast, 8)
    with desk(cast, rule="constraint") as open_desk:
        counts = count_lines(open_desk)
    assert counts.total == counts.rules[0].count == len(listed(cast, rule="constraint"))
