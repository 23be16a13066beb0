from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import household, publish, send
from tests.kept import item, read
from tests.queries import counted_queries

FORM = "/v1/projects/1/forms/household"


@pytest.fixture(autouse=True)
def form(cast: Cast) -> Any:
    made = publish(cast.bob)
    send(cast.chi, household("uuid:1", name="Dana"))
    return made


def diffs(cast: Cast, instance_id: str = "uuid:1") -> Any:
    return read(cast.vy, f"{item(instance_id)}/diffs")


def test_submission_that_was_never_edited_has_no_changes(cast: Cast) -> None:
    assert diffs(cast) == {}


def test_each_edit_is_told_under_its_own_instance_id(cast: Cast) -> None:
    send(cast.chi, household("uuid:2", name="Donna", replaces="uuid:1"))
    send(cast.chi, household("uuid:3", name="Donna", replaces="uuid:2").replace(b"Lan", b"Mai Lan"))

    assert diffs(cast) == {
        "uuid:2": [
            {"path": ["name"], "old": "Dana", "new": "Donna"},
            {"path": ["meta", "instanceID"], "old": "uuid:1", "new": "uuid:2"},
            {"path": ["meta", "deprecatedID"], "old": None, "new": "uuid:1"},
        ],
        "uuid:3": [
            {"path": [["member", 1], "member_name"], "old": "Lan", "new": "Mai Lan"},
            {"path": ["meta", "instanceID"], "old": "uuid:2", "new": "uuid:3"},
            {"path": ["meta", "deprecatedID"], "old": "uuid:1", "new": "uuid:2"},
        ],
    }


def test_member_that_went_is_told_as_a_whole(cast: Cast) -> None:
    gone = b"<member><member_name>Mai</member_name><crops>rice tea</crops></member>"
    send(cast.chi, household("uuid:2", name="Dana", replaces="uuid:1").replace(gone, b""))

    change = diffs(cast)["uuid:2"][0]

    assert change == {"path": [["member", 0]], "old": '{"member_name":"Mai","crops":"rice tea"}', "new": None}


def test_edit_in_a_version_that_nobody_knows_is_told_too(cast: Cast) -> None:
    send(cast.chi, household("uuid:2", name="Donna", replaces="uuid:1", version="unknown"))

    assert diffs(cast)["uuid:2"][0] == {"path": ["name"], "old": "Dana", "new": "Donna"}


def test_changes_take_as_many_queries_for_two_edits_as_for_one(cast: Cast) -> None:
    send(cast.chi, household("uuid:2", replaces="uuid:1"))
    diffs(cast)
    with counted_queries(cast.services) as for_one:
        diffs(cast)
    send(cast.chi, household("uuid:3", replaces="uuid:2"))
    with counted_queries(cast.services) as for_two:
        diffs(cast)

    assert len(for_two) == len(for_one)


@pytest.mark.parametrize("name", ["dee", "chi", "cuong", "quan"])
def test_who_may_not_read_submissions_sees_no_changes(cast: Cast, name: str) -> None:
    answer = getattr(cast, name).get(f"{item('uuid:1')}/diffs")

    assert (answer.status_code, answer.json["code"]) == (403, 403.1)


def test_nobody_sees_no_changes(cast: Cast) -> None:
    assert cast.nobody.get(f"{item('uuid:1')}/diffs").status_code == 401


def test_changes_of_what_is_not_there_are_not_found(cast: Cast) -> None:
    assert cast.vy.get(f"{item('uuid:none')}/diffs").status_code == 404


def test_edit_leads_to_the_page_for_it(cast: Cast, form: Any) -> None:
    answer = cast.bob.get(f"{item('uuid:1')}/edit")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"http://localhost/-/edit/{form['enketoId']}?instance_id=uuid:1"


@pytest.mark.parametrize("name", ["dee", "vy", "chi", "cuong", "quan"])
def test_who_may_not_edit_is_not_led_there(cast: Cast, name: str) -> None:
    assert getattr(cast, name).get(f"{item('uuid:1')}/edit").status_code == 403
    assert cast.nobody.get(f"{item('uuid:1')}/edit").status_code == 401


def test_edit_of_what_is_not_there_is_not_found(cast: Cast) -> None:
    assert cast.bob.get(f"{item('uuid:none')}/edit").status_code == 404
