import pytest
from sqlalchemy import event

from server.accounts.assignments import assign
from server.accounts.models import ActorRow
from server.forms.find import find_form, find_project
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from tests.cast import Caller, Cast
from tests.factories import household, household_form, publish, send
from tests.forms.definitions import XLSX, XML, xform, xlsform

FORMS = "/v1/projects/1/forms"
EXTENDED = {"X-Extended-Metadata": "true"}


def _ids(caller: Caller, path: str = FORMS) -> list[str]:
    return [form["xmlFormId"] for form in caller.get(path).json]


def _give_role_on_form(cast: Cast, caller: Caller, form_id: str) -> None:
    with cast.services.database.write() as session:
        form = find_form(session, find_project(session, 1), form_id)
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["formfill"], session.get_one(ActorRow, caller.id), form)


@pytest.mark.parametrize("name", ["alice", "bob", "vy", "cuong"])
def test_who_has_a_role_in_the_project_sees_all_its_forms(cast: Cast, name: str) -> None:
    publish(cast.bob, xform("a"))
    cast.bob.post(FORMS, data=xform("b"), content_type=XML)

    assert _ids(getattr(cast, name)) == ["a", "b"]


@pytest.mark.parametrize("name", ["dee", "quan", "chi"])
def test_who_has_none_is_refused(cast: Cast, name: str) -> None:
    publish(cast.bob, xform())

    answer = getattr(cast, name).get(FORMS)

    assert (answer.status_code, answer.json["code"]) == (403, 403.1)


def test_nobody_is_asked_to_sign_in(cast: Cast) -> None:
    assert cast.nobody.get(FORMS).json["code"] == 401.2


def test_who_has_a_role_on_one_form_sees_that_form_alone(cast: Cast) -> None:
    publish(cast.bob, xform("a"))
    publish(cast.bob, xform("b"))
    _give_role_on_form(cast, cast.dee, "b")

    assert _ids(cast.dee) == ["b"]


def test_unpublished_form_is_shown_as_its_draft(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(version="7"), content_type=XML)

    (form,) = cast.bob.get(FORMS).json

    assert (form["name"], form["version"], form["publishedAt"]) == ("Thăm hộ", "7", None)


def test_trash_is_listed_apart_with_numbers(cast: Cast) -> None:
    publish(cast.bob, xform("a"))
    publish(cast.bob, xform("b"))
    cast.bob.delete(f"{FORMS}/a")

    (deleted,) = cast.bob.get(f"{FORMS}?deleted=true").json

    assert _ids(cast.bob) == ["b"]
    assert deleted["xmlFormId"] == "a"
    assert isinstance(deleted["id"], int)
    assert deleted["deletedAt"].endswith("Z")


def test_extended_metadata_counts_submissions(cast: Cast) -> None:
    publish(cast.bob, household_form())
    send(cast.chi, household("uuid:1"))
    send(cast.chi, household("uuid:2"))
    cast.bob.patch(f"{FORMS}/household/submissions/uuid:2", json={"reviewState": "hasIssues"})

    (form,) = cast.bob.get(FORMS, headers=EXTENDED).json

    assert form["submissions"] == 2
    assert form["reviewStates"] == {"received": 1, "hasIssues": 1, "edited": 0}
    assert form["lastSubmission"].endswith("Z")
    assert form["createdBy"]["displayName"] == "Bob"


def test_extended_metadata_of_a_form_without_submissions(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xlsform(), content_type=XLSX)

    (form,) = cast.bob.get(FORMS, headers=EXTENDED).json

    assert form["submissions"] == form["publicLinks"] == 0
    assert form["lastSubmission"] is None
    assert form["excelContentType"] == XLSX
    assert form["entityRelated"] is False


def test_form_that_makes_entities_is_marked(cast: Cast) -> None:
    entity = b'<entity dataset="people" create="1" id=""><label/></entity><orx:instanceID/>'
    publish(cast.bob, xform().replace(b"<orx:instanceID/>", entity))

    assert cast.bob.get(FORMS, headers=EXTENDED).json[0]["entityRelated"] is True


@pytest.mark.parametrize("path", [FORMS, f"{FORMS}?deleted=true"])
def test_list_takes_as_many_queries_for_ten_forms_as_for_one(cast: Cast, path: str) -> None:
    statements: list[str] = []
    event.listen(cast.services.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    publish(cast.bob, xform("first"))

    counts = []
    for number in range(2):
        statements.clear()
        assert cast.bob.get(path, headers=EXTENDED).status_code == 200
        counts.append(len(statements))
        _publish_many(cast, number)

    assert counts[0] == counts[1]
    assert counts[0] < 12


def _publish_many(cast: Cast, round_number: int) -> None:
    for number in range(9):
        publish(cast.bob, xform(f"form {round_number} {number}"))
        cast.bob.delete(f"{FORMS}/form {round_number} 0")
