import pytest

from tests.cast import Cast
from tests.factories import household, household_form, publish, send
from tests.kept import read
from tests.queries import counted_queries

FORM = "/v1/projects/1/forms/household"
SUBMITTERS = f"{FORM}/submissions/submitters"
ACTOR = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt"}


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish(cast.bob)


def test_everybody_who_has_sent_stands_there_once_by_name(cast: Cast) -> None:
    send(cast.chi, household())
    send(cast.cuong, household())
    send(cast.chi, household())

    submitters = read(cast.vy, SUBMITTERS)

    assert [(actor["displayName"], actor["type"]) for actor in submitters] == [("Chi", "field_key"), ("Cuong", "user")]
    assert all(set(actor) == ACTOR for actor in submitters)


def test_form_without_submissions_has_no_submitters(cast: Cast) -> None:
    assert read(cast.vy, SUBMITTERS) == []


def test_submitters_of_other_forms_and_of_the_trash_are_left_out(cast: Cast) -> None:
    publish(cast.bob, household_form("other"))
    send(cast.cuong, household(form_id="other"))
    send(cast.chi, household("uuid:1"))
    cast.bob.delete(f"{FORM}/submissions/uuid:1")

    assert read(cast.vy, SUBMITTERS) == []


def test_draft_has_submitters_of_its_own(cast: Cast) -> None:
    cast.bob.post(f"{FORM}/draft")
    send(cast.bob, household(), path=f"{FORM}/draft/submission")

    assert [actor["id"] for actor in read(cast.vy, f"{FORM}/draft/submissions/submitters")] == [cast.bob.id]
    assert read(cast.vy, SUBMITTERS) == []


def test_list_takes_as_many_queries_for_two_as_for_one(cast: Cast) -> None:
    send(cast.chi, household())
    with counted_queries(cast.services) as for_one:
        read(cast.vy, SUBMITTERS)
    send(cast.cuong, household())
    with counted_queries(cast.services) as for_two:
        read(cast.vy, SUBMITTERS)

    assert len(for_two) == len(for_one)


@pytest.mark.parametrize("name", ["dee", "chi", "cuong", "quan"])
@pytest.mark.parametrize("within", ["", "/draft"])
def test_who_may_not_list_submissions_sees_no_submitters(cast: Cast, name: str, within: str) -> None:
    path = f"{FORM}{within}/submissions/submitters"

    assert getattr(cast, name).get(path).json["code"] == 403.1
    assert cast.nobody.get(path).status_code == 401
