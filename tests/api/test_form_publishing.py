import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"
DRAFT = f"{VISIT}/draft"


def test_published_draft_is_what_phones_get(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.bob.post(f"{DRAFT}/publish").json == {"success": True}

    assert cast.chi.get(f"{VISIT}.xml").data == xform()
    assert cast.bob.get(VISIT).json["publishedAt"] is not None
    assert cast.bob.get(DRAFT).status_code == 404


def test_there_must_be_a_draft_to_publish(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert cast.bob.post(f"{DRAFT}/publish").json["code"] == 404.1


def test_label_can_be_published_once(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT, data=xform(version="1", title="Other"), content_type=XML)

    answer = cast.bob.post(f"{DRAFT}/publish")

    assert (answer.status_code, answer.json["code"]) == (409, 409.6)
    assert answer.json["details"] == {"xmlFormId": "visit", "version": "1"}
    assert cast.chi.get(f"{VISIT}.xml").data == xform(version="1")


def test_blank_label_can_be_published_once_too(cast: Cast) -> None:
    publish(cast.bob, xform(version=None))
    cast.bob.post(DRAFT)

    assert cast.bob.post(f"{DRAFT}/publish").json["code"] == 409.6


def test_new_label_is_written_into_the_xml_and_the_hash_follows(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT)

    assert cast.bob.post(f"{DRAFT}/publish?version=2%20%22b%22").status_code == 200

    xml, form = cast.chi.get(f"{VISIT}.xml").data, cast.bob.get(VISIT).json
    assert b'<data id="visit" version="2 &quot;b&quot;">' in xml
    assert form["version"] == '2 "b"'
    assert form["hash"] == hashlib.md5(xml).hexdigest()


def test_older_version_keeps_its_xml(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT)
    cast.bob.post(f"{DRAFT}/publish?version=2")

    assert cast.bob.get(f"{VISIT}/versions/1.xml").data == xform(version="1")


def test_label_that_is_taken_is_refused_when_it_comes_by_the_query_too(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)

    answer = cast.bob.post(f"{DRAFT}/publish?version=1")

    assert answer.json["code"] == 409.6
    assert cast.bob.get(DRAFT).json["version"] == "2"


def test_label_that_xml_cannot_hold_is_refused(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.bob.post(f"{DRAFT}/publish?version=%01").json["code"] == 400.8


def test_files_of_the_draft_are_published_with_it(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(media=["map.png"]), content_type=XML)
    cast.bob.post(f"{DRAFT}/attachments/map.png", data=b"PNG")

    cast.bob.post(f"{DRAFT}/publish")

    assert cast.chi.get(f"{VISIT}/attachments/map.png").data == b"PNG"


@pytest.mark.parametrize("query", ["", "?version=9"])
def test_of_those_who_publish_at_once_one_wins(cast: Cast, query: str) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)
    callers = [cast.bob, cast.alice] * 3

    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(lambda caller: caller.post(f"{DRAFT}/publish{query}"), callers))

    # Who comes after it is over finds no draft.
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {404, 409}
    assert len(cast.bob.get(f"{VISIT}/versions").json) == 2


def test_of_those_who_create_the_same_form_at_once_one_wins(cast: Cast) -> None:
    callers = [cast.bob, cast.alice] * 3

    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(lambda caller: caller.post(FORMS, data=xform(), content_type=XML), callers))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {409.3}


def test_drafts_that_are_replaced_at_once_leave_one_whole_draft(cast: Cast) -> None:
    publish(cast.bob, xform(version="0"))
    versions = [str(number) for number in range(1, 7)]

    with ThreadPoolExecutor(len(versions)) as pool:
        answers = list(
            pool.map(lambda version: cast.bob.post(DRAFT, data=xform(version=version), content_type=XML), versions)
        )

    assert {answer.status_code for answer in answers} == {200}
    draft = cast.bob.get(DRAFT).json
    assert cast.bob.get(f"{DRAFT}.xml").data == xform(version=draft["version"])
